/**
 * The registry: every open connection from its challenge to its end. Bytes, messages and time are capped before a client has
 * proven itself; afterwards each message is one request for the router.
 */
import { randomUUID } from "node:crypto";
import type { RawData, WebSocket } from "ws";
import { type Clock, systemClock } from "../../../shared/clock.ts";
import { AuthError, errorText, RequestError, systemCode } from "../../../shared/errors.ts";
import type { Disposable } from "../../../shared/lifecycle.ts";
import { CLOSE, CLOSE_REASON } from "../../../shared/protocol/close-codes.ts";
import { WIRE_LIMITS } from "../../../shared/protocol/frame.ts";
import type { ConnectParams } from "../../../shared/protocol/handshake.ts";
import type { Logger } from "../../base/log/logger.ts";
import type { Admission, ClientIdentity, ConnectContext } from "../auth/authenticate.ts";
import type { ClientAddress } from "../auth/client-address.ts";
import type { FailureLimiter } from "../auth/rate-limit.ts";
import { type Refusal, refusal } from "../auth/refusal.ts";
import { accountableFor } from "../auth/source.ts";
import { type FrameVerdict, readRequestFrame } from "../rpc/request-frame.ts";
import type { Router } from "../rpc/router.ts";
import { wireError } from "../rpc/wire-error.ts";
import { furthestBehind } from "./backlog.ts";
import { type Arrival, Connection } from "./connection.ts";
import { judge } from "./handshake.ts";
import { Places } from "./places.ts";
import { RefusalLog } from "./refusal-log.ts";
import { WaitingRoom } from "./waiting-room.ts";
import type { WireLog } from "./wire-log.ts";

/** Largest first message: a connect request is about one kilobyte. */
const MAX_CONNECT_BYTES = 65_536;
/** Connections that may wait for their connect request at once. */
const MAX_AWAITING = { perSource: 32, strangers: 128, thisMachine: 128 } as const;
/** Clients that are served at once, on this machine and elsewhere. */
const MAX_CONNECTED = 2_048;
/** Bytes that all clients together may leave unread, and how soon that is looked at when one leaves much, in ms. */
const MAX_UNREAD_BYTES = 134_217_728;
const BACKLOG_LOOK_MS = 250;
/** When a client that found no place may try again, in ms. */
const FULL_RETRY_MS = 5_000;

/** What the registry asks of the gateway about a client. */
export interface ConnectionDelegate {
  admit(connect: ConnectParams, context: ConnectContext): Admission;
  /** Lists the client and returns the welcome for it. */
  welcome(connection: Connection, connect: ConnectParams, identity: ClientIdentity): object;
  /** The welcome is on its way: what is sent from now on comes after it. */
  welcomed(connection: Connection, connect: ConnectParams, identity: ClientIdentity): void;
  left(connection: Connection, connect: ConnectParams, identity: ClientIdentity): void;
}

