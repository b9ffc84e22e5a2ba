/** The commands about skills: folders of instructions that agents follow when they fit. */
import type { Definition } from "../definition.ts";
import { json } from "./common.ts";

const agent = {
  agent: {
    type: "text",
    value: "<agent>",
    help: "the agent whose skills are meant (default: the default one)",
  },
} as const;

export const skillsList = {
  name: "skills list",
  summary: "List the skills of an agent, and what becomes of each",
  arguments: [],
  options: {
    eligible: { type: "flag", help: "only those that the agent is told of" },
    ...agent,
    ...json,
  },
  notes: ["It looks at the files as they are; no gateway needs to run."],
} as const satisfies Definition;

export const skillsInfo = {
  name: "skills info",
  summary: "Show a skill: where it lies, what it asks for, what of it is missing",
  arguments: ["<skill>"],
  options: { ...agent, ...json },
} as const satisfies Definition;

export const skillsCheck = {
  name: "skills check",
  summary: "Say which skills cannot be used, and why; exit 1 where a file is broken",
  arguments: [],
  options: { ...agent, ...json },
} as const satisfies Definition;

export const skillsTrust = {
  name: "skills trust",
  summary: "Show what a skill in a work directory is made of, and give your word for it",
  arguments: ["<skill>"],
  options: {
    yes: { type: "flag", help: "do not ask; needed without a terminal" },
    ...agent,
    ...json,
  },
  notes: [
    "An agent can write in its work directory, so skills there wait for you. Your word holds until one of their files changes.",
    "Skills in the folder skills of the state directory are yours and need no word.",
  ],
  examples: ["clawdbot skills trust recipes"],
} as const satisfies Definition;

export const skillsEnable = {
  name: "skills enable",
  summary: "Let agents use a skill again",
  arguments: ["<skill>"],
  options: { ...agent, ...json },
} as const satisfies Definition;

export const skillsDisable = {
  name: "skills disable",
  summary: "Keep agents from using a skill",
  arguments: ["<skill>"],
  options: { ...agent, ...json },
} as const satisfies Definition;

export const skillsInstall = {
  name: "skills install",
  summary: "Install the programs that a skill asks for, on this machine",
  arguments: ["<skill>"],
  options: {
    id: {
      type: "text",
      value: "<id>",
      help: "which of its ways to install (default: the one that fits here)",
    },
    yes: { type: "flag", help: "do not ask; needed without a terminal" },
    timeout: {
      type: "integer",
      value: "<ms>",
      min: 1_000,
      max: 3_600_000,
      default: 300_000,
      help: "time limit in milliseconds",
    },
    ...agent,
    ...json,
  },
  notes: ["The command is shown before anything runs. Downloads go below tools in the state directory."],
} as const satisfies Definition;
