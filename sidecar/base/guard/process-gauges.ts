/** What this process tells of its memory, and of how long its event loop, and with it everybody who waits for it, was held up. */
import type { Clock } from "../../../shared/clock.ts";
import type { Disposable } from "../../../shared/lifecycle.ts";
import type { Gauges } from "./memory-guard.ts";
import { processMemory, residentBytes } from "./process-memory.ts";

/** How finely delays are sampled, in ms: five times a second costs nothing that could be measured. */
const SAMPLE_MS = 200;

export class ProcessGauges implements Gauges {
  readonly #clock: Clock;
  #timer: Disposable | undefined;
  #sampledAt = 0;
  #longestMs = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  start(): void {
    this.#sampledAt = this.#clock.monotonicMs();
    this.#timer = this.#clock.every(SAMPLE_MS, () => this.#sample());
  }

  memory() {
    return processMemory();
  }

  rss(): number {
    return residentBytes();
  }

  /** Node's own `monitorEventLoopDelay` forgets the delay that is under way whenever it is reset. */
  loopDelay(): number {
    this.#sample();
    const longestMs = this.#longestMs;
    this.#longestMs = 0;
    return Math.round(longestMs);
  }

  dispose(): void {
    this.#timer?.dispose();
  }

  #sample(): void {
    const now = this.#clock.monotonicMs();
    this.#longestMs = Math.max(this.#longestMs, now - this.#sampledAt - SAMPLE_MS);
    this.#sampledAt = now;
  }
}