export class ConnectionRegistry implements Iterable<Connection> {
  #host: ConnectionDelegate;
  #router: Router;
  #limiter: FailureLimiter;
  #observe: { log: Logger; wire: WireLog; refusals: RefusalLog; clock: Clock; nonce: () => string };
  #connections = new Set<Connection>();
  #places = new Places<Connection>(
    MAX_CONNECTED,
    ({ state }) => state.kind === "connected" && isAdmin(state.identity),
  );
  #awaiting = new WaitingRoom<Connection>(MAX_AWAITING, (connection) =>
    // Whatever it has sent of its first message is let go at once, so that a flood cannot pile up memory.
    connection.drop(CLOSE.policy, "too many connections wait for their handshake"),
  );
  #ended: { code: number; reason: string } | undefined;
  #backlog: Disposable | undefined;

  constructor(
    host: ConnectionDelegate,
    router: Router,
    limiter: FailureLimiter,
    observe: { log: Logger; wire: WireLog; refusals?: RefusalLog; clock?: Clock; nonce?: () => string },
  ) {
    this.#host = host;
    this.#router = router;
    this.#limiter = limiter;
    const clock = observe.clock ?? systemClock;
    const refusals = observe.refusals ?? new RefusalLog(observe.log, clock);
    this.#observe = { nonce: randomUUID, ...observe, clock, refusals };
  }

  [Symbol.iterator](): Iterator<Connection> {
    return this.#connections.values();
  }

  /** Takes a socket in and challenges it. */
  receive(socket: WebSocket, origin: ClientAddress, arrival?: Arrival): void {
    const { clock, nonce, log, wire } = this.#observe;
    const challenge = nonce();
    const deadline = clock.after(WIRE_LIMITS.handshakeTimeoutMs, () => connection.close(CLOSE.normal, ""));
    const connection: Connection = new Connection(randomUUID(), socket, origin, {
      state: { kind: "awaiting-connect", challenge, deadline },
      clock,
      onBacklog: () => this.#watchBacklog(),
      ...(arrival === undefined ? {} : { arrival }),
    });
    this.#connections.add(connection);
    socket.on("message", (data) => this.#onMessage(connection, data));
    socket.on("error", (error) => log.debug({ connId: connection.id, err: error }, "socket error"));
    socket.on("close", (code) => {
      this.#connections.delete(connection);
      this.#awaiting.leave(connection);
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
    this.#awaiting.enter(connection, accountableFor(origin));
    // An upgrade that was under way when the registry closed.
    if (this.#ended !== undefined) connection.close(this.#ended.code, this.#ended.reason);
  }

  /** What the client on the connection says it is. */
  clientOf(connId: string): ConnectParams["client"] | undefined {
    const found = [...this.#connections].find(({ id }) => id === connId)?.state;
    return found?.kind === "connected" ? found.connect.client : undefined;
  }

  /** Closes every connection with the same words, and each that still arrives. */
  closeAll(code: number, reason: string): void {
    this.#backlog?.dispose();
    this.#ended = { code, reason };
    for (const connection of this.#connections) connection.close(code, reason);
  }

  /** Sends some clients away; others and new ones are welcome. */
  dismiss(code: number, reason: string, which: (connection: Connection) => boolean = () => true): void {
    for (const connection of this.#connections) if (which(connection)) connection.close(code, reason);
  }

  #onMessage(connection: Connection, data: RawData): void {
    const bytes = asBuffer(data);
    switch (connection.state.kind) {
      case "awaiting-connect":
        if (bytes.length > MAX_CONNECT_BYTES) connection.close(CLOSE.tooLarge, "");
        else this.#shakeHands(connection, bytes.toString("utf8"), connection.state.challenge);
        return;
      case "connected":
        this.#request(connection, bytes.toString("utf8"));
        return;
      case "closing":
        return;
    }
  }

  /** The whole handshake: the message is judged, its sender admitted, and answered. */
  #shakeHands(connection: Connection, text: string, challenge: string): void {
    this.#awaiting.leave(connection);
    const first = judge(text);
    if (!first.ok) {
      this.#turnAway(connection, first.id, first.refusal);
      return;
    }
    const admission = this.#admit(connection, first.connect, challenge);
    if (admission.ok) this.#letIn(connection, first, admission.identity);
    else this.#turnAway(connection, first.id, admission.refusal);
  }

  #admit(connection: Connection, connect: ConnectParams, challenge: string): Admission {
    const { origin } = connection;
    const block = this.#limiter.block(accountableFor(origin));
    try {
      const context = { origin, challenge, block, nowMs: this.#observe.clock.now() };
      const admission = this.#host.admit(connect, context);
      return admission.ok ? this.#findPlace(connection, admission) : admission;
    } catch (error) {
      return { ok: false, refusal: this.#refusalFor(error) };
    }
  }

  /** Pairing may refuse as well, and writes files: a full disk keeps this client out, not the gateway down. */
  #refusalFor(error: unknown): Refusal {
    if (error instanceof RequestError || error instanceof AuthError) {
      const { code, message, details, retryAfterMs } = error;
      return refusal(code, message, { details, retryAfterMs });
    }
    this.#observe.log.error({ err: error }, "a client could not be admitted");
    const reason = systemCode(error);
    const message = `the gateway could not admit the client: ${reason ?? errorText(error)}`;
    return refusal(reason === undefined ? "INTERNAL" : "STATE_UNWRITABLE", message, {
      wireCode: "UNAVAILABLE",
      retryable: true,
      close: { code: CLOSE.internalError },
    });
  }

  #findPlace(connection: Connection, admission: Extract<Admission, { ok: true }>): Admission {
    const { isFree, leaves } = this.#places.find(connection, isAdmin(admission.identity));
    if (leaves !== undefined) {
      this.#places.leave(leaves);
      leaves.close(CLOSE.tryLater, "too many clients");
    }
    if (isFree) return admission;
    return {
      ok: false,
      refusal: refusal("TOO_MANY_CLIENTS", "too many clients", {
        wireCode: "UNAVAILABLE",
        retryAfterMs: FULL_RETRY_MS,
        close: { code: CLOSE.tryLater },
      }),
    };
  }

  #turnAway(connection: Connection, id: string | undefined, { error, close, guess }: Refusal): void {
    const source = accountableFor(connection.origin);
    if (guess) this.#limiter.recordFailure(source);
    if (error !== undefined) connection.send(JSON.stringify({ type: "res", id, ok: false, error }));
    const reason = error?.message ?? (close.reason || "not JSON");
    this.#observe.refusals.note("ws refused", { source: source.key, reason, connId: connection.id });
    connection.close(close.code, close.reason);
  }

  #letIn(
    connection: Connection,
    { id, connect }: { id: string; connect: ConnectParams },
    identity: ClientIdentity,
  ): void {
    const { clock, wire } = this.#observe;
    this.#places.take(connection);
    connection.connected({ kind: "connected", identity, connect, sinceMs: clock.now() }, () => {
      this.#places.leave(connection);
      this.#host.left(connection, connect, identity);
    });
    const payload = this.#host.welcome(connection, connect, identity);
    connection.sendHello(JSON.stringify({ type: "res", id, ok: true, payload }));
    this.#host.welcomed(connection, connect, identity);
    wire.welcomed(connection.id, `${connect.client.id}/${connect.client.mode}`);
  }

  /** Soon, and once for all who leave much at the moment. */
  #watchBacklog(): void {
    this.#backlog ??= this.#observe.clock.after(BACKLOG_LOOK_MS, () => {
      this.#backlog = undefined;
      for (const connection of furthestBehind(this.#connections, MAX_UNREAD_BYTES)) {
        connection.drop(CLOSE.policy, CLOSE_REASON.slowConsumer);
      }
    });
  }

  #request(connection: Connection, text: string): void {
    const verdict = readRequestFrame(text);
    if (verdict.kind === "not-json") return;
    connection.perform(() =>
      this.#answer(connection, verdict).catch((error: unknown) => {
        this.#observe.log.error({ connId: connection.id, err: error }, "an answer could not be sent");
      }),
    );
  }

  async #answer(connection: Connection, verdict: Exclude<FrameVerdict, { kind: "not-json" }>): Promise<void> {
    // What waited for its turn is asked by whom the client is now, not by whom it was when it asked.
    if (connection.state.kind !== "connected") return;
    const { identity, connect } = connection.state;
    if (verdict.kind === "invalid") {
      const error = wireError("FRAME_INVALID", `invalid request frame: ${verdict.detail}`);
      connection.send(JSON.stringify({ type: "res", id: verdict.id, ok: false, error }));
      return;
    }
    const { log, wire } = this.#observe;
    const startedAt = performance.now();
    const { id } = verdict.frame;
    const acknowledge = (payload: unknown) =>
      connection.send(JSON.stringify({ type: "res", id, ok: true, payload }));
    const { signal } = connection.aborted;
    const client = connect.client.displayName ?? connect.client.id;
    const call = { connId: connection.id, identity, client, signal, log, acknowledge };
    const response = await this.#router.handle(verdict.frame, call);
    connection.send(JSON.stringify(response));
    wire.answered(connection.id, verdict.frame, response, performance.now() - startedAt);
  }
}

function isAdmin({ scopes }: ClientIdentity): boolean {
  return scopes.includes("operator.admin");
}

function asBuffer(data: RawData): Buffer {
  if (Buffer.isBuffer(data)) return data;
  return Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data);
}
