/**
 * Turns whatever a provider answers in place of an answer into a `ModelFailure`. Status and code decide. Of the sentences that some
 * providers give in place of a code only the documented ones are known, each with its provider, in `SENTENCES`.
 */
import { foreignLine } from "../../../../shared/foreign-text.ts";
import { isRecord } from "../../../../shared/protocol/frame.ts";
import { advice, type Remedy, type Sentence } from "../../../../shared/remedy.ts";
import type { TokenUsage } from "../../../base/store/message.ts";
import { type FailureKind, ModelFailure } from "../failure.ts";
import { type ModelFacts, referenceOf } from "../model.ts";

/** Whose failure it is; its key appears in no message. */
export interface Asked {
  facts: Pick<ModelFacts, "provider" | "id">;
  apiKey: string | undefined;
}

/** An answer of HTTP that is none of the model. */
export interface HttpRefusal {
  status: number;
  headers: Headers;
  /** As it came, JSON or not. */
  body: string;
}

/** The failure of a request that was answered with a status of 300 or more. `nowMs` is what dates in headers are counted from. */
export function failureOfRefusal(
  { status, headers, body }: HttpRefusal,
  asked: Asked,
  nowMs: number,
): ModelFailure {
  const typed = typedError(parsed(body));
  const kind = kindOf({ ...typed, status });
  return failure(kind, asked, {
    ...typed,
    status,
    text: typed.text ?? (status < 400 ? redirected(headers.get("location") ?? "") : body),
    retryAfterMs: retryAfterMs(headers, nowMs) ?? typed.retryAfterMs,
  });
}

/** The failure that stands in a stream in place of the next piece, or that broke it; `otherwise` is the kind of one that says nothing, `isBegun` whether anything of an answer came before it. */
export function failureOfError(
  error: unknown,
  asked: Asked,
  otherwise: "server" | "unknown" = "unknown",
  isBegun = true,
): ModelFailure {
  const known = causesOf(error).find((each) => each instanceof ModelFailure);
  if (known instanceof ModelFailure) return known;
  const typed = typedError(error);
  if (typed.status !== undefined || typed.code !== undefined || typed.type !== undefined)
    return failure(kindOf(typed), asked, { ...typed, cause: error });
  if (causesOf(error).some(isCutStream)) return failureOfCut(asked, isBegun);
  if (causesOf(error).some(isTimeout)) return failure("timeout", asked, { cause: error });
  if (causesOf(error).some(isNetwork))
    return failure("network", asked, { text: innermostText(error), cause: error });
  const isGarbled = causesOf(error).some((each) => each instanceof Error && GARBLED.test(each.name));
  const kind = kindOf(typed);
  return failure(isGarbled ? "server" : kind === "unknown" ? otherwise : kind, asked, {
    text: isGarbled ? GARBLED_PIECE : (typed.text ?? innermostText(error)),
    cause: error,
  });
}

/** A failure of which there is no more to say than its kind, and a text: the provider's own, or a sentence of ours. */
export function failureOfKind(
  kind: FailureKind,
  asked: Asked,
  text: string | Sentence,
  usage?: TokenUsage,
): ModelFailure {
  return failure(kind, asked, { text, usage });
}

/** Of a connection that ends before the answer, or without the beginning of one. */
export function failureOfCut(asked: Asked, isBegun: boolean, usage?: TokenUsage): ModelFailure {
  return isBegun
    ? failure("network", asked, { text: BROKE_OFF, usage })
    : failure("unreadable", asked, { usage });
}

const BROKE_OFF = advice`the answer broke off`;
const GARBLED_PIECE = advice`the answer is no valid piece of a stream`;

function redirected(location: string): Sentence {
  return location === ""
    ? advice`it redirects, and does not say where`
    : advice`it redirects to ${foreignLine(location, MAX_TEXT)}`;
}

