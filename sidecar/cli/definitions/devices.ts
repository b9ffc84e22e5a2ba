/** The commands about devices that clients come with. */
import type { OptionSpecs } from "../../base/options.ts";
import type { Definition } from "../definition.ts";
import { connection, json } from "./common.ts";

const ROLE = {
  role: {
    type: "choice",
    value: "<role>",
    choices: ["operator", "node"],
    default: "operator",
    help: "in which role the device comes with the token",
  },
} as const satisfies OptionSpecs;

export const devices = {
  name: "devices",
  summary: "List the devices that wait for approval, and those that are paired",
  arguments: [],
  options: { ...connection, ...json },
  notes: ["An id may be shortened to its first characters, as long as no other one begins with them."],
  examples: ["clawdbot devices", "clawdbot devices approve 3f2a91c0"],
} as const satisfies Definition;

export const devicesApprove = {
  name: "devices approve",
  summary: "Let a device in that waits for approval",
  arguments: ["<request>"],
  options: { ...connection, ...json },
  notes: ["A request is gone five minutes after it was made; the device may ask again."],
  examples: ["clawdbot devices approve 3f2a91c0"],
} as const satisfies Definition;

export const devicesReject = {
  name: "devices reject",
  summary: "Turn a device away that waits for approval",
  arguments: ["<request>"],
  options: { ...connection, ...json },
  examples: ["clawdbot devices reject 3f2a91c0"],
} as const satisfies Definition;

export const devicesRotate = {
  name: "devices rotate",
  summary: "Make the token of a device worthless; it gets another one when it comes the next time",
  arguments: ["<device>"],
  options: { ...ROLE, ...connection, ...json },
  notes: ["Connections that came with the old token end."],
  examples: ["clawdbot devices rotate 9c1e44d2"],
} as const satisfies Definition;

export const devicesRevoke = {
  name: "devices revoke",
  summary: "Take the token of a device back, and end its connections",
  arguments: ["<device>"],
  options: { ...ROLE, ...connection, ...json },
  examples: ["clawdbot devices revoke 9c1e44d2 --role node"],
} as const satisfies Definition;
