import { expect, test } from "@playwright/test";
import { localClock, localDate, localTime } from "../../../../sidecar/base/local-time.ts";

/** Every part has a digit to pad. */
const AT_MS = new Date(2026, 0, 5, 9, 5, 1).getTime();

test.describe("a moment in the time of this machine", () => {
  test("has two digits everywhere", () => {
    expect(localDate(AT_MS)).toBe("2026-01-05");
    expect(localClock(AT_MS)).toBe("09:05:01");
    expect(localTime(AT_MS)).toBe("2026-01-05 09:05:01");
  });

  test("reads as Intl has it, the whole year round", () => {
    const days = Array.from({ length: 366 }, (_, day) => AT_MS + day * 86_400_000);

    expect(days.map(localTime)).toEqual(days.map((ms) => new Date(ms).toLocaleString("sv")));
  });
});
