/** What was brought a while ago, for whoever asks for the same. */
import type { Clock } from "../../../../shared/clock.ts";

const MOST_ENTRIES = 50;

export class TimedCache<T> {
  #clock: Clock;
  #entries = new Map<string, { value: T; untilMs: number }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** What is kept, else what `bring` brings, which is kept for so long. Fails as that does, and keeps nothing then. */
  async get(key: string, keepMs: number, bring: () => Promise<T>): Promise<T> {
    const known = this.#entries.get(key);
    const nowMs = this.#clock.monotonicMs();
    if (known !== undefined && known.untilMs > nowMs) return known.value;
    this.#entries.delete(key);
    const value = await bring();
    if (keepMs > 0) this.#entries.set(key, { value, untilMs: this.#clock.monotonicMs() + keepMs });
    for (const oldest of this.#entries.keys()) {
      if (this.#entries.size <= MOST_ENTRIES) break;
      this.#entries.delete(oldest);
    }
    return value;
  }
}
