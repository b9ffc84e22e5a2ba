import { expect, test } from "@playwright/test";
import { momentOf } from "../../../../../sidecar/assistant/cron/spoken-time.ts";

const NOW = Date.UTC(2026, 2, 1, 12);
const read = (text: string) => {
  const moment = momentOf(text, NOW, "Europe/Berlin");
  return moment === undefined ? undefined : new Date(moment).toISOString().slice(0, 16);
};

test.describe("a time that somebody writes", () => {
  for (const [text, expected] of [
    ["20m", "2026-03-01T12:20"],
    ["+2h", "2026-03-01T14:00"],
    ["in 1h30m", "2026-03-01T13:30"],
    ["14:30", "2026-03-01T13:30"],
    ["9:00", "2026-03-02T08:00"],
    ["tomorrow 9:00", "2026-03-02T08:00"],
    ["morgen um 9:00", "2026-03-02T08:00"],
    ["today at 9:00", "2026-03-01T08:00"],
    ["2026-07-01 09:00", "2026-07-01T07:00"],
    ["2026-07-01", "2026-06-30T22:00"],
    ["2026-07-01T09:00:00Z", "2026-07-01T09:00"],
    ["2026-07-01T09:00+05:30", "2026-07-01T03:30"],
    ["1795364372027", "2026-11-22T16:19"],
    // The clock jumps over the one, and shows the other twice.
    ["2026-03-29T02:30", "2026-03-29T01:00"],
    ["2026-10-25T02:30", "2026-10-25T00:30"],
  ] as const) {
    test(`as ${text} is the moment that is meant in the zone`, () => {
      expect(read(text)).toBe(expected);
    });
  }

  for (const text of ["", "soon", "5", "25:00", "2026-02-30", "2026-13-01", "9:60", "20 parsecs"]) {
    test(`as "${text}" is none`, () => {
      expect(read(text)).toBeUndefined();
    });
  }
});
