/** What a message does while another one of its conversation is answered. */
import { DEFAULTS } from "../../../shared/config/defaults.ts";
import type { GatewayConfig } from "../../../shared/config/schema.ts";
import type { SessionFields } from "../../base/store/session-store.ts";

export const QUEUE_MODES = ["collect", "followup", "steer", "steer-backlog", "interrupt"] as const;
export type QueueMode = (typeof QUEUE_MODES)[number];

export interface QueueSettings {
  mode: QueueMode;
  debounceMs: number;
  /** Messages that wait at most. */
  cap: number;
}

/** The session's own settings, else the configured ones. */
export function queueSettings({ messages }: GatewayConfig, fields: SessionFields): QueueSettings {
  const { queueMode, queueDebounceMs, queueCap } = fields;
  const { mode, debounceMs, cap } = messages?.queue ?? {};
  return {
    mode: queueModeOf(queueMode) ?? queueModeOf(mode) ?? DEFAULTS["messages.queue.mode"],
    debounceMs: numberOf(queueDebounceMs) ?? debounceMs ?? DEFAULTS["messages.queue.debounceMs"],
    cap: numberOf(queueCap) ?? cap ?? DEFAULTS["messages.queue.cap"],
  };
}

/** The mode that the word stands for, in its older spellings as well; undefined for no word of ours. */
export function queueModeOf(word: unknown): QueueMode | undefined {
  if (typeof word !== "string") return undefined;
  const spelled = OLDER[word] ?? word;
  return QUEUE_MODES.find((mode) => mode === spelled);
}

const OLDER: Readonly<Record<string, QueueMode>> = {
  queue: "steer",
  queued: "steer",
  abort: "interrupt",
  "steer+backlog": "steer-backlog",
};

function numberOf(value: unknown): number | undefined {
  return typeof value === "number" && Number.isFinite(value) ? value : undefined;
}
