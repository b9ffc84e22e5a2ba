/** Channels, their accounts, and people who ask to be let in. */
import * as z from "zod";
import { methods } from "../contract.ts";

const name = z.string().min(1).max(200);
const code = z.string().min(1).max(100);

/** An account of a channel. Times are epoch milliseconds. */
export const ChannelAccount = z.object({
  accountId: z.string(),
  name: z.string().optional(),
  enabled: z.boolean(),
  configured: z.boolean(),
  running: z.boolean(),
  connected: z.boolean(),
  reconnectAttempts: z.int().min(0),
  lastConnectedAt: z.number().nullable(),
  lastError: z.string().nullable(),
  lastStartAt: z.number().nullable(),
  lastInboundAt: z.number().nullable(),
  lastOutboundAt: z.number().nullable(),
  /** When it is tried again. */
  nextRetryAt: z.number().nullable(),
  dmPolicy: z.string().optional(),
  self: z.object({ id: z.string(), name: z.string().optional() }).optional(),
});
export type ChannelAccount = z.infer<typeof ChannelAccount>;

/** What is said of a channel as a whole: its default account, and whether it works. */
export const ChannelSummary = z.object({
  configured: z.boolean(),
  running: z.boolean(),
  connected: z.boolean(),
  accountId: z.string(),
  lastStartAt: z.number().nullable(),
  lastError: z.string().nullable(),
  accounts: z.record(z.string(), ChannelAccount),
});
export type ChannelSummary = z.infer<typeof ChannelSummary>;

/** Somebody who waits to be let in. */
export const ChannelPairingRequest = z.object({
  channel: z.string(),
  accountId: z.string(),
  /** Of the sender, as the channel names people. */
  id: z.string(),
  name: z.string().optional(),
  code: z.string(),
  createdAt: z.number(),
  lastSeenAt: z.number(),
});
export type ChannelPairingRequest = z.infer<typeof ChannelPairingRequest>;

export const channelsMethods = methods({
  /** Every account that the configuration names. `probe` and `timeoutMs` are taken and change nothing. */
  "channels.status": {
    access: "operator.read",
    params: z.strictObject({ probe: z.boolean().optional(), timeoutMs: z.int().min(0).optional() }),
    result: z.object({
      ts: z.int(),
      channelOrder: z.array(z.string()),
      channelLabels: z.record(z.string(), z.string()),
      channelDetailLabels: z.record(z.string(), z.string()),
      channelSystemImages: z.record(z.string(), z.string()),
      channelMeta: z.array(z.object({ id: z.string(), label: z.string(), detailLabel: z.string() })),
      channels: z.record(z.string(), ChannelSummary),
      channelAccounts: z.record(z.string(), z.array(ChannelAccount)),
      channelDefaultAccountId: z.record(z.string(), z.string()),
    }),
  },
  /** People who wait, the newest first. `hasOwner` is false while `commands.ownerAllowFrom` names nobody. */
  "channels.pairing.list": {
    access: "operator.pairing",
    params: z.strictObject({ channel: name.optional() }),
    result: z.object({ requests: z.array(ChannelPairingRequest), hasOwner: z.boolean() }),
  },
  /**
   * Lets the sender of the code in and tells him. With `owner`, which takes admin, he is written into `commands.ownerAllowFrom`. Fails with
   * `PAIRING_CODE_INVALID` for a code that nobody waits with.
   */
  "channels.pairing.approve": {
    access: "operator.pairing",
    params: z.strictObject({ channel: name, code, owner: z.boolean().optional() }),
    result: z.object({
      channel: z.string(),
      accountId: z.string(),
      id: z.string(),
      name: z.string().optional(),
      owner: z.boolean(),
    }),
  },
  /** Takes the request away; the sender is told nothing. Fails with `PAIRING_CODE_INVALID`. */
  "channels.pairing.dismiss": {
    access: "operator.pairing",
    params: z.strictObject({ channel: name, code }),
    result: z.object({ channel: z.string(), accountId: z.string(), id: z.string() }),
  },
  /** Parts of answers that did not arrive, the newest first. */
  "channels.outbox.failed": {
    access: "operator.read",
    params: z.strictObject({ limit: z.int().min(1).max(200).optional() }),
    result: z.object({
      parts: z.array(
        z.object({
          id: z.string(),
          channel: z.string(),
          accountId: z.string(),
          to: z.string(),
          createdAt: z.number(),
          state: z.string(),
          /** Of the answer that it is a part of. */
          turnId: z.string().optional(),
          error: z.string().optional(),
          text: z.string(),
        }),
      ),
    }),
  },
  /**
   * Sends such a part again, or all parts of an answer that did not arrive where `id` is its `turnId`. `parts` is how many those are; `sent`
   * is false when there is nothing to send again.
   */
  "channels.outbox.resend": {
    access: "operator.write",
    params: z.strictObject({ id: name }),
    result: z.object({ id: z.string(), sent: z.boolean(), parts: z.int().min(0) }),
  },
});
