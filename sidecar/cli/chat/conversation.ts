/**
 * One conversation over the wire: what was said, what is being answered, and what the gateway has not taken yet. It outlives the
 * connection: a message that was not acknowledged is sent again under the same key, which the gateway takes once, and what was said
 * meanwhile is read from the history.
 */
import { randomUUID } from "node:crypto";
import type { GatewayConnection } from "../../../shared/client/gateway-connection.ts";
import type { Clock } from "../../../shared/clock.ts";
import { CodedError, RequestError } from "../../../shared/errors.ts";
import { neutralLine } from "../../../shared/foreign-text.ts";
import { type EventFrame, isRecord } from "../../../shared/protocol/frame.ts";
import { advice, type Remedy } from "../../../shared/remedy.ts";
import { refuseTooLong } from "../message-size.ts";
import { GatewayLine } from "./gateway-line.ts";
import { GrowingText } from "./growing-text.ts";
import { readMessage, type SaidMessage } from "./said-message.ts";
import { Thoughts, type ThoughtView } from "./thoughts.ts";
import { Unmatched } from "./unmatched.ts";

/** Where a conversation is shown. Texts are as they came. */
export interface ChatView extends ThoughtView {
  /** A whole message, of the history or of somebody else; of one's own as soon as it is typed. */
  said(role: SaidMessage["role"], text: string): void;
  /** More of the answer that is being given. */
  answering(more: string): void;
  /** What was written so far is all of it. */
  answerEnded(): void;
  /** A quiet line about the conversation. */
  note(text: Remedy): void;
  /** Something went wrong, and the conversation goes on. */
  failed(error: unknown): void;
  /** Whether an answer is awaited. */
  busy(isBusy: boolean): void;
  /** The conversation is over: the gateway lets us in no more. */
  over(error: unknown): void;
}

export interface ConversationPlace {
  open: () => Promise<GatewayConnection>;
  /** The key, once it is known whom we talk to. Fails where there is none. */
  sessionKeyFor: (connection: GatewayConnection) => Promise<string>;
  /** Whether two names mean the same session. */
  isSameSession: (a: string, b: string, connection: GatewayConnection) => boolean;
  view: ChatView;
  clock: Clock;
  /** For answers of the gateway itself. */
  timeoutMs: number;
  /** How the model is to think, where that was asked for. */
  thinking?: string | undefined;
}

/** A message that the gateway has not acknowledged. */
interface Unsent {
  key: string;
  text: string;
  attempts: number;
}

const FIRST_MESSAGES = 20;
/** As much of an answer as tells which one it is. */
const BEGINNING_CHARS = 40;
const HEALING_MESSAGES = 200;
/** The gateway acknowledges within milliseconds; without an answer the connection is taken for dead, in ms. */
const ACKNOWLEDGE_MS = 15_000;
/** A message at which the connection breaks each time is given up. */
const MOST_ATTEMPTS = 5;

export class Conversation {
  readonly #place: ConversationPlace;
  readonly #line: GatewayLine;
  #sessionKey = "";
  /** The conversation that the key stood for when it was looked at. */
  #sessionId: string | undefined;
  /** What was shown of the history. */
  #seen = new Set<string>();
  /** Those of it of which was told that they did not arrive in their chat. */
  #toldLost = new Set<string>();
  /** What was shown without it. */
  #unmatched = new Unmatched();
  #unsent: Unsent[] = [];
  #isDelivering = false;
  /** Runs that are known: ours from the moment they are sent, others from their first sign. */
  #known = new Set<string>();
  /** Of those, the ones that are to be answered. */
  #open = new Set<string>();
  #over = new Set<string>();
  #answer: { runId: string; text: GrowingText } | undefined;
  readonly #thoughts: Thoughts;
  /** Everything that comes in, in order: reading the history takes a moment in which events wait. */
  #queue: Promise<void> = Promise.resolve();
  /** What the first look at the history comes to. */
  #begun: Promise<void> = Promise.resolve();

