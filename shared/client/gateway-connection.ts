/**
 * One authenticated connection to a gateway: handshake, calls, events. Runs in Node and in browsers, because the
 * WebSocket is passed in, and loads no schema library.
 */

import { AuthError, CodedError, RequestError, UnavailableError } from "../errors.ts";
import { neutralLines } from "../foreign-text.ts";
import type { EventFrame, ResponseFrame, WireError } from "../protocol/frame.ts";
import { isRecord, parseServerFrame } from "../protocol/frame.ts";
import type { ConnectParams, HelloOk } from "../protocol/handshake.ts";
import type { MethodName, MethodParams, MethodResult } from "../protocol/index.ts";
import { advice } from "../remedy.ts";
import { PROTOCOL_VERSION } from "../version.ts";
import { legacyCode } from "./legacy-refusals.ts";
import { isAnswerTo } from "./read-answers.ts";
import { readHello } from "./read-hello.ts";
import { closedEarly, type SocketFailure, socketFailure } from "./socket-failure.ts";

/** What we use of a WebSocket; the browser's and the one of `ws` both fit. */
export interface WebSocketLike {
  send(data: string): void;
  close(code?: number, reason?: string): void;
  /** Ends it without waiting for the other side; browsers have no such thing. */
  terminate?(): void;
  addEventListener(type: "open", listener: () => void): void;
  addEventListener(type: "message", listener: (event: { data: unknown }) => void): void;
  addEventListener(type: "close", listener: (event: { code: number; reason: string }) => void): void;
  addEventListener(type: "error", listener: (event: object) => void): void;
}

/** Who connects. `sign` answers the challenge for clients with a device identity. */
export interface ConnectOptions {
  open: () => WebSocketLike;
  client: ConnectParams["client"];
  scopes?: readonly string[];
  /** Connects as a node that can do this, in the place of an operator. */
  node?: { caps: readonly string[]; commands: readonly string[]; pathEnv?: string };
  auth?: { token?: string; password?: string };
  /** Rejects when whoever is at the address must not be told `auth`: asked before the socket is opened and before it is sent. */
  vouch?: () => Promise<void>;
  sign?: (nonce: string | undefined) => Promise<NonNullable<ConnectParams["device"]>>;
  /** Budget from opening the socket to the welcome. */
  timeoutMs: number;
}

export interface Closed {
  code: number;
  reason: string;
}

/** Servers before the challenge existed send none; clients go on without after this time. */
const CHALLENGE_WAIT_MS = 750;
/** From our farewell until the connection ends without that of the other side. */
const FAREWELL_MS = 1_000;

/**
 * Connects and returns the open connection. Fails with `UNREACHABLE` (nobody listens), `TIMEOUT`, `NOT_A_GATEWAY`,
 * `RATE_LIMITED`, `TOKEN_MISMATCH`, `PAIRING_REQUIRED`, `PROTOCOL_MISMATCH`, `CONNECT_REFUSED`, or with what `vouch` rejects with. A
 * refusal carries the gateway's own code in `remoteCode` and its details in `details`.
 */
