/** One client: a discriminated union of what it may do at the moment, and a send side that a silent reader cannot fill. */
import type { WebSocket } from "ws";
import type { Clock } from "../../../shared/clock.ts";
import type { Disposable } from "../../../shared/lifecycle.ts";
import { CLOSE, CLOSE_REASON } from "../../../shared/protocol/close-codes.ts";
import { WIRE_LIMITS } from "../../../shared/protocol/frame.ts";
import type { ConnectParams } from "../../../shared/protocol/handshake.ts";
import type { ClientIdentity } from "../auth/authenticate.ts";
import type { ClientAddress } from "../auth/client-address.ts";
import { closeReason } from "./close-reason.ts";

/** Where a connection stands. Nothing but `connect` is heard before `connected`. */
export type ConnectionState =
  | { kind: "awaiting-connect"; challenge: string; deadline: Disposable }
  | { kind: "connected"; identity: ClientIdentity; connect: ConnectParams; sinceMs: number }
  | { kind: "closing" };

/** By which rules a connection was let in; when they change, it is judged anew. */
export interface Arrival {
  /** Forwarding headers, or the lack of them, had a part in the verdict on its origin. */
  proxied: boolean;
  /** The web page that opened it, and the name by which it asked. */
  page?: { origin: string; host: string | undefined };
  /** As what the gateway was asked for: its name, the port of this machine, and whether a proxy before it speaks TLS. */
  door?: { host: string | undefined; port: number | undefined; isSecure: boolean };
}

/** How long a peer may take to answer our close frame before the socket is destroyed. */
const CLOSE_GRACE_MS = 2_000;
/** How long a peer may leave its answers unread before it counts as a slow consumer. */
const STALLED_READER_MS = 30_000;
/** Unsent bytes beyond which pings stay unanswered: a peer that reads has less. */
const MAX_UNSENT_FOR_PONG = 65_536;
/** Unsent bytes from which on the registry looks at what all clients together keep waiting. */
const BACKLOG_BYTES = 262_144;
/** Requests of one client that are under way at once; the others wait, and while they do, nothing more is read from it. */
const MAX_CONCURRENT_REQUESTS = 32;

export class Connection {
  readonly id: string;
  readonly origin: ClientAddress;
  readonly arrival: Arrival;
  readonly aborted = new AbortController();
  state: ConnectionState;
  #socket: WebSocket;
  #clock: Clock;
  #onBacklog: () => void;
  #stalled: Disposable | undefined;
  /** The welcome is on its way and not taken yet. */
  #isGreeting = false;
  #waiting: (() => Promise<void>)[] = [];
  #underWay = 0;

  constructor(
    id: string,
    socket: WebSocket,
    origin: ClientAddress,
    start: { state: ConnectionState; clock: Clock; arrival?: Arrival; onBacklog?: () => void },
  ) {
    this.id = id;
    this.origin = origin;
    this.arrival = start.arrival ?? { proxied: false };
    this.state = start.state;
    this.#socket = socket;
    this.#clock = start.clock;
    this.#onBacklog = start.onBacklog ?? (() => {});
    socket.on("ping", (payload: Buffer) => {
      if (socket.readyState === socket.OPEN && this.bufferedBytes <= MAX_UNSENT_FOR_PONG)
        socket.pong(payload);
    });
    socket.on("close", () => {
      if (this.state.kind === "awaiting-connect") this.state.deadline.dispose();
      this.state = { kind: "closing" };
      this.#stalled?.dispose();
      this.#waiting = [];
      this.aborted.abort();
    });
  }

  /** Bytes the peer has not taken yet. */
  get bufferedBytes(): number {
    return this.#socket.bufferedAmount;
  }

  /**
   * Performs a request now, or as soon as earlier ones are answered and the peer has read enough of its answers. `request`
   * must not reject.
   */
  perform(request: () => Promise<void>): void {
    this.#waiting.push(request);
    this.#work();
  }

  /** The handshake is over. `left` is called when the connection has ended. */
  connected(state: Extract<ConnectionState, { kind: "connected" }>, left: () => void): void {
    if (this.state.kind === "awaiting-connect") this.state.deadline.dispose();
    this.state = state;
    this.#socket.once("close", left);
  }

  /** Sends the welcome. Until the peer has taken it, it is not slow, however much else there is to send. */
  sendHello(text: string): void {
    this.#isGreeting = true;
    this.send(text, () => {
      this.#isGreeting = false;
    });
  }

  /** Sends an answer. A peer that does not read its answers is not read from until it does. */
  send(text: string, taken?: () => void): void {
    if (this.#socket.readyState !== this.#socket.OPEN) return;
    this.#socket.send(text, () => {
      taken?.();
      if (this.#stalled !== undefined && this.bufferedBytes <= WIRE_LIMITS.maxBufferedBytes / 2)
        this.#resume();
    });
    if (this.#stalled === undefined && this.bufferedBytes > WIRE_LIMITS.maxBufferedBytes) this.#pause();
    if (this.bufferedBytes > BACKLOG_BYTES) this.#onBacklog();
  }

  /** Sends an event, already serialised as UTF-8: the same bytes for all. A full buffer skips a droppable one and ends the client for a critical one; false then. */
  sendEvent(message: Buffer, delivery: "critical" | "droppable"): boolean {
    if (this.#socket.readyState !== this.#socket.OPEN) return false;
    if (this.bufferedBytes > BACKLOG_BYTES) this.#onBacklog();
    if (this.bufferedBytes <= WIRE_LIMITS.maxBufferedBytes) {
      this.#socket.send(message, { binary: false });
      return true;
    }
    if (delivery === "critical" && !this.#isGreeting) this.close(CLOSE.policy, CLOSE_REASON.slowConsumer);
    return false;
  }

  /** Ends the connection at once; the peer may or may not get to read why. */
  drop(code: number, reason: string): void {
    this.close(code, reason);
    this.#socket.terminate();
  }

  /** Says goodbye and makes sure that the socket is gone soon after. */
  close(code: number, reason: string): void {
    if (this.state.kind === "awaiting-connect") this.state.deadline.dispose();
    this.state = { kind: "closing" };
    // What waits for its turn is asked by nobody any more.
    this.#waiting = [];
    this.aborted.abort();
    this.#socket.close(code, closeReason(reason));
    const grace = this.#clock.after(CLOSE_GRACE_MS, () => this.#socket.terminate());
    this.#socket.once("close", () => grace.dispose());
  }

  /** Several messages may arrive in one piece although reading is paused: those wait here. */
  #work(): void {
    while (this.#underWay < MAX_CONCURRENT_REQUESTS && this.#stalled === undefined) {
      const request = this.#waiting.shift();
      if (request === undefined) break;
      this.#underWay += 1;
      void request().finally(() => {
        this.#underWay -= 1;
        this.#work();
      });
    }
    const mustWait = this.#waiting.length > 0 || this.#stalled !== undefined;
    if (mustWait && !this.#socket.isPaused) this.#socket.pause();
    else if (!mustWait && this.#socket.isPaused) this.#socket.resume();
  }

  #pause(): void {
    this.#socket.pause();
    this.#stalled = this.#clock.after(STALLED_READER_MS, () =>
      this.close(CLOSE.policy, CLOSE_REASON.slowConsumer),
    );
  }

  #resume(): void {
    this.#stalled?.dispose();
    this.#stalled = undefined;
    this.#work();
  }
}
