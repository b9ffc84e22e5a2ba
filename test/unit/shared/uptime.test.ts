import { expect, test } from "@playwright/test";
import { uptimeText } from "../../../shared/uptime.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

test.describe("uptimeText", () => {
  for (const [ms, text] of [
    [0, "0 s"],
    [999, "0 s"],
    [59_999, "59 s"],
    [MINUTE_MS, "1 min 00 s"],
    [HOUR_MS - 1, "59 min 59 s"],
    [HOUR_MS, "1 h 00 min 00 s"],
    [3 * HOUR_MS + 5 * MINUTE_MS + 7_000, "3 h 05 min 07 s"],
    [DAY_MS - 1, "23 h 59 min 59 s"],
    [DAY_MS, "1 d 0 h 00 min"],
    [400 * DAY_MS + 2 * HOUR_MS + 3 * MINUTE_MS, "400 d 2 h 03 min"],
  ] as const) {
    test(`writes ${ms} ms as ${text}`, () => {
      expect(uptimeText(ms)).toBe(text);
    });
  }
});
