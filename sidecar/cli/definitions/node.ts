/** The commands about this machine as a node of a gateway, on this machine or another. */
import type { OptionSpecs } from "../../base/options.ts";
import type { Definition } from "../definition.ts";
import { connection, json } from "./common.ts";

const NAMED = {
  "display-name": {
    type: "text",
    value: "<name>",
    singleLine: true,
    help: "what the node is called (default: the name of this machine)",
  },
} as const satisfies OptionSpecs;

export const nodeRun = {
  name: "node run",
  summary: "Make this machine a node of a gateway, in the foreground",
  arguments: [],
  options: { ...NAMED, ...connection },
  notes: [
    "The gateway may then look for programs here, show notifications, and start the programs that nodeHost.allow names; without any it starts none.",
    "A gateway on another machine has to approve this one first, with clawdbot nodes approve.",
  ],
  examples: ["clawdbot node run --url wss://home.example", "clawdbot config set nodeHost.allow '[\"git\"]'"],
} as const satisfies Definition;

export const nodeInstall = {
  name: "node install",
  summary: "Make this machine a node whenever you are logged in, as a service",
  arguments: [],
  options: {
    ...NAMED,
    url: { ...connection.url, help: "gateway that it belongs to, such as wss://home.example" },
    force: { type: "flag", help: "also when it is installed already" },
    ...json,
  },
  notes: [
    "Secrets are no part of a service: it takes them from the configuration, or from service.env in the state directory.",
  ],
} as const satisfies Definition;

export const nodeUninstall = {
  name: "node uninstall",
  summary: "Take the service of the node away; its identity stays",
  arguments: [],
  options: { ...json },
} as const satisfies Definition;

export const nodeStatus = {
  name: "node status",
  summary: "Show what this machine is as a node, and whether its service runs",
  arguments: [],
  options: { ...json },
} as const satisfies Definition;
