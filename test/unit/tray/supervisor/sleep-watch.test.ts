import { expect, test } from "@playwright/test";
import type { Clock } from "../../../../shared/clock.ts";
import { HEALTH_INTERVAL_MS, SLEEP_GAP_MS } from "../../../../tray/model/limits.ts";
import { watchSleep } from "../../../../tray/supervisor/sleep-watch.ts";

test.describe("watchSleep", () => {
  test("tells a night from an interval that came late", () => {
    let nowMs = 0;
    let look = () => {};
    const clock = {
      now: () => nowMs,
      every: (_intervalMs: number, run: () => void) => {
        look = run;
        return { dispose: () => {} };
      },
    } as unknown as Clock;
    let wakes = 0;
    watchSleep(clock, () => {
      wakes += 1;
    });
    const lookAfter = (ms: number) => {
      nowMs += ms;
      look();
      return wakes;
    };

    expect(lookAfter(HEALTH_INTERVAL_MS)).toBe(0);
    expect(lookAfter(SLEEP_GAP_MS)).toBe(0);
    expect(lookAfter(SLEEP_GAP_MS + 1)).toBe(1);
    expect(lookAfter(HEALTH_INTERVAL_MS)).toBe(1);
  });
});
