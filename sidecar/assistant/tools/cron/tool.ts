/** `cron`: the owner's jobs and reminders, made and changed by the assistant. */
import { jobParams, runParams } from "../../../../shared/protocol/cron-input.ts";
import { cronMethods } from "../../../../shared/protocol/methods/cron.ts";
import { textOf } from "../../../base/store/message.ts";
import { ownersWord } from "../../approvals/owner-word.ts";
import { jobView, runView } from "../../cron/job-view.ts";
import type { CronCaller, Jobs } from "../../cron/jobs.ts";
import { ownerZone } from "../../prompt/settings.ts";
import { momentText } from "../../prompt/time.ts";
import { textArgument } from "../arguments.ts";
import { type Tool, type ToolCall, type ToolPlace, type ToolResult, textResult } from "../tool.ts";

type Args = Readonly<Record<string, unknown>>;

const RUNS = 20;
const MOST_CONTEXT = 10;
const CONTEXT_CHARS = 220;

export function cron(place: ToolPlace): Tool {
  return {
    name: "cron",
    group: "automation",
    description: DESCRIPTION,
    parameters: PARAMETERS,
    hasSideEffect: true,
    isFor: ({ authority }) => authority === "owner",
    run: async (args, call) => await act(place, args, call),
  };
}

const ACTIONS = ["status", "list", "add", "update", "remove", "run", "runs", "wake"] as const;

const DESCRIPTION = `Reminders and jobs of a schedule. To remind somebody: add a job with schedule {"at": "20m"} (also "tomorrow 9:00", "2026-03-01T09:00" in the owner's time zone) and payload {"text": what to say}; it is said in this chat. To do something by yourself at a time: payload {"message": the task, "deliver": true}; it runs in a conversation of its own, so write everything into it that has to be known. Again and again: schedule {"everyMs": 3600000}, or {"expr": "0 9 * * 1-5", "tz": "Europe/Berlin"}.`;

const PARAMETERS = {
  type: "object",
  properties: {
    action: { type: "string", enum: ACTIONS },
    job: {
      type: "object",
      description: "For add.",
      properties: {
        name: { type: "string" },
        schedule: { type: "object", description: "One of at, everyMs, or expr with tz." },
        payload: {
          type: "object",
          description:
            "text; or message with deliver, channel (last or one by name), to, model, thinking, timeoutSeconds.",
        },
        deleteAfterRun: { type: "boolean" },
        agentId: { type: "string" },
      },
      required: ["name", "schedule", "payload"],
    },
    jobId: { type: "string" },
    patch: { type: "object", description: "For update: the parts of a job that change, such as enabled." },
    includeDisabled: { type: "boolean" },
    contextMessages: {
      type: "integer",
      minimum: 0,
      maximum: MOST_CONTEXT,
      description: "For add: how many of the last messages go with a reminder.",
    },
    text: { type: "string", description: "For wake." },
    mode: { type: "string", enum: ["now", "next-heartbeat"], description: "For wake." },
  },
  required: ["action"],
  additionalProperties: false,
} as const;

async function act(place: ToolPlace, args: Args, call: ToolCall): Promise<ToolResult> {
  const action = ACTIONS.find((each) => each === args.action);
  if (action === undefined) throw new Error(`action must be one of ${ACTIONS.join(", ")}.`);
  const { turn } = call;
  const caller: CronCaller = {
    principal: turn.principal,
    authority: turn.authority,
    route: turn.route,
    isConversation: true,
  };
  refuseInside(action, args, call);
  await askIfTainted(place, action, args, call);
  const desk = await place.cron();
  switch (action) {
    case "status":
      return shown(await statusOf(desk, place));
    case "list": {
      const jobs = await desk.list(caller, { includesDisabled: args.includeDisabled === true });
      return shown(jobs.map((job) => ({ ...jobView(job), nextRun: desk.nextRun(job) })));
    }
    case "add":
      return await add(place, desk, { args, call, caller });
    case "update": {
      const { patch } = cronMethods["cron.update"].params.parse(
        runParams({ id: jobIdIn(args), patch: args.patch ?? {} }),
      );
      const job = await desk.update(jobIdIn(args), patch, caller);
      return shown({ ...jobView(job), nextRun: desk.nextRun(job) ?? "it does not come any more" });
    }
    case "remove":
      return shown({ removed: await desk.remove(jobIdIn(args), caller) });
    case "run":
      return shown(await started(desk, jobIdIn(args), caller));
    case "runs":
      return shown((await desk.runs(jobIdIn(args), RUNS, caller)).map(runView));
    case "wake":
      await place.wake(
        turn.agentId,
        textArgument(args, "text"),
        // A turn that nobody asked for asks for no other one.
        args.mode === "now" && turn.origin !== "heartbeat" ? "now" : "next-heartbeat",
      );
      return shown({ ok: true });
  }
}

