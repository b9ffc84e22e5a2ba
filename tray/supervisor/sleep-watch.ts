/** Notices that the machine slept: the clock has moved on further than the timer. */
import type { Clock } from "../../shared/clock.ts";
import type { Disposable } from "../../shared/lifecycle.ts";
import { HEALTH_INTERVAL_MS, SLEEP_GAP_MS } from "../model/limits.ts";

/** Calls `onWake` each time two looks lie further apart than any timer explains. */
export function watchSleep(clock: Clock, onWake: () => void): Disposable {
  let lastMs = clock.now();
  return clock.every(HEALTH_INTERVAL_MS, () => {
    const gapMs = clock.now() - lastMs;
    lastMs += gapMs;
    if (gapMs > SLEEP_GAP_MS) onWake();
  });
}
