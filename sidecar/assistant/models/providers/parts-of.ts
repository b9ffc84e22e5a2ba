/** What a provider library streams, as parts of an answer. What only some providers tell, and nobody here needs, is passed over. */
import type {
  LanguageModelV4StreamPart,
  LanguageModelV4Usage,
  SharedV4ProviderMetadata,
} from "@ai-sdk/provider";
import { isRecord } from "../../../../shared/protocol/frame.ts";
import { advice, type Sentence } from "../../../../shared/remedy.ts";
import type { TokenUsage } from "../../../base/store/message.ts";
import { textTokens } from "../../prompt/tokens.ts";
import type { ModelFailure } from "../failure.ts";
import type { ModelPart } from "../model.ts";
import { type Counted, isCounted, merged, usageOf } from "../usage.ts";
import type { CallOfModel } from "./call.ts";
import type { Dialect } from "./dialect.ts";
import { failureOfCut, failureOfError, failureOfKind } from "./failure-of.ts";
import { signatureOf } from "./signature.ts";

type Metadata = SharedV4ProviderMetadata[string];
type ToolCall = Extract<LanguageModelV4StreamPart, { type: "tool-call" }>;
type Finish = Extract<LanguageModelV4StreamPart, { type: "finish" }>;

/** Ends with `end`, or fails: an answer that was cut or refused is none. */
export async function* partsOf(
  stream: AsyncIterable<LanguageModelV4StreamPart>,
  { form, counted: countedIn }: Dialect,
  call: CallOfModel,
): AsyncGenerator<ModelPart> {
  const { key } = form;
  const thoughts = new Map<string, Metadata>();
  const reports: Counted[] = [];
  const calls: ToolCall[] = [];
  const said = new Said(call);
  for await (const part of stream) {
    const metadata = "providerMetadata" in part ? part.providerMetadata?.[key] : undefined;
    if (metadata !== undefined) reports.push(countedIn?.(metadata) ?? {});
    said.isBegun ||= !BEFORE.includes(part.type);
    switch (part.type) {
      case "text-delta":
        if (part.delta !== "") yield said.text(part.delta);
        break;
      case "reasoning-start":
      case "reasoning-delta":
      case "reasoning-end": {
        if (metadata !== undefined) thoughts.set(part.id, { ...thoughts.get(part.id), ...metadata });
        const delta = part.type === "reasoning-delta" ? part.delta : "";
        const signature = part.type === "reasoning-end" ? signatureOf(thoughts.get(part.id)) : undefined;
        if (signature !== undefined) yield { type: "thinking", delta, signature };
        else if (delta !== "") yield said.thought(delta);
        break;
      }
      case "tool-call":
        if (part.providerExecuted !== true) calls.push(part);
        break;
      case "error":
        throw withUsage(failureOfError(part.error, call.asked, "server", said.isBegun), said.usage(reports));
      case "finish": {
        reports.push(countOf(part.usage));
        const details = metadata?.reasoning_details;
        if (details !== undefined) {
          const signature = JSON.stringify({ reasoning_details: details });
          yield { type: "thinking", delta: "", signature };
        }
        yield* endOf(part, calls, said, reports, key);
        return;
      }
      default:
    }
  }
  throw said.cut(reports);
}

/** What a library tells of whatever comes, and of nothing. */
const BEFORE: readonly LanguageModelV4StreamPart["type"][] = ["stream-start", "raw", "error", "finish"];

/** What was said so far, from which the tokens are estimated where nobody counted them. */
class Said {
  /** Whether anything of an answer came. */
  isBegun = false;
  #tokens = 0;
  #call: CallOfModel;

  constructor(call: CallOfModel) {
    this.#call = call;
  }

  text(delta: string): ModelPart {
    this.#tokens += textTokens(delta);
    return { type: "text", delta };
  }

  thought(delta: string): ModelPart {
    this.#tokens += textTokens(delta);
    return { type: "thinking", delta };
  }

  /** Undefined where nothing was said or counted yet. */
  usage(reports: readonly Counted[]): TokenUsage | undefined {
    const counted = merged(reports);
    if (isCounted(counted)) return usageOf(counted, this.#call.prices);
    return this.#tokens === 0 ? undefined : this.estimate();
  }

  estimate(): TokenUsage {
    const { estimatedInput: input, prices } = this.#call;
    return usageOf({ input, output: this.#tokens }, prices);
  }

  cut(reports: readonly Counted[]): ModelFailure {
    return failureOfCut(this.#call.asked, this.isBegun, this.usage(reports));
  }

  failure(kind: "refusal" | "server", text: string | Sentence, reports: readonly Counted[]): ModelFailure {
    return failureOfKind(kind, this.#call.asked, text, this.usage(reports));
  }
}

function* endOf(
  { finishReason: { unified, raw } }: Finish,
  calls: readonly ToolCall[],
  said: Said,
  reports: readonly Counted[],
  key: string,
): Generator<ModelPart> {
  if (unified === "content-filter") throw said.failure("refusal", raw ?? advice`its content filter`, reports);
  if (unified === "interrupted" || (unified === "other" && raw === undefined)) throw said.cut(reports);
  if (unified === "error")
    throw said.failure("server", raw ?? advice`the answer ended with an error`, reports);
  const isLong = unified === "length" || raw === "model_context_window_exceeded";
  for (const call of calls) yield calledFor(call, key);
  const counted = merged(reports);
  const usage = said.usage(reports) ?? said.estimate();
  yield {
    type: "end",
    usage,
    ...(isCounted(counted) ? {} : { isEstimated: true }),
    stopReason: calls.length > 0 ? "toolUse" : isLong ? "length" : "stop",
  };
}

function calledFor({ toolCallId, toolName, input, providerMetadata }: ToolCall, key: string): ModelPart {
  const thoughtSignature = signatureOf(providerMetadata?.[key]);
  const call = {
    type: "toolCall" as const,
    id: toolCallId,
    name: toolName,
    ...(thoughtSignature === undefined ? {} : { thoughtSignature }),
  };
  const value = argumentsOf(input);
  return value === undefined
    ? { type: "toolCall", call: { ...call, arguments: {} }, problem: NO_OBJECT }
    : { type: "toolCall", call: { ...call, arguments: value } };
}

export const NO_OBJECT =
  "The arguments are no JSON object, so nothing was done. Call the tool again with valid ones.";

/** Undefined for anything but a JSON object; nothing at all is an empty one. */
function argumentsOf(text: string): Record<string, unknown> | undefined {
  if (text.trim() === "") return {};
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined; // The model is told, and may do better.
  }
}

function countOf({ inputTokens, outputTokens }: LanguageModelV4Usage): Counted {
  const { total, noCache, cacheRead, cacheWrite } = inputTokens;
  const cached = (cacheRead ?? 0) + (cacheWrite ?? 0);
  return {
    input: noCache ?? (total === undefined ? undefined : Math.max(0, total - cached)),
    output: outputTokens.total,
    cacheRead,
    cacheWrite,
  };
}

function withUsage(failure: ModelFailure, usage: TokenUsage | undefined): ModelFailure {
  return usage === undefined ? failure : failure.withUsage(usage);
}
