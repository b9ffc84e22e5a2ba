/** Tells clients of one run in the order of the protocol: begin, what is said, end, and the answer as a conversation shows it. */
import type { Clock } from "../../../shared/clock.ts";
import type { GatewayEvents } from "../../../shared/protocol/events.ts";
import type { Audience, EventBus } from "../../base/events/event-bus.ts";
import type { ToolCallBlock } from "../../base/store/message.ts";
import type { ToolResult } from "../tools/tool.ts";
import { Pace } from "./pace.ts";

/** No two deltas of a conversation come closer than this, in ms: each of them holds the whole text. */
const DELTA_MS = 150;
/** Clients show an error in one line. */
const MAX_ERROR_CHARS = 240;

/** Where besides the clients the run is seen. */
export interface RunSurface {
  said(text: string): void;
  busy(what: Busy): void;
  /** All of the thought so far that comes before what is said next. */
  thought(text: string): void;
  /** A message is whole, and a tool follows. Resolves when what was said is on its way, where it is sent in pieces. */
  paused(): Promise<void>;
}

/** What a run does before it says something; `says` is a whole sentence of the gateway's. */
export type Busy = { tool: string } | { waitsFor: string } | { says: string } | "answer" | "thinking";

const NOWHERE: RunSurface = { said: () => {}, busy: () => {}, thought: () => {}, paused: async () => {} };

export class RunAnnouncer {
  #bus: EventBus;
  #clock: Clock;
  #runId: string;
  /** As the client wrote it: it compares what comes with what it sent. */
  #sessionKey: string;
  #tellsTools: boolean;
  /** How the conversation shows what is thought, to whoever sees it; undefined where it does not. */
  #thoughtLevel: string | undefined;
  #surface: RunSurface;
  #seq = 0;
  /** Messages before the one that is being said. */
  #before = "";
  #raw = "";
  /** What people see of it, how much of it that was made of, and what of it they were told. */
  #message = "";
  #readChars = 0;
  #toldMessage = "";
  #thought = "";
  #toldThoughtChars = 0;
  #answerPace: Pace;
  #thoughtPace: Pace;
  #shown: (text: string) => string = (text) => text;
  /** On the monotonic clock. */
  #lastDeltaAt = Number.NEGATIVE_INFINITY;
  #startedAtMs = 0;

  constructor(
    bus: EventBus,
    clock: Clock,
    run: {
      runId: string;
      sessionKey: string;
      tellsTools: boolean;
      thoughtLevel?: "on" | "stream" | undefined;
      surface?: RunSurface;
    },
  ) {
    this.#bus = bus;
    this.#clock = clock;
    this.#runId = run.runId;
    this.#sessionKey = run.sessionKey;
    this.#tellsTools = run.tellsTools;
    this.#thoughtLevel = run.thoughtLevel;
    this.#surface = run.surface ?? NOWHERE;
    this.#answerPace = new Pace(clock, () => this.#tellSaid());
    this.#thoughtPace = new Pace(clock, () => this.#tellThought());
  }

  /** What was said so far. */
  get text(): string {
    return this.#before + this.current;
  }

