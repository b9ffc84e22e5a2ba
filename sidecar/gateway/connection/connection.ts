/** One client: a discriminated union of what it may do at the moment, and a send side that a silent reader cannot fill. */
import type { WebSocket } from "ws";
import type { Clock } from "../../../shared/clock.ts";
import type { Disposable } from "../../../shared/lifecycle.ts";
import { CLOSE, CLOSE_REASON } from "../../../shared/protocol/close-codes.ts";
import { WIRE_LIMITS } from "../../../shared/protocol/frame.ts";
import type { ConnectParams } from "../../../shared/protocol/handshake.ts";
import type { ClientIdentity } from "../auth/authenticate.ts";
import type { ClientOrigin } from "../auth/locality.ts";
import { closeReason } from "./close-reason.ts";

/** Where a connection stands. Nothing but `connect` is heard before `connected`. */
export type ConnectionState =
  | { kind: "awaiting-connect"; challenge: string; deadline: Disposable }
  | { kind: "connected"; identity: ClientIdentity; connect: ConnectParams; sinceMs: number }
  | { kind: "closing" };

/** How long a peer may take to answer our close frame before the socket is destroyed. */
const CLOSE_GRACE_MS = 2_000;
/** How long a peer may leave its answers unread before it counts as a slow consumer. */
const STALLED_READER_MS = 30_000;
/** Requests of one client that are under way at once; the others wait, and while they do, nothing more is read from it. */
const MAX_CONCURRENT_REQUESTS = 32;

export class Connection {
  readonly id: string;
  readonly origin: ClientOrigin;
  readonly aborted = new AbortController();
  state: ConnectionState;
  #socket: WebSocket;
  #clock: Clock;
  #stalled: Disposable | undefined;
  #waiting: (() => Promise<void>)[] = [];
  #underWay = 0;

  constructor(
    id: string,
    socket: WebSocket,
    origin: ClientOrigin,
    start: { state: ConnectionState; clock: Clock },
  ) {
    this.id = id;
    this.origin = origin;
    this.state = start.state;
    this.#socket = socket;
    this.#clock = start.clock;
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

  /** Sends an answer. A peer that does not read its answers is not read from until it does. */
  send(text: string): void {
    if (this.#socket.readyState !== this.#socket.OPEN) return;
    this.#socket.send(text, () => {
      if (this.#stalled !== undefined && this.bufferedBytes <= WIRE_LIMITS.maxBufferedBytes / 2)
        this.#resume();
    });
    if (this.#stalled === undefined && this.bufferedBytes > WIRE_LIMITS.maxBufferedBytes) this.#pause();
  }

  /** Sends an event, already serialised. A full buffer skips a droppable one and ends the client for a critical one. */
  sendEvent(text: string, delivery: "critical" | "droppable"): void {
    if (this.#socket.readyState !== this.#socket.OPEN) return;
    if (this.bufferedBytes <= WIRE_LIMITS.maxBufferedBytes) this.#socket.send(text);
    else if (delivery === "critical") this.close(CLOSE.policy, CLOSE_REASON.slowConsumer);
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
