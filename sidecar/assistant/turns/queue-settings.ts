/** What a message does while another one of its conversation is answered. */
import { DEFAULTS } from "../../../shared/config/defaults.ts";
import type { GatewayConfig } from "../../../shared/config/schema.ts";
import { DROPS } from "../../../shared/config/sections/queue.ts";
import type { SessionFields } from "../../base/store/session-store.ts";

export const QUEUE_MODES = ["collect", "followup", "steer", "steer-backlog", "interrupt"] as const;
export type QueueMode = (typeof QUEUE_MODES)[number];

export interface QueueSettings {
  mode: QueueMode;
  debounceMs: number;
  /** Messages that wait at most, or are answered whole. */
  cap: number;
  /** What happens to more of them. */
  drop: Drop;
}

export type Drop = (typeof DROPS)[number];

/** The session's own settings, else the configured ones. */
export function queueSettings({ messages }: GatewayConfig, fields: SessionFields): QueueSettings {
  const { queueMode, queueDebounceMs, queueCap, queueDrop } = fields;
  const { mode, debounceMs, cap, drop, byChannel = {}, debounceMsByChannel = {} } = messages?.queue ?? {};
  const channel = String(fields.channel ?? fields.lastChannel ?? "");
  const ofChannel = Object.hasOwn(byChannel, channel) ? byChannel[channel] : undefined;
  const pause = Object.hasOwn(debounceMsByChannel, channel) ? debounceMsByChannel[channel] : undefined;
  return {
    mode:
      queueModeOf(queueMode) ??
      queueModeOf(ofChannel) ??
      queueModeOf(mode) ??
      DEFAULTS["messages.queue.mode"],
    debounceMs: numberOf(queueDebounceMs) ?? pause ?? debounceMs ?? DEFAULTS["messages.queue.debounceMs"],
    cap: numberOf(queueCap) ?? cap ?? DEFAULTS["messages.queue.cap"],
    drop: dropOf(queueDrop) ?? drop ?? DEFAULTS["messages.queue.drop"],
  };
}

/** The mode that the word stands for, in its older spellings as well; undefined for no word of ours. */
export function queueModeOf(word: unknown): QueueMode | undefined {
  if (typeof word !== "string") return undefined;
  const spelled = OLDER[word] ?? word;
  return QUEUE_MODES.find((mode) => mode === spelled);
}

export function dropOf(word: unknown): Drop | undefined {
  return DROPS.find((each) => each === word);
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
