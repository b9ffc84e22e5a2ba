/** Counts failed attempts per client address and refuses an address that guesses. */
import type { Clock } from "../../../shared/clock.ts";

/** Ten failures within a minute block an address until the oldest of them is a minute old. */
export const FAILURE_LIMIT = { count: 10, windowMs: 60_000 } as const;
/** Addresses remembered at most; the oldest is forgotten first, so memory stays bounded. */
const MAX_ADDRESSES = 10_000;

export class FailureLimiter {
  #clock: Clock;
  #failures = new Map<string, number[]>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Milliseconds until the address may try again; 0 when it may now. */
  retryAfterMs(address: string): number {
    const recent = this.#recent(address);
    const oldest = recent[0];
    if (oldest === undefined || recent.length < FAILURE_LIMIT.count) return 0;
    return oldest + FAILURE_LIMIT.windowMs - this.#clock.now();
  }

  recordFailure(address: string): void {
    const recent = [...this.#recent(address), this.#clock.now()].slice(-FAILURE_LIMIT.count);
    this.#failures.delete(address);
    this.#failures.set(address, recent);
    if (this.#failures.size > MAX_ADDRESSES) {
      const oldest = this.#failures.keys().next().value;
      if (oldest !== undefined) this.#failures.delete(oldest);
    }
  }

  #recent(address: string): number[] {
    const since = this.#clock.now() - FAILURE_LIMIT.windowMs;
    return (this.#failures.get(address) ?? []).filter((atMs) => atMs > since);
  }
}
