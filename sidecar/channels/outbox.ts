/**
 * Sends what the store says is to be sent by one account: in the order of each place, each part once, again when that can help, and never
 * twice because of a crash. A part is marked before its first byte leaves.
 */
import { type Clock, sleep } from "../../shared/clock.ts";
import { errorText } from "../../shared/errors.ts";
import type { Disposable } from "../../shared/lifecycle.ts";
import type { Logger } from "../base/log/logger.ts";
import type { OutboxPart, OutboxRow } from "../base/store/outbox-records.ts";
import { placeOf } from "../base/store/route.ts";
import type { ChannelStore, OutboxOutcome } from "../base/store/session-store.ts";
import {
  type ChannelConnection,
  type ChannelDescriptor,
  ChannelError,
  channelErrorOf,
  type OutboundMessage,
} from "./channel.ts";
import { chunkText } from "./format/chunk.ts";
import { fits, formatText } from "./format/format.ts";

/** Whose parts are sent. */
export interface OutboxAccount {
  channel: string;
  account: string;
  descriptor: ChannelDescriptor;
  /** Undefined while the account is not connected: everything waits then. */
  connection(): ChannelConnection | undefined;
  /** What is done about a part of which nobody knows whether it arrived, where that is configured. */
  onUnknown(): "resend-marked" | "skip" | undefined;
  limit(): number | undefined;
  /** A part was sent, or is not for now. */
  settled(row: OutboxRow, wasSent: boolean): void;
}

export interface OutboxPlace {
  store: Pick<ChannelStore, "openOutbox" | "claimOutbox" | "settleOutbox" | "splitOutbox">;
  clock: Clock;
  log: Logger;
  random: () => number;
  /** What the owner is told of an answer that did not arrive. */
  noticesOf(row: OutboxRow, reason: string): Promise<readonly OutboxPart[]>;
  /** Notices were written, to be sent by whichever account. */
  written(): void;
  /** What stands before a part that may have arrived already. */
  repeatedMark(): string;
}

export const DELIVERY = {
  /** The pauses between attempts: the first, how they grow, the longest, and by how much chance moves them. */
  retry: { firstMs: 1_000, factor: 3, mostMs: 300_000, jitter: 0.2 },
  /** A part waits this long for the one before it. */
  predecessorMs: 300_000,
  /** A platform has this long to answer. */
  sendMs: 120_000,
  /** Between parts that the last run left. */
  recoveryPaceMs: 250,
  /** What the store did not take is tried again after this time; nothing else goes to the place meanwhile. */
  storeRetryMs: 5_000,
  /** Places to which is sent at once. */
  atOnce: 4,
  /** Parts that are looked at. */
  window: 500,
} as const;

/** Why a part is not tried any more. */
type Loss = { state: "failed" | "expired"; reason: string; mayHaveArrived?: true };

type Lane = { place: string; rows: OutboxRow[] };

export class Delivery {
  #account: OutboxAccount;
  #place: OutboxPlace;
  /** What is older was left by the last run. */
  #startedAtMs: number;
  #recoveredAt = Number.NEGATIVE_INFINITY;
  /** Places to which is being sent. */
  #busy = new Set<string>();
  #timer: Disposable | undefined;
  #looking: Promise<void> | undefined;
  #isDue = false;
  #over = new AbortController();

  constructor(account: OutboxAccount, place: OutboxPlace) {
    this.#account = account;
    this.#place = place;
    this.#startedAtMs = place.clock.now();
  }

