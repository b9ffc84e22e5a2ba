import { expect, test } from "@playwright/test";
import { clockText, dayKey, momentText, secondsUntil } from "../../../../sidecar/ui/format.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

test.describe("secondsUntil", () => {
  test("rounds up, so that the count ends with 1 and not with 0", () => {
    expect(secondsUntil(10_001, 8_000)).toBe(3);
    expect(secondsUntil(10_000, 9_999)).toBe(1);
  });

  test("is 0 for what has passed", () => {
    expect(secondsUntil(1_000, 5_000)).toBe(0);
  });
});

test.describe("moments", () => {
  const now = new Date(2026, 10, 22, 16, 5, 9).getTime();

  test("clockText pads every part", () => {
    expect(clockText(new Date(2026, 0, 1, 4, 5, 6).getTime())).toBe("04:05:06");
  });

  test("momentText leaves out the day for today alone", () => {
    expect(momentText(now - MINUTE_MS, now, "de")).toBe("16:04");
    expect(momentText(now - DAY_MS, now, "de")).toBe("21. Nov., 16:05");
  });

  test("momentText has two digits where hours are counted to 24", () => {
    const morning = new Date(2026, 10, 22, 4, 58).getTime();

    expect(momentText(morning, now, "de")).toBe("04:58");
    expect(momentText(morning, now, "en-US")).toMatch(/^4:58\sAM$/u);
  });

  test("dayKey changes at local midnight", () => {
    const midnight = new Date(2026, 10, 22).getTime();

    expect(dayKey(midnight)).toBe(dayKey(now));
    expect(dayKey(midnight - 1)).not.toBe(dayKey(now));
  });
});
