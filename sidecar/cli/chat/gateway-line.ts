/** A connection that is made again whenever it breaks, until it is hung up or the gateway does not let us in any more. */
import { type BackoffPolicy, backoffDelay } from "../../../shared/client/backoff.ts";
import type { GatewayConnection } from "../../../shared/client/gateway-connection.ts";
import { type Clock, sleep } from "../../../shared/clock.ts";
import { AuthError } from "../../../shared/errors.ts";
import type { EventFrame } from "../../../shared/protocol/frame.ts";

/** Who is told of the line. */
export interface LineListener {
  /** The line stands; `isFirst` is true once. */
  connected(connection: GatewayConnection, isFirst: boolean): void;
  event(frame: EventFrame): void;
  /** It broke and is being made again. */
  lost(): void;
  /** The gateway lets nobody in with what we have: it is not tried again. */
  shutOut(error: unknown): void;
}

/** Somebody sits in front of it. */
const BACKOFF: BackoffPolicy = { firstMs: 250, capMs: 3_000, jitter: 0.2 };
/** A sign of life may be late by this, in ms. */
const SLACK_MS = 2_000;
const LOOK_EVERY_MS = 1_000;

export class GatewayLine {
  readonly #open: () => Promise<GatewayConnection>;
  readonly #clock: Clock;
  readonly #listener: LineListener;
  #over = new AbortController();
  #connection: GatewayConnection | undefined;

  constructor(open: () => Promise<GatewayConnection>, clock: Clock, listener: LineListener) {
    this.#open = open;
    this.#clock = clock;
    this.#listener = listener;
  }

  /** The connection while it stands. */
  get connection(): GatewayConnection | undefined {
    return this.#connection;
  }

  /** Connects for the first time. Fails as `connectTo` does. */
  async start(): Promise<void> {
    const first = await this.#open();
    void this.#keep(first);
  }

  hangUp(): void {
    this.#over.abort();
    this.#connection?.close();
  }

  async #keep(first: GatewayConnection): Promise<void> {
    let isFirst = true;
    for (let connection: GatewayConnection | undefined = first; connection !== undefined; ) {
      this.#connection = connection;
      const watched = this.#follow(connection);
      this.#listener.connected(connection, isFirst);
      isFirst = false;
      await watched;
      this.#connection = undefined;
      if (this.#over.signal.aborted) return;
      this.#listener.lost();
      connection = await this.#again();
    }
  }

  /** Resolves when the connection has ended, or has been silent for too long. */
  async #follow(connection: GatewayConnection): Promise<void> {
    const mostMs = 2 * connection.hello.policy.tickIntervalMs + SLACK_MS;
    let heardAt = this.#clock.monotonicMs();
    const stopListening = connection.onEvent((frame) => {
      heardAt = this.#clock.monotonicMs();
      this.#listener.event(frame);
    });
    let watch = { dispose: () => {} };
    const silent = new Promise<void>((resolve) => {
      watch = this.#clock.every(LOOK_EVERY_MS, () => {
        if (this.#clock.monotonicMs() - heardAt > mostMs) resolve();
      });
    });
    await Promise.race([connection.closed, silent]);
    watch.dispose();
    stopListening();
    connection.close();
  }

  /** Undefined when there is to be none any more. */
  async #again(): Promise<GatewayConnection | undefined> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        await sleep(this.#clock, backoffDelay(BACKOFF, attempt, Math.random), this.#over.signal);
        const connection = await this.#open();
        if (!this.#over.signal.aborted) return connection;
        connection.close();
      } catch (error) {
        if (error instanceof AuthError) this.#listener.shutOut(error);
        else if (!this.#over.signal.aborted) continue;
      }
      return undefined;
    }
  }
}
