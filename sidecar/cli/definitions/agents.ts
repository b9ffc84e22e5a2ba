/** The commands about the agents that a gateway has. */
import type { Definition } from "../definition.ts";
import { json } from "./common.ts";

export const agentsList = {
  name: "agents list",
  summary: "List the agents, with where they work",
  arguments: [],
  options: json,
  notes: ["Without any in the configuration there is one, main."],
} as const satisfies Definition;

export const agentsAdd = {
  name: "agents add",
  summary: "Add an agent with a work directory and conversations of its own",
  arguments: ["<agent>"],
  options: {
    workspace: {
      type: "text",
      value: "<path>",
      help: "its work directory (default: one of its name beside the common one)",
    },
    model: { type: "text", value: "<model>", help: "the model that answers for it, as provider/name" },
    name: { type: "text", value: "<name>", help: "what people call it" },
    ...json,
  },
  notes: [
    "An agent is named with the letters a to z, digits, - and _.",
    "bindings in the configuration say whom it answers; clawdbot agent --agent asks it.",
  ],
  examples: ["clawdbot agents add work", 'clawdbot agents add work --name Wanda --workspace "~/work"'],
} as const satisfies Definition;

export const agentsDelete = {
  name: "agents delete",
  summary: "Take an agent out of the configuration; its files and conversations stay",
  arguments: ["<agent>"],
  options: {
    yes: { type: "flag", help: "do not ask; needed without a terminal" },
    force: { type: "flag", hidden: true, help: "the same as --yes" },
    ...json,
  },
  notes: ["Bindings that name it go with it."],
  examples: ["clawdbot agents delete work"],
} as const satisfies Definition;

export const agentsSetIdentity = {
  name: "agents set-identity",
  summary: "Say who an agent is: its name, emoji, manner and picture",
  arguments: ["[agent]"],
  options: {
    name: { type: "text", value: "<name>", help: "the name under which it speaks" },
    emoji: { type: "text", value: "<emoji>", help: "its emoji" },
    theme: { type: "text", value: "<text>", help: "its manner, in a few words" },
    avatar: {
      type: "text",
      value: "<picture>",
      help: "its picture: a file in its work directory, or an address",
    },
    ...json,
  },
  notes: [
    "Without <agent> it is the default one. It counts more than the file IDENTITY.md of its work directory.",
  ],
  examples: [
    "clawdbot agents set-identity --name Wanda --theme dry",
    "clawdbot agents set-identity work --avatar face.png",
  ],
} as const satisfies Definition;
