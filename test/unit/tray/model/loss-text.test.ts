import { expect, test } from "@playwright/test";
import { lossText } from "../../../../tray/model/loss-text.ts";
import { TEXTS } from "../../../../tray/model/texts/index.ts";

test.describe("lossText", () => {
  for (const problem of ["no-display", "no-session-bus"] as const) {
    test(`P1: names the profile in the command against ${problem}`, () => {
      const loss = { problem, machine: "linux x64" } as const;
      const remedies = [TEXTS.en, TEXTS.de].map((texts) => lossText(loss, texts, "work").remedy);

      for (const remedy of remedies) expect(remedy).toContain("clawdbot --profile work ");
      expect(lossText(loss, TEXTS.en, null).remedy).not.toContain("--profile");
    });
  }
});
