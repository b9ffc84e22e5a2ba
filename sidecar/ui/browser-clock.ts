/** The clock of a browser tab. */
import type { Clock } from "../../shared/clock.ts";

export const browserClock: Clock = {
  now: () => Date.now(),
  monotonicMs: () => performance.now(),
  after: (delayMs, run) => {
    const timer = setTimeout(run, delayMs);
    return { dispose: () => clearTimeout(timer) };
  },
  every: (intervalMs, run) => {
    const timer = setInterval(run, intervalMs);
    return { dispose: () => clearInterval(timer) };
  },
};
