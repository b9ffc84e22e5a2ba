/** What whoever makes jobs needs of their desk. */
import type { CronJobInput, CronJobPatch } from "../../../shared/protocol/methods/cron.ts";
import type { CronJob, CronRun } from "../../base/store/cron-store.ts";
import type { Route } from "../../base/store/route.ts";
import type { Authority } from "../../base/store/session-store.ts";

/** Where the wish for a job came from. */
export interface MadeIn {
  /** The chat; undefined where it was none of a channel. */
  route?: Route | undefined;
  /** Somebody said it in a conversation: its answer belongs there, and nowhere else. */
  isConversation: boolean;
}

/** Who asks. A job belongs to whoever made it; owners see and change all of them. */
export interface CronCaller extends MadeIn {
  principal: string;
  authority: Authority;
}

export interface CronStatus {
  isOn: boolean;
  enabledJobs: number;
  nextAtMs: number | undefined;
  /** When jobs begin again that wait because the gateway was started too often. */
  waitsUntilMs: number | undefined;
}

/** What came of a wish to start a job. */
export type StartedByHand = { ran: true } | { ran: false; reason: "not-due" | "already-running" };

export interface Jobs {
  list(caller: CronCaller, query: { includesDisabled: boolean }): Promise<CronJob[]>;
  status(): Promise<CronStatus>;
  /** Fails with `CRON_INVALID`, `AGENT_UNKNOWN`, `CHANNEL_UNKNOWN` and `ACCOUNT_UNKNOWN`. */
  add(input: CronJobInput, caller: CronCaller): Promise<CronJob>;
  /** Fails with `CRON_UNKNOWN` besides. */
  update(id: string, patch: CronJobPatch, caller: CronCaller): Promise<CronJob>;
  /** False where there is no such job. */
  remove(id: string, caller: CronCaller): Promise<boolean>;
  /** Resolves when the run has ended. Fails with `CRON_UNKNOWN`. */
  run(id: string, mode: "due" | "force", caller: CronCaller): Promise<StartedByHand>;
  /** What came of the last runs, the oldest first; none of a job that is not the caller's. */
  runs(id: string, limit: number, caller: CronCaller): Promise<CronRun[]>;
  /** When the job comes next, in words. */
  nextRun(job: CronJob): string | undefined;
}