  /** Something was written, or the account is connected. */
  kick(): void {
    if (this.#over.signal.aborted) return;
    this.#isDue = true;
    this.#looking ??= this.#look().finally(() => {
      this.#looking = undefined;
    });
  }

  /** Begins nothing any more. */
  stop(): void {
    this.#over.abort();
    this.#timer?.dispose();
  }

  async #look(): Promise<void> {
    const { log, clock } = this.#place;
    while (this.#isDue && !this.#over.signal.aborted) {
      this.#isDue = false;
      try {
        await this.#sendDue();
      } catch (error) {
        log.error({ err: error }, "what is to be sent could not be read; it is tried again");
        this.#wakeAt(clock.now() + DELIVERY.retry.mostMs / 10);
      }
    }
  }

  async #sendDue(): Promise<void> {
    const { store, clock } = this.#place;
    const { channel, account } = this.#account;
    this.#timer?.dispose();
    const now = clock.now();
    const lanes = lanesOf(await store.openOutbox(channel, account, DELIVERY.window));
    let wakeAtMs = Number.POSITIVE_INFINITY;
    for (const lane of newestFirst(lanes)) {
      if (this.#busy.has(lane.place)) continue;
      const { row, atMs } = nextOf(lane, now);
      if (row === undefined) continue;
      const dueAtMs = Math.max(atMs, this.#paceOf(row, now));
      const isOld = now >= row.expiresAtMs;
      if (!isOld && (dueAtMs > now || this.#account.connection() === undefined)) {
        wakeAtMs = Math.min(wakeAtMs, dueAtMs > now ? dueAtMs : row.expiresAtMs);
        continue;
      }
      if (this.#busy.size >= DELIVERY.atOnce) break;
      if (this.#isLeft(row)) this.#recoveredAt = now;
      this.#begin(lane, row);
    }
    if (wakeAtMs !== Number.POSITIVE_INFINITY) this.#wakeAt(wakeAtMs);
  }

  #begin({ place }: Lane, row: OutboxRow): void {
    const { log } = this.#place;
    this.#busy.add(place);
    this.#deliver(row)
      .catch(async (error: unknown) => {
        log.error({ part: row.key, err: error }, "a part could not be taken up; it is tried again");
        await this.#pause();
      })
      .finally(() => {
        this.#busy.delete(place);
        this.kick();
      });
  }

  async #deliver(row: OutboxRow): Promise<void> {
    const { clock } = this.#place;
    if (clock.now() >= row.expiresAtMs)
      return await this.#giveUp(row, { state: "expired", reason: "it could not be sent in time" });
    const connection = this.#account.connection();
    if (connection === undefined) return;
    if (row.state === "unknown") return await this.#clearUp(row, connection);
    await this.#send(row, connection);
  }

  /** Whether it arrived is asked where somebody knows, and decided where nobody does. */
  async #clearUp(row: OutboxRow, connection: ChannelConnection): Promise<void> {
    const { descriptor } = this.#account;
    if (descriptor.repeats === "same-id") return await this.#send(row, connection);
    if (descriptor.repeats === "lookup" && connection.findSent !== undefined) {
      let messageId: string | undefined;
      try {
        messageId = await connection.findSent(row.route, row.key);
      } catch (error) {
        return await this.#again(row, channelErrorOf(error), "unknown");
      }
      if (messageId !== undefined) {
        await this.#settle(row, { state: "sent", evidence: { messageId } });
        return;
      }
      return await this.#send(row, connection);
    }
    const onUnknown = this.#account.onUnknown() ?? (row.route.chat.kind === "dm" ? "resend-marked" : "skip");
    if (onUnknown === "skip" || row.evidence.isRepeated === true)
      return await this.#giveUp(row, {
        state: "failed",
        reason: "nobody knows whether it arrived",
        mayHaveArrived: true,
      });
    const repeated = { ...row, evidence: { ...row.evidence, isRepeated: true } };
    // Kept before it is sent: another crash does not repeat it once more.
    if (!(await this.#settle(row, { state: "unknown", evidence: { isRepeated: true } }))) return;
    await this.#send(repeated, connection);
  }

  async #send(row: OutboxRow, connection: ChannelConnection): Promise<void> {
    const { store, clock } = this.#place;
    const claimed = await store.claimOutbox(row.id, clock.now());
    if (claimed === undefined) return;
    let messageId: string;
    try {
      messageId = await this.#inTime(this.#carryOut(claimed, connection));
    } catch (error) {
      return await this.#failed(claimed, channelErrorOf(error));
    }
    await this.#settle(claimed, { state: "sent", evidence: { messageId } });
  }

  async #carryOut(row: OutboxRow, connection: ChannelConnection): Promise<string> {
    const { route, evidence } = row;
    const message = this.#outbound(row);
    if (evidence.preview === undefined) return (await connection.send(route, message)).id;
    // What was seen while it was written becomes the answer; where that cannot be, it goes before the answer comes.
    try {
      if (connection.edit === undefined) throw new Error("it cannot be edited");
      await connection.edit(route, evidence.preview, message);
      return evidence.preview;
    } catch (error) {
      const { kind, mayHaveArrived } = channelErrorOf(error);
      if (connection.edit !== undefined && (kind === "rate" || kind === "too-long")) throw error;
      if (mayHaveArrived && connection.edit !== undefined && kind === "transient" && row.attempts < 2)
        throw error;
      await connection.remove?.(route, evidence.preview).catch(() => {}); // It may be gone already.
      return (await connection.send(route, message)).id;
    }
  }

  /** What a platform does not answer may have arrived. */
  async #inTime<T>(sending: Promise<T>): Promise<T> {
    const settled = new AbortController();
    const late = sleep(this.#place.clock, DELIVERY.sendMs, settled.signal).then(() => {
      throw new ChannelError("transient", "the platform does not answer", { mayHaveArrived: true });
    });
    late.catch(() => {}); // It was in time.
    sending.catch(() => {}); // It was late: nobody waits for it any more.
    return await Promise.race([sending, late]).finally(() => settled.abort());
  }

  #outbound({ payload, key, evidence }: OutboxRow): OutboundMessage {
    const { text: textRules } = this.#account.descriptor;
    const format = evidence.isPlain === true ? "plain" : textRules.format;
    const text = formatText(payload.text, format);
    return {
      text: evidence.isRepeated === true ? `${this.#place.repeatedMark()} ${text}` : text,
      format,
      key,
      ...(payload.replyTo === undefined ? {} : { replyTo: payload.replyTo }),
      ...(payload.media === undefined ? {} : { media: payload.media }),
      ...(payload.asVoice === undefined ? {} : { asVoice: payload.asVoice }),
    };
  }

  async #failed(row: OutboxRow, error: ChannelError): Promise<void> {
    switch (error.kind) {
      case "rate":
      case "transient":
        return await this.#again(
          row,
          error,
          error.mayHaveArrived && row.evidence.preview === undefined ? "unknown" : "queued",
        );
      case "format":
        if (row.evidence.isPlain === true)
          return await this.#giveUp(row, { state: "failed", reason: error.message });
        await this.#settle(row, { state: "queued", evidence: { isPlain: true, error: error.message } });
        return;
      case "too-long":
        return await this.#shorten(row, error);
      case "auth":
      case "gone":
      case "permanent":
        return await this.#giveUp(row, { state: "failed", reason: error.message });
    }
  }

  async #again(row: OutboxRow, error: ChannelError, state: "queued" | "unknown"): Promise<void> {
    const { clock, random, log } = this.#place;
    const { firstMs, factor, mostMs, jitter } = DELIVERY.retry;
    const plain = Math.min(mostMs, firstMs * factor ** Math.max(0, row.attempts - 1));
    const delayMs = error.retryAfterMs ?? Math.round(plain * (1 + jitter * (2 * random() - 1)));
    const { channel, account } = this.#account;
    log.warn(
      { channel, account, part: row.key, reason: errorText(error), againInMs: delayMs },
      "a part was not sent",
    );
    await this.#settle(row, {
      state,
      evidence: { error: errorText(error) },
      nextAtMs: clock.now() + delayMs,
    });
  }

  /** The platform counts otherwise than we do: in pieces of half the size. */
  async #shorten(row: OutboxRow, error: ChannelError): Promise<void> {
    const { store, clock } = this.#place;
    const { limits, format } = this.#account.descriptor.text;
    const half = Math.floor(
      Math.min(this.#account.limit() ?? limits.length, limits.length, row.payload.text.length) / 2,
    );
    const pieces =
      half < 1
        ? []
        : chunkText(row.payload.text, (piece) =>
            fits(formatText(piece, format), { ...limits, length: half }),
          );
    if (pieces.length < 2) return await this.#giveUp(row, { state: "failed", reason: error.message });
    await store.splitOutbox(row.id, pieces, clock.now());
  }

  async #giveUp(row: OutboxRow, { state, reason, mayHaveArrived }: Loss): Promise<void> {
    const { log } = this.#place;
    const { channel, account } = this.#account;
    log.error({ channel, account, part: row.key, reason }, "a part is not sent any more");
    const notices = row.kind === "answer" ? await this.#place.noticesOf(row, reason) : [];
    await this.#settle(row, { state, evidence: { error: reason, mayHaveArrived }, notices });
    if (notices.length > 0) this.#place.written();
  }

  /** What became of it is kept as soon as the store takes it: nobody could say later whether it arrived. False when the run ended before. */
  async #settle(row: OutboxRow, outcome: OutboxOutcome): Promise<boolean> {
    const { store, clock, log } = this.#place;
    for (;;) {
      try {
        await store.settleOutbox(row.id, outcome, clock.now());
        this.#account.settled(row, outcome.state === "sent");
        return true;
      } catch (error) {
        if (this.#over.signal.aborted) return false;
        log.error(
          { part: row.key, err: error },
          "what became of a part could not be kept; it is tried again",
        );
        await this.#pause();
      }
    }
  }

  async #pause(): Promise<void> {
    await sleep(this.#place.clock, DELIVERY.storeRetryMs, this.#over.signal).catch(() => {}); // It is over.
  }

  /** A part that the last run left keeps its distance from the one before. */
  #paceOf(row: OutboxRow, now: number): number {
    return this.#isLeft(row) ? Math.max(now, this.#recoveredAt + DELIVERY.recoveryPaceMs) : now;
  }

  #isLeft({ createdAtMs }: OutboxRow): boolean {
    return createdAtMs < this.#startedAtMs;
  }

  #wakeAt(atMs: number): void {
    const { clock } = this.#place;
    this.#timer?.dispose();
    this.#timer = clock.after(Math.max(0, atMs - clock.now()), () => this.kick());
  }
}

