import { utimesSync } from "node:fs";
import { expect } from "@playwright/test";
import { clock } from "../../../../../../../sidecar/setup/doctor/checks/machine/clock.ts";
import { findingsOf, SOUND } from "../../../../../../helpers/home/check-context.ts";
import { test } from "../../../../../../helpers/home/temp-home.ts";

const NOW = Date.parse("2026-03-01T12:00:00Z");

test.describe("the check of the clock", () => {
  for (const [minutes, words] of [
    [6, "6 min"],
    [180, "3 h"],
    [60 * 24 * 30, "30 days"],
  ] as const) {
    test(`finds a file that was changed ${words} in the future`, async ({ home }) => {
      home.writeConfig(SOUND);
      utimesSync(home.configFile, NOW / 1_000, NOW / 1_000 + minutes * 60);

      expect(await findingsOf(clock, home, { nowMs: NOW })).toMatchObject([
        { code: "clock-skew", level: "warning", message: expect.stringContaining(`${words} in the future`) },
      ]);
    });
  }

  test("finds nothing where files are old or a moment ahead, and without files", async ({ home }) => {
    expect(await findingsOf(clock, home, { nowMs: NOW })).toEqual([]);

    home.writeConfig(SOUND);
    utimesSync(home.configFile, NOW / 1_000, NOW / 1_000 + 60);
    expect(await findingsOf(clock, home, { nowMs: NOW })).toEqual([]);
  });
});
