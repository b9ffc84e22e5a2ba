/** `cron.*` and `wake`: jobs of a schedule, and events for a conversation. Times are epoch milliseconds. */
import * as z from "zod";
import { methods } from "../contract.ts";
import { jobParams, runParams } from "../cron-input.ts";

const text = z.string().min(1).max(100_000);
const name = z.string().min(1).max(200);
const moment = z.int().min(0).max(8_640_000_000_000_000);
/** A year. */
const period = z.int().min(1).max(31_622_400_000);

const Schedule = z.discriminatedUnion("kind", [
  /** Once: at the moment, or at the one that is written, such as `20m` or `2026-03-01T09:00` in the owner's zone. */
  z.strictObject({ kind: z.literal("at"), atMs: moment.optional(), at: z.string().max(100).optional() }),
  z.strictObject({ kind: z.literal("every"), everyMs: period, anchorMs: moment.optional() }),
  z.strictObject({
    kind: z.literal("cron"),
    expr: z.string().min(1).max(200),
    tz: z.string().max(64).optional(),
  }),
]);

const turnOptions = {
  model: z.string().max(200).optional(),
  thinking: z.string().max(40).optional(),
  timeoutSeconds: z.int().min(1).max(86_400).optional(),
  deliver: z.boolean().optional(),
  channel: z.string().max(60).optional(),
  to: z.string().max(500).optional(),
  bestEffortDeliver: z.boolean().optional(),
};

const Payload = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("systemEvent"), text }),
  z.strictObject({ kind: z.literal("agentTurn"), message: text, ...turnOptions }),
]);

const PayloadPatch = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("systemEvent"), text: text.optional() }),
  z.strictObject({ kind: z.literal("agentTurn"), message: text.optional(), ...turnOptions }),
]);

const Isolation = z.strictObject({
  postToMainPrefix: z.string().max(200).optional(),
  postToMainMode: z.enum(["summary", "full"]).optional(),
  postToMainMaxChars: z.int().min(0).max(100_000).optional(),
});

const SESSION_TARGETS = ["main", "isolated"] as const;
const WAKE_MODES = ["next-heartbeat", "now"] as const;

const JobInput = z.strictObject({
  name,
  agentId: z.string().min(1).max(100).nullable().optional(),
  description: z.string().max(2_000).optional(),
  enabled: z.boolean().optional(),
  deleteAfterRun: z.boolean().optional(),
  schedule: Schedule,
  sessionTarget: z.enum(SESSION_TARGETS),
  wakeMode: z.enum(WAKE_MODES),
  payload: Payload,
  isolation: Isolation.optional(),
});
export type CronJobInput = z.output<typeof JobInput>;

const JobPatch = z.strictObject({
  name: name.optional(),
  agentId: z.string().min(1).max(100).nullable().optional(),
  description: z.string().max(2_000).optional(),
  enabled: z.boolean().optional(),
  deleteAfterRun: z.boolean().optional(),
  schedule: Schedule.optional(),
  sessionTarget: z.enum(SESSION_TARGETS).optional(),
  wakeMode: z.enum(WAKE_MODES).optional(),
  payload: PayloadPatch.optional(),
  isolation: Isolation.optional(),
  /** Kept by the gateway alone; it is taken and left out. */
  state: z.looseObject({}).optional(),
});
export type CronJobPatch = z.output<typeof JobPatch>;

const Job = z.object({
  id: z.string(),
  agentId: z.string().optional(),
  name: z.string(),
  description: z.string().optional(),
  enabled: z.boolean(),
  deleteAfterRun: z.boolean().optional(),
  createdAtMs: z.int(),
  updatedAtMs: z.int(),
  schedule: z.looseObject({ kind: z.enum(["at", "every", "cron"]) }),
  sessionTarget: z.enum(SESSION_TARGETS),
  wakeMode: z.enum(WAKE_MODES),
  payload: z.looseObject({ kind: z.enum(["systemEvent", "agentTurn"]) }),
  isolation: Isolation.optional(),
  state: z.object({
    nextRunAtMs: z.int().optional(),
    runningAtMs: z.int().optional(),
    lastRunAtMs: z.int().optional(),
    lastStatus: z.enum(["ok", "error", "skipped"]).optional(),
    lastError: z.string().optional(),
    lastDurationMs: z.int().optional(),
    /** How often it failed in a row. */
    failures: z.int().optional(),
    /** Why the gateway paused it. */
    pausedBy: z.enum(["failures", "interruptions", "gave-up"]).optional(),
  }),
});
export type CronJobView = z.output<typeof Job>;

/** The job, and when it comes next in words, with the zone that they are in. */
const ChangedJob = Job.extend({ nextRun: z.string().optional() });

const id = z.string().min(1).max(200).optional();

export const cronMethods = methods({
  /** The next to come first. */
  "cron.list": {
    access: "operator.read",
    params: z.strictObject({ includeDisabled: z.boolean().optional() }),
    result: z.object({ jobs: z.array(Job), waitsUntilMs: z.int().optional() }),
  },
  /** Whether jobs are started, how many there are, and when the next one is due. */
  "cron.status": {
    access: "operator.read",
    params: z.strictObject({}),
    result: z.object({
      enabled: z.boolean(),
      storePath: z.string(),
      jobs: z.int(),
      nextWakeAtMs: z.int().nullable(),
      /** Until when jobs wait because the gateway was started too often; absent where they do not. */
      waitsUntilMs: z.int().optional(),
    }),
  },
  /** Adds a job. Fails with `CRON_INVALID` where its parts do not go together. */
  "cron.add": {
    access: "operator.admin",
    prepare: jobParams,
    params: JobInput,
    result: ChangedJob,
  },
  /** Changes a job, by `id` or `jobId`. Fails with `CRON_UNKNOWN`. */
  "cron.update": {
    access: "operator.admin",
    prepare: runParams,
    params: z.strictObject({ id, jobId: id, patch: JobPatch }),
    result: ChangedJob,
  },
  /** Takes a job away; what is known of its runs stays. */
  "cron.remove": {
    access: "operator.admin",
    params: z.strictObject({ id, jobId: id }),
    result: z.object({ ok: z.literal(true), removed: z.boolean() }),
  },
  /** Starts a job if it is due, or whatever its schedule says with `force`; answers when it has ended. Fails with `CRON_UNKNOWN`. */
  "cron.run": {
    access: "operator.admin",
    params: z.strictObject({ id, jobId: id, mode: z.enum(["due", "force"]).optional() }),
    result: z.object({ ok: z.literal(true), ran: z.boolean(), reason: z.string().optional() }),
  },
  /** What came of the last runs of a job, the oldest first; none for one that nobody knows. */
  "cron.runs": {
    access: "operator.read",
    params: z.strictObject({ id, jobId: id, limit: z.int().min(1).max(5_000).optional() }),
    result: z.object({
      entries: z.array(
        z.object({
          ts: z.int(),
          jobId: z.string(),
          action: z.literal("finished"),
          status: z.enum(["ok", "error", "skipped"]).optional(),
          error: z.string().optional(),
          summary: z.string().optional(),
          runAtMs: z.int().optional(),
          durationMs: z.int().optional(),
          nextRunAtMs: z.int().optional(),
        }),
      ),
    }),
  },
  /** Tells the main conversation something at its next turn, or has it begin one for that now. `ok` is false for a blank text. */
  wake: {
    access: "operator.write",
    params: z.strictObject({
      mode: z.enum(["now", "next-heartbeat"]),
      text: z.string().min(1).max(20_000),
    }),
    result: z.object({ ok: z.boolean() }),
  },
});
