/** Carries out the turns that the store holds: one at a time in a session, a few at once in all, and what waits after them. */
import { randomUUID } from "node:crypto";
import { type Clock, sleep } from "../../../shared/clock.ts";
import type { GatewayConfig } from "../../../shared/config/schema.ts";
import { errorText } from "../../../shared/errors.ts";
import type { Disposable } from "../../../shared/lifecycle.ts";
import type { EventBus } from "../../base/events/event-bus.ts";
import type { Logger } from "../../base/log/logger.ts";
import { failpoint } from "../../base/store/failpoint.ts";
import type { Message, TokenUsage } from "../../base/store/message.ts";
import type { SessionStore, StartedTurn, TurnEnd, TurnResult } from "../../base/store/session-store.ts";
import { chooseModel } from "../models/choose-model.ts";
import type { Model } from "../models/model.ts";
import { RunAnnouncer } from "./run-announcer.ts";

/** What a turn needs around it. */
export interface TurnPlace {
  store: SessionStore;
  bus: EventBus;
  clock: Clock;
  log: Logger;
  config: () => GatewayConfig;
  /** Names this process in the store. */
  holder: string;
}

/** Turns that run at once. */
const MAX_CONCURRENT = 4;
/** After a turn, what waits becomes the next one when nothing came for this long, in ms. */
const QUIET_MS = 1_000;
/** How often what was said is kept for after a crash, in ms. */
const PARTIAL_MS = 2_000;
const TIMEOUT_MS = 600_000;
/** How soon an answer that could not be kept is tried again, at first and at most, in ms. */
const RETRY = { firstMs: 1_000, mostMs: 30_000 } as const;
/** A run whose end the disk does not take is waited for this long, in ms. */
const ABORT_WAIT_MS = 15_000;
/** Messages of a conversation that a model is sent. */
const CONVERSATION_LIMIT = 1_000;

/** Why a turn was ended before its time. `shutdown` leaves it to the next process. */
export type AbortReason = "rpc" | "stop" | "timeout" | "shutdown";

interface Running {
  runId: string;
  sessionKey: string;
  abort: AbortController;
  done: Promise<void>;
}

export class TurnRunner {
  #place: TurnPlace;
  #running = new Map<string, Running>();
  /** Sessions whose next turn waits for a place. */
  #ready: string[] = [];
  /** Sessions that got another turn while one of theirs was ending. */
  #due = new Set<string>();
  /** Sessions whose waiting messages are given a moment for more. */
  #quiet = new Map<string, Disposable>();
  #ended = new Set<() => void>();
  /** Aborted when no turn begins any more. */
  #over = new AbortController();

  constructor(place: TurnPlace) {
    this.#place = place;
  }

