/** How long to wait before a crashed gateway is restarted, and when to stop trying. */
import { BREAKER_CRASHES, BREAKER_WINDOW_MS, RESTART_DELAYS_MS, RESTART_JITTER } from "./limits.ts";

/** Delay in ms before restart number `attempt` (the first is 1). `random` returns 0..1. */
export function restartDelayMs(attempt: number, random: () => number): number {
  const index = Math.min(Math.max(attempt, 1), RESTART_DELAYS_MS.length) - 1;
  const plainMs = RESTART_DELAYS_MS[index] ?? 0;
  return Math.round(plainMs * (1 + RESTART_JITTER * (2 * random() - 1)));
}

/** The crash times that still count for the breaker, with the one of `nowMs` added. */
export function countCrash(crashTimesMs: readonly number[], nowMs: number): number[] {
  return [...crashTimesMs.filter((atMs) => atMs > nowMs - BREAKER_WINDOW_MS), nowMs];
}

/** True when the crashes counted by `countCrash` are too many. */
export function isBreakerTripped(crashTimesMs: readonly number[]): boolean {
  return crashTimesMs.length >= BREAKER_CRASHES;
}
