/** The commands about jobs of a schedule, and about events for the assistant. */
import type { OptionSpecs } from "../../base/options.ts";
import type { Definition } from "../definition.ts";
import { connection, json, TIME_LIMIT } from "./common.ts";

const WAKE_MODES = ["now", "next-heartbeat"] as const;

/** When, in one of three ways. */
const when = {
  at: {
    type: "text",
    value: "<time>",
    help: "once: 20m, tomorrow 9:00, or 2026-03-01T09:00 in your time zone",
  },
  every: { type: "text", value: "<duration>", help: "again and again, such as 30m or 1h" },
  cron: { type: "text", value: "<expression>", help: 'by a cron expression, such as "0 9 * * 1-5"' },
  tz: { type: "text", value: "<zone>", help: "time zone of --cron, such as Europe/Berlin (default: yours)" },
} as const satisfies OptionSpecs;

/** What, and where the answer goes. */
const what = {
  "system-event": { type: "text", value: "<text>", help: "a reminder: said in the main conversation" },
  message: { type: "text", value: "<text>", help: "a task: done in a conversation of its own" },
  session: {
    type: "choice",
    value: "<where>",
    choices: ["main", "isolated"],
    help: "follows from --system-event or --message",
  },
  wake: {
    type: "choice",
    value: "<mode>",
    choices: WAKE_MODES,
    help: "kept for clients of the original; both begin at once",
  },
  agent: { type: "text", value: "<id>", help: "agent that does it (default: the first one)" },
  model: { type: "text", value: "<model>", help: "model for a task, as provider/name" },
  thinking: { type: "text", value: "<level>", help: "how much the model thinks about a task" },
  "timeout-seconds": {
    type: "integer",
    value: "<n>",
    min: 1,
    max: 86_400,
    help: "how long a task may take (default: 600)",
  },
  deliver: { type: "flag", help: "send the answer to a task to a chat", excludes: "no-deliver" },
  channel: {
    type: "text",
    value: "<name>",
    help: "channel of that chat (default: last, where you were heard last)",
  },
  to: { type: "text", value: "<chat>", help: "chat or person there" },
  "best-effort-deliver": { type: "flag", help: "make the job even where there is no such chat" },
  "post-prefix": {
    type: "text",
    value: "<text>",
    help: "word before what the main conversation hears of a task (default: Cron)",
  },
  "post-mode": { type: "choice", value: "<how>", choices: ["summary", "full"], help: "how much it hears" },
  "post-max-chars": {
    type: "integer",
    value: "<n>",
    min: 0,
    max: 100_000,
    help: "how much at most with --post-mode full",
  },
  "delete-after-run": { type: "flag", help: "remove a job with --at when it is done" },
  description: { type: "text", value: "<text>", help: "what it is for" },
} as const satisfies OptionSpecs;

export const cronList = {
  name: "cron list",
  summary: "List the jobs of the schedule, the next to come first",
  arguments: [],
  options: {
    all: { type: "flag", help: "list jobs that are switched off as well" },
    ...connection,
    ...json,
  },
} as const satisfies Definition;

export const cronStatus = {
  name: "cron status",
  summary: "Say whether jobs are started, and when the next one is",
  arguments: [],
  options: { ...connection, ...json },
} as const satisfies Definition;

export const cronAdd = {
  name: "cron add",
  summary: "Add a reminder or a job",
  arguments: [],
  options: {
    name: { type: "text", value: "<text>", help: "what it is called" },
    ...when,
    ...what,
    disabled: { type: "flag", help: "leave it switched off for now" },
    ...connection,
    ...json,
  },
  notes: [
    "A job takes --name, one of --at, --every and --cron, and one of --system-event and --message.",
    "A time that the clock jumps over comes at the next minute there is; one that it shows twice comes once.",
  ],
  examples: [
    'clawdbot cron add --name cake --at 20m --system-event "Take the cake out"',
    'clawdbot cron add --name news --cron "0 7 * * *" --message "What is new?" --deliver',
  ],
} as const satisfies Definition;

export const cronEdit = {
  name: "cron edit",
  summary: "Change a job; what is not named stays",
  arguments: ["<id>"],
  options: {
    name: { type: "text", value: "<text>", help: "what it is called" },
    ...when,
    ...what,
    "no-deliver": { type: "flag", help: "send the answer nowhere" },
    "clear-agent": { type: "flag", help: "have the first agent do it", excludes: "agent" },
    enable: { type: "flag", help: "switch it on", excludes: "disable" },
    disable: { type: "flag", help: "switch it off" },
    ...connection,
    ...json,
  },
} as const satisfies Definition;

export const cronRemove = {
  name: "cron rm",
  summary: "Remove a job",
  arguments: ["<id>"],
  options: { ...connection, ...json },
} as const satisfies Definition;

export const cronEnable = {
  name: "cron enable",
  summary: "Switch a job on, also one that was paused",
  arguments: ["<id>"],
  options: { ...connection, ...json },
} as const satisfies Definition;

export const cronDisable = {
  name: "cron disable",
  summary: "Switch a job off",
  arguments: ["<id>"],
  options: { ...connection, ...json },
} as const satisfies Definition;

export const cronRun = {
  name: "cron run",
  summary: "Run a job now, and wait for its end",
  arguments: ["<id>"],
  options: {
    due: { type: "flag", help: "only if it is due" },
    force: { type: "flag", help: "kept for scripts of the original", hidden: true },
    ...connection,
    timeout: { ...TIME_LIMIT, default: 600_000, help: "time limit in milliseconds" },
    ...json,
  },
} as const satisfies Definition;

export const cronRuns = {
  name: "cron runs",
  summary: "Show what came of the last runs of a job, the oldest first",
  arguments: ["[id]"],
  options: {
    id: { type: "text", value: "<id>", help: "the job", hidden: true },
    limit: { type: "integer", value: "<n>", min: 1, max: 5_000, default: 20, help: "show this many" },
    ...connection,
    ...json,
  },
} as const satisfies Definition;

export const systemEvent = {
  name: "system event",
  summary: "Tell the assistant about something",
  arguments: [],
  options: {
    text: { type: "text", value: "<text>", help: "what has happened" },
    mode: {
      type: "choice",
      value: "<mode>",
      choices: WAKE_MODES,
      default: "next-heartbeat",
      help: "whether it looks at it now, or when it answers next",
    },
    ...connection,
    ...json,
  },
  notes: ["What is not looked at within a day is forgotten."],
  examples: ['clawdbot system event --text "The backup failed" --mode now'],
} as const satisfies Definition;

export const systemHeartbeat = {
  name: "system heartbeat",
  summary: "Show when the assistant last looked at something by itself, or have it look around or not",
  arguments: ["<last|enable|disable>"],
  options: { ...connection, ...json },
  notes: [
    "What is switched off stays so when the gateway is started again; reminders and events come all the same.",
  ],
} as const satisfies Definition;