export async function connectGateway(options: ConnectOptions): Promise<GatewayConnection> {
  await options.vouch?.();
  return await new Promise((resolve, reject) => {
    const socket = options.open();
    let settled = false;
    let failure: SocketFailure | undefined;
    let challenged = false;
    let spoke = false;
    const fail = (error: CodedError) => {
      if (settled) return;
      settled = true;
      clearTimeout(deadline);
      clearTimeout(challengeTimer);
      reject(error);
      end(socket);
    };
    const deadline = setTimeout(() => {
      const what = spoke ? advice`the handshake` : advice`an answer`;
      fail(new UnavailableError("TIMEOUT", advice`no end of ${what} within ${options.timeoutMs} ms`));
    }, options.timeoutMs);

    const sendConnect = (nonce: string | undefined) => {
      if (settled || challenged) return;
      challenged = true;
      clearTimeout(challengeTimer);
      connectParams(options, nonce).then(
        (params) => {
          if (!settled)
            socket.send(JSON.stringify({ type: "req", id: "connect", method: "connect", params }));
        },
        (error) =>
          fail(
            error instanceof CodedError
              ? error
              : new RequestError("CONNECT_REFUSED", "the device identity cannot sign", { cause: error }),
          ),
      );
    };
    let challengeTimer: ReturnType<typeof setTimeout> | undefined;

    socket.addEventListener("error", (event) => {
      failure = socketFailure(event);
    });
    socket.addEventListener("close", ({ code, reason }) => fail(closedEarly(code, reason, failure)));
    socket.addEventListener("message", ({ data }) => {
      if (settled || typeof data !== "string") return;
      const frame = parseServerFrame(data);
      if (frame === undefined) return;
      spoke = true;
      if (frame.type === "event" && frame.event === "connect.challenge") {
        const nonce = isRecord(frame.payload) ? frame.payload.nonce : undefined;
        sendConnect(typeof nonce === "string" ? nonce : undefined);
      } else if (frame.type === "res" && frame.id === "connect") {
        if (!frame.ok) return fail(refusal(frame.error));
        const hello = readHello(frame.payload);
        if (hello === undefined)
          return fail(new UnavailableError("NOT_A_GATEWAY", "answers with a welcome that is none"));
        settled = true;
        clearTimeout(deadline);
        clearTimeout(challengeTimer);
        resolve(new GatewayConnection(socket, hello));
      }
    });
    socket.addEventListener("open", () => {
      challengeTimer = setTimeout(() => sendConnect(undefined), CHALLENGE_WAIT_MS);
    });
  });
}

/** An established connection. Ends by `close()` or by the gateway; `closed` then resolves with code and reason. */
export class GatewayConnection {
  readonly hello: HelloOk;
  readonly closed: Promise<Closed>;
  #socket: WebSocketLike;
  #pending = new Map<string, { resolve: (frame: ResponseFrame) => void; reject: (error: Error) => void }>();
  #listeners = new Set<(frame: EventFrame) => void>();
  #nextId = 1;
  #end: Closed | undefined;

