/**
 * The hall: every open connection from its challenge to its end. Bytes, messages and time are capped before a client has
 * proven itself; afterwards each message is one request for the router.
 */
import { randomUUID } from "node:crypto";
import type { RawData, WebSocket } from "ws";
import { type Clock, systemClock } from "../../../shared/clock.ts";
import { errorText, systemCode } from "../../../shared/errors.ts";
import { CLOSE } from "../../../shared/protocol/close-codes.ts";
import { WIRE_LIMITS } from "../../../shared/protocol/frame.ts";
import type { ConnectParams } from "../../../shared/protocol/handshake.ts";
import type { Logger } from "../../base/log/logger.ts";
import type { Admission, ClientIdentity, ConnectContext } from "../auth/authenticate.ts";
import { accountableFor, type ClientOrigin } from "../auth/locality.ts";
import type { FailureLimiter } from "../auth/rate-limit.ts";
import { type FrameVerdict, readRequestFrame } from "../rpc/request-frame.ts";
import type { Router } from "../rpc/router.ts";
import { Connection } from "./connection.ts";
import { judgeFirstMessage } from "./handshake.ts";
import type { WireLog } from "./wire-log.ts";

/** Largest first message: a connect request is about one kilobyte. */
const MAX_CONNECT_BYTES = 65_536;
/** Connections that may wait for their connect request at once; beyond that the one that waited longest goes. */
export const MAX_AWAITING = 128;

/** What the hall asks of the gateway about a client. */
export interface Host {
  admit(connect: ConnectParams, context: ConnectContext): Admission;
  /** Lists the client and returns the welcome for it. */
  welcome(connection: Connection, connect: ConnectParams, identity: ClientIdentity): object;
  left(connection: Connection, connect: ConnectParams, identity: ClientIdentity): void;
}

export class Hall implements Iterable<Connection> {
  #host: Host;
  #router: Router;
  #limiter: FailureLimiter;
  #observe: { log: Logger; wire: WireLog; clock: Clock; nonce: () => string };
  #connections = new Set<Connection>();
  #awaiting = new Set<Connection>();
  #ended: { code: number; reason: string } | undefined;

  constructor(
    host: Host,
    router: Router,
    limiter: FailureLimiter,
    observe: { log: Logger; wire: WireLog; clock?: Clock; nonce?: () => string },
  ) {
    this.#host = host;
    this.#router = router;
    this.#limiter = limiter;
    this.#observe = { clock: systemClock, nonce: randomUUID, ...observe };
  }

  [Symbol.iterator](): Iterator<Connection> {
    return this.#connections.values();
  }

