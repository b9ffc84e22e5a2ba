/** Carries out the turns that the store holds: one at a time in a session, a few at once in all, and what waits after them. */
import { randomUUID } from "node:crypto";
import { type Clock, sleep } from "../../../shared/clock.ts";
import { DEFAULTS } from "../../../shared/config/defaults.ts";
import type { GatewayConfig } from "../../../shared/config/schema.ts";
import { CodedError, errorSentence, errorText, SetupError } from "../../../shared/errors.ts";
import type { Language } from "../../../shared/languages.ts";
import type { Disposable } from "../../../shared/lifecycle.ts";
import type { EventBus } from "../../base/events/event-bus.ts";
import type { Logger } from "../../base/log/logger.ts";
import { failpoint } from "../../base/store/failpoint.ts";
import { type Message, textMessage } from "../../base/store/message.ts";
import type {
  Authority,
  Inbound,
  SessionFields,
  SessionRow,
  SessionStore,
  StartedTurn,
  TurnEnd,
  TurnResult,
} from "../../base/store/session-store.ts";
import { toldIn } from "../../texts/told-in.ts";
import type { Purse } from "../budget/purse.ts";
import type { Compacted } from "../compaction/compactor.ts";
import { ModelFailure } from "../models/failure.ts";
import type { Model } from "../models/model.ts";
import { mostSubAgents } from "../sub-agents/sub-agents.ts";
import { withCallerTools } from "../tools/caller-tools.ts";
import { toolsFor } from "../tools/registry.ts";
import type { Tool } from "../tools/tool.ts";
import { AgentLoop, type LoopEnd } from "./agent-loop.ts";
import { BackgroundLane } from "./background-lane.ts";
import { footerOf } from "./footer.ts";
import { HeldUp } from "./held-up.ts";
import type { Mind } from "./mind.ts";
import { queueSettings } from "./queue-settings.ts";
import { RunAnnouncer } from "./run-announcer.ts";
import { Shortener, type Sizes } from "./shortener.ts";
import { thoughtLevelOf } from "./thought-level.ts";
import { TurnGate } from "./turn-gate.ts";
import type { TurnSurface } from "./turn-surface.ts";
import { languageOf, turnWords } from "./words.ts";

/** What a turn needs around it. */
export interface TurnPlace {
  store: SessionStore;
  bus: EventBus;
  clock: Clock;
  log: Logger;
  config: () => GatewayConfig;
  /** Names this process in the store. */
  holder: string;
  mind: Mind;
  purse: Purse;
  tools: readonly Tool[];
  /** Those that come and go, such as of servers of the configuration. */
  moreTools?: () => Promise<readonly Tool[]>;
  /** The chats that messages came from; none where only clients ask. */
  surface?: TurnSurface | undefined;
  /** Shared with whoever else does something while nobody waits. */
  background?: BackgroundLane;
  /** Told of each answer that is delivered, in this order. */
  afterwards?: readonly AfterTurn[];
}

/** Does something about the conversation when its answer is delivered. Never fails, and takes no time of whoever calls. */
export type AfterTurn = (
  turn: StartedTurn,
  end: { model: Model; totalTokens: number },
  signal: AbortSignal,
) => void;

/** How soon an answer that could not be kept is tried again, at first and at most, in ms. */
const RETRY = { firstMs: 1_000, mostMs: 30_000 } as const;
/** How soon a turn that the disk did not let begin is tried again, in ms. */
const START_AGAIN_MS = 5_000;
/** A run whose end the disk does not take is waited for this long, in ms. */
const ABORT_WAIT_MS = 15_000;
/** Entries of a conversation that are looked at for a request. */
const CONVERSATION_LIMIT = 2_000;

/** Of a window: from here on it is worth a look whether the conversation is to be shortened. */
const WORTH_A_LOOK = 0.5;

/** Whoever waited longer than this is told so, in ms. */
const LATE_MS = 30 * 60_000;

/** Why a turn was ended before its time. `shutdown` leaves it to the next process. */
export type AbortReason = "rpc" | "stop" | "timeout" | "shutdown" | "interrupt";

