import { expect, test } from "@playwright/test";
import { readStartWords } from "../../../tray/start-words.ts";

const PLAIN = { status: false, orForeground: false, profile: undefined, dev: false };

test.describe("readStartWords", () => {
  for (const [words, expected] of [
    ["", {}],
    ["tray", {}],
    ["tray --status", { status: true }],
    ["tray --or-foreground --profile work", { orForeground: true, profile: "work" }],
    ["tray --dev", { dev: true }],
  ] as const) {
    test(`reads "${words}"`, () => {
      expect(readStartWords(words.split(" ").filter(Boolean))).toEqual({ ...PLAIN, ...expected });
    });
  }

  test("refuses any other word, as only a person types it", () => {
    expect(() => readStartWords(["tray", "--nope"])).toThrow(
      "--nope is not for the tray; see clawdbot tray --help",
    );
  });
});
