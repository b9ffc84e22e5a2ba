/**
 * Codes that let a browser in once: they stand in the link to the dashboard instead of a secret. Kept in memory alone, so that a
 * link is worth nothing after its time, after its use, and after a restart.
 */
import { createHash, randomBytes } from "node:crypto";
import type { Clock } from "../../../shared/clock.ts";

/** Links that wait for their use at once; beyond that the oldest is worthless. */
const MAX_WAITING = 100;

export class LinkCodes {
  #clock: Clock;
  /** When each code ends on the monotonic clock, by its digest: the code itself is nobody's to read. */
  #waiting = new Map<string, number>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** A new code, 32 characters that may stand in an address, good for `ttlMs`. */
  issue(ttlMs: number): string {
    const now = this.#clock.monotonicMs();
    for (const [digest, endsAt] of this.#waiting) if (endsAt <= now) this.#waiting.delete(digest);
    const [oldest] = this.#waiting.keys();
    if (this.#waiting.size >= MAX_WAITING && oldest !== undefined) this.#waiting.delete(oldest);
    const code = randomBytes(24).toString("base64url");
    this.#waiting.set(digestOf(code), now + ttlMs);
    return code;
  }

  /** Whether the code is good for now. A browser that must be approved first may show it again. */
  isGood(code: string): boolean {
    const endsAt = this.#waiting.get(digestOf(code));
    return endsAt !== undefined && this.#clock.monotonicMs() < endsAt;
  }

  /** Makes the code worthless: it has let somebody in. */
  use(code: string): void {
    this.#waiting.delete(digestOf(code));
  }

  /** Makes all of them worthless, as when the secret that they stand for has changed. */
  revokeAll(): void {
    this.#waiting.clear();
  }
}

function digestOf(code: string): string {
  return createHash("sha256").update(code, "utf8").digest("base64url");
}
