import { expect, test } from "@playwright/test";
import { isSilent, mayBecomeSilent, shapeAnswer } from "../../../../sidecar/channels/shaping.ts";

const shape = (text: string) => shapeAnswer(text, (path) => path.startsWith("/workspace/"));

test.describe("case 21: an answer", () => {
  for (const text of [
    "The words “context overflow” mean that a conversation is too long.",
    "Error: is what a shell prints.",
    "HTTP 500 Internal Server Error is the server's fault.",
    "429 Too Many Requests",
  ]) {
    test(`is delivered as it is: ${text}`, () => {
      expect(shape(text)).toEqual({ text, replyTo: undefined, media: [], asVoice: false });
    });
  }
});

test.describe("case 22: the silent word", () => {
  for (const [text, silent] of [
    ["NO_REPLY", true],
    [" **no_reply** \n", true],
    ["`NO_REPLY`\nNO_REPLY", true],
    ["The model says NO_REPLY", false],
    ["NO_REPLY, she said", false],
    ["", false],
  ] as const) {
    test(`${silent ? "is" : "is not"} ${JSON.stringify(text)}`, () => {
      expect(isSilent(text)).toBe(silent);
    });
  }

  test("is not shown while it may still become one", () => {
    expect(["", "N", "NO", "*NO_REP", "NO_REPLY NO_"].map(mayBecomeSilent)).toEqual([
      true,
      true,
      true,
      true,
      true,
    ]);
    expect(["No,", "NOT", "NO_REPLY but"].map(mayBecomeSilent)).toEqual([false, false, false]);
  });
});

test.describe("a mark in an answer", () => {
  test("points to a message, the first one counts", () => {
    expect(shape("[[ reply_to: 42 ]] Yes. [[reply_to_current]]")).toMatchObject({
      text: "Yes.",
      replyTo: { kind: "id", id: "42" },
    });
    expect(shape("[[reply_to_current]]Yes")).toMatchObject({ text: "Yes", replyTo: { kind: "current" } });
  });

  test("sends a file that may be sent, and stays a line where it may not", () => {
    expect(shape("Here:\nMEDIA:/workspace/a.png\nMEDIA: /etc/passwd")).toMatchObject({
      text: "Here:\n\nMEDIA: /etc/passwd",
      media: ["/workspace/a.png"],
    });
  });

  test("asks for a voice, is left alone where it is none of ours, and is talked about in code", () => {
    expect(shape("[[audio_as_voice]] hi")).toMatchObject({ text: "hi", asVoice: true });
    expect(shape("[[something]] `[[reply_to_current]]`").text).toBe("[[something]] `[[reply_to_current]]`");
    expect(shape("```\nMEDIA:/workspace/a.png\n```").media).toEqual([]);
  });
});