  /** A message was taken. One that `waits` is due when the session has been quiet for a moment. */
  taken(sessionKey: string, { waits }: { waits: boolean }): void {
    if (!waits) this.#start(sessionKey);
    else if (this.#quiet.has(sessionKey)) this.#afterQuiet(sessionKey);
  }

  /** Goes on with everything that the store holds. */
  resume(sessionKeys: readonly string[]): void {
    for (const key of sessionKeys) this.#start(key);
  }

  /** How many runs are under way, in all sessions. */
  get underWay(): number {
    return this.#running.size;
  }

  /** The runs of the session that are under way. */
  runsOf(sessionKey: string): string[] {
    const running = this.#running.get(sessionKey);
    return running === undefined ? [] : [running.runId];
  }

  /** The session that a run is under way in. */
  sessionOf(runId: string): string | undefined {
    return [...this.#running.values()].find((running) => running.runId === runId)?.sessionKey;
  }

  /** Ends the run, and resolves when clients and store know it, or when that takes too long. */
  async abort(sessionKey: string, reason: AbortReason): Promise<void> {
    const running = this.#running.get(sessionKey);
    if (running === undefined) return;
    running.abort.abort(reason);
    const inTime = new AbortController();
    const late = sleep(this.#place.clock, ABORT_WAIT_MS, inTime.signal).catch(() => {}); // It ended in time.
    await Promise.race([running.done, late]);
    inTime.abort();
  }

  /** Calls `listener` whenever a turn has ended, until the returned function is called. */
  onEnd(listener: () => void): () => void {
    this.#ended.add(listener);
    return () => this.#ended.delete(listener);
  }

  /** Begins nothing any more, and leaves what runs to the next process. */
  async stop(): Promise<void> {
    this.#over.abort();
    for (const timer of this.#quiet.values()) timer.dispose();
    for (const { abort } of this.#running.values()) abort.abort("shutdown" satisfies AbortReason);
    await Promise.all([...this.#running.values()].map(({ done }) => done));
    for (const listener of this.#ended) listener();
  }

  #start(sessionKey: string): void {
    if (this.#over.signal.aborted || this.#ready.includes(sessionKey)) return;
    if (this.#running.has(sessionKey)) {
      this.#due.add(sessionKey);
      return;
    }
    this.#ready.push(sessionKey);
    this.#fill();
  }

  #fill(): void {
    while (this.#running.size < MAX_CONCURRENT && !this.#over.signal.aborted) {
      const sessionKey = this.#ready.shift();
      if (sessionKey === undefined) return;
      const abort = new AbortController();
      const running: Running = { runId: "", sessionKey, abort, done: Promise.resolve() };
      this.#running.set(sessionKey, running);
      running.done = this.#next(running).finally(() => {
        this.#running.delete(sessionKey);
        for (const listener of this.#ended) listener();
        if (this.#due.delete(sessionKey)) this.#start(sessionKey);
        this.#fill();
      });
    }
  }

  /** One turn of the session; what waits behind it is due a moment later. */
  async #next(running: Running): Promise<void> {
    const { store, log, holder, clock } = this.#place;
    const { sessionKey } = running;
    try {
      const turn = await store.startNext(
        sessionKey,
        { holder, runId: randomUUID(), limit: CONVERSATION_LIMIT },
        clock.now(),
      );
      if (turn === undefined) return;
      running.runId = turn.runId;
      await this.#carryOut(turn, running.abort);
      if (!this.#over.signal.aborted) this.#afterQuiet(sessionKey);
    } catch (error) {
      // The store refuses: the message is kept, and the next start tries again.
      log.error({ sessionKey, err: error }, "a turn could not be carried out");
    }
  }

  #afterQuiet(sessionKey: string): void {
    this.#quiet.get(sessionKey)?.dispose();
    const timer = this.#place.clock.after(QUIET_MS, () => {
      this.#quiet.delete(sessionKey);
      this.#start(sessionKey);
    });
    this.#quiet.set(sessionKey, timer);
  }

  async #carryOut(turn: StartedTurn, abort: AbortController): Promise<void> {
    const { bus, clock } = this.#place;
    const sessionKey = turn.options.sessionName ?? turn.sessionKey;
    const announcer = new RunAnnouncer(bus, clock, { runId: turn.runId, sessionKey });
    const timeout = clock.after(turn.options.timeoutMs ?? TIMEOUT_MS, () => abort.abort("timeout"));
    let model: Model | undefined;
    announcer.started();
    try {
      const fields = (await this.#place.store.get(turn.sessionKey))?.fields ?? {};
      model = chooseModel(this.#place.config(), fields);
      const usage = await this.#listen(model, turn, announcer, abort.signal);
      failpoint("answer-complete");
      const answer = answerOf(announcer.text.trim(), model, { usage, stopReason: "stop" }, clock.now());
      const end = endOf("done", [answer], turn, { model, usage, text: announcer.text.trim() }, clock.now());
      if (await this.#finish(turn, end)) announcer.ended(answer);
    } catch (error) {
      if (abort.signal.aborted) await this.#cutShort(turn, model, announcer, abort.signal.reason);
      else await this.#fail(turn, model, announcer, error);
    } finally {
      timeout.dispose();
    }
  }

  /** Resolves with what the answer took. */
  async #listen(
    model: Model,
    turn: StartedTurn,
    announcer: RunAnnouncer,
    signal: AbortSignal,
  ): Promise<TokenUsage> {
    const { clock } = this.#place;
    let keptAt = clock.monotonicMs();
    const request = {
      system: { stable: "", changing: "" },
      conversation: turn.conversation,
      tools: [],
      thinking: "off" as const,
      maxOutputTokens: model.maxOutputTokens,
      signal,
    };
    for await (const part of model.stream(request)) {
      signal.throwIfAborted();
      if (part.type === "end") return part.usage;
      if (part.type !== "text") continue;
      announcer.said(part.delta);
      failpoint("text-streamed");
      if (clock.monotonicMs() - keptAt < PARTIAL_MS) continue;
      keptAt = clock.monotonicMs();
      await this.#keep(turn, announcer.text);
    }
    throw new Error("the answer broke off");
  }

  async #cutShort(
    turn: StartedTurn,
    model: Model | undefined,
    announcer: RunAnnouncer,
    reason: AbortReason,
  ): Promise<void> {
    const { clock } = this.#place;
    const text = announcer.text.trim();
    if (reason === "shutdown") return this.#keep(turn, text);
    const answer = answerOf(text, model, { stopReason: "aborted" }, clock.now());
    const messages = text === "" ? [] : [answer];
    const end = endOf("aborted", messages, turn, { model, text, stopReason: reason }, clock.now());
    if (await this.#finish(turn, end)) announcer.aborted(reason);
  }

  async #fail(
    turn: StartedTurn,
    model: Model | undefined,
    announcer: RunAnnouncer,
    error: unknown,
  ): Promise<void> {
    const { log, clock } = this.#place;
    const text = errorText(error);
    log.warn({ runId: turn.runId, reason: text }, "a turn failed");
    const said = answerOf(
      announcer.text.trim(),
      model,
      { stopReason: "error", errorMessage: text },
      clock.now(),
    );
    const end = endOf("failed", [said], turn, { model, text, isError: true }, clock.now());
    if (await this.#finish(turn, end)) announcer.failed(text);
  }

  /** What was said is worth keeping, and no reason to end the turn. */
  async #keep(turn: StartedTurn, text: string): Promise<void> {
    const { store, log } = this.#place;
    await store.keepPartial(turn.id, text).catch((error: unknown) => {
      log.warn({ runId: turn.runId, reason: errorText(error) }, "what was said so far could not be kept");
    });
  }

  /** The answer is there and is not lost to a disk that is full: it is kept as soon as that can be done. False when it is not ours any more. */
  async #finish(turn: StartedTurn, end: TurnEnd): Promise<boolean> {
    const { store, holder, clock, log } = this.#place;
    for (let pauseMs: number = RETRY.firstMs; ; pauseMs = Math.min(2 * pauseMs, RETRY.mostMs)) {
      try {
        return await store.finish(turn.id, holder, end, clock.now());
      } catch (error) {
        log.error({ runId: turn.runId, err: error }, "an answer could not be kept; it is tried again");
        const isOver = await sleep(clock, pauseMs, this.#over.signal).then(
          () => false,
          () => true, // The next process has the turn to do again.
        );
        if (isOver) return false;
      }
    }
  }
}

function answerOf(
  text: string,
  model: Model | undefined,
  more: Pick<Message, "usage" | "stopReason" | "errorMessage">,
  timestamp: number,
): Message {
  const by = model && { api: model.api, provider: model.provider, model: model.id };
  return {
    role: "assistant",
    content: text === "" ? [] : [{ type: "text", text }],
    ...by,
    ...more,
    timestamp,
  };
}

function endOf(
  state: TurnEnd["state"],
  messages: readonly Message[],
  turn: StartedTurn,
  outcome: {
    model: Model | undefined;
    text: string;
    usage?: TokenUsage;
    isError?: boolean;
    stopReason?: string;
  },
  endedAtMs: number,
): TurnEnd {
  const { model, text, usage, isError = false, stopReason } = outcome;
  const result: TurnResult = {
    status: isError ? "error" : "ok",
    text,
    sessionId: turn.sessionId,
    startedAtMs: turn.startedAtMs,
    endedAtMs,
    provider: model?.provider ?? "",
    model: model?.id ?? "",
    usage,
    ...(stopReason === undefined ? {} : { stopReason }),
  };
  return { state, messages, result };
}