interface Running {
  runId: string;
  sessionKey: string;
  authority: Authority;
  abort: AbortController;
  /** Waits for something else than a model, and leaves its place to others meanwhile. */
  isAside: boolean;
  done: Promise<void>;
}

/** A session whose next turn waits for a place, or whose turn waits to go on. */
interface Ready {
  sessionKey: string;
  authority: Authority;
  go: () => void;
}

export class TurnRunner {
  #place: TurnPlace;
  #background: BackgroundLane;
  #shortener: Shortener;
  #running = new Map<string, Running>();
  #ready: Ready[] = [];
  /** Sessions that got another turn while one of theirs was ending. */
  #due = new Map<string, Authority>();
  /** Sessions whose waiting messages are given a moment for more. */
  #quiet = new Map<string, Disposable>();
  #ended = new Set<(turn: StartedTurn | undefined) => void>();
  #heldUp = new HeldUp();
  /** Aborted when no turn begins any more. */
  #over = new AbortController();

  constructor(place: TurnPlace) {
    this.#place = place;
    this.#background = place.background ?? new BackgroundLane(place.log);
    this.#shortener = new Shortener({ ...place, background: this.#background });
  }

  /** Shortens the conversation of the session; undefined where there is nothing to shorten. */
  async compact(
    session: SessionRow,
    how: { focus?: string; keepEntries?: number },
  ): Promise<Compacted | undefined> {
    return await this.#shortener.now(session, how, this.#over.signal);
  }

  /** Where the room of the model goes in the session. */
  async sizes(session: SessionRow): Promise<Sizes> {
    return await this.#shortener.sizes(session);
  }

