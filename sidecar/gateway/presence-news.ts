/**
 * Announces that clients came or went: at once as long as that is seldom, then together. Everybody may come and go as often as he
 * likes, and each announcement goes to all.
 */
import type { Clock } from "../../shared/clock.ts";
import type { Disposable } from "../../shared/lifecycle.ts";

/** So many announcements within the window go out at once; a later one waits a moment for others. */
const BURST = { count: 10, windowMs: 1_000, restMs: 100 } as const;

export class PresenceNews implements Disposable {
  #clock: Clock;
  #announce: () => void;
  /** When the last ones went out, oldest first. */
  #sentAtMs: number[] = [];
  #waiting: Disposable | undefined;
  #isOver = false;

  constructor(clock: Clock, announce: () => void) {
    this.#clock = clock;
    this.#announce = announce;
  }

  /** The list changed. */
  changed(): void {
    if (this.#waiting !== undefined || this.#isOver) return;
    const now = this.#clock.monotonicMs();
    this.#sentAtMs = this.#sentAtMs.filter((atMs) => now - atMs < BURST.windowMs);
    if (this.#sentAtMs.length < BURST.count) this.#send();
    else this.#waiting = this.#clock.after(BURST.restMs, () => this.#send());
  }

  /** Nobody is told any more. */
  dispose(): void {
    this.#isOver = true;
    this.#waiting?.dispose();
  }

  #send(): void {
    this.#waiting = undefined;
    this.#sentAtMs.push(this.#clock.monotonicMs());
    this.#announce();
  }
}
