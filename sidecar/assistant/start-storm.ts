/** A gateway that begins again and again may do so because of what it begins by itself: that waits then. */
import type { Clock } from "../../shared/clock.ts";
import type { SessionStore } from "../base/store/session-store.ts";

/** Jobs are the first to be suspected. */
const JOBS = { starts: 3, withinMs: 900_000 } as const;
/** Then events and looks around. */
const ALL = { starts: 5, withinMs: 60_000 } as const;
const WAIT_MS = 300_000;

/** Until when nothing begins by itself, on the monotonic clock; 0 where nothing has to wait. */
export interface Calm {
  jobsNotBefore: number;
  eventsNotBefore: number;
}

/** Notes this start of the gateway, and says what waits because of those before. */
export async function calmAfterStart(
  store: Pick<SessionStore, "remembered" | "remember">,
  clock: Clock,
): Promise<Calm> {
  const nowMs = clock.now();
  const until = clock.monotonicMs() + WAIT_MS;
  const kept = await store.remembered("cron", "starts");
  const before = kept === undefined ? [] : (JSON.parse(kept) as number[]);
  const starts = [...before, nowMs].filter((atMs) => Math.abs(nowMs - atMs) < JOBS.withinMs);
  await store.remember("cron", "starts", JSON.stringify(starts), nowMs);
  const latest = starts.filter((atMs) => Math.abs(nowMs - atMs) < ALL.withinMs);
  return {
    jobsNotBefore: starts.length >= JOBS.starts ? until : 0,
    eventsNotBefore: latest.length >= ALL.starts ? until : 0,
  };
}
