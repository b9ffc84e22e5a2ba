import { expect, test } from "@playwright/test";
import fc from "fast-check";
import {
  BREAKER_CRASHES,
  BREAKER_WINDOW_MS,
  RESTART_DELAYS_MS,
  RESTART_JITTER,
} from "../../../../tray/model/limits.ts";
import { countCrash, isBreakerTripped, restartDelayMs } from "../../../../tray/model/restart-policy.ts";

test.describe("restartDelayMs", () => {
  test("grows from one second to thirty and stays there", () => {
    const delays = [1, 2, 3, 4, 5, 6, 7, 100].map((attempt) => restartDelayMs(attempt, () => 0.5));

    expect(delays).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000]);
  });

  test("varies by a fifth both ways", () => {
    expect(restartDelayMs(1, () => 0)).toBe(800);
    expect(restartDelayMs(1, () => 1)).toBe(1_200);
    fc.assert(
      fc.property(
        fc.integer({ min: -5, max: 50 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (attempt, random) => {
          const delayMs = restartDelayMs(attempt, () => random);
          const lastMs = RESTART_DELAYS_MS.at(-1) ?? 0;
          return (
            delayMs >= RESTART_DELAYS_MS[0] * (1 - RESTART_JITTER) && delayMs <= lastMs * (1 + RESTART_JITTER)
          );
        },
      ),
    );
  });
});

test.describe("the breaker", () => {
  test("trips at the fifth crash within the window", () => {
    let times: number[] = [];
    for (let crash = 1; crash <= BREAKER_CRASHES; crash++) {
      times = countCrash(times, crash * 1_000);
      expect(isBreakerTripped(times)).toBe(crash === BREAKER_CRASHES);
    }
  });

  test("forgets crashes that are older than the window", () => {
    expect(countCrash([0, 1, 2], BREAKER_WINDOW_MS + 1)).toEqual([2, BREAKER_WINDOW_MS + 1]);
  });
});
