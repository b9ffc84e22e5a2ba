/** `chat.queue.*`: messages that wait behind the one that is answered. */
import * as z from "zod";
import { MAX_SESSION_KEY_CHARS } from "../../session-key.ts";
import { methods } from "../contract.ts";

/**
 * A message that waits. `key` is the idempotency key that it was sent with, `position` counts from 1. A long text is shortened, and says
 * so with the `bytes` of the whole.
 */
export const QueueItem = z.object({
  key: z.string(),
  text: z.string(),
  position: z.int().min(1),
  truncated: z.literal(true).optional(),
  bytes: z.int().optional(),
});
export type QueueItem = z.infer<typeof QueueItem>;

const Waiting = { sessionKey: z.string().min(1).max(MAX_SESSION_KEY_CHARS), key: z.string().min(1) };

export const chatQueueMethods = methods({
  /** What waits in the session, in the order it came. */
  "chat.queue.list": {
    access: "operator.read",
    params: z.strictObject({ sessionKey: z.string().min(1).max(MAX_SESSION_KEY_CHARS) }),
    result: z.object({ sessionKey: z.string(), items: z.array(QueueItem) }),
  },
  /** Takes a message back before it is answered; its run ends as `aborted`. `cancelled` is false when it does not wait any more. */
  "chat.queue.cancel": {
    access: "operator.write",
    params: z.strictObject(Waiting),
    result: z.object({ ok: z.literal(true), cancelled: z.boolean() }),
  },
  /** Gives a message another text before it is answered. `edited` is false when it does not wait any more. */
  "chat.queue.edit": {
    access: "operator.write",
    params: z.strictObject({ ...Waiting, text: z.string() }),
    result: z.object({ ok: z.literal(true), edited: z.boolean() }),
  },
  /**
   * Hands a message to the run that is under way, where that comes to its next step; `runId` is that run. `steered` is false when nothing
   * runs, or the run is somebody else's. Where the run ends before, the message is answered in its turn.
   */
  "chat.queue.steer": {
    access: "operator.write",
    params: z.strictObject(Waiting),
    result: z.object({ ok: z.literal(true), steered: z.boolean(), runId: z.string().optional() }),
  },
});
