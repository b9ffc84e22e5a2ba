import { expect, test } from "@playwright/test";
import { parseCommandLine } from "../../../tray/command-line.ts";

const PLAIN = { action: "run", orForeground: false, profile: undefined, dev: false };

test.describe("parseCommandLine", () => {
  for (const [words, expected] of [
    ["", {}],
    ["tray", {}],
    ["tray --status", { action: "status" }],
    ["--profile work tray", { profile: "work" }],
    ["tray --or-foreground --profile=work", { orForeground: true, profile: "work" }],
    ["tray --dev --no-color", { dev: true }],
    ["tray --status --help", { action: "help" }],
    ["-V", { action: "version" }],
  ] as const) {
    test(`reads "${words}"`, () => {
      expect(parseCommandLine(words.split(" ").filter(Boolean))).toEqual({ ...PLAIN, ...expected });
    });
  }

  for (const words of ["tray tray", "--nope", "-x", "--profile", "--status=1"]) {
    test(`refuses "${words}" as usage`, () => {
      expect(() => parseCommandLine(words.split(" "))).toThrow(
        expect.objectContaining({ code: "USAGE", message: expect.stringContaining("clawdbot tray --help") }),
      );
    });
  }
});
