/**
 * How strangers are let in: one gets a code and tells it to the owner, who approves it. Codes are secrets of an hour; what a stranger
 * wrote is not kept.
 */
import { randomInt } from "node:crypto";
import type { Clock } from "../../../shared/clock.ts";
import { AuthError, RequestError } from "../../../shared/errors.ts";
import { advice, ours } from "../../../shared/remedy.ts";
import { secretsEqual } from "../../base/secrets-equal.ts";
import type { OutboxPart } from "../../base/store/outbox-records.ts";
import type { PairingRow, PairingWish } from "../../base/store/pairing-records.ts";
import type { ChannelStore } from "../../base/store/session-store.ts";

/** What pairing keeps. */
export type PairingRecords = Pick<
  ChannelStore,
  "requestPairing" | "pendingPairings" | "decidePairing" | "isPaired"
>;

/** Where an approval is asked for. Guesses from a chat end after ten. */
export type Surface = "operator" | "chat";

export const PAIRING = {
  /** Without characters that are taken for one another. */
  alphabet: "ABCDEFGHJKLMNPQRSTUVWXYZ23456789",
  codeChars: 8,
  ttlMs: 3_600_000,
  /** Of an account, and as requests live an hour, within one. */
  mostPending: 3,
  wrongTries: { count: 10, windowMs: 3_600_000 },
} as const;

export class Pairing {
  #records: () => Promise<PairingRecords>;
  #clock: Clock;
  /** When somebody tried a code that is none, oldest first, on the monotonic clock. */
  #wrong: number[] = [];

  constructor(records: () => Promise<PairingRecords>, clock: Clock) {
    this.#records = records;
    this.#clock = clock;
  }

  /** Asks for the sender. `repliesWith` is what the sender is told, once: with the code that was made. */
  async request(
    wish: Omit<PairingWish, "code">,
    repliesWith: (code: string) => readonly OutboxPart[],
  ): Promise<"created" | "known" | "full"> {
    const code = newCode();
    const { ttlMs, mostPending } = PAIRING;
    const records = await this.#records();
    return await records.requestPairing(
      { ...wish, code },
      repliesWith(code),
      { ttlMs, mostPending },
      this.#clock.now(),
    );
  }

  async list(channel?: string): Promise<PairingRow[]> {
    const records = await this.#records();
    const rows = await records.pendingPairings(PAIRING.ttlMs, this.#clock.now());
    return rows.filter((row) => channel === undefined || row.channel === channel);
  }

  async isPaired(channel: string, account: string, senderIds: readonly string[]): Promise<boolean> {
    return await (await this.#records()).isPaired(channel, account, senderIds);
  }

  /**
   * Lets the sender of the code in, and tells him. Fails with `PAIRING_CODE_INVALID` for a code that nobody waits with, and from a chat
   * with `AUTH_RATE_LIMITED` after ten of those within an hour.
   */
  async approve(
    { channel, code }: { channel: string; code: string },
    surface: Surface,
    noticesTo: (row: PairingRow) => readonly OutboxPart[],
  ): Promise<PairingRow> {
    this.#refuseGuesser(surface);
    const row = await this.#waiting(channel, code);
    const records = await this.#records();
    if (
      row === undefined ||
      !(await records.decidePairing(row, "approved", noticesTo(row), this.#clock.now()))
    ) {
      this.#wrong.push(this.#clock.monotonicMs());
      throw invalidCode(channel);
    }
    return row;
  }

  /** Takes the request away; its sender is told nothing. Fails with `PAIRING_CODE_INVALID`. */
  async dismiss({ channel, code }: { channel: string; code: string }): Promise<PairingRow> {
    const row = await this.#waiting(channel, code);
    const records = await this.#records();
    if (row === undefined || !(await records.decidePairing(row, "dismissed", [], this.#clock.now())))
      throw invalidCode(channel);
    return row;
  }

  /** Compared with every code that waits, so that the time tells nothing of any. */
  async #waiting(channel: string, code: string): Promise<PairingRow | undefined> {
    const given = code.trim().toUpperCase();
    const matching = (await this.list(channel)).filter((row) => secretsEqual(row.code, given));
    return matching[0];
  }

  #refuseGuesser(surface: Surface): void {
    const { count, windowMs } = PAIRING.wrongTries;
    const since = this.#clock.monotonicMs() - windowMs;
    this.#wrong = this.#wrong.filter((at) => at > since).slice(-count);
    const [oldest] = this.#wrong;
    if (surface !== "chat" || oldest === undefined || this.#wrong.length < count) return;
    throw new AuthError(
      "AUTH_RATE_LIMITED",
      advice`Too many wrong pairing codes; in a chat none is taken for an hour. On the gateway's machine it is: ${ours`pairing approve <channel> <code>`}`,
      { retryAfterMs: Math.ceil(oldest + windowMs - this.#clock.monotonicMs()) },
    );
  }
}

/** A new code, from the system's random numbers. */
export function newCode(): string {
  const { alphabet, codeChars } = PAIRING;
  return Array.from({ length: codeChars }, () => alphabet[randomInt(alphabet.length)]).join("");
}

function invalidCode(channel: string): RequestError {
  return new RequestError(
    "PAIRING_CODE_INVALID",
    advice`Nobody on ${channel} waits with this code; codes are valid for an hour. Those that wait: ${ours`pairing list`}`,
    { details: { channel } },
  );
}
