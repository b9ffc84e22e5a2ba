/**
 * The tray's time: the time of day as it was when the tray started, going on by the clock that nobody sets. When somebody sets
 * the time of day, or the machine has slept, it is taken over at one moment, and with it every time that is remembered.
 */
import { type Clock, systemClock } from "../shared/clock.ts";
import type { Disposable } from "../shared/lifecycle.ts";
import { CLOCK_SET_MS, HEALTH_INTERVAL_MS, SLEEP_GAP_MS } from "./model/limits.ts";

export class SteadyClock implements Clock {
  readonly #base: Clock;
  #offsetMs: number;

  constructor(base: Clock = systemClock) {
    this.#base = base;
    this.#offsetMs = base.now() - base.monotonicMs();
  }

  now(): number {
    return Math.round(this.#base.monotonicMs() + this.#offsetMs);
  }

  monotonicMs(): number {
    return this.#base.monotonicMs();
  }

  after(delayMs: number, run: () => void): Disposable {
    return this.#base.after(delayMs, run);
  }

  every(intervalMs: number, run: () => void): Disposable {
    return this.#base.every(intervalMs, run);
  }

  /** Takes the time of day over and returns by how many ms that moved this clock; 0 for what is only a drift. */
  takeOver(): number {
    const byMs = this.#base.now() - this.now();
    if (Math.abs(byMs) < CLOCK_SET_MS) return 0;
    this.#offsetMs += byMs;
    return byMs;
  }
}

/**
 * Looks out for a time of day that moved on its own: `onSet` gets by how many ms. A leap ahead may as well be the end of a sleep:
 * then `onWake` is called too.
 */
export function watchTime(
  clock: SteadyClock,
  { onSet, onWake }: { onSet: (byMs: number) => void; onWake: () => void },
): Disposable {
  // The monotonic clock of some systems runs on while the machine sleeps.
  let lastMs = clock.monotonicMs();
  return clock.every(HEALTH_INTERVAL_MS, () => {
    const gapMs = clock.monotonicMs() - lastMs;
    lastMs += gapMs;
    const byMs = clock.takeOver();
    if (byMs !== 0) onSet(byMs);
    if (gapMs > SLEEP_GAP_MS || byMs > SLEEP_GAP_MS) onWake();
  });
}