interface Typed {
  status?: number | undefined;
  code?: string | undefined;
  type?: string | undefined;
  /** The part of the request that it is about. */
  param?: string | undefined;
  text?: string | undefined;
  retryAfterMs?: number | undefined;
  isFlagged?: boolean;
}

/** What people are told of each kind. */
const WORDS: Record<FailureKind, Sentence> = {
  auth: advice`the key was refused`,
  billing: advice`the account has no credit left`,
  rate: advice`too many requests`,
  overloaded: advice`the provider is overloaded`,
  server: advice`the provider failed`,
  network: advice`the provider was not reached, or the connection broke`,
  unreadable: advice`the provider was reached, but no answer came that could be read`,
  timeout: advice`the provider was silent for too long`,
  format: advice`the request was refused`,
  refusal: advice`the model refused to answer`,
  overflow: advice`the conversation is too long for the model`,
  unknown: advice`the provider refused`,
};
const KEY_WANTED = advice`the provider wants a key, and none was given`;
const NOT_THERE = advice`there is no such model or address`;
const MAX_TEXT = 300;

function failure(
  kind: FailureKind,
  asked: Asked,
  told: Omit<Typed, "text"> & {
    text?: string | Sentence | undefined;
    cause?: unknown;
    usage?: TokenUsage | undefined;
  },
): ModelFailure {
  const { status, text, retryAfterMs, cause } = told;
  const http = status === undefined ? "" : ` (HTTP ${status})`;
  const isKeyless = kind === "auth" && asked.apiKey === undefined;
  const what = status === 404 ? NOT_THERE : isKeyless ? KEY_WANTED : WORDS[kind];
  const sentence = advice`${referenceOf(asked.facts)}: ${what}${http}${said(text, asked)}`;
  return new ModelFailure(kind, sentence, {
    status,
    code: told.code ?? told.type,
    retryAfterMs,
    isThinkingRefused:
      kind === "format" && isAboutThinking({ ...told, text: typeof text === "string" ? text : undefined }),
    usage: told.usage,
    cause,
  });
}

function said(text: string | Sentence | undefined, { apiKey }: Asked): Remedy {
  if (text === undefined) return "";
  return advice`: ${typeof text === "string" ? withoutKey(foreignLine(text, MAX_TEXT), apiKey) : text}`;
}

/** Masking knows keys by their shape; this one is known as it is. */
function withoutKey(text: string, key: string | undefined): string {
  return key === undefined || key.length < 4 ? text : text.replaceAll(key, "***");
}

/** OpenAI's codes, Anthropic's types and Google's states, all of which are unlike each other. */
const KINDS: Readonly<Record<string, FailureKind>> = {
  // OpenAI, and those who copy it.
  context_length_exceeded: "overflow",
  exceed_context_size_error: "overflow",
  insufficient_quota: "billing",
  billing_hard_limit_reached: "billing",
  billing_not_active: "billing",
  invalid_api_key: "auth",
  invalid_authentication: "auth",
  rate_limit_exceeded: "rate",
  server_error: "server",
  content_policy_violation: "refusal",
  content_filter: "refusal",
  // Anthropic: docs.anthropic.com, API errors.
  authentication_error: "auth",
  permission_error: "auth",
  billing_error: "billing",
  rate_limit_error: "rate",
  overloaded_error: "overloaded",
  api_error: "server",
  timeout_error: "timeout",
  request_too_large: "overflow",
  not_found_error: "unknown",
  // Google: google.rpc.Code and the reasons of its ErrorInfo.
  API_KEY_INVALID: "auth",
  UNAUTHENTICATED: "auth",
  PERMISSION_DENIED: "auth",
  RESOURCE_EXHAUSTED: "rate",
  UNAVAILABLE: "overloaded",
  DEADLINE_EXCEEDED: "timeout",
  INTERNAL: "server",
  NOT_FOUND: "unknown",
};

