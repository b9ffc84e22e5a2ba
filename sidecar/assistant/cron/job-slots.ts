/** When a job is due next, and what becomes of it when a run has ended: rules alone, without a store and without a clock. */
import type { CronDue, CronJob, CronRun } from "../../base/store/cron-store.ts";
import { nextSlot, type SlotRules } from "./next-slot.ts";
import type { Ending } from "./words.ts";

/** How long after a failed attempt a job that comes once is tried again, in ms. */
const AGAIN_MS = [60_000, 300_000, 1_800_000] as const;
const MOST_ATTEMPTS = 3;
/** In a row. */
const MOST_FAILURES = 5;
/** Starts of a job that comes again and again are at least this far apart, in ms. */
const APART_MS = 30_000;

/** A run that so many processes ended in may be what ends them. */
export const MOST_INTERRUPTIONS = 2;

/** Of a run that nobody's schedule asked for. */
export const BY_HAND = 0;

/** How a run came out. `stopped`: somebody did not want it; `refused`: it may not be paid for now. */
export type Outcome =
  | { kind: "ok"; summary: string }
  | { kind: "error" | "stopped" | "refused"; error: string };

export function rulesOf(job: CronJob, zone: string): SlotRules {
  const { payload, sessionTarget } = job;
  // Whoever is told something notices when.
  const isExact = sessionTarget === "main" || (payload.kind === "agentTurn" && payload.deliver === true);
  return { zone, id: job.id, anchoredAtMs: job.scheduledAtMs, isExact };
}

/** The first start of the job from now on; undefined for one that is switched off, and for one that does not come any more. */
export function firstDue(job: CronJob, zone: string, nowMs: number): CronDue | undefined {
  if (!job.isEnabled) return undefined;
  if (job.schedule.kind === "at")
    return { slotMs: job.schedule.atMs, atMs: Math.max(job.schedule.atMs, nowMs), attempt: 1 };
  return dueAfter(job, zone, nowMs);
}

/** The job as it runs: the start after this one is fixed already. */
export function begun(job: CronJob, run: Pick<CronRun, "attempt">, zone: string, nowMs: number): CronJob {
  const state = { ...job.state, runningAtMs: nowMs };
  if (run.attempt === BY_HAND) return { ...job, state };
  const due = job.schedule.kind === "at" ? undefined : dueAfter(job, zone, nowMs + APART_MS - 1);
  return { ...job, state, due };
}

/** The job without a start that nobody was there for, or that was done before. */
export function passedOver(job: CronJob, zone: string, nowMs: number): CronJob {
  if (job.schedule.kind === "at") return { ...job, isEnabled: false, due: undefined };
  return { ...job, due: dueAfter(job, zone, nowMs) };
}

/** What becomes of the job; without one where it is done with. `ending` is what its owner is told. */
export function ended(
  job: CronJob,
  run: Pick<CronRun, "slotMs" | "attempt" | "startedAtMs" | "interrupted">,
  outcome: Outcome,
  nowMs: number,
): { job: CronJob | undefined; ending?: Ending } {
  const state = {
    ...job.state,
    runningAtMs: undefined,
    lastRunAtMs: run.startedAtMs,
    lastStatus: statusOf(outcome),
    lastError: outcome.kind === "ok" ? undefined : outcome.error,
    lastDurationMs: Math.max(0, nowMs - run.startedAtMs),
  };
  const next = { ...job, state };
  if (run.interrupted >= MOST_INTERRUPTIONS && outcome.kind !== "ok")
    return { job: paused(next, "interruptions"), ending: "interruptions" };
  if (run.attempt === BY_HAND) return { job: next };
  return job.schedule.kind === "at" ? afterOnce(next, run, outcome, nowMs) : afterOneOfMany(next, outcome);
}

export function statusOf({ kind }: Outcome): "ok" | "error" | "skipped" {
  return kind === "stopped" || kind === "refused" ? "skipped" : kind;
}

function afterOnce(
  job: CronJob,
  { slotMs, attempt }: Pick<CronRun, "slotMs" | "attempt">,
  outcome: Outcome,
  nowMs: number,
): { job: CronJob | undefined; ending?: Ending } {
  if (outcome.kind === "ok" && job.deleteAfterRun === true) return { job: undefined };
  // It was given another time meanwhile.
  if (job.due !== undefined) return { job };
  if (outcome.kind === "ok" || outcome.kind === "stopped") return { job: { ...job, isEnabled: false } };
  if (attempt >= MOST_ATTEMPTS) return { job: paused(job, "gave-up"), ending: "gave-up" };
  const due = { slotMs, atMs: nowMs + (AGAIN_MS[attempt - 1] ?? AGAIN_MS[0]), attempt: attempt + 1 };
  return { job: { ...job, due } };
}

function afterOneOfMany(job: CronJob, outcome: Outcome): { job: CronJob; ending?: Ending } {
  if (outcome.kind === "ok") return { job: { ...job, state: { ...job.state, failures: undefined } } };
  if (outcome.kind !== "error") return { job };
  const failures = (job.state.failures ?? 0) + 1;
  const failed = { ...job, state: { ...job.state, failures } };
  return failures >= MOST_FAILURES
    ? { job: paused(failed, "failures"), ending: "failures" }
    : { job: failed };
}

function paused(job: CronJob, pausedBy: NonNullable<CronJob["state"]["pausedBy"]>): CronJob {
  return { ...job, isEnabled: false, due: undefined, state: { ...job.state, pausedBy } };
}

function dueAfter(job: CronJob, zone: string, afterMs: number): CronDue | undefined {
  const slotMs = nextSlot(job.schedule, rulesOf(job, zone), afterMs);
  return slotMs === undefined ? undefined : { slotMs, atMs: slotMs, attempt: 1 };
}
