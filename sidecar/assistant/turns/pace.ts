/**
 * How often a growing text is told, each time as a whole. The longer it is the rarer that is: told with every piece, an answer of some
 * pages from a fast model would be more than any client can read, and more than the gateway has time for.
 */
import type { Clock } from "../../../shared/clock.ts";
import type { Disposable } from "../../../shared/lifecycle.ts";

/** A shorter text is told with every piece. */
const SHORT_CHARS = 4_000;
/** What a client is given to read of a longer one, in characters per ms. */
const CHARS_PER_MS = 500;

export class Pace {
  #clock: Clock;
  #tell: () => number;
  #isWaiting = false;
  /** On the monotonic clock. */
  #dueAt = Number.NEGATIVE_INFINITY;
  #timer: Disposable | undefined;

  /** `tell` tells the text, and returns how many characters that was. */
  constructor(clock: Clock, tell: () => number) {
    this.#clock = clock;
    this.#tell = tell;
  }

  /** There is more to tell: now, or with what else comes until it is time. */
  more(): void {
    this.#isWaiting = true;
    const waitMs = this.#dueAt - this.#clock.monotonicMs();
    if (waitMs <= 0) this.flush();
    else this.#timer ??= this.#clock.after(waitMs, () => this.flush());
  }

  /** Tells what waits to be told. */
  flush(): void {
    this.#timer?.dispose();
    this.#timer = undefined;
    if (!this.#isWaiting) return;
    this.#isWaiting = false;
    const length = this.#tell();
    this.#dueAt = this.#clock.monotonicMs() + Math.max(0, length - SHORT_CHARS) / CHARS_PER_MS;
  }
}
