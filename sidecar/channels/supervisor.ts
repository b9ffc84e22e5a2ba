/**
 * Keeps one account of a channel connected: starts it, starts it again when it is lost, ever more slowly and without end, and lets nothing
 * that goes wrong in it reach another account.
 */
import { type Clock, sleep } from "../../shared/clock.ts";
import { errorText } from "../../shared/errors.ts";
import type { Logger } from "../base/log/logger.ts";
import {
  type AccountContext,
  type AccountSelf,
  type ChannelConnection,
  type ChannelDescriptor,
  channelErrorOf,
} from "./channel.ts";

/** `failed` is tried again as well, but somebody has to do something about it. */
export type AccountStatus =
  | { state: "off" | "starting" }
  | { state: "unconfigured"; missing: string }
  | { state: "connected"; sinceMs: number; self: AccountSelf | undefined }
  | { state: "backoff" | "failed"; attempts: number; nextRetryAtMs: number; error: string };

export interface SupervisedAccount {
  channel: string;
  account: string;
  descriptor: ChannelDescriptor;
  /** What the account is started with, but for its end. */
  context: Omit<AccountContext, "signal">;
}

export interface SupervisorPlace {
  clock: Clock;
  log: Logger;
  /** Held while an account starts: two start at a time. */
  starting: Gate;
  random: () => number;
  changed: () => void;
}

/** Lets a few through at a time. */
export interface Gate {
  through<T>(work: () => Promise<T>): Promise<T>;
}

/** A start that takes longer has failed. */
const START_MS = 60_000;
/** A connection that held this long begins anew with the shortest wait. */
const HEALTHY_MS = 60_000;
const STOP_MS = 2_000;

export class Supervisor {
  #account: SupervisedAccount;
  #place: SupervisorPlace;
  #status: AccountStatus = { state: "off" };
  #connection: ChannelConnection | undefined;
  #attempts = 0;
  #lastError: string | undefined;
  #over = new AbortController();
  #loop: Promise<void> | undefined;

  constructor(account: SupervisedAccount, place: SupervisorPlace) {
    this.#account = account;
    this.#place = place;
  }

  get status(): AccountStatus {
    return this.#status;
  }

  /** Of the last failure, also when it is over. */
  get lastError(): string | undefined {
    return this.#lastError;
  }

  get attempts(): number {
    return this.#attempts;
  }

  /** While the account is connected. */
  get connection(): ChannelConnection | undefined {
    return this.#connection;
  }

  start(): void {
    const { descriptor, context } = this.#account;
    const configured = descriptor.configured(context.settings);
    if (configured.ok) this.#loop ??= this.#run();
    else this.#become({ state: "unconfigured", missing: configured.missing });
  }

  /** Is over within two seconds, whatever the channel does. */
  async stop(reason: string): Promise<void> {
    this.#over.abort(new Error(reason));
    const connection = this.#connection;
    this.#connection = undefined;
    if (connection !== undefined) await this.#inTime(connection.stop(reason), STOP_MS).catch(() => {}); // It ends all the same.
    if (this.#loop !== undefined) await this.#inTime(this.#loop, STOP_MS).catch(() => {}); // As above.
    this.#become({ state: "off" });
  }

  async #run(): Promise<void> {
    const { clock } = this.#place;
    while (!this.#over.signal.aborted) {
      const startedAt = clock.monotonicMs();
      const error = await this.#oneConnection();
      if (this.#over.signal.aborted) return;
      const wasHealthy = this.#status.state === "connected" && clock.monotonicMs() - startedAt >= HEALTHY_MS;
      this.#attempts = wasHealthy ? 1 : this.#attempts + 1;
      await this.#waitAfter(error);
    }
  }

  /** Resolves with why there is no connection any more. */
  async #oneConnection(): Promise<unknown> {
    const { starting } = this.#place;
    this.#become({ state: "starting" });
    const own = new AbortController();
    const signal = AbortSignal.any([own.signal, this.#over.signal]);
    try {
      const connection = await starting.through(() => this.#inTime(this.#connect(signal), START_MS));
      if (this.#over.signal.aborted) {
        await this.#inTime(connection.stop("stopping"), STOP_MS);
        return undefined;
      }
      this.#connection = connection;
      this.#become({ state: "connected", sinceMs: this.#place.clock.now(), self: connection.self });
      await connection.closed;
      return new Error("the connection ended");
    } catch (error) {
      return error;
    } finally {
      this.#connection = undefined;
      own.abort();
    }
  }

  async #connect(signal: AbortSignal): Promise<ChannelConnection> {
    const { descriptor, context } = this.#account;
    const runtime = await descriptor.load();
    return await runtime.start({ ...context, signal });
  }

  async #waitAfter(error: unknown): Promise<void> {
    const { clock, log, random } = this.#place;
    const { channel, account, descriptor } = this.#account;
    const { kind } = channelErrorOf(error);
    // Nothing gets better by itself; but it is not given up, as it is put right elsewhere.
    const needsHelp = kind === "auth" || kind === "permanent";
    const { initialMs, maxMs, factor, jitter } = descriptor.reconnect;
    const plain = needsHelp ? maxMs : Math.min(maxMs, initialMs * factor ** (this.#attempts - 1));
    const delayMs = Math.round(plain * (1 + jitter * (2 * random() - 1)));
    this.#lastError = errorText(error).slice(0, 500);
    log.warn(
      { channel, account, reason: this.#lastError, againInMs: delayMs },
      "an account of a channel is not connected",
    );
    this.#become({
      state: needsHelp ? "failed" : "backoff",
      attempts: this.#attempts,
      nextRetryAtMs: clock.now() + delayMs,
      error: this.#lastError,
    });
    await sleep(clock, delayMs, this.#over.signal).catch(() => {}); // It is over.
  }

  #become(status: AccountStatus): void {
    this.#status = status;
    this.#place.changed();
  }

  /** Rejects when the time is over, or the account is; what was begun is left to itself. */
  async #inTime<T>(work: Promise<T>, ms: number): Promise<T> {
    const { clock } = this.#place;
    const settled = new AbortController();
    const late = sleep(clock, ms, settled.signal).then(() => {
      throw new Error(`no answer within ${ms / 1_000} s`);
    });
    // Whichever comes second is nobody's any more.
    late.catch(() => {});
    work.catch(() => {});
    return await Promise.race([work, late]).finally(() => settled.abort());
  }
}

/** Lets `most` through at a time. */
export function gate(most: number): Gate {
  let inside = 0;
  const waiting: (() => void)[] = [];
  return {
    through: async (work) => {
      if (inside >= most) await new Promise<void>((resolve) => waiting.push(resolve));
      inside += 1;
      try {
        return await work();
      } finally {
        inside -= 1;
        waiting.shift()?.();
      }
    },
  };
}
