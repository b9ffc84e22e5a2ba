import { expect, test } from "@playwright/test";
import {
  conversationTokens,
  messageTokens,
  textTokens,
} from "../../../../../sidecar/assistant/prompt/tokens.ts";
import { textMessage } from "../../../../../sidecar/base/store/message.ts";

/** A text, and what the tokenisers of common models take for it, from the one that takes the fewest to the one that takes the most. */
const COUNTED: [text: string, fewest: number, most: number][] = [
  ["The quick brown fox jumps over the lazy dog, and nobody knows why it does so.", 17, 21],
  ["Die Sitzung wurde gestern auf den nächsten Donnerstag verschoben, weil viele krank waren.", 17, 27],
  ["今天天气很好，我们一起去公园散步吧。", 13, 24],
  ["안녕하세요, 오늘 회의는 세 시에 시작합니다.", 14, 30],
  ['{"name":"read","arguments":{"path":"memory/2026-03-02.md"}}', 17, 26],
];

test.describe("the estimate of tokens", () => {
  for (const [text, fewest, most] of COUNTED) {
    test(`is not below the fewest and not twice the most for ${text.slice(0, 20)}…`, () => {
      const estimate = textTokens(text);

      expect(estimate).toBeGreaterThanOrEqual(fewest);
      expect(estimate).toBeLessThanOrEqual(2 * most);
    });
  }

  test("counts images, calls of tools, and every message for itself", () => {
    const call = { type: "toolCall", id: "1", name: "read", arguments: { path: "a" } } as const;

    expect(textTokens("")).toBe(0);
    expect(messageTokens(textMessage("user", "", 0))).toBe(4);
    expect(
      messageTokens({ content: [{ type: "image", data: "x".repeat(9_000), mimeType: "image/png" }] }),
    ).toBe(1_604);
    expect(messageTokens({ content: [call] })).toBeGreaterThan(10);
    expect(conversationTokens([textMessage("user", "hi", 0), textMessage("assistant", "hi", 0)])).toBe(10);
  });
});
