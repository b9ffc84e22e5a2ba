/** Time as a collaborator, so that tests own it. */
import type { Disposable } from "./lifecycle.ts";

export interface Clock {
  /** Epoch milliseconds, UTC: for what is written down and shown. People and the network set it, also back. */
  now(): number;
  /** Milliseconds since some moment, which never go back: for every duration. They may stand still while the machine sleeps. */
  monotonicMs(): number;
  /** Calls `run` once after `delayMs`, unless disposed. */
  after(delayMs: number, run: () => void): Disposable;
  /** Calls `run` every `intervalMs`, unless disposed. Never keeps the process alive. */
  every(intervalMs: number, run: () => void): Disposable;
}

/** What timers can hold: one that is longer would run at once. */
export const MAX_DELAY_MS = 2 ** 31 - 1;

/** The real clock of a Node process. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonicMs: () => performance.now(),
  after: (delayMs, run) => {
    const timer = setTimeout(run, Math.min(delayMs, MAX_DELAY_MS));
    return { dispose: () => clearTimeout(timer) };
  },
  every: (intervalMs, run) => {
    const timer = setInterval(run, intervalMs);
    timer.unref();
    return { dispose: () => clearInterval(timer) };
  },
};

/** Resolves after `ms` of the clock, or rejects with the signal's reason when it is aborted first. */
export function sleep(clock: Clock, ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const onAbort = () => {
      timer.dispose();
      reject(signal?.reason);
    };
    const timer = clock.after(ms, () => {
      signal?.removeEventListener("abort", onAbort);
      resolve();
    });
    signal?.addEventListener("abort", onAbort, { once: true });
  });
}
