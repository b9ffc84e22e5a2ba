/** A job as clients of the protocol see it. */
import type { CronJobView } from "../../../shared/protocol/methods/cron.ts";
import { withoutUndefined } from "../../../shared/without-undefined.ts";
import type { CronJob, CronRun } from "../../base/store/cron-store.ts";

export function jobView(job: CronJob): CronJobView {
  const { id, agentId, name, description, isEnabled, deleteAfterRun, isolation, due, state } = job;
  return {
    id,
    ...withoutUndefined({ agentId }),
    name,
    ...withoutUndefined({ description }),
    enabled: isEnabled,
    ...withoutUndefined({ deleteAfterRun }),
    createdAtMs: job.createdAtMs,
    updatedAtMs: job.updatedAtMs,
    schedule: { ...job.schedule },
    sessionTarget: job.sessionTarget,
    wakeMode: job.wakeMode,
    payload: { ...job.payload },
    ...(isolation !== undefined && { isolation }),
    state: withoutUndefined({ nextRunAtMs: isEnabled ? due?.atMs : undefined, ...state }),
  };
}

/** One line of the log of a job's runs. */
export function runView(run: CronRun) {
  const { jobId, state, error, summary, startedAtMs, endedAtMs = startedAtMs, nextAtMs } = run;
  const status = state === "missed" || state === "started" ? ("skipped" as const) : state;
  return {
    ts: endedAtMs,
    jobId,
    action: "finished" as const,
    status,
    ...withoutUndefined({
      error: state === "missed" ? "the gateway was not running then" : error,
      summary,
    }),
    runAtMs: state === "missed" ? run.slotMs : startedAtMs,
    durationMs: Math.max(0, endedAtMs - startedAtMs),
    ...withoutUndefined({ nextRunAtMs: nextAtMs }),
  };
}
