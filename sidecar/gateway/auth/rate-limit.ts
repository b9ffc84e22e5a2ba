/** Counts failed attempts and tells who must not guess any more: one subscriber, one network, and all strangers together. */
import type { Clock } from "../../../shared/clock.ts";
import type { Source } from "./source.ts";

/** Ten failures within a minute block a source until the oldest of them is a minute old. */
export const FAILURE_LIMIT = { count: 10, windowMs: 60_000 } as const;
/** Failures within that time of an IPv6 network of 48 bits, and of all who are not on this machine. */
export const WIDER_LIMITS = { network: 50, strangers: 300 } as const;

/** How long a source must wait. */
export interface Block {
  /** 0 when it need not. */
  ms: number;
  /** Nobody of the source is heard meanwhile; else only guesses are not. */
  isHard: boolean;
}

/** The count of all who are not on this machine. */
const STRANGERS = "strangers";

/**
 * Nothing that is blocked is ever forgotten, and memory stays bounded: once the strangers have failed as often as all of them may, no
 * further one is counted for itself.
 */
export class FailureLimiter {
  #clock: Clock;
  /** When each failed, oldest first, on the monotonic clock. */
  #failures = new Map<string, number[]>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * What the source must wait for. Programs of this machine share their count with the owner, and a network and all strangers share
   * theirs with people who guess nothing: such blocks are not hard.
   */
  block(source: Source): Block {
    const own = this.#waitMs(source.key, FAILURE_LIMIT.count);
    if (own > 0 || source.local) return { ms: own, isHard: !source.local && source.shared !== true };
    const network = source.network === undefined ? 0 : this.#waitMs(source.network, WIDER_LIMITS.network);
    return { ms: Math.max(network, this.#waitMs(STRANGERS, WIDER_LIMITS.strangers)), isHard: false };
  }

  recordFailure({ local, key, network }: Source): void {
    if (!local && this.#waitMs(STRANGERS, WIDER_LIMITS.strangers) > 0) return;
    this.#forgetOld();
    this.#count(key, FAILURE_LIMIT.count);
    if (local) return;
    this.#count(STRANGERS, WIDER_LIMITS.strangers);
    if (network !== undefined) this.#count(network, WIDER_LIMITS.network);
  }

  /** Milliseconds until the count is below the limit. */
  #waitMs(key: string, limit: number): number {
    const recent = this.#recent(key);
    const oldest = recent[recent.length - limit];
    return oldest === undefined ? 0 : oldest + FAILURE_LIMIT.windowMs - this.#clock.monotonicMs();
  }

  #count(key: string, limit: number): void {
    this.#failures.set(key, [...this.#recent(key), this.#clock.monotonicMs()].slice(-limit));
  }

  #recent(key: string): number[] {
    const since = this.#clock.monotonicMs() - FAILURE_LIMIT.windowMs;
    return (this.#failures.get(key) ?? []).filter((atMs) => atMs > since);
  }

  #forgetOld(): void {
    for (const key of this.#failures.keys()) if (this.#recent(key).length === 0) this.#failures.delete(key);
  }
}
