import { expect, test } from "@playwright/test";
import { isMentioned, mentionPatterns } from "../../../../../sidecar/assistant/inbox/mention.ts";
import type { InboundMessage } from "../../../../../sidecar/assistant/inbox/message.ts";

function said(text: string, more: Partial<InboundMessage> = {}): InboundMessage {
  return { atMs: 0, chat: { kind: "group", id: "g" }, sender: { id: "a" }, text, ...more };
}

test.describe("a mention", () => {
  const patterns = mentionPatterns(undefined, ["Clawd", "Große Krabbe"]);

  for (const [text, expected] of [
    ["Clawd, are you there?", true],
    ["@clawd hi", true],
    ["c\u200blawd hi", true],
    ["große  KRABBE!", true],
    ["clawdbot is another word", false],
    ["überclawd", false],
    ["nobody", false],
  ] as const) {
    test(`${expected ? "is" : "is not"} in ${JSON.stringify(text)}`, () => {
      expect(isMentioned(said(text), patterns)).toBe(expected);
    });
  }

  test("is what the channel says is one, and a reply to us", () => {
    expect(isMentioned(said("hi", { mentions: { bot: true, any: true } }), [])).toBe(true);
    expect(isMentioned(said("hi", { replyTo: { id: "1", toBot: true } }), [])).toBe(true);
    expect(isMentioned(said("hi", { replyTo: { id: "1" } }), [])).toBe(false);
  });

  test("is found by what is configured, also where only the older grammar knows a pattern", () => {
    const configured = mentionPatterns(["(", "hey bot", "\\@craby"], ["Clawd"]);

    expect(isMentioned(said("Hey Bot"), configured)).toBe(true);
    expect(isMentioned(said("hi @Craby"), configured)).toBe(true);
    expect(isMentioned(said("Clawd"), configured)).toBe(false);
  });

  test("goes by the names where no configured pattern can be read", () => {
    const sources = (patterns: string[]) => mentionPatterns(patterns, ["Ann"]).map(({ source }) => source);

    expect(sources(["*clawd", "("])).toEqual(mentionPatterns(undefined, ["Ann"]).map(({ source }) => source));
    expect(sources(["*clawd", "(?i)hey"])).toEqual(["hey"]);
    expect(sources([])).toEqual([]);
  });
});
