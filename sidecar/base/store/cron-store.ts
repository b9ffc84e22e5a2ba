/** What is kept of schedules: jobs, and each start of one. Beside the seam of conversations. Times are epoch milliseconds. */
import type { OutboxPart } from "./outbox-records.ts";
import type { Route } from "./route.ts";
import type { Authority, ContextLine } from "./session-store.ts";

export type CronSchedule =
  | { kind: "at"; atMs: number }
  | { kind: "every"; everyMs: number; anchorMs?: number | undefined }
  /** Without a zone, in the owner's. */
  | { kind: "cron"; expr: string; tz?: string | undefined };

export type CronPayload =
  | { kind: "systemEvent"; text: string }
  | {
      kind: "agentTurn";
      message: string;
      model?: string | undefined;
      thinking?: string | undefined;
      timeoutSeconds?: number | undefined;
      deliver?: boolean | undefined;
      channel?: string | undefined;
      to?: string | undefined;
      bestEffortDeliver?: boolean | undefined;
    };

export interface CronIsolation {
  postToMainPrefix?: string | undefined;
  postToMainMode?: "summary" | "full" | undefined;
  postToMainMaxChars?: number | undefined;
}

/** What somebody asked for. */
export interface CronSpec {
  /** Undefined for the default agent, whoever that is then. */
  agentId?: string | undefined;
  name: string;
  description?: string | undefined;
  isEnabled: boolean;
  deleteAfterRun?: boolean | undefined;
  schedule: CronSchedule;
  sessionTarget: "main" | "isolated";
  wakeMode: "next-heartbeat" | "now";
  payload: CronPayload;
  isolation?: CronIsolation | undefined;
}

/** The next start: `slotMs` is the moment it is for, `atMs` when it begins, which differ when it is tried again. */
export interface CronDue {
  slotMs: number;
  atMs: number;
  /** From 1. */
  attempt: number;
}

export interface CronState {
  runningAtMs?: number | undefined;
  lastRunAtMs?: number | undefined;
  lastStatus?: "ok" | "error" | "skipped" | undefined;
  lastError?: string | undefined;
  lastDurationMs?: number | undefined;
  /** In a row. */
  failures?: number | undefined;
  /** Why the gateway took it out of service. */
  pausedBy?: "failures" | "interruptions" | "gave-up" | undefined;
}

export interface CronJob extends CronSpec {
  id: string;
  /** Who made it: a job belongs to its maker, and does what that one may. */
  principal: string;
  authority: Authority;
  /** Where its answers go, fixed when it was made. */
  route?: Route | undefined;
  /** Undefined for what is not to come. */
  due?: CronDue | undefined;
  state: CronState;
  /** When somebody last said when it is to come. */
  scheduledAtMs: number;
  createdAtMs: number;
  updatedAtMs: number;
}

/** `missed` is a moment at which nobody was there; nothing was started for it. */
export type CronRunState = "started" | "ok" | "error" | "skipped" | "missed";

/** One start of a job. */
export interface CronRun {
  seq: number;
  jobId: string;
  slotMs: number;
  attempt: number;
  /** Of the turn. */
  runId: string;
  state: CronRunState;
  /** How many processes ended in the middle of it. */
  interrupted: number;
  startedAtMs: number;
  endedAtMs?: number | undefined;
  error?: string | undefined;
  summary?: string | undefined;
  nextAtMs?: number | undefined;
}

/** How a start came out, and what is to be said of it, written as one. */
export interface CronSettlement {
  run: Pick<CronRun, "jobId" | "slotMs" | "attempt">;
  state: Exclude<CronRunState, "started">;
  error?: string | undefined;
  summary?: string | undefined;
  /** What becomes of the job; undefined takes it away. */
  change: (job: CronJob) => CronJob | undefined;
  /** What the conversation is told at its next turn. */
  said?: { sessionKey: string; line: ContextLine } | undefined;
  notices?: readonly OutboxPart[] | undefined;
}

export interface CronStore {
  /** `started` is how many runs have not ended. */
  count(): Promise<{ enabled: number; all: number; started: number }>;
  /** The next to come first. */
  jobs(query: { includesDisabled: boolean }): Promise<CronJob[]>;
  job(id: string): Promise<CronJob | undefined>;
  add(job: CronJob): Promise<void>;
  /** Undefined where there is no such job. */
  change(id: string, change: (job: CronJob) => CronJob): Promise<CronJob | undefined>;
  remove(id: string): Promise<boolean>;
  /** Jobs that are due after the one moment and until the other, and do not run, the longest due first. */
  due(between: { fromMs: number; toMs: number }, limit: number): Promise<CronJob[]>;
  /** When the next job that does not run is due after the moment. */
  nextDueAt(afterMs: number): Promise<number | undefined>;
  /**
   * Notes the start of a job before anything is done for it; false, and nothing noted, where that start was noted before or the job is
   * gone. `change` is what the job is from then on.
   */
  claim(
    run: Omit<CronRun, "seq" | "state" | "interrupted">,
    holder: string,
    change: (job: CronJob) => CronJob,
  ): Promise<boolean>;
  /** Notes moments at which nobody was there. */
  miss(jobId: string, slotMs: number, nowMs: number, change: (job: CronJob) => CronJob): Promise<void>;
  /** Starts of other processes whose end is not known; each is noted as interrupted once more, and is this one's from now on. */
  takeUp(holder: string): Promise<CronRun[]>;
  /** The job afterwards; undefined where it is gone. False where the end was noted before. */
  settle(settlement: CronSettlement, nowMs: number): Promise<{ job: CronJob | undefined } | false>;
  /** Starts with a known end, the oldest of the newest `limit` first. */
  runs(jobId: string, limit: number): Promise<CronRun[]>;
  /** Takes over what another program kept, once for each id; how many jobs are new. */
  import(jobs: readonly CronJob[], runs: readonly Omit<CronRun, "seq">[]): Promise<number>;
}
