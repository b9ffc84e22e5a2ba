/** Text from anywhere, made fit to be shown. */
import { expect, test } from "@playwright/test";
import { oneLine, severalLines } from "../../../tray/plain-text.ts";

test.describe("oneLine", () => {
  for (const [what, text, shown] of [
    ["line breaks", "one\r\n two\u2028three", "one two three"],
    ["control characters", "\u001b[31mred\u0007\u0000", "red\ufffd\ufffd"],
    ["direction changes", "safe\u202egpj.exe\u2066", "safegpj.exe"],
    ["half characters", "a\ud83e!", "a\ufffd!"],
  ] as const) {
    test(`S12: leaves nothing of ${what}`, () => {
      expect(oneLine(text, 100)).toBe(shown);
    });
  }

  test("cuts by whole characters and says so", () => {
    expect(oneLine("🦞🦞🦞🦞", 3)).toBe("🦞🦞…");
    expect(oneLine("🦞🦞🦞", 3)).toBe("🦞🦞🦞");
  });
});

test.describe("severalLines", () => {
  test("keeps line breaks, in one form, and nothing else unprintable", () => {
    expect(severalLines("one\r\ntwo\rthree\u0008\n", 100)).toBe("one\ntwo\nthree\ufffd");
  });
});
