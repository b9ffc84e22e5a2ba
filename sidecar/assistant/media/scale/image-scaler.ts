/** Makes pictures smaller, one at a time, each in a thread that is gone afterwards with all the memory that its pixels took. */
import { Worker } from "node:worker_threads";
import type { Clock } from "../../../../shared/clock.ts";
import { systemCode } from "../../../../shared/errors.ts";
import type { ScaleAnswer, ScaleJob } from "./job.ts";

/** A picture of the most pixels takes a tenth of it on a slow machine. */
const MOST_MS = 30_000;
/** Of what is no pixel: those lie outside of what a thread may be held to. */
const MOST_HEAP_MB = 128;

/** Why there is no smaller one. */
export type ScaleFailure = "time" | "memory" | "broken" | "large" | "unavailable";

export type Scaled = { kind: "scaled"; bytes: Uint8Array } | { kind: "failed"; why: ScaleFailure };

export class ImageScaler {
  readonly #clock: Clock;
  #last: Promise<unknown> = Promise.resolve();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Never fails. */
  async scale(job: ScaleJob): Promise<Scaled> {
    const scaled = this.#last.then(() => inThread(job, this.#clock)).catch(failureOf);
    this.#last = scaled;
    return await scaled;
  }
}

async function inThread(job: ScaleJob, clock: Clock): Promise<Scaled> {
  const program = import.meta.url.endsWith(".ts") ? "./worker.ts" : "./image-worker.js";
  const worker = new Worker(new URL(program, import.meta.url), {
    workerData: job,
    execArgv: [],
    resourceLimits: { maxOldGenerationSizeMb: MOST_HEAP_MB },
    // What a codec says of a picture is for nobody.
    stdout: true,
    stderr: true,
  });
  const { promise, resolve } = Promise.withResolvers<Scaled>();
  const deadline = clock.after(MOST_MS, () => resolve(failed("time")));
  worker.once("message", (bytes: ScaleAnswer) =>
    resolve(bytes === undefined ? failed("large") : { kind: "scaled", bytes }),
  );
  worker.once("error", (error) => resolve(failureOf(error)));
  worker.once("exit", () => resolve(failed("broken")));
  try {
    return await promise;
  } finally {
    deadline.dispose();
    await worker.terminate();
  }
}

/** What a codec fails with has no code; a thread or a program that cannot be had has one. */
function failureOf(error: unknown): Scaled {
  const code = systemCode(error);
  if (code === "ERR_WORKER_OUT_OF_MEMORY") return failed("memory");
  return failed(code === undefined ? "broken" : "unavailable");
}

function failed(why: ScaleFailure): Scaled {
  return { kind: "failed", why };
}
