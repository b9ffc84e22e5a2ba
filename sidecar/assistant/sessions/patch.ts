/** What a client may set on a session: aliases become the stored word, and a word that nobody knows is refused with those that would do. */
import { RequestError } from "../../../shared/errors.ts";
import type { SessionFields, SessionPatch } from "../../base/store/session-store.ts";

/** The parameters of `sessions.patch` but for the key. */
export interface PatchParams {
  label?: string | null | undefined;
  thinkingLevel?: string | null | undefined;
  verboseLevel?: string | null | undefined;
  reasoningLevel?: string | null | undefined;
  elevatedLevel?: string | null | undefined;
  execHost?: string | null | undefined;
  execSecurity?: string | null | undefined;
  execAsk?: string | null | undefined;
  execNode?: string | null | undefined;
  model?: string | null | undefined;
  spawnedBy?: string | null | undefined;
  responseUsage?: "off" | "tokens" | "full" | "on" | null | undefined;
  sendPolicy?: "allow" | "deny" | null | undefined;
  groupActivation?: "mention" | "always" | null | undefined;
}

/** What is stored for the parameters; null takes a field away. Fails with `SESSION_FIELD_INVALID`. */
export function patchOf(params: PatchParams, key: string, before: SessionFields): SessionPatch {
  const change: Record<string, unknown> = {};
  for (const [name, words] of Object.entries(WORDS)) {
    const given = params[name as keyof typeof WORDS];
    if (given !== undefined) change[name] = given === null ? null : wordOf(name, given, words);
  }
  for (const name of ["sendPolicy", "groupActivation"] as const) {
    if (params[name] !== undefined) change[name] = params[name];
  }
  return {
    ...change,
    ...usageOf(params),
    ...labelOf(params),
    ...nodeOf(params),
    ...modelOf(params),
    ...spawnOf(params, key, before),
  };
}

/** The word that is stored for what people write; undefined for none that does. */
export function storedWord(field: keyof typeof WORDS, written: string): string | undefined {
  const word = written.trim().toLowerCase();
  return Object.hasOwn(WORDS[field].known, word) ? WORDS[field].known[word] : undefined;
}

interface Words {
  /** By what people write. */
  known: Readonly<Record<string, string>>;
  /** How the refusal names them. */
  shown: string;
  /** The word that stands for nothing at all. */
  clears?: string;
}

const quoted = (...words: string[]) => words.map((word) => `"${word}"`).join("|");
const same = (...words: string[]) => Object.fromEntries(words.map((word) => [word, word]));

const WORDS: Readonly<
  Record<
    | "thinkingLevel"
    | "verboseLevel"
    | "reasoningLevel"
    | "elevatedLevel"
    | "execHost"
    | "execSecurity"
    | "execAsk",
    Words
  >
> = {
  thinkingLevel: {
    known: {
      ...same("off", "minimal", "low", "medium", "high"),
      on: "low",
      enable: "low",
      enabled: "low",
      think: "minimal",
      min: "minimal",
      mid: "medium",
      med: "medium",
      hard: "low",
      thinkhard: "low",
      "think-hard": "low",
      "think hard": "low",
      harder: "medium",
      thinkharder: "medium",
      ultra: "high",
      ultrathink: "high",
      max: "high",
      highest: "high",
    },
    shown: "off|minimal|low|medium|high",
    clears: "off",
  },
  verboseLevel: {
    known: {
      ...same("on", "off", "full"),
      true: "on",
      yes: "on",
      "1": "on",
      false: "off",
      no: "off",
      "0": "off",
      all: "full",
    },
    shown: quoted("on", "off"),
  },
  reasoningLevel: {
    known: {
      ...same("on", "off", "stream"),
      show: "on",
      hide: "off",
      visible: "on",
      hidden: "off",
      streaming: "stream",
      draft: "stream",
      live: "stream",
    },
    shown: quoted("on", "off", "stream"),
    clears: "off",
  },
  elevatedLevel: {
    known: {
      ...same("on", "off", "ask", "full"),
      prompt: "ask",
      approval: "ask",
      auto: "full",
      yes: "on",
      no: "off",
    },
    shown: quoted("on", "off", "ask", "full"),
  },
  execHost: { known: same("sandbox", "gateway", "node"), shown: quoted("sandbox", "gateway", "node") },
  execSecurity: { known: same("deny", "allowlist", "full"), shown: quoted("deny", "allowlist", "full") },
  execAsk: { known: same("off", "on-miss", "always"), shown: quoted("off", "on-miss", "always") },
};

function wordOf(name: string, given: string, { known, shown, clears }: Words): string | null {
  const written = given.trim().toLowerCase();
  const word = Object.hasOwn(known, written) ? known[written] : undefined;
  if (name === "thinkingLevel" && written === "xhigh")
    throw invalid('thinkingLevel "xhigh" is supported by no model of this release');
  if (word === undefined) throw invalid(`invalid ${name} (use ${shown})`);
  return word === clears ? null : word;
}

function usageOf({ responseUsage }: PatchParams): SessionPatch {
  if (responseUsage === undefined) return {};
  const word = responseUsage === "on" ? "tokens" : responseUsage;
  return { responseUsage: word === "off" ? null : word };
}

function labelOf({ label }: PatchParams): SessionPatch {
  if (label === undefined) return {};
  const text = label?.trim();
  if (text === "") throw invalid("invalid label: empty");
  return { label: text ?? null };
}

function nodeOf({ execNode }: PatchParams): SessionPatch {
  if (execNode === undefined) return {};
  const name = execNode?.trim();
  if (name === "") throw invalid("invalid execNode: empty");
  return { execNode: name ?? null };
}

/** Split at the first slash: names of models have slashes of their own. */
function modelOf({ model }: PatchParams): SessionPatch {
  if (model === undefined) return {};
  if (model === null) return { providerOverride: null, modelOverride: null };
  const [, provider = "", id = ""] = /^([^/]+)\/(.+)$/.exec(model.trim()) ?? [];
  if (model.trim() === "") throw invalid("invalid model: empty");
  if (provider === "") throw invalid(`invalid model: ${model.trim()} (use provider/model)`);
  return { providerOverride: provider, modelOverride: id };
}

function spawnOf({ spawnedBy }: PatchParams, key: string, before: SessionFields): SessionPatch {
  if (spawnedBy === undefined) return {};
  const isSet = typeof before.spawnedBy === "string";
  if (spawnedBy === null) {
    if (isSet) throw invalid("spawnedBy cannot be cleared once set");
    return {};
  }
  if (!key.includes(":subagent:")) throw invalid("spawnedBy is only supported for subagent:* sessions");
  if (isSet && before.spawnedBy !== spawnedBy) throw invalid("spawnedBy cannot be changed once set");
  return { spawnedBy };
}

function invalid(message: string): RequestError {
  return new RequestError("SESSION_FIELD_INVALID", message);
}
