/**
 * Carries one turn out: asks a model, runs the tools that it calls, and asks again, until there is an answer. Each step is kept before
 * the next begins, so that a crash repeats nothing that was done.
 */
import { type Clock, sleep } from "../../../shared/clock.ts";
import { DEFAULTS } from "../../../shared/config/defaults.ts";
import type { GatewayConfig } from "../../../shared/config/schema.ts";
import { errorText, SetupError } from "../../../shared/errors.ts";
import type { Language } from "../../../shared/languages.ts";
import { advice } from "../../../shared/remedy.ts";
import { failpoint } from "../../base/store/failpoint.ts";
import {
  type Block,
  type Message,
  NOTHING_USED,
  type StopReason,
  type TokenUsage,
  type ToolCallBlock,
  textMessage,
  textOf,
} from "../../base/store/message.ts";
import type {
  Charge,
  EntryRow,
  PendingCall,
  SessionStore,
  StartedTurn,
  ToolCallRecord,
} from "../../base/store/session-store.ts";
import { toldIn } from "../../texts/told-in.ts";
import { roomOf } from "../compaction/room.ts";
import { isFixedTooLarge, isFull, type Room } from "../compaction/when.ts";
import { ModelFailure } from "../models/failure.ts";
import type { Model, ModelPart, ModelRequest } from "../models/model.ts";
import { SpokenThoughts, thoughtsIn } from "../prompt/spoken-thoughts.ts";
import type { PromptPart } from "../prompt/system-prompt.ts";
import type { Tool, ToolResult } from "../tools/tool.ts";
import { LoopGuard } from "./loop-guard.ts";
import type { SpendGate, Thought } from "./mind.ts";
import type { RunAnnouncer } from "./run-announcer.ts";
import { type EndReason, turnWords } from "./words.ts";

/** What a turn is carried out with. */
export interface LoopPlace {
  store: Pick<SessionStore, "recordStep" | "keepPartial">;
  clock: Clock;
  config: () => GatewayConfig;
  /** Names this process in the store. */
  holder: string;
}

/** One turn and who hears of it. */
export interface LoopRun {
  turn: StartedTurn;
  thought: Thought;
  tools: readonly Tool[];
  /** In which people are told what the turn says by itself. */
  language: Language;
  gate: Gate;
  announcer: RunAnnouncer;
  signal: AbortSignal;
  /** Shortens the conversation; undefined where that cannot be done. */
  compact: (
    conversation: readonly EntryRow[],
    room: Room,
    isForced: boolean,
  ) => Promise<EntryRow[] | undefined>;
  /** Whether a message came meanwhile that joins in. */
  isSteered: () => Promise<boolean>;
  /** Makes such messages part of the turn. */
  takeSteered: () => Promise<readonly EntryRow[]>;
}

/** The way to a model's call, which knows what the last one took. */
export interface Gate extends SpendGate {
  /** What was charged since the last time this was asked, to be kept with what came of it. */
  taken(): Charge[];
  /** Waits for somebody: the turn's time stands still, and its place is for others meanwhile. */
  setAside?<T>(work: Promise<T>): Promise<T>;
  /** Says something that only the owner is to see: in the conversation, and where its message came from if nobody else reads there. */
  tellOwner?(text: string): Promise<void>;
}

/** How the turn came out. */
export interface LoopEnd {
  /** The last message, not kept yet. */
  answer: Message;
  /** All that was said, for who asks for the answer as one text. */
  text: string;
  /** The same message by message. */
  texts: readonly string[];
  /** What was thought in between, message by message. */
  thoughts: readonly string[];
  model: Model;
  /** Of the whole turn. */
  usage: TokenUsage;
  /** What somebody else is to do before it goes on. */
  pendingCalls?: readonly PendingCall[];
}

/** The turn ends before its time. */
export class TurnEnded extends Error {
  constructor(reason: EndReason, language: Language) {
    super(turnWords(language).ended(reason));
    this.name = "TurnEnded";
  }
}

/** How often what was said is kept for after a crash, in ms. */
const PARTIAL_MS = 2_000;
/** Tools that only look may do so at once. */
const PARALLEL_READS = 4;
const EMPTY_AGAIN = "Your last answer was empty. Please answer the message.";
const GO_ON =
  "[From the gateway: a restart cut your answer off here, and what you said so far was delivered. Go on exactly where it ends, without repeating any of it and without a remark about this.]";
