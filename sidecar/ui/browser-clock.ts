/** The clock of a browser tab. */
import { type Clock, MAX_DELAY_MS } from "../../shared/clock.ts";

export const browserClock: Clock = {
  now: () => Date.now(),
  monotonicMs: () => performance.now(),
  after: (delayMs, run) => {
    const timer = setTimeout(run, Math.min(delayMs, MAX_DELAY_MS));
    return { dispose: () => clearTimeout(timer) };
  },
  every: (intervalMs, run) => {
    const timer = setInterval(run, intervalMs);
    return { dispose: () => clearInterval(timer) };
  },
};
