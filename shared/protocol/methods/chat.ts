/** `chat.*`: a conversation as a client holds it. */
import * as z from "zod";
import { MAX_SESSION_KEY_CHARS } from "../../session-key.ts";
import { methods } from "../contract.ts";

/**
 * A part of a message. A file is `image`, `audio`, `video` or `file` with its `mediaId`, by which `/media/<mediaId>` gives it, its `mimeType`,
 * its `bytes` and its `fileName`.
 */
const Block = z.looseObject({ type: z.string() });

/** A message as it is stored and shown. */
export const ChatMessage = z.looseObject({
  role: z.string(),
  content: z.union([z.string(), z.array(Block)]),
  timestamp: z.number(),
  stopReason: z.string().optional(),
  errorMessage: z.string().optional(),
});
export type ChatMessage = z.infer<typeof ChatMessage>;

/**
 * What became of a message on its way to a channel: of its parts the worst counts. `unknown` may have arrived. `at` is since when that is
 * so, in epoch ms; `error` says why it did not arrive, or not yet. `channels.outbox.resend` with the message's `turnId` sends again
 * what did not arrive.
 */
export const MessageDelivery = z.object({
  channel: z.string(),
  state: z.enum(["queued", "sent", "failed", "unknown", "expired"]),
  at: z.number(),
  error: z.string().optional(),
});
export type MessageDelivery = z.infer<typeof MessageDelivery>;

/** A message of a conversation with the entry that it is. */
export const StoredMessage = ChatMessage.extend({
  id: z.string(),
  /** Of the turn that it came with or came of. */
  turnId: z.string().optional(),
  /** `partial` is what came of a turn that was cut off. */
  state: z.enum(["ok", "partial", "off_path"]),
  /** Of a message that went to a channel. */
  delivery: MessageDelivery.optional(),
});
export type StoredMessage = z.infer<typeof StoredMessage>;

/** Where a conversation, as that of a thread, goes on from another one: the last entry `id` that they have in common. */
export const ForkPoint = z.object({ sessionKey: z.string(), id: z.string() });
export type ForkPoint = z.infer<typeof ForkPoint>;

const SessionKey = z.string().min(1).max(MAX_SESSION_KEY_CHARS);

const Send = {
  sessionKey: SessionKey,
  message: z.string(),
  thinking: z.string().optional(),
  deliver: z.boolean().optional(),
  /**
   * Files, at most 20: `{fileName?, mimeType?, content}` with base64 or a data URL, or `{fileName?, mediaId}` of what was sent to `/media`.
   * One without content is left out. Fails with `ATTACHMENT_REFUSED`, and none of them is kept then.
   */
  attachments: z.array(z.unknown()).max(1_000).optional(),
  timeoutMs: z.int().min(0).optional(),
  idempotencyKey: z.string().min(1),
};

const Sent = z.union([
  z.object({ runId: z.string(), status: z.enum(["started", "in_flight", "ok"]) }),
  z.object({ ok: z.literal(true), aborted: z.boolean(), runIds: z.array(z.string()) }),
]);

export const chatMethods = methods({
  /** The newest messages of the conversation, oldest first, in at most 6 MiB; none of an unknown session. */
  "chat.history": {
    access: "operator.read",
    params: z.strictObject({ sessionKey: SessionKey, limit: z.int().min(1).max(1_000).optional() }),
    result: z.object({
      sessionKey: z.string(),
      sessionId: z.string().optional(),
      fork: ForkPoint.optional(),
      messages: z.array(StoredMessage),
      thinkingLevel: z.string(),
    }),
  },
  /**
   * Takes a message, which is kept when this answers; `idempotencyKey` names its run and makes a repeat harmless. `started` is a new
   * message, `in_flight` one that is known and not answered yet, `ok` one that was. A message that stops what runs answers like `chat.abort`.
   */
  "chat.send": {
    access: "operator.write",
    params: z.strictObject(Send),
    result: Sent,
  },
  /**
   * Takes a message as `chat.send` does, in the place of a message of a person and of all that follows it, or of the whole conversation
   * (null): both happens or neither. What leaves the conversation stays kept. `head` is the newest entry that the caller has seen. Fails with
   * `HEAD_MOVED` when another one is the newest, and with `SESSION_BUSY` while something is answered or waits. A command is carried out
   * and takes no place.
   */
  "chat.rewind": {
    access: "operator.write",
    params: z.strictObject({
      ...Send,
      rewindTo: z.string().min(1).max(200).nullable(),
      head: z.string().min(1).max(200).optional(),
    }),
    result: Sent,
  },
  /** Ends what runs in the session, or the one run that is named. */
  "chat.abort": {
    access: "operator.write",
    params: z.strictObject({ sessionKey: SessionKey, runId: z.string().min(1).optional() }),
    result: z.object({ ok: z.literal(true), aborted: z.boolean(), runIds: z.array(z.string()) }),
  },
  /** Adds a note in the assistant's place, which no model sees as a question. */
  "chat.inject": {
    access: "operator.admin",
    params: z.strictObject({
      sessionKey: SessionKey,
      message: z.string().min(1),
      label: z.string().max(100).optional(),
    }),
    result: z.object({ ok: z.literal(true), messageId: z.string() }),
  },
});
