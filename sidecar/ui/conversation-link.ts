/**
 * The main conversation over the page's connection: follows what is said, reads again after each loss and each turn, and sends what is
 * typed under a key of its own until the gateway has taken it.
 */
import type { GatewayConnection } from "../../shared/client/gateway-connection.ts";
import type { Clock } from "../../shared/clock.ts";
import { CodedError, errorText } from "../../shared/errors.ts";
import type { Disposable } from "../../shared/lifecycle.ts";
import type { EventFrame } from "../../shared/protocol/frame.ts";
import { isRecord } from "../../shared/protocol/frame.ts";
import type { QueueItem } from "../../shared/protocol/methods/chat-queue.ts";
import type { Store } from "./store.ts";

const MESSAGES = 100;
/** Older than this, nobody is surprised to be asked before a message goes out. */
const RESEND_MS = 10 * 60_000;
const NEEDED = ["chat.page", "chat.send", "chat.abort", "chat.queue.list"];

interface Unsent {
  key: string;
  text: string;
  sinceMs: number;
}

export class ConversationLink {
  readonly #store: Store;
  readonly #clock: Clock;
  #connection: GatewayConnection | undefined;
  /** Kept beyond a loss: the same words go out under the same key. */
  #unsent: Unsent | undefined;
  #isDelivering = false;
  #ended = new Set<string>();
  #known = new Set<string>();
  #reading: Promise<void> | undefined;
  #isStale = false;

  constructor(store: Store, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }

  /** Takes up a new connection; the result lets go of it. */
  attach(connection: GatewayConnection): Disposable {
    const { features, snapshot, auth } = connection.hello;
    const isOffered = NEEDED.every((method) => features.methods.includes(method));
    const sessionKey = isOffered ? snapshot.sessionDefaults?.mainSessionKey : undefined;
    const mayWrite =
      auth === undefined ||
      auth.scopes.some((each) => each === "operator.admin" || each === "operator.write");
    this.#store.dispatch({ type: "conversation-opened", sessionKey, mayWrite });
    this.#connection = connection;
    this.#known.clear();
    this.#ended.clear();
    this.#reading = undefined;
    if (sessionKey !== undefined) {
      this.#read();
      void this.#deliver();
    }
    return {
      dispose: () => {
        if (this.#connection === connection) this.#connection = undefined;
      },
    };
  }

  /** Sends the text, once, as soon as there is a connection. */
  send(text: string): void {
    const sinceMs = this.#clock.now();
    const key = this.#unsent?.text === text ? this.#unsent.key : newKey();
    this.#unsent = { key, text, sinceMs };
    this.#store.dispatch({ type: "sending", text });
    void this.#deliver();
  }

  /** Ends the answer that is being given. */
  async stop(): Promise<void> {
    const { sessionKey } = this.#store.state.conversation;
    if (sessionKey === undefined) return;
    try {
      await this.#connection?.call("chat.abort", { sessionKey });
    } catch (error) {
      this.#tell(error);
    }
  }

  /** Takes what the gateway tells of this conversation. */
  take({ event, payload }: EventFrame): void {
    const { sessionKey } = this.#store.state.conversation;
    if (sessionKey === undefined || !isRecord(payload)) return;
    if (event === "sessions.changed") {
      if (payload.key === sessionKey) this.#read();
      return;
    }
    if (payload.sessionKey !== sessionKey) return;
    if (event === "chat.queue" && Array.isArray(payload.items)) {
      this.#store.dispatch({ type: "queue", queue: payload.items as QueueItem[] });
      this.#read();
    } else if ((event === "chat" || event === "agent") && typeof payload.runId === "string")
      this.#takeStep(event, payload.runId, payload);
  }

  #takeStep(event: "chat" | "agent", runId: string, payload: Record<string, unknown>): void {
    if (this.#ended.has(runId)) return;
    if (event === "chat" && payload.state !== "delta") {
      this.#ended.add(runId);
      if (payload.state === "error" && typeof payload.errorMessage === "string")
        this.#store.dispatch({ type: "run-failed", message: payload.errorMessage });
      this.#read();
      return;
    }
    // The deltas of `chat` leave out what comes soon after another one; the steps do not.
    const data = payload.stream === "assistant" && isRecord(payload.data) ? payload.data : {};
    const text = typeof data.text === "string" ? data.text : undefined;
    this.#store.dispatch({ type: "run-said", runId, text });
    // Whoever asked, the question stands in the conversation by now.
    if (!this.#known.has(runId)) this.#read();
    this.#known.add(runId);
  }

  /** Reads the newest messages; what happens during that makes it read once more. */
  #read(): void {
    this.#isStale = true;
    const connection = this.#connection;
    if (this.#reading !== undefined || connection === undefined) return;
    const reading = this.#readWhileStale(connection).finally(() => {
      if (this.#reading === reading) this.#reading = undefined;
    });
    this.#reading = reading;
  }

  async #readWhileStale(connection: GatewayConnection): Promise<void> {
    const { sessionKey } = this.#store.state.conversation;
    while (this.#isStale && sessionKey !== undefined && connection === this.#connection) {
      this.#isStale = false;
      const ended = [...this.#ended];
      try {
        const [{ messages }, { items }] = await Promise.all([
          connection.call("chat.page", { sessionKey, limit: MESSAGES }),
          connection.call("chat.queue.list", { sessionKey }),
        ]);
        if (connection === this.#connection)
          this.#store.dispatch({ type: "conversation-read", messages, queue: items, ended });
      } catch (error) {
        this.#tell(error);
      }
    }
  }

  async #deliver(): Promise<void> {
    const unsent = this.#unsent;
    const connection = this.#connection;
    const { sessionKey, sending } = this.#store.state.conversation;
    if (this.#isDelivering || !unsent || !connection || sessionKey === undefined || sending === undefined)
      return;
    if (this.#clock.now() - unsent.sinceMs > RESEND_MS)
      return this.#store.dispatch({ type: "message-kept-back" });
    this.#isDelivering = true;
    let isLate = false;
    try {
      const { text: message, key: idempotencyKey } = unsent;
      await connection.call("chat.send", { sessionKey, message, idempotencyKey });
      this.#unsent = undefined;
      this.#store.dispatch({ type: "message-taken" });
      this.#read();
    } catch (error) {
      if (isAnswer(error)) {
        this.#unsent = undefined;
        this.#store.dispatch({ type: "message-kept-back" });
      }
      isLate = error instanceof CodedError && error.code === "TIMEOUT";
      this.#tell(error);
    } finally {
      this.#isDelivering = false;
      // The connection that has come meanwhile found this one still at it.
      if (this.#unsent !== undefined && (isLate || this.#connection !== connection)) void this.#deliver();
    }
  }

  /** A loss is told by the connection itself. */
  #tell(error: unknown): void {
    if (isAnswer(error)) this.#store.dispatch({ type: "conversation-problem", problem: errorText(error) });
  }
}

function isAnswer(error: unknown): boolean {
  return error instanceof CodedError && error.code === "REMOTE_ERROR";
}

/** `crypto.randomUUID` is not there on plain HTTP. */
function newKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) =>
    byte.toString(16).padStart(2, "0"),
  ).join("");
}
