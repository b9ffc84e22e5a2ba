/** What goes out: each visible part of an answer is a row before it is sent, and what became of it is kept beside it. */
import type { Route } from "./route.ts";

/** `answer` and `notice` are worth a day; what is `short-lived` is worth an hour. */
export type OutboxKind = "answer" | "notice" | "short-lived";

/** `unknown`: it was being sent when the process ended. */
export type OutboxState = "queued" | "sending" | "sent" | "failed" | "unknown" | "expired";

/** A file that is sent: where it lies on this machine, or an address on the web. */
export type OutboundFile =
  | { path: string; mimeType: string; sizeBytes: number; name?: string | undefined }
  | { url: string };

/** What is sent, before it is put into the channel's format. */
export interface OutboxPayload {
  text: string;
  /** The message that it points to. */
  replyTo?: string | undefined;
  /** Files that go with it. */
  media?: readonly OutboundFile[] | undefined;
  asVoice?: boolean | undefined;
}

/** One visible part, in the order they are given, to be written with the change that it tells of. */
export interface OutboxPart {
  kind: OutboxKind;
  route: Route;
  payload: OutboxPayload;
  /** How long it waits before it is sent, as somebody would who types it. */
  delayMs?: number | undefined;
  /** A message of a preview that this takes the place of, by its id on the platform. */
  preview?: string | undefined;
}

export interface OutboxRow {
  id: string;
  /** Undefined for what no turn said. */
  turnId: string | undefined;
  /** Counts the parts of a turn. */
  part: number;
  kind: OutboxKind;
  route: Route;
  payload: OutboxPayload;
  /** Handed to the channel as the id of the message, where the platform has such ids: the same key is the same message. */
  key: string;
  state: OutboxState;
  attempts: number;
  createdAtMs: number;
  nextAtMs: number;
  expiresAtMs: number;
  /** What is known of it: the platform's id, the last error, a repetition after a crash. */
  evidence: OutboxEvidence;
}

export interface OutboxEvidence {
  messageId?: string | undefined;
  error?: string | undefined;
  /** It is sent again though nobody knows whether it arrived: the text says so. */
  isRepeated?: boolean | undefined;
  /** Sent as plain text, as the channel did not take its format. */
  isPlain?: boolean | undefined;
  preview?: string | undefined;
  /** A part of the same place was waited for too long, and this one passed it. */
  isLate?: boolean | undefined;
  /** It was given up without anybody knowing whether it arrived. */
  mayHaveArrived?: boolean | undefined;
}

/** What became of a message of the assistant that went to a channel: of all of its parts together. */
export interface Delivery {
  channel: string;
  /** `unknown`: it may have arrived. */
  state: Exclude<OutboxState, "sending">;
  /** Since when that is so. */
  atMs: number;
  /** Why it did not arrive, or not yet. */
  error?: string;
}

/** How long a part is tried, in ms. */
export const OUTBOX_TTL_MS: Readonly<Record<OutboxKind, number>> = {
  answer: 86_400_000,
  notice: 86_400_000,
  "short-lived": 3_600_000,
};
