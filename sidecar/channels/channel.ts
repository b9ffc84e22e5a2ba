/**
 * What a channel is to the gateway: a description that is read at every start and loads nothing heavy, and the code behind it, which is
 * loaded when an account of it is configured. A channel speaks the protocol of its platform and knows its ids and errors; who may
 * write, what is answered, how it is cut into messages and when it is sent again is the same for all of them and not its business.
 */

import type { InboundEvent, InboundMessage } from "../assistant/inbox/message.ts";
import type { AccountPolicy } from "../assistant/inbox/policy.ts";
import type { Logger } from "../base/log/logger.ts";
import type { OutboundFile } from "../base/store/outbox-records.ts";
import type { Route } from "../base/store/route.ts";
import type { TextFormat, TextLimits } from "./format/format.ts";

export interface ChannelDescriptor {
  /** Its key in the configuration. */
  id: string;
  label: string;
  abilities: ChannelAbilities;
  text: { limits: TextLimits; format: TextFormat };
  reconnect: ReconnectPace;
  /**
   * What the platform makes of the key of a part: with `same-id` two sends with one key are one message; with `lookup` the channel can
   * tell whether a message arrived; with `none` nobody can.
   */
  repeats: "same-id" | "lookup" | "none";
  /** The one spelling of an id that is compared; undefined for what is no id here. `*` never comes here. */
  normalizeId(raw: string): string | undefined;
  /** Whether the settings of an account hold what it takes to start it; else what is missing. */
  configured(settings: Readonly<Record<string, unknown>>): { ok: true } | { ok: false; missing: string };
  /** The part that loads the platform's library. */
  load(): Promise<ChannelRuntime>;
}

export interface ChannelAbilities {
  edit?: boolean;
  remove?: boolean;
  react?: boolean;
  typing?: boolean;
  replies?: boolean;
  threads?: boolean;
}

/** Milliseconds between attempts: the first, the longest, how fast they grow, and by which share chance moves them. */
export interface ReconnectPace {
  initialMs: number;
  maxMs: number;
  factor: number;
  jitter: number;
}

export interface ChannelRuntime {
  /** Resolves when the account is connected. Rejects with a `ChannelError` or anything else; the account is then tried again. */
  start(context: AccountContext): Promise<ChannelConnection>;
  /** Who the account is, without starting it. */
  probe?(settings: Readonly<Record<string, unknown>>, signal: AbortSignal): Promise<AccountSelf>;
  logout?(settings: Readonly<Record<string, unknown>>): Promise<void>;
}

export interface AccountSelf {
  id: string;
  name?: string | undefined;
}

/** What an account is started with. */
export interface AccountContext {
  account: string;
  /** The account's own settings over those of the channel. */
  settings: Readonly<Record<string, unknown>>;
  policy: AccountPolicy;
  /** Aborted when the account is to end. */
  signal: AbortSignal;
  log: Logger;
  /** What the account keeps between runs: offsets, sessions. */
  kv: ChannelKv;
  /** Resolves when the message is kept or was refused: only then is it acknowledged to the platform. Rejects when it could not be kept. */
  inbound(message: InboundMessage): Promise<void>;
  /** The same for what happens to messages later. */
  event(event: InboundEvent): Promise<void>;
}

export interface ChannelKv {
  get(key: string): Promise<string | undefined>;
  set(key: string, value: string): Promise<void>;
}

export interface ChannelConnection {
  self?: AccountSelf | undefined;
  /** Settles when the connection has ended, whoever ended it; rejects with the reason where it was lost. */
  closed: Promise<void>;
  /** Sends one message, formatted and short enough. Fails with a `ChannelError`; whatever else it throws counts as `transient` and may have arrived. */
  send(to: Route, message: OutboundMessage): Promise<{ id: string }>;
  edit?(to: Route, id: string, message: OutboundMessage): Promise<void>;
  remove?(to: Route, id: string): Promise<void>;
  react?(to: Route, id: string, emoji: string, remove?: boolean): Promise<void>;
  typing?(to: Route, isOn: boolean): Promise<void>;
  /** A read receipt; only for messages that were let in. */
  markRead?(to: Route): Promise<void>;
  /** The platform's id of the message that was sent with the key; undefined when it did not arrive. */
  findSent?(to: Route, key: string): Promise<string | undefined>;
  /** Is given two seconds. */
  stop(reason: string): Promise<void>;
}

export interface OutboundMessage {
  text: string;
  format: TextFormat;
  /** The id of the message for the platform, where it takes one from us. */
  key: string;
  replyTo?: string | undefined;
  media?: readonly OutboundFile[] | undefined;
  asVoice?: boolean | undefined;
}

/** Why something did not work, in words that decide what is done about it. */
export type ChannelErrorKind = "rate" | "transient" | "format" | "auth" | "gone" | "too-long" | "permanent";

/** A failure at the platform. With `mayHaveArrived` its answer was lost: it may have been a success. */
export class ChannelError extends Error {
  readonly kind: ChannelErrorKind;
  readonly retryAfterMs: number | undefined;
  readonly mayHaveArrived: boolean;

  constructor(
    kind: ChannelErrorKind,
    message: string,
    {
      retryAfterMs,
      mayHaveArrived = false,
      cause,
    }: { retryAfterMs?: number; mayHaveArrived?: boolean; cause?: unknown } = {},
  ) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = "ChannelError";
    this.kind = kind;
    this.retryAfterMs = retryAfterMs;
    this.mayHaveArrived = mayHaveArrived;
  }
}

/** Anything that a channel threw, as a `ChannelError`. By the system's codes it is told whether any byte of it left. */
export function channelErrorOf(error: unknown): ChannelError {
  if (error instanceof ChannelError) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new ChannelError("transient", message, { mayHaveArrived: !isBeforeSending(error), cause: error });
}

/** Names and connections that failed: DNS, refused, unreachable, TLS. */
const BEFORE_SENDING =
  /^(ENOTFOUND|EAI_\w+|ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|ENETDOWN|EHOSTDOWN|EADDRNOTAVAIL|UND_ERR_CONNECT_TIMEOUT|ERR_TLS_\w+|ERR_SSL_\w+|CERT_\w+|DEPTH_ZERO_\w+|SELF_SIGNED_\w+|UNABLE_TO_\w+)$/;

function isBeforeSending(error: unknown): boolean {
  for (
    let each: unknown = error, depth = 0;
    depth < 5 && typeof each === "object" && each !== null;
    depth += 1
  ) {
    if ("code" in each && typeof each.code === "string" && BEFORE_SENDING.test(each.code)) return true;
    each = "cause" in each ? each.cause : undefined;
  }
  return false;
}