const OUTCOME_UNKNOWN =
  "Interrupted by a restart of the gateway; the outcome is unknown. Check what was done before you repeat it.";
const SKIPPED = "Skipped: a new message arrived.";

export class AgentLoop {
  #place: LoopPlace;
  #run: LoopRun;
  #guard = new LoopGuard();
  /** Of calls whose arguments are not what they should be, by their ids: they are answered so, and not carried out. */
  #problems = new Map<string, string>();
  #model: Model;
  /** What is sent: the conversation, and what this turn added. */
  #conversation: EntryRow[];
  #said: string[] = [];
  #thoughts: string[] = [];
  #usage: TokenUsage | undefined;
  #calls = 0;
  #taintedBy: string | undefined;
  #keptAt: number;

  constructor(place: LoopPlace, run: LoopRun) {
    this.#place = place;
    this.#run = run;
    this.#model = run.thought.model;
    this.#conversation = [...run.turn.conversation];
    this.#taintedBy = this.#conversation
      .filter(({ turnId, message }) => turnId === run.turn.id && message.role === "toolResult")
      .map(({ message }) => message.toolName)
      .find((name) => run.tools.some((tool) => tool.name === name && tool.readsForeign === true));
    if (run.turn.inputs.some(({ parts }) => parts.isForeign === true || parts.history !== undefined))
      this.#taintedBy ??= "the message";
    this.#keptAt = place.clock.monotonicMs();
  }

  get model(): Model {
    return this.#model;
  }

