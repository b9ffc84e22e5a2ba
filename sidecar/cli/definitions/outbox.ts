/** The commands about answers that did not reach the chat that they were for. */
import type { Definition } from "../definition.ts";
import { connection, json } from "./common.ts";

export const outbox = {
  name: "outbox",
  summary: "List what could not be delivered to a chat, the newest first",
  arguments: [],
  options: {
    limit: { type: "integer", value: "<n>", min: 1, max: 200, default: 20, help: "show this many" },
    ...connection,
    ...json,
  },
  notes: ["What is still being tried is not among it: an answer is tried for a day."],
} as const satisfies Definition;

export const outboxResend = {
  name: "outbox resend",
  summary: "Send again what could not be delivered",
  arguments: ["<id>"],
  options: { ...connection, ...json },
  notes: [
    "clawdbot outbox lists the ids. Of an answer in several messages those are sent that did not arrive.",
  ],
  examples: ["clawdbot outbox resend 6c1f0f3e-5d0b-4a53-9a52-2f1d0c6f7a10"],
} as const satisfies Definition;
