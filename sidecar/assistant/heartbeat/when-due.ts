/** When an agent looks around: rules alone, without a store and without a clock. */
import type { HeartbeatState } from "../../base/store/heartbeat-store.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Whoever has not written for so long is not looked after as often. */
const IDLE = { slowAfterMs: 3 * DAY_MS, slowMs: 2 * HOUR_MS, offAfterMs: 14 * DAY_MS } as const;
/** In a row. */
const MOST_FAILURES = 3;

/** `tell-idle`: it stops now, which is said once. */
export type Due = "now" | "later" | "tell-idle" | "off" | "paused";

/** What is to be done at this moment; `lastUserAtMs` is when somebody wrote last. */
export function whenDue(
  state: HeartbeatState,
  { everyMs, lastUserAtMs, nowMs }: { everyMs: number; lastUserAtMs: number | undefined; nowMs: number },
): Due {
  const { sinceMs, lastAtMs = sinceMs, pausedAtMs, idleToldAtMs } = state;
  const wroteAtMs = Math.max(sinceMs, lastUserAtMs ?? 0);
  const idleMs = nowMs - wroteAtMs;
  if (idleMs >= IDLE.offAfterMs)
    return idleToldAtMs === undefined || idleToldAtMs < wroteAtMs ? "tell-idle" : "off";
  if (pausedAtMs !== undefined && (lastUserAtMs ?? 0) <= pausedAtMs) return "paused";
  const periodMs = idleMs >= IDLE.slowAfterMs ? Math.max(everyMs, IDLE.slowMs) : everyMs;
  // A clock that was put back holds nothing up.
  return nowMs - lastAtMs >= periodMs || nowMs < lastAtMs ? "now" : "later";
}

/** How many days nobody has written when it stops. */
export const IDLE_DAYS = IDLE.offAfterMs / DAY_MS;

/** After a look that failed. */
export function failed(state: HeartbeatState, nowMs: number): HeartbeatState {
  const failures = (state.failures ?? 0) + 1;
  return { ...state, failures, ...(failures >= MOST_FAILURES && { failures: 0, pausedAtMs: nowMs }) };
}
