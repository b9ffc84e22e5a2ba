/** What this process tells of its memory, and of how long its event loop, and with it everybody who waits for it, was held up. */
import { monitorEventLoopDelay } from "node:perf_hooks";
import type { Gauges } from "./memory-guard.ts";

/** How finely delays are sampled, in ms: five times a second costs nothing that could be measured. */
const SAMPLE_MS = 200;

export class ProcessGauges implements Gauges {
  readonly #delay = monitorEventLoopDelay({ resolution: SAMPLE_MS });

  start(): void {
    this.#delay.enable();
  }

  memory() {
    return process.memoryUsage();
  }

  rss(): number {
    return process.memoryUsage.rss();
  }

  loopDelay(): number {
    const { count, max } = this.#delay;
    this.#delay.reset();
    // What is measured is the time between two samples.
    return count === 0 ? 0 : Math.max(0, Math.round(max / 1e6 - SAMPLE_MS));
  }

  dispose(): void {
    this.#delay.disable();
  }
}
