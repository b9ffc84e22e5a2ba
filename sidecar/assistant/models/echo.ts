/**
 * `local/echo`: answers where nobody has set up a model, without a network and for nothing. It says what it is in every answer, so that
 * nobody takes it for an assistant.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { shortened } from "../../../shared/foreign-text.ts";
import { textOf } from "../../base/store/message.ts";
import { textTokens } from "../prompt/tokens.ts";
import type { Model } from "./model.ts";
import { usageOf } from "./usage.ts";

const LABEL = "[local/echo: no model is set up, so this repeats what you wrote]";
/** As much of a message as is worth repeating, in characters. */
const MOST_CHARS = 20_000;
const MOST_PIECES = 200;
/** A short answer comes at once, a long one takes a moment in which it can be stopped. */
const AT_ONCE = 40;
const PAUSE_MS = 5;
const FREE = { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 };

export const ECHO: Model = {
  provider: "local",
  id: "echo",
  name: "Echo (no model)",
  api: "local-echo",
  contextWindow: 32_000,
  maxOutputTokens: 8_000,
  reasoning: false,
  input: ["text"],
  prices: FREE,
  async *stream({ conversation, signal }) {
    const said = textOf(conversation.at(-1) ?? { content: [] });
    const answer = `${LABEL}\n\n${shortened(said, MOST_CHARS)}`;
    for (const [index, delta] of piecesOf(answer).entries()) {
      signal.throwIfAborted();
      yield { type: "text", delta };
      if (index >= AT_ONCE) await sleep(PAUSE_MS, undefined, { signal });
    }
    yield {
      type: "end",
      usage: usageOf({ input: textTokens(said), output: textTokens(answer) }, FREE),
      stopReason: "stop",
    };
  },
};

/** In pieces, as from any other model: whole words with what stands before them, more of them in a piece of a long answer. */
function piecesOf(answer: string): string[] {
  const words = answer.match(/\s*\S+/g) ?? [];
  const size = Math.max(1, Math.ceil(words.length / MOST_PIECES));
  const count = Math.ceil(words.length / size);
  return Array.from({ length: count }, (_, index) => words.slice(index * size, (index + 1) * size).join(""));
}