function kindOf(told: Typed): FailureKind {
  const { status, code, type, text = "", isFlagged = false } = told;
  if (isFlagged) return "refusal";
  const named = KINDS[code ?? ""] ?? KINDS[type ?? ""];
  const byStatus = status === undefined ? undefined : KIND_OF_STATUS[status];
  // A server's failure is what everything is called for which there is no other word.
  if (named !== undefined) return named === "server" ? (byStatus ?? named) : named;
  if (SENTENCES.some(([kind, sentence]) => kind === "overflow" && sentence.test(text))) return "overflow";
  if (status === 400 && SENTENCES.some(([kind, sentence]) => kind === "billing" && sentence.test(text)))
    return "billing";
  if (status === undefined) return "unknown";
  return byStatus ?? (status >= 500 ? "server" : status < 400 ? "unknown" : "format");
}

const KIND_OF_STATUS: Readonly<Record<number, FailureKind>> = {
  401: "auth",
  402: "billing",
  403: "auth",
  404: "unknown",
  408: "timeout",
  413: "overflow",
  429: "rate",
  503: "overloaded",
  504: "timeout",
  529: "overloaded",
};

/** Of errors whose code says no more than that the request is wrong: what the providers' own documentation shows. */
const SENTENCES: readonly (readonly ["overflow" | "billing", RegExp])[] = [
  // Anthropic, invalid_request_error: "prompt is too long: 210001 tokens > 200000 maximum"; "input length and `max_tokens` exceed context limit".
  ["overflow", /^prompt is too long: \d+ tokens|^input length and `max_tokens` exceed context limit/],
  // Google, INVALID_ARGUMENT: "The input token count (1200000) exceeds the maximum number of tokens allowed (1048576)."
  ["overflow", /^The input token count .*exceeds the maximum number of tokens allowed/],
  // OpenRouter, 400: "This endpoint's maximum context length is 131072 tokens. However, you requested about …"; vLLM: "This model's …".
  ["overflow", /^This (endpoint|model)'s maximum context length is \d+ tokens/],
  // Ollama with truncate off: "the input length exceeds the context length".
  ["overflow", /^(the )?input length exceeds the (maximum )?context length/],
  // Anthropic, invalid_request_error: "Your credit balance is too low to access the Anthropic API. …"
  ["billing", /^Your credit balance is too low/],
];

/** OpenAI names the parameter; Anthropic and Google begin their sentence with it or name it in it, as they have no field for it. */
function isAboutThinking({ code, param, text = "" }: Typed): boolean {
  if (param !== undefined) return THINKING.test(param);
  if (code === "unsupported_parameter") return THINKING.test(text);
  return (
    /^(thinking|output_config)[.: ]/.test(text) ||
    /\bthinking[_ ]?(level|budget|config)?\b.*\bnot supported/i.test(text) ||
    /does not support thinking/.test(text)
  );
}

const THINKING = /reasoning|effort|thinking|\bthink\b/i;

/** The error of an answer, at whatever depth the provider or its library put it. */
function typedError(value: unknown): Typed {
  if (!isRecord(value)) return typeof value === "string" ? { text: value } : {};
  const inner = value.error ?? (isRecord(value.data) ? value.data : undefined);
  const nested = inner === undefined ? {} : typedError(inner);
  const { status, statusCode, code, type, param, message, details, metadata, responseBody } = value;
  const fromBody = typeof responseBody === "string" ? typedError(parsed(responseBody)) : {};
  const isOfLibrary = value instanceof Error;
  return {
    status: numeric(statusCode) ?? numeric(code) ?? numeric(status) ?? nested.status ?? fromBody.status,
    code: fromBody.code ?? nested.code ?? reasonOf(details) ?? text(code),
    type:
      fromBody.type ??
      nested.type ??
      text(status) ??
      (isOfLibrary || type === "error" ? undefined : text(type)),
    param: fromBody.param ?? nested.param ?? text(param),
    text: fromBody.text ?? nested.text ?? text(message),
    retryAfterMs: nested.retryAfterMs ?? delayOf(details),
    isFlagged:
      nested.isFlagged === true ||
      fromBody.isFlagged === true ||
      (isRecord(metadata) && Array.isArray(metadata.reasons)),
  };
}

function parsed(body: string): unknown {
  try {
    const value: unknown = JSON.parse(body);
    // Google answers a request for a stream with a list.
    return Array.isArray(value) ? value[0] : value;
  } catch {
    return undefined; // A proxy's page, or nothing: the status says what there is to know.
  }
}

/** The reason of Google's `ErrorInfo`, which is finer than the state. */
function reasonOf(details: unknown): string | undefined {
  return listed(details)
    .map(({ reason }) => text(reason))
    .find((each) => each !== undefined);
}

/** Google's `RetryInfo`: `"13s"`, `"0.5s"`. */
function delayOf(details: unknown): number | undefined {
  const delay = listed(details)
    .map(({ retryDelay }) => /^([\d.]+)s$/.exec(text(retryDelay) ?? "")?.[1])
    .find((each) => each !== undefined);
  return delay === undefined ? undefined : Math.ceil(Number(delay) * 1_000);
}

function listed(value: unknown): Record<string, unknown>[] {
  return Array.isArray(value) ? value.filter(isRecord) : [];
}

function text(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

function numeric(value: unknown): number | undefined {
  return typeof value === "number" && value >= 300 && value < 600 ? value : undefined;
}

/** In seconds or as a date (RFC 9110, 10.2.3), or in milliseconds as some say it. */
function retryAfterMs(headers: Headers, nowMs: number): number | undefined {
  const exact = Number(headers.get("retry-after-ms") ?? Number.NaN);
  if (Number.isFinite(exact) && exact >= 0) return exact;
  const told = headers.get("retry-after")?.trim();
  if (told === undefined || told === "") return undefined;
  if (/^\d+(\.\d+)?$/.test(told)) return Math.ceil(Number(told) * 1_000);
  const dateMs = Date.parse(told);
  return Number.isNaN(dateMs) ? undefined : Math.max(0, dateMs - nowMs);
}

/** The error and what caused it, the outermost first. */
function causesOf(error: unknown): unknown[] {
  const found: unknown[] = [];
  for (let each = error; each !== undefined && each !== null && found.length < MAX_CAUSES; ) {
    found.push(each);
    each = each instanceof Error ? each.cause : undefined;
  }
  return found;
}

const MAX_CAUSES = 8;
/** Of the libraries: text that is no JSON, or none that fits. */
const GARBLED = /JSONParse|TypeValidation|SyntaxError|EmptyResponseBody/;
const TIMEOUTS = ["UND_ERR_HEADERS_TIMEOUT", "UND_ERR_BODY_TIMEOUT", "UND_ERR_CONNECT_TIMEOUT", "ETIMEDOUT"];

/** What the library for compatible APIs says of a stream without an end, which has no data to it. */
function isCutStream(error: unknown): boolean {
  return (
    error instanceof Error &&
    error.name === "AI_InvalidResponseDataError" &&
    "data" in error &&
    error.data === undefined
  );
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "";
}

function isTimeout(error: unknown): boolean {
  return TIMEOUTS.includes(codeOf(error));
}

/** What `fetch` throws, and what lies below it: sockets, names, certificates. */
function isNetwork(error: unknown): boolean {
  if (/^(E[A-Z]{4,}|UND_ERR_\w+|ERR_(SSL|TLS)_\w+|CERT_\w+|\w+_CERT(_\w+)?)$/.test(codeOf(error)))
    return true;
  return error instanceof TypeError && /^(fetch failed|terminated)$/.test(error.message);
}

function innermostText(error: unknown): string {
  const last = causesOf(error).findLast((each) => each instanceof Error && each.message !== "");
  return last instanceof Error ? last.message : String(error);
}
