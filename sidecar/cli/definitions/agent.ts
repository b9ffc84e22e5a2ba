/** The commands that talk to the assistant. */
import type { OptionSpecs } from "../../base/options.ts";
import type { Definition } from "../definition.ts";
import { connection, json } from "./common.ts";

/** Which conversation is meant, and how it is gone on with. */
const conversation = {
  session: { type: "text", value: "<key>", help: "conversation to go on with (default: the main one)" },
  agent: { type: "text", value: "<id>", help: "agent to talk to (default: the first one)" },
  thinking: {
    type: "choice",
    value: "<level>",
    choices: ["off", "minimal", "low", "medium", "high", "xhigh"],
    help: "how much the model thinks before it answers",
  },
  "answer-within": {
    type: "integer",
    value: "<s>",
    min: 1,
    max: 86_400,
    default: 600,
    help: "time limit for the answer, in seconds",
  },
} as const satisfies OptionSpecs;

export const agent = {
  name: "agent",
  summary: "Send a message to the assistant and print its answer",
  arguments: [],
  options: {
    message: {
      type: "text",
      short: "m",
      value: "<text>",
      help: "what to say; - reads it from the standard input",
    },
    attach: {
      type: "texts",
      value: "<path>",
      help: "file to send with it; may be given several times",
    },
    ...conversation,
    local: {
      type: "flag",
      excludes: "url",
      help: "answer in this process, where no gateway runs",
    },
    ...connection,
    ...json,
  },
  notes: [
    "The gateway keeps the message before it answers: what a restart cuts off is answered afterwards.",
    "Until a model is set up, local/echo answers: it repeats what you wrote, and says so.",
  ],
  examples: [
    "clawdbot agent --message 'Good morning'",
    "clawdbot agent --message 'What is in it?' --attach photo.jpg",
    "git diff | clawdbot agent --message - --session agent:main:review",
  ],
} as const satisfies Definition;

export const chat = {
  name: "chat",
  summary: "Chat with the assistant in this terminal",
  arguments: [],
  options: { ...conversation, ...connection },
  notes: [
    "Enter sends, Alt+Enter begins another line, Esc stops the answer, Tab completes commands after /, Ctrl-D leaves.",
    "Without a terminal every line of the standard input is a message, and the exit code says whether all were answered.",
  ],
  examples: ["clawdbot chat", "clawdbot chat --session agent:main:review"],
} as const satisfies Definition;

export const sessions = {
  name: "sessions",
  summary: "List the conversations, the newest first",
  arguments: [],
  options: {
    limit: { type: "integer", value: "<n>", min: 1, max: 1_000, default: 20, help: "show this many" },
    search: { type: "text", value: "<text>", help: "only those with the text in their name, label or key" },
    former: { type: "flag", help: "with each those that ended under the same key, and their ids" },
    ...connection,
    ...json,
  },
} as const satisfies Definition;

export const sessionsReopen = {
  name: "sessions reopen",
  summary: "Go back to a conversation that ended",
  arguments: ["<key>", "<id>"],
  options: { ...connection, ...json },
  notes: ["clawdbot sessions --former lists the ids. The conversation that there was is kept among them."],
  examples: ["clawdbot sessions reopen main 6c1f0f3e-5d0b-4a53-9a52-2f1d0c6f7a10"],
} as const satisfies Definition;

export const budget = {
  name: "budget",
  summary: "Show what answers cost today and this month, and their limits",
  arguments: [],
  options: { ...connection, ...json },
  notes: ["The limits are in the configuration, at budget. They are asked before each call of a model."],
  examples: ["clawdbot budget", "clawdbot config set budget.perDayUsd 5"],
} as const satisfies Definition;

export const budgetAdd = {
  name: "budget add",
  summary: "Add to the limits of today; answers that wait for it go on",
  arguments: ["<dollars>"],
  options: { ...connection, ...json },
  examples: ["clawdbot budget add 5"],
} as const satisfies Definition;

export const sessionsImport = {
  name: "sessions import",
  summary: "Bring in the conversations of the original Clawdbot or of OpenClaw",
  arguments: [],
  options: {
    from: {
      type: "text",
      value: "<path>",
      help: "state directory that has them (default: the one of this profile)",
    },
    "dry-run": { type: "flag", help: "only say what there is" },
    ...json,
  },
  notes: [
    "The files stay as they are. Running it again adds what is missing and changes nothing else, also after one that was cut off.",
    "The gateway of this profile must be stopped meanwhile.",
  ],
  examples: ["clawdbot sessions import --dry-run", "clawdbot sessions import --from ~/.openclaw"],
} as const satisfies Definition;

export const sessionsExport = {
  name: "sessions export",
  summary: "Print a conversation of this machine",
  arguments: ["<key>"],
  options: {
    jsonl: {
      type: "flag",
      excludes: "markdown",
      help: "as a transcript that Clawdbot and OpenClaw read (the default)",
    },
    markdown: { type: "flag", help: "as text to read" },
  },
  examples: [
    "clawdbot sessions export main > main.jsonl",
    "clawdbot sessions export agent:main:review --markdown",
  ],
} as const satisfies Definition;

export const sessionsDelete = {
  name: "sessions delete",
  summary: "Take a conversation out of the lists, or erase what was said in it",
  arguments: ["<key>"],
  options: {
    purge: { type: "flag", help: "erase it for good, with files that nothing else refers to" },
    yes: { type: "flag", help: "do not ask; needed without a terminal" },
    ...connection,
    ...json,
  },
  notes: ["Without --purge everything stays in the store. What answers cost stays in the books in any case."],
  examples: [
    "clawdbot sessions delete agent:main:review",
    "clawdbot sessions delete agent:main:review --purge",
  ],
} as const satisfies Definition;
