/** The commands about people who ask to be let in on a channel. */
import type { Definition } from "../definition.ts";
import { connection, json } from "./common.ts";

export const pairingList = {
  name: "pairing list",
  summary: "List the people who ask to be let in on a channel",
  arguments: ["[channel]"],
  options: { ...connection, ...json },
  notes: ["A request is valid for an hour. What strangers write is not kept, only who asked and when."],
} as const satisfies Definition;

export const pairingApprove = {
  name: "pairing approve",
  summary: "Let somebody in whose pairing code you were told",
  arguments: ["<channel>", "<code>"],
  options: {
    owner: { type: "flag", help: "it is you: this person owns the gateway and may do everything" },
    "not-owner": { type: "flag", help: "it is somebody else; nothing is asked" },
    ...connection,
    ...json,
  },
  notes: [
    "Without an owner, the first approval asks whether it is you; commands.ownerAllowFrom names owners.",
    "Everybody else may talk to the assistant, in a conversation of their own.",
  ],
  examples: ["clawdbot pairing approve telegram ABCD2345"],
} as const satisfies Definition;

export const pairingDismiss = {
  name: "pairing dismiss",
  summary: "Take a request away; the person is told nothing",
  arguments: ["<channel>", "<code>"],
  options: { ...connection, ...json },
} as const satisfies Definition;