  constructor(socket: WebSocketLike, hello: HelloOk) {
    this.#socket = socket;
    this.hello = hello;
    socket.addEventListener("message", ({ data }) => this.#receive(data));
    this.closed = new Promise((resolve) => {
      socket.addEventListener("close", ({ code, reason }) => {
        this.#end = { code, reason };
        for (const call of this.#pending.values()) call.reject(lost(this.#end));
        this.#pending.clear();
        resolve(this.#end);
      });
    });
  }

  /**
   * Calls a method of the contract. Fails with `REMOTE_ERROR` (see `remoteCode`), `TIMEOUT`, `CONNECTION_LOST`, or `ANSWER_INVALID`
   * for an answer that callers could not use.
   */
  async call<M extends MethodName>(
    method: M,
    params: MethodParams<M>,
    timeoutMs = 10_000,
  ): Promise<MethodResult<M>> {
    const answer = await this.request(method, params, timeoutMs);
    if (isAnswerTo(method, answer)) return answer as MethodResult<M>;
    throw new UnavailableError(
      "ANSWER_INVALID",
      advice`the answer to ${method} is none that a gateway gives`,
    );
  }

  /** Calls any method by name and returns its payload unchecked. Errors as for `call`. */
  request(method: string, params: unknown, timeoutMs = 10_000): Promise<unknown> {
    return this.#ask(method, params, timeoutMs, () => true);
  }

  /** The same for a method that answers `accepted` first: returns what comes in the end. */
  requestFinal(method: string, params: unknown, timeoutMs: number): Promise<unknown> {
    return this.#ask(method, params, timeoutMs, (payload) => !isAcceptance(payload));
  }

  #ask(
    method: string,
    params: unknown,
    timeoutMs: number,
    isFinal: (payload: unknown) => boolean,
  ): Promise<unknown> {
    if (this.#end) return Promise.reject(lost(this.#end));
    const id = String(this.#nextId);
    this.#nextId += 1;
    return new Promise((resolve, reject) => {
      const settle = () => {
        clearTimeout(timer);
        this.#pending.delete(id);
      };
      const timer = setTimeout(() => {
        settle();
        reject(new UnavailableError("TIMEOUT", advice`no answer to ${method} within ${timeoutMs} ms`));
      }, timeoutMs);
      this.#pending.set(id, {
        resolve: (frame) => {
          if (frame.ok && !isFinal(frame.payload)) return;
          settle();
          if (frame.ok) resolve(frame.payload);
          else reject(remoteError(frame.error));
        },
        reject: (error) => {
          settle();
          reject(error);
        },
      });
      this.#socket.send(JSON.stringify({ type: "req", id, method, params }));
    });
  }

  /** Calls `listener` for every event until the returned function is called. */
  onEvent(listener: (frame: EventFrame) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  close(): void {
    this.#socket.close();
    const socket = this.#socket;
    const patience = setTimeout(() => end(socket), FAREWELL_MS);
    void this.closed.then(() => clearTimeout(patience));
  }

  #receive(data: unknown): void {
    const frame = typeof data === "string" ? parseServerFrame(data) : undefined;
    if (frame?.type === "res") this.#pending.get(frame.id)?.resolve(frame);
    else if (frame?.type === "event") for (const listener of this.#listeners) listener(frame);
  }
}

function isAcceptance(payload: unknown): boolean {
  return isRecord(payload) && payload.status === "accepted";
}

/** Who does not answer cannot be waited for: a polite end takes half a minute with such a peer. */
function end(socket: WebSocketLike): void {
  if (socket.terminate === undefined) socket.close();
  else socket.terminate();
}

async function connectParams(options: ConnectOptions, nonce: string | undefined): Promise<object> {
  await options.vouch?.();
  return {
    minProtocol: PROTOCOL_VERSION,
    maxProtocol: PROTOCOL_VERSION,
    client: options.client,
    role: options.node === undefined ? "operator" : "node",
    scopes: options.scopes,
    ...(options.node ?? { caps: [] }),
    auth: options.auth,
    device: await options.sign?.(nonce),
  };
}

/** What a client makes of a refused handshake: who must act, and as what it is known to all who connect. */
function refusal(error: WireError = NO_REASON): CodedError {
  const { message, details, retryAfterMs, retryable } = error;
  const remoteCode = codeOf(error);
  const context = { details, remoteCode, retryAfterMs };
  if (remoteCode === "AUTH_RATE_LIMITED") return new AuthError("RATE_LIMITED", message, context);
  if (remoteCode === "PROTOCOL_MISMATCH") return new RequestError("PROTOCOL_MISMATCH", message, context);
  if (error.code === "NOT_PAIRED") return new AuthError("PAIRING_REQUIRED", message, context);
  // Without a secret of its own the gateway takes none.
  const isSecret = remoteCode?.startsWith("AUTH_") === true && remoteCode !== "AUTH_REQUIRED";
  if (isSecret) return new AuthError("TOKEN_MISMATCH", message, context);
  return retryable === true
    ? new UnavailableError("CONNECT_REFUSED", message, context)
    : new RequestError("CONNECT_REFUSED", message, context);
}

/** What the gateway said in one word; undefined where it said nothing that is known. */
function codeOf(error: WireError): string | undefined {
  const code = error.details?.code;
  return typeof code === "string" && code !== "" ? code : legacyCode(error);
}

const NO_REASON: WireError = { code: "UNAVAILABLE", message: "the gateway refused without a reason" };

/** Of what a gateway says of a failure. */
const MOST_MESSAGE_CHARS = 4_000;

function remoteError(error: WireError = NO_REASON): CodedError {
  const { code: wireCode, details, retryAfterMs, retryable } = error;
  // It may repeat what somebody typed.
  const message = neutralLines(error.message, MOST_MESSAGE_CHARS);
  const context = { details: { wireCode, details }, remoteCode: codeOf(error), retryAfterMs };
  return retryable === true
    ? new UnavailableError("REMOTE_ERROR", message, context)
    : new RequestError("REMOTE_ERROR", message, context);
}

function lost({ code, reason }: Closed): CodedError {
  return new UnavailableError(
    "CONNECTION_LOST",
    advice`the gateway closed the connection (${code}${reason && ` ${reason}`})`,
  );
}