  /** Takes a socket in and challenges it. */
  receive(socket: WebSocket, origin: ClientOrigin): void {
    const { clock, nonce, log, wire } = this.#observe;
    const challenge = nonce();
    const deadline = clock.after(WIRE_LIMITS.handshakeTimeoutMs, () => connection.close(CLOSE.normal, ""));
    const connection: Connection = new Connection(randomUUID(), socket, origin, {
      state: { kind: "awaiting-connect", challenge, deadline },
      clock,
    });
    this.#connections.add(connection);
    this.#awaiting.add(connection);
    socket.on("message", (data) => this.#onMessage(connection, socket, data));
    socket.on("error", (error) => log.debug({ connId: connection.id, err: error }, "socket error"));
    socket.on("close", (code) => {
      this.#connections.delete(connection);
      this.#awaiting.delete(connection);
      wire.closed(connection.id, code);
    });
    wire.opened(connection.id, origin.ip);
    connection.send(
      JSON.stringify({
        type: "event",
        event: "connect.challenge",
        payload: { nonce: challenge, ts: clock.now() },
      }),
    );
    this.#makeRoom();
    // An upgrade that was under way when the hall closed.
    if (this.#ended !== undefined) connection.close(this.#ended.code, this.#ended.reason);
  }

  /** Closes every connection with the same words, and each that still arrives. */
  closeAll(code: number, reason: string): void {
    this.#ended = { code, reason };
    for (const connection of this.#connections) connection.close(code, reason);
  }

  /** Sends some clients away; others and new ones are welcome. */
  dismiss(code: number, reason: string, which: (connection: Connection) => boolean = () => true): void {
    for (const connection of this.#connections) if (which(connection)) connection.close(code, reason);
  }

  #makeRoom(): void {
    if (this.#awaiting.size <= MAX_AWAITING) return;
    const [oldest] = this.#awaiting;
    if (oldest === undefined) return;
    this.#awaiting.delete(oldest);
    // Whatever it has sent of its first message is let go at once, so that a flood cannot pile up memory.
    oldest.drop(CLOSE.policy, "too many connections wait for their handshake");
  }

  #onMessage(connection: Connection, socket: WebSocket, data: RawData): void {
    const bytes = asBuffer(data);
    switch (connection.state.kind) {
      case "awaiting-connect":
        if (bytes.length > MAX_CONNECT_BYTES) connection.close(CLOSE.tooLarge, "");
        else this.#shakeHands(connection, socket, bytes.toString("utf8"), connection.state.challenge);
        return;
      case "connected":
        this.#request(connection, bytes.toString("utf8"), connection.state.identity);
        return;
      case "closing":
        return;
    }
  }

  #shakeHands(connection: Connection, socket: WebSocket, text: string, challenge: string): void {
    const { clock, wire } = this.#observe;
    const { origin } = connection;
    const context = { origin, challenge, nowMs: clock.now() };
    const outcome = judgeFirstMessage(text, (connect) => this.#admit(connection, connect, context));
    this.#awaiting.delete(connection);
    if (outcome.kind === "refuse") {
      if (outcome.guess) this.#limiter.recordFailure(accountableFor(origin));
      if (outcome.answer) {
        const { id, error } = outcome.answer;
        connection.send(JSON.stringify({ type: "res", id, ok: false, error }));
        wire.refused(connection.id, error.message);
      }
      connection.close(outcome.code, outcome.reason);
      return;
    }
    const { connect, identity } = outcome;
    if (connection.state.kind === "awaiting-connect") connection.state.deadline.dispose();
    connection.state = { kind: "connected", identity, connect, sinceMs: clock.now() };
    socket.once("close", () => this.#host.left(connection, connect, identity));
    const payload = this.#host.welcome(connection, connect, identity);
    connection.send(JSON.stringify({ type: "res", id: outcome.requestId, ok: true, payload }));
    wire.welcomed(connection.id, `${connect.client.id}/${connect.client.mode}`);
  }

  #admit(connection: Connection, connect: ConnectParams, context: ConnectContext): Admission {
    const waitMs = this.#limiter.retryAfterMs(accountableFor(connection.origin));
    if (waitMs > 0) return tooManyFailures(waitMs);
    try {
      return this.#host.admit(connect, context);
    } catch (error) {
      // Pairing writes files: a full disk keeps this client out, not the gateway down.
      this.#observe.log.error({ connId: connection.id, err: error }, "a client could not be admitted");
      const message = `the gateway could not admit the client: ${systemCode(error) ?? errorText(error)}`;
      return {
        ok: false,
        refusal: { code: "UNAVAILABLE", message, closeCode: CLOSE.internalError, guess: false },
      };
    }
  }

  #request(connection: Connection, text: string, identity: ClientIdentity): void {
    const verdict = readRequestFrame(text);
    if (verdict.kind === "not-json") return;
    connection.perform(() =>
      this.#answer(connection, verdict, identity).catch((error: unknown) => {
        this.#observe.log.error({ connId: connection.id, err: error }, "an answer could not be sent");
      }),
    );
  }

  async #answer(
    connection: Connection,
    verdict: Exclude<FrameVerdict, { kind: "not-json" }>,
    identity: ClientIdentity,
  ): Promise<void> {
    if (verdict.kind === "invalid") {
      const error = { code: "INVALID_REQUEST", message: `invalid request frame: ${verdict.detail}` };
      connection.send(JSON.stringify({ type: "res", id: verdict.id, ok: false, error }));
      return;
    }
    const { log, wire } = this.#observe;
    const startedAt = performance.now();
    const call = { connId: connection.id, identity, signal: connection.aborted.signal, log };
    const response = await this.#router.handle(verdict.frame, call);
    connection.send(JSON.stringify(response));
    wire.answered(connection.id, verdict.frame, response, performance.now() - startedAt);
  }
}

function tooManyFailures(waitMs: number): Admission {
  const seconds = Math.ceil(waitMs / 1_000);
  const message = `unauthorized: too many failed attempts, try again in ${seconds} s`;
  return { ok: false, refusal: { code: "INVALID_REQUEST", message, guess: false } };
}

function asBuffer(data: RawData): Buffer {
  if (Buffer.isBuffer(data)) return data;
  return Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data);
}