  constructor(place: ConversationPlace) {
    this.#place = place;
    this.#thoughts = new Thoughts(place.view);
    this.#line = new GatewayLine(place.open, place.clock, {
      connected: (connection, isFirst) => this.#connected(connection, isFirst),
      event: (frame) => this.#inOrder(() => this.#take(frame)),
      lost: () => this.#inOrder(() => this.#lost()),
      shutOut: (error) => place.view.over(error),
    });
  }

  /** What the conversation is called; "" before it has begun. */
  get sessionKey(): string {
    return this.#sessionKey;
  }

  get isBusy(): boolean {
    return this.#open.size > 0;
  }

  /** Texts that the gateway has not acknowledged. */
  get unsent(): string[] {
    return this.#unsent.map(({ text }) => text);
  }

  /** The connection while there is one, for questions about the gateway. */
  get connection(): GatewayConnection | undefined {
    return this.#line.connection;
  }

  /** Connects and shows what was said last. Fails as `connectTo` does. */
  async start(): Promise<void> {
    await this.#line.start();
    await this.#begun;
  }

  /** Sends the text as soon as that can be done, and once. */
  send(text: string): void {
    const key = randomUUID();
    this.#known.add(key);
    this.#unsent.push({ key, text, attempts: 0 });
    this.#unmatched.add("user", text);
    this.#place.view.said("user", text);
    void this.#deliver();
  }

  /** Ends the answer that is being given. */
  async abort(): Promise<void> {
    const { connection } = this.#line;
    if (connection === undefined) return;
    try {
      await connection.request("chat.abort", { sessionKey: this.#sessionKey }, ACKNOWLEDGE_MS);
    } catch (error) {
      if (!isLoss(error)) this.#place.view.failed(error);
    }
  }

  /** Hangs up. What is being answered is answered all the same. */
  close(): void {
    this.#line.hangUp();
  }

  #inOrder(task: () => Promise<void> | void): void {
    this.#queue = this.#queue.then(task).catch((error: unknown) => {
      // After a loss everything is looked at again.
      if (!isLoss(error)) this.#place.view.failed(error);
    });
  }

  #connected(connection: GatewayConnection, isFirst: boolean): void {
    if (isFirst) {
      this.#begun = this.#beginAt(connection);
      // Whoever started it is told of a failure.
      this.#queue = this.#begun.catch(() => {});
      return;
    }
    this.#inOrder(async () => {
      await this.#heal(connection, HEALING_MESSAGES);
      this.#place.view.note("Connected again.");
      void this.#deliver();
    });
  }

  async #beginAt(connection: GatewayConnection): Promise<void> {
    this.#sessionKey = await this.#place.sessionKeyFor(connection);
    await this.#heal(connection, FIRST_MESSAGES);
    void this.#deliver();
  }

  #lost(): void {
    this.#endAnswer(true);
    this.#place.view.note("The connection is lost; the chat goes on when the gateway is back.");
  }

  /** Shows what was said while nobody listened, and learns which runs have ended. */
  async #heal(connection: GatewayConnection, limit: number): Promise<void> {
    const { timeoutMs } = this.#place;
    const ended: string[] = [];
    for (const runId of this.#open) {
      const run = await connection.request("agent.wait", { runId, timeoutMs: 0 }, timeoutMs);
      if (isRecord(run) && run.status !== "timeout") ended.push(runId);
    }
    const page = { sessionKey: this.#sessionKey, limit };
    const history = await connection.request("chat.history", page, timeoutMs);
    const { messages, sessionId } = isRecord(history) ? history : {};
    if (typeof sessionId === "string") {
      if (this.#sessionId !== undefined && this.#sessionId !== sessionId)
        this.#place.view.note("A new conversation has begun.");
      this.#sessionId = sessionId;
    }
    this.#show(Array.isArray(messages) ? messages.flatMap(readMessage) : []);
    for (const runId of ended) this.#end(runId);
  }

  /** What comes after the last message that was shown is new. */
  #show(messages: readonly SaidMessage[]): void {
    const last = messages.findLastIndex(({ key }) => this.#seen.has(key));
    for (const [index, message] of messages.entries()) {
      if (index > last) this.#showNew(message);
      this.#tellOfLoss(message);
    }
  }

  #showNew(message: SaidMessage): void {
    this.#seen.add(message.key);
    const { isShown, rest } = this.#unmatched.match(message);
    if (!isShown) this.#say(message);
    else if (rest !== "") this.#say({ ...message, text: rest });
  }

  /** What became of an answer in its chat is known only later. */
  #tellOfLoss({ key, text, lost }: SaidMessage): void {
    if (lost === undefined || this.#toldLost.has(key)) return;
    this.#toldLost.add(key);
    const { channel, state, error = "" } = lost;
    const begin = neutralLine(text, BEGINNING_CHARS);
    const reason = neutralLine(error);
    this.#place.view.note(
      state === "unknown"
        ? advice`Perhaps not delivered to ${channel}: “${begin}” (${reason})`
        : advice`Not delivered to ${channel}: “${begin}” (${reason})`,
    );
  }

  #say({ role, text, error, cut }: SaidMessage): void {
    const { view } = this.#place;
    if (text !== "" || error === undefined) view.said(role, text);
    if (cut === "crash") view.note("This answer was cut off.");
    if (cut === "ended") view.note("This answer was ended before its time.");
    if (error !== undefined) view.failed(new RequestError("RUN_FAILED", error));
  }

  async #take({ event, payload }: EventFrame): Promise<void> {
    if ((event !== "chat" && event !== "agent") || !isRecord(payload)) return;
    const { runId, sessionKey } = payload;
    const { connection } = this.#line;
    if (typeof runId !== "string" || typeof sessionKey !== "string" || connection === undefined) return;
    if (!this.#place.isSameSession(sessionKey, this.#sessionKey, connection)) return;
    if (this.#over.has(runId)) return;
    if (!this.#known.has(runId)) {
      this.#known.add(runId);
      // Somebody else asked, or it is what waited: the question comes before the answer.
      await this.#heal(connection, HEALING_MESSAGES);
    }
    if (event === "agent") this.#takeStep(runId, payload);
    else this.#takeChat(runId, payload);
  }

  #takeStep(runId: string, { stream, data }: Record<string, unknown>): void {
    if (!isRecord(data)) return;
    if (stream === "reasoning") this.#thoughts.take(data);
    else this.#thoughts.end();
    if (stream === "lifecycle" && data.phase === "start") this.#begin(runId);
    if (stream === "lifecycle" && data.phase === "waiting" && typeof data.reason === "string")
      this.#place.view.note(advice`${neutralLine(data.reason)}`);
    if (stream === "assistant" && typeof data.text === "string") this.#grow(runId, data.text);
    if (stream === "tool" && data.phase === "start" && typeof data.name === "string") {
      this.#endAnswer(false);
      this.#place.view.said("tool", data.name);
    }
  }

  #takeChat(runId: string, { state, message, errorMessage }: Record<string, unknown>): void {
    const { view } = this.#place;
    const [said] = readMessage(message);
    this.#thoughts.end();
    if (state === "delta") {
      if (said !== undefined) this.#grow(runId, said.text);
      return;
    }
    if (state === "final") {
      if (said !== undefined) this.#finish(runId, said);
      else if (this.#open.size > (this.#open.has(runId) ? 1 : 0)) view.note("It waits for its turn.");
    }
    this.#endAnswer(true);
    if (state === "aborted") view.note("Stopped.");
    if (state === "error") {
      const text = typeof errorMessage === "string" ? errorMessage : "The run failed.";
      this.#unmatched.addFailure(text);
      view.failed(new RequestError("RUN_FAILED", text));
    }
    this.#end(runId);
  }

  #begin(runId: string): void {
    this.#open.add(runId);
    this.#place.view.busy(true);
  }

  #grow(runId: string, text: string): void {
    this.#begin(runId);
    if (this.#answer?.runId !== runId) {
      this.#endAnswer(true);
      this.#answer = { runId, text: new GrowingText(this.#unmatched.cutTextFor(text)) };
    }
    const { more, isOther } = this.#answer.text.next(text);
    if (isOther) this.#place.view.answerEnded();
    if (more !== "") this.#place.view.answering(more);
  }

  #finish(runId: string, said: SaidMessage): void {
    // Reading the history may have shown it already.
    if (this.#answer?.runId !== runId && this.#seen.has(said.key)) return;
    this.#grow(runId, said.text);
    this.#answer = undefined;
    this.#place.view.answerEnded();
    this.#unmatched.add("assistant", said.text);
  }

  /** `isCut`: nothing tells whether that was all; the history does later. */
  #endAnswer(isCut: boolean): void {
    if (this.#answer === undefined) return;
    if (isCut) this.#unmatched.addCut(this.#answer.text.shown);
    this.#answer = undefined;
    this.#place.view.answerEnded();
  }

  #end(runId: string): void {
    this.#over.add(runId);
    this.#open.delete(runId);
    this.#place.view.busy(this.isBusy);
  }

  async #deliver(): Promise<void> {
    if (this.#isDelivering) return;
    this.#isDelivering = true;
    try {
      for (let next = this.#unsent[0]; next !== undefined; next = this.#unsent[0]) {
        const { connection } = this.#line;
        if (connection === undefined || !(await this.#isTaken(next, connection))) return;
        this.#unsent.shift();
      }
    } finally {
      this.#isDelivering = false;
    }
  }

  /** False when it has to be sent again over another connection. */
  async #isTaken(message: Unsent, connection: GatewayConnection): Promise<boolean> {
    const { key, text } = message;
    const { thinking, view } = this.#place;
    message.attempts += 1;
    const params = {
      sessionKey: this.#sessionKey,
      message: text,
      idempotencyKey: key,
      ...(thinking === undefined ? {} : { thinking }),
    };
    try {
      refuseTooLong(params, connection);
      const answer = await connection.request("chat.send", params, ACKNOWLEDGE_MS);
      const status = isRecord(answer) ? answer.status : undefined;
      if (status === "ok") this.#inOrder(() => this.#heal(connection, HEALING_MESSAGES));
      // Words that stop what runs are no message.
      else if (status === undefined) this.#unmatched.drop("user", text);
      else if (!this.#over.has(key)) this.#begin(key);
      return true;
    } catch (error) {
      const isSilent = error instanceof CodedError && error.code === "TIMEOUT";
      if (isSilent) connection.close();
      if ((isSilent || isLoss(error)) && message.attempts < MOST_ATTEMPTS) return false;
      this.#unmatched.drop("user", text);
      view.failed(error);
      return true;
    }
  }
}

function isLoss(error: unknown): boolean {
  return error instanceof CodedError && error.code === "CONNECTION_LOST";
}
