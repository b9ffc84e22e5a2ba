/** The commands that read and change the configuration. */
import type { Definition } from "../definition.ts";
import { json } from "./common.ts";

export const configGet = {
  name: "config get",
  summary: "Print the configuration, or one value of it",
  arguments: ["[path]"],
  options: json,
  notes: [
    "A secret is printed only when its own path is asked for, as text; CLAWDBOT_SHOW_SECRETS=1 shows all.",
    "Where the file says nothing, the default is printed, and what CLAWDBOT_GATEWAY_PORT, _TOKEN or _PASSWORD says instead; with --json also where it comes from.",
    "A dot inside a key is written as \\.",
  ],
  examples: ["clawdbot config get", "clawdbot config get gateway.port"],
} as const satisfies Definition;

export const configSet = {
  name: "config set",
  summary: "Change one value of the configuration",
  arguments: ["<path>", "[value]"],
  options: {
    generate: { type: "flag", help: "take a new random secret as the value" },
    "allow-unknown": { type: "flag", help: "write a key that this release does not know" },
    ...json,
  },
  notes: [
    "The value is JSON5, or text when it is not. It is checked before anything is written.",
    "Everything else in the file stays as it is written, comments included.",
    "The previous file is kept as clawdbot.json.bak, older ones as .bak.1 to .bak.4.",
  ],
  examples: [
    "clawdbot config set gateway.port 19001",
    "clawdbot config set logging.level debug",
    "clawdbot config set gateway.auth.token --generate",
  ],
} as const satisfies Definition;

export const configUnset = {
  name: "config unset",
  summary: "Remove one value of the configuration, so that its default holds again",
  arguments: ["<path>"],
  options: json,
  notes: ["The previous file is kept as clawdbot.json.bak, older ones as .bak.1 to .bak.4."],
  examples: ["clawdbot config unset gateway.port"],
} as const satisfies Definition;

export const configValidate = {
  name: "config validate",
  summary: "Check the configuration and show everything that is wrong with it",
  arguments: [],
  options: json,
  notes: ["Exits 1 when the file is invalid or there is none. Warnings do not count."],
} as const satisfies Definition;

export const configEdit = {
  name: "config edit",
  summary: "Edit the configuration in your editor; it is written only when it is valid",
  arguments: [],
  options: json,
  notes: [
    "Takes the editor from VISUAL or EDITOR, which may hold options, such as: code --wait.",
    "The text is written as you typed it, comments included. A text that is not taken over is kept, and its place is named.",
  ],
} as const satisfies Definition;

export const configPath = {
  name: "config path",
  summary: "Print where the configuration file is",
  arguments: [],
  options: json,
} as const satisfies Definition;