  /** What was said of the message that is being said. */
  get current(): string {
    if (this.#readChars !== this.#raw.length) this.#message = this.#shown(this.#raw);
    this.#readChars = this.#raw.length;
    return this.#message;
  }

  started(): void {
    this.#startedAtMs = this.#clock.now();
    this.#agent("lifecycle", { phase: "start", startedAt: this.#startedAtMs });
  }

  /** Another message of the assistant begins: what was said before stays said. `shown` is what people see of what was said so far. */
  nextMessage(shown: (text: string) => string): void {
    this.#flush();
    if (this.current !== "") this.#before = `${this.text}\n\n`;
    this.#raw = "";
    this.#message = "";
    this.#readChars = 0;
    this.#toldMessage = "";
    this.#thought = "";
    this.#toldThoughtChars = 0;
    this.#shown = shown;
  }

  said(delta: string): void {
    this.#raw += delta;
    // What was thought comes before it.
    this.#thoughtPace.flush();
    this.#answerPace.more();
  }

  /** What the model thinks before it says something, of the message that is being said. */
  thought(delta: string): void {
    if (delta === "") return;
    if (this.#thought === "") this.#surface.busy("thinking");
    this.#thought += delta;
    this.#thoughtPace.more();
  }

  /** The message that is being said is whole, and not the last one. */
  async paused(): Promise<void> {
    this.#flush();
    await this.#surface.paused();
  }

  compaction(data: { phase: "start" } | { phase: "end"; willRetry: boolean }): void {
    this.#agent("compaction", data);
  }

  /** A model is asked again later. */
  waits(why: string): void {
    this.#surface.busy({ waitsFor: why });
  }

  /** All is said, and the end waits for something that does not depend on the run. `why` is told to those who wait for it. */
  heldUp(why: string): void {
    this.#flush();
    this.#surface.busy({ says: why });
    this.#agent("lifecycle", { phase: "waiting", reason: why });
  }

  toolStarted({ id, name, arguments: args }: ToolCallBlock): void {
    this.#flush();
    this.#surface.busy({ tool: name });
    this.#agent("tool", { phase: "start", name, toolCallId: id, args }, this.#ofTools);
  }

  toolEnded({ id, name }: ToolCallBlock, { content, isError = false }: ToolResult): void {
    this.#surface.busy("answer");
    this.#agent(
      "tool",
      { phase: "result", name, toolCallId: id, isError, result: { content } },
      this.#ofTools,
    );
  }

  /** `text` is all that was said, `timestamp` that of the last message, `footer` what stands below it and is no part of it. */
  ended(text: string, timestamp: number, footer = ""): void {
    this.#flush();
    this.#agent("lifecycle", { phase: "end", endedAt: this.#clock.now() });
    const whole = footer === "" ? text : `${text}\n\n${footer}`;
    this.#chat("final", { message: shown(whole, timestamp) });
  }

  /** No frame of the run follows. */
  aborted(stopReason: string): void {
    this.#flush();
    this.#seq += 1;
    this.#chat("aborted", { stopReason });
  }

  failed(error: string): void {
    this.#flush();
    const text = error.length > MAX_ERROR_CHARS ? `${error.slice(0, MAX_ERROR_CHARS - 1)}…` : error;
    const endedAt = this.#clock.now();
    this.#agent("lifecycle", { phase: "error", startedAt: this.#startedAtMs, endedAt, error: text });
    this.#chat("error", { errorMessage: text });
  }

  /** What comes next follows all that was said. */
  #flush(): void {
    this.#thoughtPace.flush();
    this.#answerPace.flush();
  }

  #tellSaid(): number {
    const told = this.#toldMessage;
    const message = this.current;
    if (message.length <= told.length) return this.#raw.length;
    this.#toldMessage = message;
    const fresh = message.startsWith(told) ? message.slice(told.length) : message;
    this.#agent("assistant", { text: message, delta: fresh });
    this.#surface.said(this.text);
    const now = this.#clock.monotonicMs();
    if (now - this.#lastDeltaAt < DELTA_MS) return this.#raw.length;
    this.#lastDeltaAt = now;
    this.#chat("delta", { message: shown(this.text, this.#clock.now()) });
    return this.#raw.length;
  }

  #tellThought(): number {
    const delta = this.#thought.slice(this.#toldThoughtChars);
    this.#toldThoughtChars = this.#thought.length;
    const level = this.#thoughtLevel;
    if (level === undefined)
      this.#agent("reasoning", { text: this.#thought, delta }, { capability: "reasoning-events" });
    else this.#agent("reasoning", { text: this.#thought, delta, level });
    this.#surface.thought(this.#thought);
    return this.#thought.length;
  }

  get #ofTools(): Audience | undefined {
    return this.#tellsTools ? undefined : { capability: "tool-events" };
  }

  /** Numbers go on whoever is told. */
  #agent(stream: GatewayEvents["agent"]["stream"], data: Record<string, unknown>, audience?: Audience): void {
    this.#seq += 1;
    const step = {
      runId: this.#runId,
      stream,
      data,
      sessionKey: this.#sessionKey,
      seq: this.#seq,
      ts: this.#clock.now(),
    };
    this.#bus.publish("agent", step, audience);
  }

  #chat(state: "delta" | "final" | "aborted" | "error", more: object): void {
    this.#bus.publish("chat", {
      runId: this.#runId,
      sessionKey: this.#sessionKey,
      seq: this.#seq,
      state,
      ...more,
    });
  }
}

function shown(text: string, timestamp: number) {
  return { role: "assistant", content: [{ type: "text", text }], timestamp };
}
