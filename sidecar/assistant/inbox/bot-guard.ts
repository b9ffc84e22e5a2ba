/** Ends what two bots would say to each other for ever: after twenty messages of bots within a minute a chat is left alone for a minute. */
import type { Clock } from "../../../shared/clock.ts";

const MOST = 20;
const WINDOW_MS = 60_000;
const SILENCE_MS = 60_000;

interface Seen {
  /** On the monotonic clock, oldest first. */
  at: number[];
  silentUntil: number;
}

export class BotGuard {
  #clock: Clock;
  #chats = new Map<string, Seen>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Notes a message of a bot; false when it is one too many. */
  admits(place: string): boolean {
    const now = this.#clock.monotonicMs();
    this.#forgetOld(now);
    const seen = this.#chats.get(place) ?? { at: [], silentUntil: 0 };
    this.#chats.set(place, seen);
    if (now < seen.silentUntil) return false;
    seen.at = [...seen.at.filter((at) => at > now - WINDOW_MS), now];
    if (seen.at.length <= MOST) return true;
    seen.at = [];
    seen.silentUntil = now + SILENCE_MS;
    return false;
  }

  #forgetOld(now: number): void {
    for (const [place, { at, silentUntil }] of this.#chats) {
      if (now >= silentUntil && (at.at(-1) ?? 0) <= now - WINDOW_MS) this.#chats.delete(place);
    }
  }
}