  /**
   * A message was taken. One that `waits` is due when the session has been quiet for a moment; where it is to take the place of what
   * runs, that ends, and what waited before it is not answered.
   */
  async taken(message: Pick<Inbound, "sessionKey" | "runId" | "authority">, { waits }: { waits: boolean }) {
    const { store } = this.#place;
    const { sessionKey, runId, authority } = message;
    if (waits && this.#queueOf((await store.get(sessionKey))?.fields ?? {}).mode === "interrupt") {
      await store.dropWaiting(sessionKey, runId);
      void this.abort(sessionKey, "interrupt");
    }
    if (!waits) this.#start(sessionKey, authority);
    else if (this.#quiet.has(sessionKey)) this.#afterQuiet(sessionKey, authority);
  }

  /** How many messages of the session may wait, where more of them are refused; undefined where the oldest ones make room. */
  async mostWaiting(sessionKey: string): Promise<number | undefined> {
    const { cap, drop } = this.#queueOf((await this.#place.store.get(sessionKey))?.fields ?? {});
    return drop === "new" ? cap : undefined;
  }

  /** Goes on with everything that the store holds. */
  resume(sessionKeys: readonly string[]): void {
    for (const key of sessionKeys) this.#start(key, "owner");
  }

  /** How many runs are under way, in all sessions. */
  get underWay(): number {
    return this.#running.size;
  }

  /** Why the store takes no answers at the moment; undefined while it does, and while there are none. */
  get heldUpBy(): string | undefined {
    return this.#heldUp.reason;
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
  onEnd(listener: (turn: StartedTurn | undefined) => void): () => void {
    this.#ended.add(listener);
    return () => this.#ended.delete(listener);
  }

  /** Begins nothing any more, and leaves what runs to the next process. */
  async stop(): Promise<void> {
    this.#over.abort();
    for (const timer of this.#quiet.values()) timer.dispose();
    for (const { abort } of this.#running.values()) abort.abort("shutdown" satisfies AbortReason);
    await Promise.all([...this.#running.values()].map(({ done }) => done));
    await this.#background.settled();
    for (const listener of this.#ended) listener(undefined);
  }

  #start(sessionKey: string, authority: Authority): void {
    if (this.#over.signal.aborted) return;
    if (this.#running.has(sessionKey)) {
      this.#due.set(sessionKey, authority);
      return;
    }
    if (this.#ready.some((each) => each.sessionKey === sessionKey)) return;
    this.#ready.push({ sessionKey, authority, go: () => this.#begin(sessionKey, authority) });
    this.#fill();
  }

  #fill(): void {
    const most =
      this.#place.config().agents?.defaults?.maxConcurrent ?? DEFAULTS["agents.defaults.maxConcurrent"];
    while (this.#inPlace().length < most && !this.#over.signal.aborted) {
      const next = this.#nextReady(most);
      if (next === undefined) return;
      next.go();
    }
  }

  #begin(sessionKey: string, authority: Authority): void {
    const abort = new AbortController();
    const running = { runId: "", sessionKey, authority, abort, isAside: false, done: Promise.resolve() };
    this.#running.set(sessionKey, running);
    running.done = this.#next(running).then((turn) => {
      this.#running.delete(sessionKey);
      for (const listener of this.#ended) listener(turn);
      const due = this.#due.get(sessionKey);
      if (this.#due.delete(sessionKey)) this.#start(sessionKey, due ?? authority);
      this.#fill();
    });
  }

  /** Others have the turn's place until there is something to go on with; then it gets one again, before those that begin. */
  async #stepAside(running: Running, wait: Promise<void>): Promise<void> {
    running.isAside = true;
    this.#fill();
    await wait;
    const { sessionKey, authority, abort } = running;
    await new Promise<void>((resolve) => {
      const go = () => {
        running.isAside = false;
        abort.signal.removeEventListener("abort", giveUp);
        resolve();
      };
      const waiting: Ready = { sessionKey, authority, go };
      const giveUp = () => {
        this.#ready = this.#ready.filter((each) => each !== waiting);
        go();
      };
      abort.signal.addEventListener("abort", giveUp);
      this.#ready.unshift(waiting);
      if (abort.signal.aborted) giveUp();
      else this.#fill();
    });
  }

  #inPlace(): Running[] {
    return [...this.#running.values()].filter(({ isAside }) => !isAside);
  }

  /** Owners first; guests leave half of the places to others, and so do sub-agents. */
  #nextReady(most: number): Ready | undefined {
    const guests = this.#inPlace().filter(({ authority }) => authority === "guest").length;
    const half = Math.max(1, Math.floor(most / 2));
    const subAgents = this.#inPlace().filter(isSubAgents).length;
    const maySubAgent = subAgents < Math.min(half, mostSubAgents(this.#place.config()));
    const isNext = (each: Ready) =>
      each.authority === "guest" ? guests < half : !isSubAgents(each) || maySubAgent;
    for (const authority of ["owner", "trusted", "guest"] as const) {
      const index = this.#ready.findIndex((each) => each.authority === authority && isNext(each));
      if (index !== -1) return this.#ready.splice(index, 1)[0];
    }
    return undefined;
  }

  /** One turn of the session; what waits behind it is due a moment later. */
  async #next(running: Running): Promise<StartedTurn | undefined> {
    const { store, log, holder, clock } = this.#place;
    const { sessionKey } = running;
    try {
      const fields = (await store.get(sessionKey))?.fields ?? {};
      const { mode, cap, drop } = this.#queueOf(fields);
      const turn = await store.startNext(
        sessionKey,
        {
          holder,
          runId: randomUUID(),
          limit: CONVERSATION_LIMIT,
          isOneByOne: mode === "followup",
          ...(drop === "new" ? {} : { overflow: { cap, drop } }),
        },
        clock.now(),
      );
      this.#heldUp.over(sessionKey);
      if (turn === undefined) return undefined;
      running.runId = turn.runId;
      running.authority = turn.authority;
      await this.#carryOut(turn, fields, running);
      if (!this.#over.signal.aborted) this.#afterQuiet(sessionKey, turn.authority);
      return turn;
    } catch (error) {
      // The message is kept.
      log.error({ sessionKey, err: error }, "a turn could not be carried out");
      this.#tryLater(sessionKey, running.authority, error);
      return undefined;
    }
  }

  /** A disk that is full has room again at some time; any other failure comes again, and waits for the next message or start. */
  #tryLater(sessionKey: string, authority: Authority, error: unknown): void {
    const isOfDisk = error instanceof SetupError && error.code === "STATE_UNWRITABLE";
    if (!isOfDisk || this.#over.signal.aborted) return;
    this.#heldUp.add(sessionKey, error);
    sleep(this.#place.clock, START_AGAIN_MS, this.#over.signal).then(
      () => this.#start(sessionKey, authority),
      () => {}, // The next process has it to do.
    );
  }

  #afterQuiet(sessionKey: string, authority: Authority): void {
    this.#quiet.get(sessionKey)?.dispose();
    void this.#waitQuiet(sessionKey, authority);
  }

  async #waitQuiet(sessionKey: string, authority: Authority): Promise<void> {
    const { store, clock } = this.#place;
    const session = await store.get(sessionKey).catch(() => undefined); // The turn itself will say so.
    if (this.#over.signal.aborted) return;
    this.#quiet.get(sessionKey)?.dispose();
    const timer = clock.after(this.#queueOf(session?.fields ?? {}).debounceMs, () => {
      this.#quiet.delete(sessionKey);
      this.#start(sessionKey, authority);
    });
    this.#quiet.set(sessionKey, timer);
  }

  #queueOf(fields: SessionFields) {
    return queueSettings(this.#place.config(), fields);
  }

  async #carryOut(turn: StartedTurn, fields: SessionFields, running: Running): Promise<void> {
    const { store, bus, clock, log, config, holder, mind, purse, surface } = this.#place;
    const { abort } = running;
    const sessionKey = turn.options.sessionName ?? turn.sessionKey;
    let loop: AgentLoop | undefined;
    const announcer = new RunAnnouncer(bus, clock, {
      runId: turn.runId,
      sessionKey,
      tellsTools: fields.verboseLevel === "on",
      thoughtLevel: thoughtLevelOf(fields),
      surface: {
        said: (text) => surface?.said(turn, text, loop?.model ?? NOBODY),
        paused: async () => surface?.paused(turn),
        busy: (what) => surface?.busy(turn, what),
        thought: (text) => surface?.thought(turn, text),
      },
    });
    const seconds = config().agents?.defaults?.timeoutSeconds ?? DEFAULTS["agents.defaults.timeoutSeconds"];
    const language = languageOf(turn, config());
    const aside = (wait: Promise<void>) => this.#stepAside(running, wait);
    const gate = new TurnGate({ store, purse, bus, clock, surface, aside }, turn, abort, {
      timeoutMs: turn.options.timeoutMs ?? seconds * 1_000,
      onLimit: config().budget?.onLimit ?? DEFAULTS["budget.onLimit"],
      language,
    });
    const tell = (notices: MaybeNotices) =>
      tellAll(notices, gate).catch((error: unknown) => {
        log.warn({ runId: turn.runId, reason: errorText(error) }, "a notice could not be told");
      });
    announcer.started();
    surface?.began(turn, fields);
    try {
      await tell(this.#waitedFor(turn, fields, language));
      const isSteering = this.#queueOf(fields).mode.startsWith("steer");
      const tools = [...this.#place.tools, ...((await this.#place.moreTools?.()) ?? [])];
      const thought = await mind.think(turn, (model) =>
        withCallerTools(turn, toolsFor({ config, log }, { turn, model }, tools)),
      );
      await tell(thought.notices?.());
      loop = new AgentLoop(
        { store, clock, config, holder },
        {
          turn,
          thought,
          tools: thought.tools,
          language,
          gate,
          announcer,
          signal: abort.signal,
          compact: (conversation, room, isForced) =>
            this.#shortener.forTurn(
              turn,
              { conversation, room, isForced },
              { thought, gate: gate.forPurpose("compaction"), signal: abort.signal },
            ),
          isSteered: () =>
            isSteering ? store.isSteerable(turn.id, clock.now()) : store.isSteerAsked(turn.id),
          takeSteered: async () => {
            const joined = isSteering
              ? await store.steer(turn.id, holder, clock.now())
              : await store.steerAsked(turn.id, holder, clock.now());
            if (joined !== undefined) surface?.joined(joined.keys);
            return joined?.entries ?? [];
          },
        },
      );
      const end = await loop.carryOut();
      failpoint("answer-complete");
      const files = await thought.filesOf?.(end.text);
      const answer = withFiles(end.answer, files);
      const ended = endOf("done", [answer], turn, end, clock.now());
      const isShown = thoughtLevelOf(fields) !== undefined && end.thoughts.length > 0;
      const result = { ...ended.result, ...(isShown && { thoughts: end.thoughts }) };
      const kept = { ...ended, result, files, thoughts: end.thoughts };
      const footer = footerOf(fields.responseUsage, kept.result, language);
      if (await this.#finish(turn, { ...kept, charges: gate.taken() }, announcer))
        announcer.ended(end.text, end.answer.timestamp, footer);
      const totalTokens = end.answer.usage?.totalTokens ?? 0;
      for (const tell of this.#place.afterwards ?? [])
        tell(turn, { model: end.model, totalTokens }, this.#over.signal);
      if (totalTokens > WORTH_A_LOOK * end.model.contextWindow)
        this.#shortener.later({ key: turn.sessionKey }, this.#over.signal);
    } catch (error) {
      const model = loop?.model;
      if (abort.signal.aborted)
        await this.#cutShort(turn, { model, announcer, gate }, abort.signal.reason as AbortReason);
      else if (
        isAboutWords(error) &&
        turn.inputs.length > 1 &&
        (await store.splitUp(turn.id, holder, clock.now()))
      ) {
        log.info({ runId: turn.runId }, "messages that were answered together are answered one by one");
        announcer.aborted("split");
        this.#due.set(turn.sessionKey, turn.authority);
      } else await this.#fail(turn, { model, announcer, gate }, error, language);
    } finally {
      gate.dispose();
      surface?.ended(turn);
    }
  }

  /** What whoever wrote learns of the time before the turn: that it took so long, that there was too much. */
  #waitedFor(turn: StartedTurn, fields: SessionFields, language: Language): string[] {
    const { startedAtMs, attempts, inputs, overflow } = turn;
    const words = turnWords(language);
    const waitedMs = startedAtMs - Math.min(...inputs.map(({ receivedAtMs }) => receivedAtMs));
    return [
      ...(attempts === 1 && waitedMs >= LATE_MS ? [words.late(waitedMs)] : []),
      ...(overflow > 0 ? [words.overflow(overflow, this.#queueOf(fields).drop === "old")] : []),
    ];
  }

  async #cutShort(turn: StartedTurn, told: Told, reason: AbortReason): Promise<void> {
    const { clock, store, log } = this.#place;
    const { model, announcer, gate } = told;
    const text = announcer.text.trim();
    if (reason === "shutdown") {
      await store.keepPartial(turn.id, announcer.current).catch((error: unknown) => {
        log.warn({ runId: turn.runId, reason: errorText(error) }, "what was said so far could not be kept");
      });
      return;
    }
    const said = announcer.current.trim();
    const messages = said === "" ? [] : [answerOf(said, model, { stopReason: "aborted" }, clock.now())];
    const end = endOf("aborted", messages, turn, { model, text, stopReason: reason }, clock.now());
    if (await this.#finish(turn, { ...end, charges: gate.taken() }, announcer)) announcer.aborted(reason);
  }

  async #fail(
    turn: StartedTurn,
    { model, announcer, gate }: Told,
    error: unknown,
    language: Language,
  ): Promise<void> {
    const { log, clock } = this.#place;
    log.warn({ runId: turn.runId, reason: errorText(error) }, "a turn failed");
    const text = await toldIn(language, errorSentence(error));
    const failed = { stopReason: "error" as const, errorMessage: text };
    const said = answerOf(announcer.current.trim(), model, failed, clock.now());
    const failure = endOf("failed", [said], turn, { model, text, isError: true }, clock.now());
    const code = error instanceof CodedError ? { code: error.code } : {};
    const end = { ...failure, result: { ...failure.result, ...code } };
    if (await this.#finish(turn, { ...end, charges: gate.taken() }, announcer)) announcer.failed(text);
  }

  /** The answer is there and is not lost to a disk that is full: it is kept as soon as that can be done. False when it is not ours any more. */
  async #finish(turn: StartedTurn, told: TurnEnd, announcer: RunAnnouncer): Promise<boolean> {
    const { store, holder, clock, log, surface, config } = this.#place;
    const { runId } = turn;
    for (let pauseMs: number = RETRY.firstMs; ; pauseMs = Math.min(2 * pauseMs, RETRY.mostMs)) {
      try {
        const fields = turn.route === undefined ? {} : ((await store.get(turn.sessionKey))?.fields ?? {});
        const end = { ...told, outbox: await surface?.partsOf(turn, told, fields) };
        const isOurs = await store.finish(turn.id, holder, end, clock.now());
        this.#heldUp.over(runId);
        return isOurs;
      } catch (error) {
        log.error({ runId, err: error }, "an answer could not be kept; it is tried again");
        if (this.#heldUp.add(runId, error)) {
          const language = languageOf(turn, config());
          announcer.heldUp(turnWords(language).heldUp(await toldIn(language, errorSentence(error))));
        }
        const isOver = await sleep(clock, pauseMs, this.#over.signal).then(
          () => false,
          () => true, // The next process has the turn to do again.
        );
        if (isOver) return false;
      }
    }
  }
}

/** Before there is a model. */
const NOBODY = { provider: "", id: "" };

interface Told {
  model: Model | undefined;
  announcer: RunAnnouncer;
  gate: TurnGate;
}

type MaybeNotices = readonly string[] | Promise<readonly string[]> | undefined;

async function tellAll(notices: MaybeNotices, gate: TurnGate): Promise<void> {
  for (const notice of (await notices) ?? []) await gate.notify(notice);
}

/** Whoever reads the conversation sees what was sent with it. */
function withFiles(answer: Message, files: TurnEnd["files"]): Message {
  if (files === undefined || files.size === 0) return answer;
  const byId = new Map([...files.values()].map((file) => [file.mediaId, file]));
  return { ...answer, content: [...answer.content, ...byId.values()] };
}

/** Whether another message alone might have been answered. */
function isAboutWords(error: unknown): boolean {
  return error instanceof ModelFailure && ["format", "refusal", "overflow"].includes(error.kind);
}

function answerOf(
  text: string,
  model: Model | undefined,
  more: Pick<Message, "stopReason" | "errorMessage">,
  timestamp: number,
): Message {
  const by = model && { api: model.api, provider: model.provider, model: model.id };
  return { ...textMessage("assistant", text, timestamp), ...by, ...more };
}

function endOf(
  state: TurnEnd["state"],
  messages: readonly Message[],
  turn: StartedTurn,
  outcome: Partial<Pick<LoopEnd, "usage" | "texts" | "pendingCalls">> & {
    model: Model | undefined;
    text: string;
    isError?: boolean;
    stopReason?: string;
  },
  endedAtMs: number,
): TurnEnd {
  const { model, text, texts = [], usage, isError = false, stopReason, pendingCalls = [] } = outcome;
  const result: TurnResult = {
    status: isError ? "error" : "ok",
    text,
    ...(texts.length > 1 && { texts }),
    sessionId: turn.sessionId,
    startedAtMs: turn.startedAtMs,
    endedAtMs,
    provider: model?.provider ?? "",
    model: model?.id ?? "",
    usage,
    contextWindow: model?.contextWindow,
    ...(stopReason === undefined ? {} : { stopReason }),
    ...(state === "done" && messages.at(-1)?.stopReason === "length" && { isCut: true }),
    ...(pendingCalls.length > 0 && { pendingCalls }),
  };
  return { state, messages, result };
}

function isSubAgents({ sessionKey }: { sessionKey: string }): boolean {
  return sessionKey.includes(":subagent:");
}