/** What goes to one place, in order. */
function lanesOf(rows: readonly OutboxRow[]): Lane[] {
  const lanes = new Map<string, Lane>();
  for (const row of rows) {
    const place = placeOf(row.route);
    const lane = lanes.get(place) ?? { place, rows: [] };
    lane.rows.push(row);
    lanes.set(place, lane);
  }
  return [...lanes.values()];
}

/** Whoever was spoken to last waits least. */
function newestFirst(lanes: readonly Lane[]): Lane[] {
  const newest = ({ rows }: Lane) => rows.at(-1)?.createdAtMs ?? 0;
  return [...lanes].sort((a, b) => newest(b) - newest(a));
}

/** The part of the place whose turn it is, and when. One that waits too long for its predecessor passes it. */
function nextOf({ rows }: Lane, now: number): { row: OutboxRow | undefined; atMs: number } {
  let earliest: { row: OutboxRow | undefined; atMs: number } = {
    row: undefined,
    atMs: Number.POSITIVE_INFINITY,
  };
  for (const [index, row] of rows.entries()) {
    const passesAtMs = index === 0 ? 0 : row.createdAtMs + DELIVERY.predecessorMs;
    const atMs = row.state === "sending" ? Number.POSITIVE_INFINITY : Math.max(row.nextAtMs, passesAtMs);
    if (atMs <= now || now >= row.expiresAtMs) return { row, atMs: Math.min(atMs, now) };
    if (atMs < earliest.atMs) earliest = { row, atMs };
  }
  return earliest;
}
