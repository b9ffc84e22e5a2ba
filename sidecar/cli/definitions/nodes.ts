/** The commands about nodes: devices that do something for the gateway. */
import type { OptionSpecs } from "../../base/options.ts";
import type { Definition } from "../definition.ts";
import { connection, json, TIME_LIMIT } from "./common.ts";

const WHICH = {
  node: { type: "text", value: "<node>", help: "which node: its name, its id, or how that begins" },
} as const satisfies OptionSpecs;

const PATIENCE = {
  "invoke-timeout": {
    ...TIME_LIMIT,
    default: 30_000,
    help: "how long the node may take, in milliseconds",
  },
} as const satisfies OptionSpecs;

export const nodesList = {
  name: "nodes list",
  summary: "List the nodes that are paired, and those that wait for approval",
  arguments: [],
  options: { ...connection, ...json },
  examples: ["clawdbot nodes list"],
} as const satisfies Definition;

export const nodesStatus = {
  name: "nodes status",
  summary: "Show which nodes are connected, and what they can do",
  arguments: [],
  options: {
    connected: { type: "flag", help: "only those that are connected" },
    ...connection,
    ...json,
  },
  examples: ["clawdbot nodes status --connected"],
} as const satisfies Definition;

export const nodesDescribe = {
  name: "nodes describe",
  summary: "Show all that is known of a node",
  arguments: [],
  options: { ...WHICH, ...connection, ...json },
  examples: ["clawdbot nodes describe --node kitchen"],
} as const satisfies Definition;

export const nodesPending = {
  name: "nodes pending",
  summary: "List the nodes that wait for approval",
  arguments: [],
  options: { ...connection, ...json },
} as const satisfies Definition;

export const nodesApprove = {
  name: "nodes approve",
  summary: "Let a node in that waits for approval",
  arguments: ["<request>"],
  options: { ...connection, ...json },
  notes: ["A request is gone five minutes after it was made; the device may ask again."],
  examples: ["clawdbot nodes approve 3f2a91c0"],
} as const satisfies Definition;

export const nodesReject = {
  name: "nodes reject",
  summary: "Turn a node away that waits for approval",
  arguments: ["<request>"],
  options: { ...connection, ...json },
} as const satisfies Definition;

export const nodesRename = {
  name: "nodes rename",
  summary: "Give a node another name",
  arguments: [],
  options: {
    ...WHICH,
    name: { type: "text", value: "<name>", singleLine: true, help: "the new name" },
    ...connection,
    ...json,
  },
  examples: ["clawdbot nodes rename --node 9c1e44d2 --name kitchen"],
} as const satisfies Definition;

export const nodesInvoke = {
  name: "nodes invoke",
  summary: "Have a node carry out a command",
  arguments: [],
  options: {
    ...WHICH,
    command: { type: "text", value: "<command>", help: "such as system.which" },
    params: {
      type: "text",
      value: "<json>",
      default: "{}",
      help: "what the command is called with; @file reads it from a file, - from the standard input",
    },
    ...PATIENCE,
    "idempotency-key": {
      type: "text",
      value: "<key>",
      help: "by which the node knows it for the same command",
    },
    ...connection,
    ...json,
  },
  examples: [`clawdbot nodes invoke --node kitchen --command system.which --params '{"bins":["git"]}'`],
} as const satisfies Definition;

export const nodesRun = {
  name: "nodes run",
  summary: "Run a program on a node",
  arguments: ["<program...>"],
  options: {
    ...WHICH,
    cwd: { type: "text", value: "<path>", help: "where on the node it runs" },
    env: {
      type: "texts",
      value: "<name=value>",
      help: "a variable of its environment; may be given several times",
    },
    "command-timeout": { ...TIME_LIMIT, help: "how long the program may run, in milliseconds" },
    ...PATIENCE,
    ...connection,
    ...json,
  },
  notes: [
    "Write -- before the program if it has options. It is started as it stands, without a shell.",
    "A node runs only what its own rules allow.",
  ],
  examples: ["clawdbot nodes run --node kitchen -- uname -a"],
} as const satisfies Definition;

export const nodesNotify = {
  name: "nodes notify",
  summary: "Show a notification on a node",
  arguments: [],
  options: {
    ...WHICH,
    title: { type: "text", value: "<text>", help: "its first line" },
    body: { type: "text", value: "<text>", help: "what stands below" },
    ...PATIENCE,
    ...connection,
    ...json,
  },
  examples: ['clawdbot nodes notify --node kitchen --title "Tea" --body "It is ready."'],
} as const satisfies Definition;
