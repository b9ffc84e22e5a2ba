/** A mind whose answers a test writes down beforehand, one for each time that it is asked. */

import type { Model, ModelPart, ModelRequest, Prices } from "../../../sidecar/assistant/models/model.ts";
import type { Mind } from "../../../sidecar/assistant/turns/mind.ts";
import type { Message, TokenUsage, ToolCallBlock } from "../../../sidecar/base/store/message.ts";

/** What is answered: text, calls of tools, an error, or whatever the function makes of the request. */
export type ScriptedAnswer =
  | string
  | Error
  | { calls: ToolCallBlock[]; text?: string; thoughts?: string[] }
  | ((request: ModelRequest) => string | Promise<string>);

export interface ScriptedMind extends Mind {
  /** What it was sent, each time. */
  readonly asked: (readonly Message[])[];
}

const usageOf = (prices: Prices): TokenUsage => ({
  input: 1_000,
  output: 100,
  cacheRead: 0,
  cacheWrite: 0,
  totalTokens: 1_100,
  cost: {
    input: prices.input / 1_000,
    output: prices.output / 10_000,
    cacheRead: 0,
    cacheWrite: 0,
    total: prices.input / 1_000 + prices.output / 10_000,
  },
});

/** Each answer takes 1,000 tokens in and 100 out. */
export function scriptedMind(
  answers: ScriptedAnswer[],
  prices: Prices = { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 },
): ScriptedMind {
  const asked: (readonly Message[])[] = [];
  const model: Model = {
    provider: "test",
    id: "scripted",
    name: "Scripted",
    api: "test",
    contextWindow: 100_000,
    maxOutputTokens: 1_000,
    reasoning: false,
    input: ["text"],
    prices,
    async *stream(request): AsyncIterable<ModelPart> {
      asked.push(request.conversation);
      const next = answers.shift();
      if (next === undefined) throw new Error("the script has no further answer");
      if (next instanceof Error) throw next;
      const usage = usageOf(prices);
      if (typeof next === "object") {
        for (const delta of next.thoughts ?? []) yield { type: "thinking", delta };
        if (next.text !== undefined) yield { type: "text", delta: next.text };
        for (const call of next.calls) yield { type: "toolCall", call };
        yield { type: "end", usage, stopReason: next.calls.length > 0 ? "toolUse" : "stop" };
        return;
      }
      const text = typeof next === "string" ? next : await next(request);
      request.signal.throwIfAborted();
      if (text !== "") yield { type: "text", delta: text };
      yield { type: "end", usage, stopReason: "stop" };
    },
  };
  return {
    asked,
    think: async (_turn, offer) => ({
      model,
      tools: offer(model),
      request: async (conversation) => ({
        system: { stable: "", changing: "" },
        conversation: conversation.map(({ message }) => message),
        tools: offer(model),
        thinking: "off",
        maxOutputTokens: 1_000,
      }),
      parts: [],
      shown: (text) => text.trim(),
      async *answer(request, gate) {
        const permit = await gate.ask(model, { input: 1_000, output: 1_000 });
        try {
          for await (const part of model.stream(request)) {
            if (part.type === "end") permit.settle(part.usage);
            yield part;
          }
        } finally {
          permit.release();
        }
      },
    }),
  };
}
