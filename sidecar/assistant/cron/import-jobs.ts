/** Jobs that the original kept, with the log of their runs: taken over once, and left where they are. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { errorText } from "../../../shared/errors.ts";
import { smallText } from "../../../shared/node/small-file.ts";
import { jobParams } from "../../../shared/protocol/cron-input.ts";
import { isRecord } from "../../../shared/protocol/frame.ts";
import { cronMethods } from "../../../shared/protocol/methods/cron.ts";
import type { CronJob, CronRun } from "../../base/store/cron-store.ts";
import { ownerZone } from "../prompt/settings.ts";
import { firstDue } from "./job-slots.ts";
import { specOf } from "./job-spec.ts";
import { targeted } from "./job-target.ts";
import type { CronPlace } from "./place.ts";

/** As much of each file as is looked at. */
const MOST_BYTES = 4 * 1024 * 1024;
const MOST_RUNS = 2_000;
/** What was to come once and is longer overdue than this is kept, and does not come. */
const ONCE_MS = 86_400_000;

/** The file that the original keeps jobs in. */
export function formerJobsFile(stateDir: string): string {
  return join(stateDir, "cron", "jobs.json");
}

export async function importJobs(place: CronPlace): Promise<void> {
  const { stateDir, household, store, clock, log } = place;
  const file = formerJobsFile(stateDir);
  if (!existsSync(file)) return;
  const memory = await household.store();
  if ((await memory.remembered("cron", "imported")) !== undefined) return;
  const jobs: CronJob[] = [];
  const runs: Omit<CronRun, "seq">[] = [];
  for (const found of jobsIn(file, place)) {
    try {
      const job = await jobOf(found, place);
      jobs.push(job);
      runs.push(...runsIn(join(stateDir, "cron", "runs", `${job.id}.jsonl`), job.id));
    } catch (error) {
      log.warn({ job: found.id, reason: errorText(error) }, "a job of the original could not be taken over");
    }
  }
  const fresh = await store.import(jobs, runs);
  await memory.remember("cron", "imported", file, clock.now());
  log.info({ jobs: fresh, runs: runs.length, from: file }, "the original's jobs were taken over");
}

function jobsIn(file: string, { log }: CronPlace): Record<string, unknown>[] {
  try {
    const read: unknown = JSON.parse(smallText(file, MOST_BYTES) ?? "");
    const jobs = isRecord(read) && Array.isArray(read.jobs) ? read.jobs : [];
    return jobs.filter(isRecord);
  } catch (error) {
    log.warn({ file, reason: errorText(error) }, "the original's jobs cannot be read");
    return [];
  }
}

async function jobOf(found: Record<string, unknown>, place: CronPlace): Promise<CronJob> {
  const { clock, config, surface } = place;
  const { id, createdAtMs, updatedAtMs, state, ...described } = found;
  if (typeof id !== "string" || !/^[\w-]{1,200}$/.test(id)) throw new Error("it has no id");
  const nowMs = clock.now();
  const known = cronMethods["cron.add"].params.parse(jobParams(described));
  const { schedule } = known;
  const isOver = schedule.kind === "at" && (schedule.atMs ?? 0) < nowMs - ONCE_MS;
  // One that has its moment behind it is no mistake here.
  const spec = specOf({ ...known, enabled: false }, { config: config(), nowMs });
  const isEnabled = known.enabled !== false && !isOver;
  const target = await targeted({ ...spec, isEnabled }, { isConversation: true }, surface).catch(
    () => undefined,
  ); // Its channel is not here yet.
  const made: CronJob = {
    ...(target?.spec ?? { ...spec, isEnabled }),
    id,
    principal: "gateway:import",
    authority: "owner",
    ...(target?.route !== undefined && { route: target.route }),
    state: stateOf(state),
    scheduledAtMs: typeof createdAtMs === "number" ? createdAtMs : nowMs,
    createdAtMs: typeof createdAtMs === "number" ? createdAtMs : nowMs,
    updatedAtMs: typeof updatedAtMs === "number" ? updatedAtMs : nowMs,
  };
  return { ...made, due: firstDue(made, ownerZone(config()), nowMs) };
}

function stateOf(state: unknown): CronJob["state"] {
  if (!isRecord(state)) return {};
  const { lastRunAtMs, lastStatus, lastError, lastDurationMs } = state;
  return {
    ...(typeof lastRunAtMs === "number" && { lastRunAtMs }),
    ...((lastStatus === "ok" || lastStatus === "error" || lastStatus === "skipped") && { lastStatus }),
    ...(typeof lastError === "string" && { lastError }),
    ...(typeof lastDurationMs === "number" && { lastDurationMs }),
  };
}

/** Lines that cannot be read are none. */
function runsIn(file: string, jobId: string): Omit<CronRun, "seq">[] {
  if (!existsSync(file)) return [];
  const lines = (smallText(file, MOST_BYTES) ?? "").split("\n").slice(-MOST_RUNS);
  return lines.flatMap((line) => {
    const run = lineOf(line);
    if (run === undefined || typeof run.ts !== "number") return [];
    const startedAtMs = typeof run.runAtMs === "number" ? run.runAtMs : run.ts;
    const state = run.status === "error" || run.status === "skipped" ? run.status : ("ok" as const);
    return [
      {
        jobId,
        slotMs: startedAtMs,
        attempt: 1,
        runId: "",
        state,
        interrupted: 0,
        startedAtMs,
        endedAtMs: run.ts,
        ...(typeof run.error === "string" && { error: run.error }),
        ...(typeof run.summary === "string" && { summary: run.summary }),
        ...(typeof run.nextRunAtMs === "number" && { nextAtMs: run.nextRunAtMs }),
      },
    ];
  });
}

function lineOf(line: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined; // The last line of a program that was killed.
  }
}