async function add(
  place: ToolPlace,
  desk: Jobs,
  { args, call, caller }: { args: Args; call: ToolCall; caller: CronCaller },
): Promise<ToolResult> {
  // Models leave the job's own object out and write its parts beside the action.
  const { action: _action, contextMessages, job = args, ...rest } = args;
  const {
    action: _own,
    contextMessages: _count,
    ...described
  } = { ...(job === args ? rest : {}), ...(job as object) } as Record<string, unknown>;
  const input = cronMethods["cron.add"].params.parse(jobParams(described));
  const context = await contextOf(place, call, contextMessages);
  const payload =
    input.payload.kind === "systemEvent" && context !== ""
      ? { ...input.payload, text: `${input.payload.text}\n\n${context}` }
      : input.payload;
  const made = await desk.add({ ...input, payload, agentId: input.agentId ?? call.turn.agentId }, caller);
  return shown({ ...jobView(made), nextRun: desk.nextRun(made) ?? "it does not come any more" });
}

async function statusOf(desk: Jobs, { config }: ToolPlace) {
  const { isOn, enabledJobs, nextAtMs } = await desk.status();
  const zone = ownerZone(config());
  const next = nextAtMs === undefined ? undefined : momentText(nextAtMs, { zone, isTwelveHour: false });
  return { enabled: isOn, jobs: enabledJobs, ...(next && { next: `${next} (${zone})` }) };
}

/** The run is told of by itself when it has ended: whoever asks does not wait for it. */
async function started(desk: Jobs, id: string, caller: CronCaller) {
  const jobs = await desk.list(caller, { includesDisabled: true });
  if (!jobs.some((job) => job.id === id))
    throw new Error(`There is no job ${JSON.stringify(id)}; list shows them.`);
  desk.run(id, "force", caller).catch(() => {}); // Its log tells what became of it.
  return { started: true };
}

/** A job looks after itself and after no other one: what it read may have told it to. */
function refuseInside(action: (typeof ACTIONS)[number], args: Args, { turn }: ToolCall): void {
  if (turn.origin !== "cron") return;
  const own = /:cron:([^:]+)$/.exec(turn.sessionKey)?.[1];
  const isOwn = own !== undefined && own === args.jobId;
  const looks = action === "status" || action === "list" || action === "runs";
  if (looks || (isOwn && (action === "update" || action === "remove"))) return;
  throw new Error(
    "Within a run of a job only that job can be changed; the owner can do it in a conversation.",
  );
}

/** What came in from others makes no job without the owner's word. */
async function askIfTainted(
  place: ToolPlace,
  action: (typeof ACTIONS)[number],
  args: Readonly<Record<string, unknown>>,
  call: ToolCall,
): Promise<void> {
  if (call.taintedBy === undefined || (action !== "add" && action !== "update")) return;
  const { job, patch } = args;
  const command = `cron ${action} ${JSON.stringify(job ?? patch ?? args).slice(0, MOST_ASKED_CHARS)}`;
  await ownersWord(place, call, { kind: "cron", command });
}

const MOST_ASKED_CHARS = 2_000;

async function contextOf({ store }: ToolPlace, { turn }: ToolCall, wanted: unknown): Promise<string> {
  const count = typeof wanted === "number" ? Math.min(MOST_CONTEXT, Math.max(0, Math.trunc(wanted))) : 0;
  if (count === 0) return "";
  const entries = await store.history(turn.sessionId, { limit: 3 * count });
  const lines = entries
    .filter(({ message }) => message.role === "user" || message.role === "assistant")
    .map(({ message }) => ({ role: message.role, text: textOf(message).trim() }))
    .filter(({ text }) => text !== "")
    .slice(-count)
    .map(({ role, text }) => `- ${role}: ${text.slice(0, CONTEXT_CHARS)}`);
  return lines.length === 0 ? "" : ["What was said before:", ...lines].join("\n");
}

function jobIdIn(args: Args): string {
  return textArgument(typeof args.jobId === "string" ? args : { jobId: args.id }, "jobId");
}

function shown(value: object): ToolResult {
  return textResult(JSON.stringify(value));
}
