/**
 * A WebSocket client for tests that keeps every frame until a test asks for it, and the close as the peer said it. What a gateway
 * answers and announces must be what the contract promises, whichever test asks.
 */
import { type ClientOptions, WebSocket } from "ws";
import type { Closed } from "../../../shared/client/gateway-connection.ts";
import { isRecord } from "../../../shared/protocol/frame.ts";
import type { ContractCheck } from "./contract-check.ts";

export type Frame = Record<string, unknown>;

export interface WireOptions extends Pick<ClientOptions, "headers"> {
  /** Path and query of the upgrade; default `/`. */
  path?: string;
}

/** How long `next` waits in real time. */
const PATIENCE_MS = 30_000;

export class WireClient {
  readonly socket: WebSocket;
  /** Resolves with the close frame's code and reason; 1006 when there was none. */
  readonly closed: Promise<Closed>;
  /** Frames nobody asked for yet, oldest first. */
  readonly unread: Frame[] = [];
  #watchers = new Set<() => void>();
  #end: Closed | undefined;
  #check: ContractCheck | undefined;
  #breach: string | undefined;

  /** With `check` a frame that breaks the contract fails whoever waits for one. */
  constructor(socket: WebSocket, check?: ContractCheck) {
    this.socket = socket;
    this.#check = check;
    socket.on("message", (data) => {
      const value: unknown = JSON.parse(String(data));
      const frame = isRecord(value) ? value : { $value: value };
      this.#breach ??= this.#check?.breachIn(frame);
      this.unread.push(frame);
      for (const watch of this.#watchers) watch();
    });
    socket.on("error", () => {}); // The close that follows is what tests look at.
    this.closed = new Promise((resolve) => {
      socket.on("close", (code, reason) => {
        this.#end = { code, reason: String(reason) };
        for (const watch of this.#watchers) watch();
        resolve(this.#end);
      });
    });
  }

  /** Sends text or bytes as they are and anything else as JSON. */
  send(message: string | Buffer | object): void {
    const raw = typeof message === "string" || Buffer.isBuffer(message);
    const text = raw ? message : JSON.stringify(message);
    this.#check?.sent(String(text));
    this.socket.send(text);
  }

  /** Takes the oldest unread frame that `fits`; frames before it stay unread. Rejects after the close or 30 s. */
  next(what: string, fits: (frame: Frame) => boolean): Promise<Frame> {
    return new Promise((resolve, reject) => {
      const finish = (settle: () => void) => {
        clearTimeout(timer);
        this.#watchers.delete(watch);
        settle();
      };
      const fail = (why: string) =>
        finish(() =>
          reject(new Error(`no ${what}: ${why}; unread: ${JSON.stringify(this.unread).slice(0, 2_000)}`)),
        );
      const timer = setTimeout(() => fail(`waited ${PATIENCE_MS} ms`), PATIENCE_MS);
      const watch = () => {
        if (this.#breach !== undefined) return fail(this.#breach);
        const index = this.unread.findIndex(fits);
        const [frame] = index < 0 ? [] : this.unread.splice(index, 1);
        if (frame !== undefined) finish(() => resolve(frame));
        else if (this.#end !== undefined) fail(`closed with ${this.#end.code} ${this.#end.reason}`);
      };
      this.#watchers.add(watch);
      watch();
    });
  }

  response(id: unknown): Promise<Frame> {
    return this.next(`answer to ${JSON.stringify(id)}`, (frame) => frame.type === "res" && frame.id === id);
  }

  event(name: string): Promise<Frame> {
    return this.next(`event ${name}`, (frame) => frame.type === "event" && frame.event === name);
  }

  /** Sends a request and returns its answer. */
  request(method: string, params?: unknown, id: string = crypto.randomUUID()): Promise<Frame> {
    this.send({ type: "req", id, method, ...(params === undefined ? {} : { params }) });
    return this.response(id);
  }

  /** Waits for the end; rejects after 5 s. */
  end(): Promise<Closed> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`not closed within ${PATIENCE_MS} ms`)), PATIENCE_MS);
      void this.closed.then((closed) => {
        clearTimeout(timer);
        resolve(closed);
      });
    });
  }

  /** Closes from this side and waits for the end. */
  close(): Promise<Closed> {
    this.socket.close();
    return this.end();
  }
}

/** Opens a socket to the gateway on loopback and waits until it is open; the challenge may still be on its way. */
export async function openWire(
  port: number,
  { path = "/", headers = {} }: WireOptions = {},
): Promise<WireClient> {
  // Programs that only ask, in a process of their own, do without the schemas.
  const { ContractCheck } = await import("./contract-check.ts");
  const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`, { headers });
  const client = new WireClient(socket, new ContractCheck());
  return await new Promise((resolve, reject) => {
    socket.once("open", () => resolve(client));
    socket.once("error", reject);
  });
}

/** What a plain client without a device sends; `extra` overrides single parameters. */
export function connectParams(extra: Frame = {}): Frame {
  return {
    minProtocol: 3,
    maxProtocol: 3,
    client: { id: "test", version: "1.0.0", platform: "linux", mode: "test" },
    auth: { token: TEST_TOKEN },
    ...extra,
  };
}

/** The token of gateways in tests. */
export const TEST_TOKEN = "test-token-of-the-tests";

/** Opens, connects and returns the client with its welcome. Rejects when the gateway refuses. */
export async function connectWire(
  port: number,
  extra: Frame = {},
  options: WireOptions = {},
): Promise<{ client: WireClient; hello: Frame }> {
  const client = await openWire(port, options);
  const answer = await client.request("connect", connectParams(extra), "connect");
  if (answer.ok !== true) throw new Error(`refused: ${JSON.stringify(answer.error)}`);
  return { client, hello: isRecord(answer.payload) ? answer.payload : {} };
}