  /** Resolves with the answer. Throws what went wrong, and the signal's reason when that is aborted. */
  async carryOut(): Promise<LoopEnd> {
    const { maxSteps = DEFAULTS["agents.defaults.maxSteps"] } = this.#place.config().agents?.defaults ?? {};
    await this.#closeOpenCalls();
    // Nobody wrote that, so it is no part of the conversation.
    if (this.#conversation.at(-1)?.message.goesOn === true)
      this.#add(textMessage("user", GO_ON, this.#place.clock.now()));
    let isAskedAgain = false;
    for (let step = 0; step < maxSteps; step += 1) {
      await this.#takeSteered();
      const message = await this.#ask();
      const calls = message.content.filter((block) => block.type === "toolCall");
      if (calls.length > 0) {
        await this.#run.announcer.paused();
        await this.#keep({ messages: [message], charges: this.#run.gate.taken() });
        const handedOver = await this.#runTools(calls);
        if (handedOver.length > 0) return this.#handOver(message, handedOver);
        continue;
      }
      const text = this.#said.join("\n\n");
      if (text !== "" || message.stopReason === "length") return this.#end(message, text);
      // Whoever asked is told that there is no answer, and no program takes that for one.
      if (isAskedAgain) throw new TurnEnded({ kind: "empty" }, this.#run.language);
      // What was asked once more is no part of the conversation.
      isAskedAgain = true;
      this.#add(textMessage("user", EMPTY_AGAIN, this.#place.clock.now()));
    }
    throw new TurnEnded({ kind: "steps", most: maxSteps }, this.#run.language);
  }

  #end(answer: Message, text: string): LoopEnd {
    return {
      answer,
      text,
      texts: this.#said,
      thoughts: this.#thoughts,
      model: this.#model,
      usage: this.#usage ?? answer.usage ?? NOTHING_USED,
    };
  }

  /** Ends with calls that somebody else carries out. */
  #handOver({ usage: _kept, ...message }: Message, pendingCalls: readonly ToolCallBlock[]): LoopEnd {
    const text = this.#said.join("\n\n");
    const names = pendingCalls.map(({ name }) => name).join(", ");
    const answer = { ...message, ...words(`(waits for ${names})`), stopReason: "stop" as const };
    return { ...this.#end(answer, text), pendingCalls };
  }

  /** One answer of the model, as it is to be kept. */
  async #ask(): Promise<Message> {
    try {
      return await this.#askOnce(await this.#request());
    } catch (error) {
      if (!(error instanceof ModelFailure && error.kind === "overflow")) throw error;
      const request = await thoughtRequest(this.#run, this.#conversation);
      if (!(await this.#compact(roomOf(this.#model, request), true))) throw error;
      return await this.#askOnce(await thoughtRequest(this.#run, this.#conversation));
    }
  }

  /** With room for an answer. */
  async #request(): Promise<ModelRequest> {
    const request = await thoughtRequest(this.#run, this.#conversation);
    const room = roomOf(this.#model, request);
    if (!isFull(room)) return request;
    if (isFixedTooLarge(room)) throw tooMuchBefore(room, this.#run.thought.parts);
    return (await this.#compact(room, false)) ? await thoughtRequest(this.#run, this.#conversation) : request;
  }

  async #compact(room: Room, isForced: boolean): Promise<boolean> {
    const { announcer, compact } = this.#run;
    announcer.compaction({ phase: "start" });
    const shorter = await compact(this.#conversation, room, isForced);
    announcer.compaction({ phase: "end", willRetry: isForced && shorter !== undefined });
    if (shorter !== undefined) this.#conversation = shorter;
    return shorter !== undefined;
  }

  async #askOnce(request: ModelRequest): Promise<Message> {
    const { thought, gate, announcer, signal } = this.#run;
    const blocks: Block[] = [];
    let end: Extract<ModelPart, { type: "end" }> | undefined;
    const spoken = new SpokenThoughts();
    announcer.nextMessage((text) => thought.shown(text, false));
    for await (const part of thought.answer(request, gate)) {
      signal.throwIfAborted();
      if (part.type === "switched") this.#model = part.to;
      else if (part.type === "end") end = part;
      else if (part.type === "waiting") announcer.waits(await toldIn(this.#run.language, part.why));
      else {
        if (part.type === "toolCall" && part.problem !== undefined)
          this.#problems.set(part.call.id, part.problem);
        addTo(blocks, part);
        if (part.type === "thinking") announcer.thought(part.delta);
        if (part.type !== "text") continue;
        announcer.thought(spoken.more(part.delta));
        announcer.said(part.delta);
        failpoint("text-streamed");
        await this.#keepPartial();
      }
    }
    if (end === undefined) throw new ModelFailure("network", advice`the answer broke off`);
    const content = this.#delivered(blocks);
    const text = textOf({ content });
    if (text !== "") this.#said.push(text);
    this.#thoughts.push(...thoughtsOf(blocks));
    this.#usage = this.#usage === undefined ? end.usage : sum(this.#usage, end.usage);
    const { provider, id, api } = this.#model;
    return {
      role: "assistant",
      content,
      api,
      provider,
      model: id,
      usage: end.usage,
      stopReason: content.some(({ type }) => type === "toolCall") ? "toolUse" : stopReasonOf(end),
      timestamp: this.#place.clock.now(),
    };
  }

  /** Without what is not for people, and without blocks that say nothing. */
  #delivered(blocks: readonly Block[]): Block[] {
    const { thought } = this.#run;
    return blocks
      .map((block) => (block.type === "text" ? { ...block, text: thought.shown(block.text, true) } : block))
      .filter((block) => block.type !== "text" || block.text !== "");
  }

  /** What was said is worth keeping, and no reason to end the turn. */
  async #keepPartial(): Promise<void> {
    const { clock, store } = this.#place;
    if (clock.monotonicMs() - this.#keptAt < PARTIAL_MS) return;
    this.#keptAt = clock.monotonicMs();
    await store.keepPartial(this.#run.turn.id, this.#run.announcer.current).catch(() => {}); // The end is kept with more patience.
  }

  /** Carries the calls out and returns those that somebody else has to. */
  async #runTools(calls: readonly ToolCallBlock[]): Promise<ToolCallBlock[]> {
    const waiting = [...calls];
    const handedOver: ToolCallBlock[] = [];
    while (waiting.length > 0) {
      if (await this.#run.isSteered()) {
        await this.#skip(waiting);
        return [];
      }
      // Those that only look go together, each other one by itself.
      const first = waiting.findIndex((call) => this.#hasSideEffect(call));
      const size = first === 0 ? 1 : Math.min(PARALLEL_READS, first === -1 ? waiting.length : first);
      handedOver.push(...(await this.#runTogether(waiting.splice(0, size))));
    }
    return handedOver;
  }

  async #runTogether(calls: readonly ToolCallBlock[]): Promise<ToolCallBlock[]> {
    const { signal } = this.#run;
    await this.#keep({ begun: calls.map((call) => this.#recordOf(call)) });
    failpoint("tool-started");
    const outcomes = await Promise.all(calls.map(async (call) => ({ call, ...(await this.#runTool(call)) })));
    // Whoever stopped the turn wants nothing of it told to a model; how the calls ended is kept all the same.
    const messages = outcomes.map(({ call, result }) => this.#resultMessage(call, result));
    const ended = outcomes.map(({ call, result }) => ({
      id: call.id,
      state: result.isError ? ("failed" as const) : ("done" as const),
    }));
    await this.#keep({ messages, ended });
    failpoint("tool-ended");
    signal.throwIfAborted();
    const over = outcomes.find(({ end }) => end !== undefined)?.end;
    if (over !== undefined) throw new TurnEnded(over, this.#run.language);
    return outcomes.flatMap(({ call, result }) => (result.endsTurn === true ? [call] : []));
  }

  async #runTool(call: ToolCallBlock): Promise<{ result: ToolResult; end?: EndReason | undefined }> {
    const { turn, announcer, signal, tools, gate, language } = this.#run;
    const { maxToolCalls = DEFAULTS["agents.defaults.maxToolCalls"] } =
      this.#place.config().agents?.defaults ?? {};
    const tool = tools.find(({ name }) => name === call.name);
    const guarded = { ...call, isPoll: tool?.isPoll === true, isKnown: tool !== undefined };
    this.#calls += 1;
    announcer.toolStarted(call);
    const judgement = this.#guard.judge(guarded);
    if (judgement.kind === "end") return this.#over(call, judgement.why);
    if (judgement.kind === "refuse") return this.#told(call, failure(judgement.why));
    if (this.#calls > maxToolCalls) return this.#over(call, { kind: "calls", most: maxToolCalls });
    const problem = this.#problems.get(call.id);
    if (problem !== undefined) return this.#told(call, failure(problem));
    if (tool === undefined) return this.#told(call, failure(`There is no tool ${call.name}.`));
    if (judgement.waitMs > 0) await sleep(this.#place.clock, judgement.waitMs, signal);
    const result = await tool
      .run(call.arguments, {
        id: call.id,
        turn,
        signal,
        taintedBy: this.#taintedBy,
        language,
        setAside: async (work) => await (gate.setAside?.(work) ?? work),
        tell: async (text) => await gate.tellOwner?.(text),
      })
      .catch((error: unknown) => failure(errorText(error)));
    if (tool.readsForeign === true) this.#taintedBy ??= tool.name;
    const { note, end } = this.#guard.record(guarded, {
      text: textOf(result),
      isError: result.isError === true,
    });
    return this.#told(call, note === undefined ? result : withNote(result, note), end);
  }

  /** What the model would be told of it stands in the conversation. */
  #over(call: ToolCallBlock, reason: EndReason) {
    return this.#told(call, failure(turnWords("en").ended(reason)), reason);
  }

  #told(call: ToolCallBlock, result: ToolResult, end?: EndReason) {
    this.#run.announcer.toolEnded(call, result);
    return { result, end };
  }

  /** Calls of a former process: what only looks is done again, of anything else the model is told that nobody knows. */
  async #closeOpenCalls(): Promise<void> {
    // A question to the owner is a note that follows the call.
    const last = this.#conversation.findLast(
      ({ message }) => message.role === "assistant" && message.stopReason !== "injected",
    )?.message;
    const { turn } = this.#run;
    const calls = (last?.content ?? []).filter((block) => block.type === "toolCall");
    const answered = new Set(this.#conversation.map(({ message }) => message.toolCallId));
    const open = calls.filter(({ id }) => !answered.has(id));
    if (open.length === 0 || turn.attempts < 2) return;
    const begun = await Promise.all(open.map((call) => this.#hasBegun(call)));
    const unknown = open.filter((_, index) => begun[index]);
    const again = open.filter((call) => !unknown.includes(call));
    await this.#keep({
      messages: unknown.map((call) => this.#resultMessage(call, failure(OUTCOME_UNKNOWN))),
      ended: unknown.map(({ id }) => ({ id, state: "unknown" as const })),
    });
    if (again.length > 0) await this.#runTools(again);
  }

  /** Whether a call may have done something that is not to be done twice. */
  async #hasBegun({ id, name }: ToolCallBlock): Promise<boolean> {
    const { turn, tools } = this.#run;
    if (!turn.openCalls.some((call) => call.id === id && call.hasSideEffect)) return false;
    return (await tools.find((tool) => tool.name === name)?.hasBegun?.(id, turn)) ?? true;
  }

  /** Messages that came meanwhile become part of the turn, before the model is asked again. */
  async #takeSteered(): Promise<void> {
    if (!(await this.#run.isSteered())) return;
    this.#conversation.push(...(await this.#run.takeSteered()));
  }

  async #skip(calls: readonly ToolCallBlock[]): Promise<void> {
    await this.#keep({ messages: calls.map((call) => this.#resultMessage(call, failure(SKIPPED))) });
  }

  /** Keeps a step, and goes on from there. */
  async #keep(step: Parameters<SessionStore["recordStep"]>[2]): Promise<void> {
    const { store, holder, clock } = this.#place;
    const isOurs = await store.recordStep(this.#run.turn.id, holder, step, clock.now());
    if (!isOurs) throw new Error("another process has the turn");
    for (const message of step.messages ?? []) this.#add(message);
  }

  #add(message: Message): void {
    const last = this.#conversation.at(-1);
    // Only ids of kept entries are known to others.
    this.#conversation.push({
      seq: (last?.seq ?? 0) + 1,
      id: "",
      type: "message",
      createdAtMs: message.timestamp,
      state: "ok",
      message,
    });
  }

  #resultMessage(call: ToolCallBlock, { content, isError = false }: ToolResult): Message {
    return {
      role: "toolResult",
      toolCallId: call.id,
      toolName: call.name,
      content,
      isError,
      timestamp: this.#place.clock.now(),
    };
  }

  #recordOf(call: ToolCallBlock): ToolCallRecord {
    return { id: call.id, name: call.name, hasSideEffect: this.#hasSideEffect(call) };
  }

  #hasSideEffect({ name }: ToolCallBlock): boolean {
    return this.#run.tools.find((tool) => tool.name === name)?.hasSideEffect === true;
  }
}

async function thoughtRequest(
  { thought, signal }: LoopRun,
  conversation: readonly EntryRow[],
): Promise<ModelRequest> {
  return { ...(await thought.request(conversation)), signal };
}

/** Shortening the conversation would help nobody. */
function tooMuchBefore({ window, fixed }: Room, parts: readonly PromptPart[]): SetupError {
  const largest = parts
    .toSorted((one, other) => other.tokens - one.tokens)
    .slice(0, 3)
    .map(({ name, tokens }) => `${name} (${tokens} tokens)`)
    .join(", ");
  const share = Math.round((100 * fixed) / window);
  return new SetupError(
    "PROMPT_TOO_LARGE",
    advice`What the model is told before the conversation takes ${share} % of its window of ${window} tokens.`,
    { fix: advice`make the largest parts smaller, or choose a model with a larger window: ${largest}` },
  );
}

function addTo(blocks: Block[], part: Exclude<ModelPart, { type: "end" }>): void {
  const last = blocks.at(-1);
  if (part.type === "toolCall") blocks.push(part.call);
  else if (part.type === "text") {
    if (last?.type === "text") blocks[blocks.length - 1] = { type: "text", text: last.text + part.delta };
    else blocks.push({ type: "text", text: part.delta });
  } else {
    const signed = part.signature === undefined ? {} : { thinkingSignature: part.signature };
    if (last?.type === "thinking" && last.thinkingSignature === undefined)
      blocks[blocks.length - 1] = { type: "thinking", thinking: last.thinking + part.delta, ...signed };
    else blocks.push({ type: "thinking", thinking: part.delta, ...signed });
  }
}

function thoughtsOf(blocks: readonly Block[]): string[] {
  return blocks
    .map((block) => {
      if (block.type === "text") return thoughtsIn(block.text, true);
      return block.type === "thinking" ? block.thinking.trim() : "";
    })
    .filter((thought) => thought !== "");
}

function words(text: string): Pick<Message, "content"> {
  return { content: [{ type: "text", text }] };
}

function failure(text: string): ToolResult {
  return { ...words(text), isError: true };
}

function withNote(result: ToolResult, note: string): ToolResult {
  return { ...result, content: [...result.content, { type: "text", text: note }] };
}

function stopReasonOf({ stopReason }: Extract<ModelPart, { type: "end" }>): StopReason {
  return stopReason === "toolUse" ? "stop" : stopReason;
}

function sum(one: TokenUsage, other: TokenUsage): TokenUsage {
  return {
    input: one.input + other.input,
    output: one.output + other.output,
    cacheRead: one.cacheRead + other.cacheRead,
    cacheWrite: one.cacheWrite + other.cacheWrite,
    totalTokens: one.totalTokens + other.totalTokens,
    cost: {
      input: one.cost.input + other.cost.input,
      output: one.cost.output + other.cost.output,
      cacheRead: one.cost.cacheRead + other.cost.cacheRead,
      cacheWrite: one.cost.cacheWrite + other.cost.cacheWrite,
      total: one.cost.total + other.cost.total,
    },
  };
}
