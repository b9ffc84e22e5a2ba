/** Messages to people on channels that no conversation asked for. */
import * as z from "zod";
import { MAX_SESSION_KEY_CHARS } from "../../session-key.ts";
import { methods } from "../contract.ts";

const key = z.string().min(1).max(500);
const name = z.string().min(1).max(200);

export const sendMethods = methods({
  /**
   * Sends a message to a chat of a channel, once for each `idempotencyKey`, also after a crash: whoever repeats it is told what became of
   * it. `to` is the chat's id, `group:<id>` or `channel:<id>` for one with several people. It waits half a minute for the platform;
   * what is not sent by then stays in line. What was sent stands in the conversation of the chat, or that of `sessionKey`.
   * Fails with `CHANNEL_UNKNOWN`, `ACCOUNT_UNKNOWN` and `NOT_DELIVERED`.
   */
  send: {
    access: "operator.write",
    params: z.strictObject({
      to: z.string().min(1).max(500),
      message: z.string().min(1),
      mediaUrl: z.string().max(8_192).optional(),
      mediaUrls: z.array(z.string().max(8_192)).max(10).optional(),
      gifPlayback: z.boolean().optional(),
      channel: name.optional(),
      accountId: name.optional(),
      sessionKey: z.string().max(MAX_SESSION_KEY_CHARS).optional(),
      idempotencyKey: key,
    }),
    result: z.object({
      runId: z.string(),
      messageId: z.string(),
      channel: z.string(),
      chatId: z.string(),
    }),
  },
  /** Asks people on a channel to vote. Fails with `CHANNEL_UNKNOWN` on every channel of this release: none of them has polls. */
  poll: {
    access: "operator.admin",
    params: z.strictObject({
      to: z.string().min(1).max(500),
      question: z.string().min(1).max(1_000),
      options: z.array(z.string().min(1).max(500)).min(2).max(12),
      maxSelections: z.int().min(1).max(12).optional(),
      durationHours: z.int().min(1).optional(),
      channel: name.optional(),
      accountId: name.optional(),
      idempotencyKey: key,
    }),
    result: z.object({ runId: z.string(), messageId: z.string(), channel: z.string() }),
  },
  /** Ends the account's stay at its platform, where the channel can. Fails with `CHANNEL_UNKNOWN` where it cannot. */
  "channels.logout": {
    access: "operator.admin",
    params: z.strictObject({ channel: name, accountId: z.string().max(200).optional() }),
    result: z.object({
      channel: z.string(),
      accountId: z.string(),
      cleared: z.boolean(),
      loggedOut: z.boolean(),
    }),
  },
});
