/** Which calls came before: a sender repeats a delivery that it takes for lost, and one that fails calls without end. */
import type { Clock } from "../../../../shared/clock.ts";

/** Calls of one mapping within a minute. */
export const MOST_A_MINUTE = 30;
export const MINUTE_MS = 60_000;
/** A delivery that is repeated within this is the same one, in ms. */
const SAME_MS = 86_400_000;
const MOST_REMEMBERED = 1_000;

export class CallCounts {
  #clock: Clock;
  /** When each was last seen, the longest ago first. */
  #seen = new Map<string, number>();
  /** Of each mapping, when it was called within the last minute. */
  #called = new Map<string, number[]>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  isRepeated(delivery: string): boolean {
    const nowMs = this.#clock.monotonicMs();
    const before = this.#seen.get(delivery);
    this.#seen.delete(delivery);
    this.#seen.set(delivery, nowMs);
    const [oldest] = this.#seen.keys();
    if (this.#seen.size > MOST_REMEMBERED && oldest !== undefined) this.#seen.delete(oldest);
    return before !== undefined && nowMs - before < SAME_MS;
  }

  /** Counts the call unless it is one too many. */
  isTooOften(mapping: string): boolean {
    const nowMs = this.#clock.monotonicMs();
    const recent = (this.#called.get(mapping) ?? []).filter((atMs) => nowMs - atMs < MINUTE_MS);
    const isFull = recent.length >= MOST_A_MINUTE;
    this.#called.set(mapping, isFull ? recent : [...recent, nowMs]);
    return isFull;
  }
}
