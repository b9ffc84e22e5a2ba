/**
 * Ollama's own API: the only one of its two that lets a request say how large the window is to be, without which it takes a small one and
 * silently forgets what does not fit. One JSON object a line (github.com/ollama/ollama, docs/api.md).
 */
import { isRecord } from "../../../../shared/protocol/frame.ts";
import type { Block, Message } from "../../../base/store/message.ts";
import { textTokens } from "../../prompt/tokens.ts";
import type { ModelFacts, ModelPart, ModelRequest, ToolDeclaration } from "../model.ts";
import { repairedView } from "../repaired-view.ts";
import { usageOf } from "../usage.ts";
import type { ProviderAccess } from "./api.ts";
import { type CallOfModel, callOf } from "./call.ts";
import { failureOfCut, failureOfError } from "./failure-of.ts";
import { NO_OBJECT } from "./parts-of.ts";
import type { Attempt, Carrier } from "./sdk-call.ts";
import { WatchedFetch } from "./watched-fetch.ts";

/** A line that is longer than this is no answer, in characters. */
const MAX_LINE = 16 * 1024 * 1024;

export function ollamaCarrier(facts: ModelFacts, { baseUrl, apiKey, headers }: ProviderAccess): Carrier {
  return async function* (request, attempt, place) {
    const call = callOf(facts, apiKey, request);
    const watched = new WatchedFetch(call.asked, place, request.signal);
    try {
      const response = await watched.fetch(`${baseUrl}/api/chat`, {
        method: "POST",
        headers: {
          "content-type": "application/json",
          ...(apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` }),
          ...headers,
        },
        body: JSON.stringify(bodyOf(facts, request, attempt)),
      });
      yield* partsOf(linesOf(response), call);
    } catch (error) {
      throw watched.reasonFor(error, (failed) => failureOfError(failed, call.asked));
    } finally {
      watched.dispose();
    }
  };
}

function bodyOf(
  facts: ModelFacts,
  { system, conversation, tools, maxOutputTokens }: ModelRequest,
  attempt: Attempt,
) {
  const instructions = [system.stable, system.changing].filter((text) => text.trim() !== "").join("\n\n");
  const view = repairedView(conversation, attempt.view);
  return {
    model: facts.id,
    stream: true,
    messages: [
      ...(instructions === "" ? [] : [{ role: "system", content: instructions }]),
      ...view.map((message, index) =>
        messageOf(message, index > view.findLastIndex(({ role }) => role === "user")),
      ),
    ],
    ...(tools.length === 0 ? {} : { tools: tools.map(toolOf) }),
    ...thinkOf(facts, attempt.level),
    options: { num_ctx: facts.contextWindow, num_predict: maxOutputTokens },
  };
}

/** Thoughts are given back within the turn that they belong to. */
function messageOf({ role, content, toolName }: Message, isThisTurn: boolean) {
  const textOf = (type: "text" | "thinking") =>
    content
      .map((block) => wordsIn(block, type))
      .filter((words) => words !== "")
      .join("\n");
  const images = content.flatMap((block) => (block.type === "image" ? [block.data] : []));
  const calls = content.flatMap((block) =>
    block.type === "toolCall" ? [{ function: { name: block.name, arguments: block.arguments } }] : [],
  );
  const thinking = isThisTurn ? textOf("thinking") : "";
  return {
    role: role === "toolResult" ? "tool" : role,
    content: textOf("text"),
    ...(thinking === "" ? {} : { thinking }),
    ...(images.length === 0 ? {} : { images }),
    ...(calls.length === 0 ? {} : { tool_calls: calls }),
    ...(role === "toolResult" ? { tool_name: toolName ?? "" } : {}),
  };
}

function wordsIn(block: Block, type: "text" | "thinking"): string {
  if (block.type !== type) return "";
  return block.type === "text" ? block.text : block.type === "thinking" ? block.thinking : "";
}

function toolOf({ name, description, parameters }: ToolDeclaration) {
  return { type: "function", function: { name, description, parameters } };
}

/** Most models know yes and no; gpt-oss knows levels, and cannot be told no. */
function thinkOf({ id }: ModelFacts, level: Attempt["level"]): { think?: boolean | string } {
  if (level === undefined || level === "default") return {};
  if (!/(^|\/)gpt-oss/.test(id)) return { think: level !== "off" };
  return { think: level === "xhigh" ? "high" : level === "off" || level === "minimal" ? "low" : level };
}

async function* partsOf(
  lines: AsyncIterable<Record<string, unknown>>,
  call: CallOfModel,
): AsyncGenerator<ModelPart> {
  let tokens = 0;
  let calls = 0;
  let isBegun = false;
  for await (const line of lines) {
    if (line.error !== undefined) throw failureOfError(line, call.asked, "server");
    isBegun ||= isRecord(line.message);
    const { content, thinking, tool_calls: called } = isRecord(line.message) ? line.message : {};
    if (typeof thinking === "string" && thinking !== "") {
      tokens += textTokens(thinking);
      yield { type: "thinking", delta: thinking };
    }
    if (typeof content === "string" && content !== "") {
      tokens += textTokens(content);
      yield { type: "text", delta: content };
    }
    // Each comes whole in one line.
    for (const each of Array.isArray(called) ? called.filter(isRecord) : []) {
      calls += 1;
      yield calledFor(each, calls);
    }
    if (line.done !== true) continue;
    const counted = countOf(line);
    const isCounted = counted.input + counted.output > 0;
    const estimate = { input: call.estimatedInput, output: tokens };
    const usage = usageOf(isCounted ? counted : estimate, call.prices);
    yield {
      type: "end",
      usage,
      ...(isCounted ? {} : { isEstimated: true }),
      stopReason: calls > 0 ? "toolUse" : line.done_reason === "length" ? "length" : "stop",
    };
    return;
  }
  throw failureOfCut(call.asked, isBegun);
}

function calledFor(called: Record<string, unknown>, number: number): ModelPart {
  const told = isRecord(called.function) ? called.function : {};
  const id = typeof called.id === "string" && called.id !== "" ? called.id : `call_${number}`;
  const call = { type: "toolCall" as const, id, name: String(told.name ?? "") };
  return isRecord(told.arguments)
    ? { type: "toolCall", call: { ...call, arguments: told.arguments } }
    : { type: "toolCall", call: { ...call, arguments: {} }, problem: NO_OBJECT };
}

function countOf({ prompt_eval_count: input, eval_count: output }: Record<string, unknown>) {
  return {
    input: typeof input === "number" ? input : 0,
    output: typeof output === "number" ? output : 0,
  };
}

/** Fails with a `SyntaxError` for a line that is no JSON object. */
async function* linesOf(response: Response): AsyncGenerator<Record<string, unknown>> {
  let rest = "";
  const text = response.body?.pipeThrough(new TextDecoderStream());
  for await (const chunk of text ?? []) {
    const lines = (rest + chunk).split("\n");
    rest = lines.pop() ?? "";
    if (rest.length > MAX_LINE) throw new SyntaxError("a line without an end");
    for (const line of lines) if (line.trim() !== "") yield objectIn(line);
  }
  // A line that was cut is no line.
}

function objectIn(line: string): Record<string, unknown> {
  const value: unknown = JSON.parse(line);
  if (isRecord(value)) return value;
  throw new SyntaxError("a line that is no JSON object");
}
