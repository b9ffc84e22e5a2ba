/** The commands about what agents ask before they do it. */
import type { Definition } from "../definition.ts";
import { connection, json } from "./common.ts";

export const approvalsList = {
  name: "approvals list",
  summary: "List what waits for your approval",
  arguments: [],
  options: { ...connection, ...json },
} as const satisfies Definition;

export const approvalsAllow = {
  name: "approvals allow",
  summary: "Allow what waits: once, unless you say more",
  arguments: ["<id>"],
  options: {
    turn: { type: "flag", help: "for the rest of the answer: this program with this first word" },
    always: { type: "flag", help: "from now on: exactly the rule that approvals list shows" },
    for: { type: "text", value: "<time>", help: "with --always: no longer than this, such as 8h" },
    all: { type: "flag", help: "and everything that was asked together with it" },
    ...connection,
    ...json,
  },
  examples: ["clawdbot approvals allow k7m2q9xa", "clawdbot approvals allow k7m2q9xa --always --for 8h"],
} as const satisfies Definition;

export const approvalsDeny = {
  name: "approvals deny",
  summary: "Deny what waits; the agent is told",
  arguments: ["<id>"],
  options: {
    all: { type: "flag", help: "and everything that was asked together with it" },
    ...connection,
    ...json,
  },
} as const satisfies Definition;

export const approvalsRules = {
  name: "approvals rules",
  summary: "List what is allowed for good",
  arguments: [],
  options: { ...connection, ...json },
  notes: ["An entry of exec-approvals.json is a pattern of paths of programs, with any arguments."],
} as const satisfies Definition;

export const approvalsRevoke = {
  name: "approvals revoke",
  summary: "Have it asked about again",
  arguments: ["<id>"],
  options: { ...connection, ...json },
} as const satisfies Definition;

export const approvalsGet = {
  name: "approvals get",
  summary: "Print exec-approvals.json of the gateway's machine",
  arguments: [],
  options: { ...connection, ...json },
} as const satisfies Definition;

export const approvalsSet = {
  name: "approvals set",
  summary: "Replace exec-approvals.json of the gateway's machine by a file",
  arguments: ["<file>"],
  options: {
    "base-hash": {
      type: "text",
      value: "<hash>",
      help: "only if the file still is the one with this hash, which approvals get --json shows",
    },
    ...connection,
    ...json,
  },
} as const satisfies Definition;
