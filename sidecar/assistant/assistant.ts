/** Everything behind the door: the store, opened when it is first needed, and the turns. */

import { existsSync } from "node:fs";
import { join } from "node:path";
import { agentIds, defaultAgentId } from "../../shared/config/agents.ts";
import type { GatewayConfig } from "../../shared/config/schema.ts";
import { errorText, quoted, RequestError } from "../../shared/errors.ts";
import type { Disposable } from "../../shared/lifecycle.ts";
import { loadPart } from "../../shared/node/part.ts";
import type { Heartbeat } from "../../shared/protocol/methods/presence.ts";
import { advice, joined } from "../../shared/remedy.ts";
import { MediaStore } from "../base/media/media-store.ts";
import type { ApprovalRow } from "../base/store/approval-records.ts";
import {
  type Accepted,
  type Inbound,
  isOfPerson,
  type Renewal,
  type RunState,
  type SessionRow,
  type SessionStore,
} from "../base/store/session-store.ts";
import type { AssistantPlace } from "./assistant-place.ts";
import type { Purse } from "./budget/purse.ts";
import type { Compacted } from "./compaction/compactor.ts";
import type { CronDesk } from "./cron/cron-desk.ts";
import type { Events, EventsPlace } from "./cron/events.ts";
import type { CronHousehold } from "./cron/place.ts";
import type { Heartbeats } from "./heartbeat/heartbeats.ts";
import { beatingAgents } from "./heartbeat/settings.ts";
import type { HookRuns } from "./hooks/hook-runs.ts";
import type { Commanded, InternalHooks } from "./hooks/internal-hooks.ts";
import { areHooksOn } from "./hooks/internal-settings.ts";
import { HOOK_SCOPE } from "./hooks/scope.ts";
import type { Attachment } from "./media/attachments.ts";
import { modelInForce } from "./models/choose-model.ts";
import { ECHO } from "./models/echo.ts";
import { referenceOf } from "./models/model.ts";
import type { ModelRegistry } from "./models/model-registry.ts";
import type { Parts } from "./parts.ts";
import { keyRules, mainSessionKey } from "./session-key.ts";
import type { SkillBook } from "./skills/skill-book.ts";
import { type Calm, calmAfterStart } from "./start-storm.ts";
import type { SubAgents } from "./sub-agents/sub-agents.ts";
import type { Hands } from "./tools/exec/hands.ts";
import type { Invocation } from "./tools/invoke.ts";
import type { ToolResult } from "./tools/tool.ts";
import type { Sizes } from "./turns/shortener.ts";
import type { AbortReason } from "./turns/turn-runner.ts";

export class Assistant {
  /** Files that came with messages. */
  readonly media: MediaStore;
  #place: AssistantPlace;
  #parts: Promise<Parts> | undefined;
  #opened: Parts | undefined;
  #desk: Promise<CronDesk> | undefined;
  #events: Promise<Events> | undefined;
  #hooks: Promise<HookRuns> | undefined;
  #heartbeats: Promise<Heartbeats> | undefined;
  /** Looks once a minute whether an agent is to look around. */
  #beating: Disposable | undefined;
  #areHeartbeatsOn: boolean | undefined;
  #lastHeartbeat: Heartbeat | undefined;
  #calm: Promise<Calm> | undefined;
  #internal: Promise<InternalHooks> | undefined;
  #over = new AbortController();
  #isOver = false;
  /** Of those who wait for runs that no turn ends. */
  #lookers = new Set<() => void>();

  constructor(place: AssistantPlace) {
    this.#place = place;
    this.media = new MediaStore(join(place.stateDir, "media"));
  }

  get storeFile(): string {
    return this.#place.storeFile;
  }

  /** The store. Fails with what `openDatabase` fails with; the next call tries again then. */
  async store(): Promise<SessionStore> {
    return (await this.#open()).store;
  }

  /** How many sessions there are, and the newest of them; undefined while there is no store. */
  async digest(agentId: string, most: number): Promise<{ count: number; recent: SessionRow[] } | undefined> {
    if (this.#parts === undefined && !existsSync(this.storeFile)) return undefined;
    const store = await this.store();
    const [count, recent] = await Promise.all([store.count(agentId), store.list({ agentId, limit: most })]);
    return { count, recent };
  }

  /** What the owner's call of the tool gives, as `invokeTool`. */
  async invokeTool(invocation: Invocation, signal: AbortSignal): Promise<ToolResult | undefined> {
    const { invokeTool } = await loadPart(() => import("./tools/invoke.ts"));
    const { store, tools } = await this.#open();
    const { config, log } = this.#place;
    return await invokeTool({ store, tools, config, log }, invocation, signal);
  }

  /** Shortens the conversation of the key; undefined where there is none, or nothing to shorten. */
  async compact(
    key: string,
    how: { focus?: string; keepEntries?: number } = {},
  ): Promise<Compacted | undefined> {
    const { store, runner } = await this.#open();
    const session = await store.get(key);
    return session && (await runner.compact(session, how));
  }

  /** Where the room of the model goes in the session; undefined where there is none. */
  async sizes(key: string): Promise<Sizes | undefined> {
    const { store, runner } = await this.#open();
    const session = await store.get(key);
    return session && (await runner.sizes(session));
  }

  /** A note of the gateway in the conversation, which no model sees; its entry's id, undefined where there is no such session. */
  async note(
    session: { sessionKey: string; sessionName: string },
    text: string,
  ): Promise<string | undefined> {
    const [{ addNote }, { store }] = await Promise.all([
      loadPart(() => import("./turns/notes.ts")),
      this.#open(),
    ]);
    const { bus, clock } = this.#place;
    return await addNote({ store, bus, clock }, session, text);
  }

  /** Who answers where nobody chose for the session, by reference, and its window in tokens if that is known. */
  async answerer(): Promise<{ model: string; contextTokens: number | null }> {
    const { config, env } = this.#place;
    const isOpen = this.#parts !== undefined || existsSync(this.storeFile);
    // Whoever writes is told what is wrong with the store.
    const models = isOpen ? await this.models().catch(() => undefined) : undefined;
    const facts = await models?.defaultFacts();
    if (facts !== undefined) return { model: referenceOf(facts), contextTokens: facts.contextWindow };
    const { model, kind } = modelInForce(config(), env);
    return { model, contextTokens: kind === "echo" ? ECHO.contextWindow : null };
  }

  /** Which models there are, and who answers. */
  async models(): Promise<ModelRegistry> {
    return (await this.#open()).models;
  }

  /** What the agents can do besides. */
  async skills(): Promise<SkillBook> {
    return (await this.#open()).skills;
  }

  /** Tasks that conversations handed over. */
  async subAgents(): Promise<SubAgents> {
    return (await this.#open()).subAgents;
  }

  /** What commands run by, and where they ask. */
  async hands(): Promise<Hands> {
    return (await this.#open()).hands;
  }

  /** What waits for an answer of the owner; nothing is opened for that where nobody has talked yet. */
  async waitingApprovals(): Promise<ApprovalRow[]> {
    if (this.#parts === undefined && !existsSync(this.storeFile)) return [];
    return await (await this.hands()).desk.list();
  }

  /** What is spent, and what may be. */
  async purse(): Promise<Purse> {
    return (await this.#open()).purse;
  }

  /** Where jobs of a schedule are made and changed. */
  async cron(): Promise<CronDesk> {
    this.#desk ??= this.#openDesk().catch((error: unknown) => {
      this.#desk = undefined;
      throw error;
    });
    return await this.#desk;
  }

  /** Whether there is anything of schedules to be seen: nothing is loaded to say no. */
  get hasStore(): boolean {
    return this.#parts !== undefined || existsSync(this.storeFile);
  }

  /** Keeps the event for the next turn of the agent's main conversation, which may begin now. */
  async tell(agentId: string, text: string, mode: "now" | "next-heartbeat"): Promise<void> {
    const events = await this.events();
    await events.note(agentId, text);
    if (mode === "now") events.wake(agentId);
  }

  /** What came of the last look around of the default agent; undefined where there was none. */
  async lastHeartbeat(): Promise<Heartbeat | undefined> {
    if (this.#lastHeartbeat !== undefined || !this.hasStore) return this.#lastHeartbeat;
    const kept = await (await this.store()).remembered(BEATS, LAST_BEAT);
    this.#lastHeartbeat ??= kept === undefined ? undefined : (JSON.parse(kept) as Heartbeat);
    return this.#lastHeartbeat;
  }

  /** Whether agents look around, as far as somebody has not switched that off for now. */
  async areHeartbeatsOn(): Promise<boolean> {
    if (this.#areHeartbeatsOn === undefined && !this.hasStore) return true;
    this.#areHeartbeatsOn ??= (await (await this.store()).remembered(BEATS, SWITCH)) !== "off";
    return this.#areHeartbeatsOn;
  }

  /** The same after a restart. */
  async setHeartbeats(isOn: boolean): Promise<void> {
    await (await this.store()).remember(BEATS, SWITCH, isOn ? undefined : "off", this.#place.clock.now());
    this.#areHeartbeatsOn = isOn;
  }

  /** What programs outside set off. */
  async hooks(): Promise<HookRuns> {
    this.#hooks ??= this.#openHooks().catch((error: unknown) => {
      this.#hooks = undefined;
      throw error;
    });
    return await this.#hooks;
  }

  /** What waits to be told to the default agent's main conversation; nothing is opened for it. */
  async waitingEvents(): Promise<string[]> {
    if (!this.hasStore) return [];
    const { clock, config } = this.#place;
    const key = mainSessionKey(keyRules(config()));
    const lines = await (await this.store()).waitingEvents(key, clock.now() - EVENT_AGE_MS);
    return lines.slice(-MOST_SHOWN_EVENTS).map(({ text }) => text);
  }

  /** Takes up what a former process left: nothing of it waits for the next message. */
  async resume(): Promise<void> {
    const { store, runner, subAgents, cron } = await this.#open();
    const { stateDir, log } = this.#place;
    const { eventsNotBefore } = await this.#calmed();
    if (eventsNotBefore > 0)
      log.warn("the gateway was started again and again; events and looks around wait");
    const { enabled, started } = await cron.count();
    // Before its turn goes on: a job that ends the gateway is not to do so for ever.
    if (enabled > 0 || started > 0 || existsSync(join(stateDir, "cron", "jobs.json")))
      await (await this.cron()).start();
    runner.resume(await store.pending());
    await subAgents.resume();
    if ((await store.rememberedAll(HOOK_SCOPE)).size > 0) await (await this.hooks()).resume();
    if (areHooksOn(this.#place.config()) && eventsNotBefore === 0)
      await (await this.#internalHooks()).started();
  }

  /**
   * Keeps the message and sees that it is answered. Fails with `AGENT_UNKNOWN` and with what `admit` fails with, and nothing is
   * kept then.
   */
  async accept(message: Inbound, anew?: Renewal): Promise<Accepted> {
    this.#place.admit?.();
    refuseUnknownAgent(message, this.#place.config());
    const { store, runner, renewals } = await this.#open();
    const mostWaiting = await runner.mostWaiting(message.sessionKey);
    const renewal = anew ?? renewals.forMessage(message);
    const accepted = await store.accept({ ...message, mostWaiting }, this.#place.clock.now(), renewal);
    // Whoever sent it hears that it is kept before he hears what comes of it.
    if (accepted.fresh) setImmediate(() => this.#taken(runner, message, accepted));
    return accepted;
  }

  /**
   * Keeps files that come with a message: what the message is to hold of them. Fails with `ATTACHMENT_REFUSED` before any of them is
   * kept, and with `STATE_UNWRITABLE`.
   */
  async attach(files: readonly Attachment[]): Promise<Pick<Inbound, "media" | "parts">> {
    if (files.length === 0) return {};
    const { keepAttachments } = await loadPart(() => import("./media/attachments.ts"));
    const { media, parts } = await keepAttachments(files, this.media);
    return { media, parts: { media: parts } };
  }

  /** Removes those of the files that nothing refers to any more; how many they are. */
  async dropMedia(ids: ReadonlySet<string>): Promise<number> {
    return await (await this.#open()).keeper.drop(ids);
  }

  /** The session has something to do that nobody told of when it was accepted. */
  async wake(sessionKey: string): Promise<void> {
    (await this.#open()).runner.resume([sessionKey]);
  }

  /** Takes a message back that waits; false when it does not any more. */
  async withdraw(sessionKey: string, key: string): Promise<boolean> {
    const isDone = await (await this.store()).withdraw(sessionKey, key);
    if (isDone) for (const look of this.#lookers) look();
    return isDone;
  }

  /** Ends what runs in the session, or that one run of it, and returns the runs that were ended. */
  async abort(sessionKey: string, runId: string | undefined, reason: AbortReason): Promise<string[]> {
    const { runner, subAgents } = await this.#open();
    const runs = runner
      .runsOf(sessionKey)
      .filter((each) => each !== "" && (runId === undefined || each === runId));
    if (runs.length > 0) await runner.abort(sessionKey, reason);
    // Whoever stops a conversation does not wait for those that it has started, and hears of each by its report.
    if (runId === undefined)
      void subAgents.stopOf(sessionKey).catch((error: unknown) => {
        this.#place.log.warn({ sessionKey, reason: errorText(error) }, "sub-agents could not be stopped");
      });
    return runs;
  }

  /** How many runs are under way. */
  async underWay(): Promise<number> {
    return (await this.#parts?.catch(() => undefined))?.runner.underWay ?? 0;
  }

  /** Why answers are not given at the moment, for `/readyz`; undefined while they are. */
  get heldUpBy(): string | undefined {
    return this.#opened?.runner.heldUpBy;
  }

  /** Resolves when no run is under way, or when `timeoutMs` are over. */
  async idle(timeoutMs: number): Promise<void> {
    const runner = (await this.#parts?.catch(() => undefined))?.runner;
    if (runner === undefined || runner.underWay === 0) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const deadline = this.#place.clock.after(timeoutMs, resolve);
    const stopListening = runner.onEnd(() => {
      if (runner.underWay === 0) resolve();
    });
    await promise;
    deadline.dispose();
    stopListening();
  }

  async isRunning(sessionKey: string): Promise<boolean> {
    return (await this.#open()).runner.runsOf(sessionKey).length > 0;
  }

  /** The session in which the run is under way. */
  async sessionOf(runId: string): Promise<string | undefined> {
    return (await this.#open()).runner.sessionOf(runId);
  }

  /**
   * What became of the run when it has ended, and what is known of it when `timeoutMs` are over or the signal is aborted; undefined
   * for a run that nobody knows.
   */
  async waitFor(runId: string, timeoutMs: number, signal: AbortSignal): Promise<RunState | undefined> {
    const { store, runner } = await this.#open();
    const { clock } = this.#place;
    return new Promise((resolve, reject) => {
      const settle = (act: () => void) => {
        stopListening();
        this.#lookers.delete(lookAgain);
        deadline.dispose();
        signal.removeEventListener("abort", giveUp);
        act();
      };
      const look = (isLast: boolean) => {
        store.run(runId).then(
          (run) => {
            const isEnded =
              run !== undefined &&
              (run.state === "done" || run.state === "failed" || run.state === "aborted");
            if (isEnded || isLast || this.#isOver) settle(() => resolve(run));
          },
          (error: unknown) => settle(() => reject(error)),
        );
      };
      const giveUp = () => look(true);
      const lookAgain = () => look(false);
      this.#lookers.add(lookAgain);
      const stopListening = runner.onEnd(lookAgain);
      const deadline = clock.after(timeoutMs, giveUp);
      signal.addEventListener("abort", giveUp);
      look(false);
    });
  }

  /** Leaves what runs to the next process and closes the store. */
  async stop(): Promise<void> {
    this.#isOver = true;
    this.#over.abort();
    const desk = await this.#desk?.catch(() => undefined);
    const events = await this.#events?.catch(() => undefined);
    (await this.#hooks?.catch(() => undefined))?.dispose();
    this.#beating?.dispose();
    const heartbeats = await this.#heartbeats?.catch(() => undefined);
    await Promise.all([desk?.stop(), events?.stop(), heartbeats?.stop()]);
    const parts = await this.#parts?.catch(() => undefined);
    parts?.upkeep.dispose();
    parts?.keeping.dispose();
    parts?.subAgents.dispose();
    parts?.hands.desk.dispose();
    // What a turn waits for ends with it; nobody is told of commands that end here.
    await Promise.all([
      parts?.runner.stop(),
      parts?.hands.runs.stop(),
      parts?.memory.stop(),
      parts?.mcp.stop(),
      parts?.browsers.stop(),
    ]);
    await parts?.store.close();
  }

  #taken(runner: Parts["runner"], message: Inbound, accepted: { waits: boolean }): void {
    // What nobody said takes nobody's place.
    if (!isOfPerson(message.origin)) {
      runner.resume([message.sessionKey]);
      return;
    }
    runner.taken(message, accepted).catch((error: unknown) => {
      const { runId } = message;
      this.#place.log.error(
        { runId, err: error },
        "a message is kept, and waits until the next one of its session",
      );
    });
  }

  #open(): Promise<Parts> {
    this.#parts ??= this.#openParts().catch((error: unknown) => {
      this.#parts = undefined;
      throw error;
    });
    return this.#parts;
  }

  async #openParts(): Promise<Parts> {
    const { openParts } = await loadPart(() => import("./parts.ts"));
    this.#opened = await openParts(this.#place, this.media, {
      accept: (message) => this.accept(message),
      waitFor: (...run) => this.waitFor(...run),
      abort: (sessionKey) => this.abort(sessionKey, undefined, "stop"),
      cron: () => this.cron(),
      wake: (agentId, text, mode) => this.tell(agentId, text, mode),
    });
    if (this.#beating === undefined) this.#lookAroundLater();
    return this.#opened;
  }

  async #openDesk(): Promise<CronDesk> {
    const [{ CronDesk }, { cron }] = await Promise.all([
      loadPart(() => import("./cron/cron-desk.ts")),
      this.#open(),
    ]);
    const { env, config } = this.#place;
    const isOn = () => config().cron?.enabled !== false && !isSet(env.CLAWDBOT_SKIP_CRON);
    return new CronDesk({
      ...this.#place,
      store: cron,
      household: this.#household(),
      isOn,
      notBefore: async () => (await this.#calmed()).jobsNotBefore,
      knowsModel: async (model) => await (await this.models()).describe(model),
    });
  }

  /** Events of the gateway for its conversations. */
  async events(): Promise<Events> {
    this.#events ??= this.#openEvents().catch((error: unknown) => {
      this.#events = undefined;
      throw error;
    });
    return await this.#events;
  }

  async #openEvents(): Promise<Events> {
    const { Events } = await loadPart(() => import("./cron/events.ts"));
    const place: EventsPlace = {
      ...this.#place,
      household: this.#household(),
      canThink: (agentId) => this.#canThink(agentId),
      told: (agentId, beat) => this.#beat(agentId, beat),
      hold: async (agentId, text, route) => (await this.#openedHeartbeats()).hold(agentId, text, route),
    };
    return new Events(place, (await this.#calmed()).eventsNotBefore);
  }

  #lookAroundLater(): void {
    if (this.#isOver) return;
    this.#beating = this.#place.clock.after(BEAT_LOOK_MS, () => {
      this.#lookAround()
        .catch((error: unknown) => this.#place.log.error({ err: error }, "no agent could look around"))
        .finally(() => this.#lookAroundLater());
    });
  }

  /** Nothing is loaded for it where no agent looks around. */
  async #lookAround(): Promise<void> {
    const { config, clock } = this.#place;
    if (beatingAgents(config()).length === 0) return;
    const { eventsNotBefore } = await this.#calmed();
    if (!this.#isOver && clock.monotonicMs() >= eventsNotBefore)
      await (await this.#openedHeartbeats()).look();
  }

  /** Told of a command before it is carried out. Never fails. */
  async commanded(command: Commanded): Promise<void> {
    try {
      await (await this.#internalHooks()).commanded(command);
    } catch (error) {
      this.#place.log.warn({ err: error }, "hooks could not be told of a command");
    }
  }

  async #internalHooks(): Promise<InternalHooks> {
    this.#internal ??= this.#openInternalHooks().catch((error: unknown) => {
      this.#internal = undefined;
      throw error;
    });
    return await this.#internal;
  }

  async #openInternalHooks(): Promise<InternalHooks> {
    const [{ InternalHooks }, { store, purse, models, background }] = await Promise.all([
      loadPart(() => import("./hooks/internal-hooks.ts")),
      this.#open(),
    ]);
    return new InternalHooks({
      ...this.#place,
      store,
      purse,
      models,
      background,
      over: this.#over.signal,
      accept: (message) => this.accept(message),
      canThink: (agentId) => this.#canThink(agentId),
    });
  }

  /** What waits because the gateway was started too often. */
  async #calmed(): Promise<Calm> {
    this.#calm ??= this.store()
      .then((store) => calmAfterStart(store, this.#place.clock))
      .catch((error: unknown) => {
        this.#calm = undefined;
        throw error;
      });
    return await this.#calm;
  }

  async #openedHeartbeats(): Promise<Heartbeats> {
    this.#heartbeats ??= this.#openHeartbeats().catch((error: unknown) => {
      this.#heartbeats = undefined;
      throw error;
    });
    return await this.#heartbeats;
  }

  async #openHeartbeats(): Promise<Heartbeats> {
    const [{ Heartbeats }, { heartbeats }] = await Promise.all([
      loadPart(() => import("./heartbeat/heartbeats.ts")),
      this.#open(),
    ]);
    return new Heartbeats({
      ...this.#place,
      store: heartbeats,
      household: this.#household(),
      isOn: () => this.areHeartbeatsOn(),
      canThink: (agentId) => this.#canThink(agentId),
      hasSubscription: async (agentId) => {
        const models = await this.models();
        const [{ facts, keys }] = await models.candidates({}, agentId);
        const kind = await models.kindOf(keys[0]);
        return facts.provider === "anthropic" && (kind === "oauth" || kind === "token");
      },
      isRunning: (sessionKey) => this.isRunning(sessionKey),
      wake: async (agentId) => (await this.events()).wake(agentId),
      told: (agentId, beat) => this.#beat(agentId, beat),
    });
  }

  async #canThink(agentId: string): Promise<boolean> {
    return (await (await this.models()).candidates({}, agentId))[0].facts !== ECHO;
  }

  async #openHooks(): Promise<HookRuns> {
    const [{ HookRuns }, { store, runner }] = await Promise.all([
      loadPart(() => import("./hooks/hook-runs.ts")),
      this.#open(),
    ]);
    const { clock, log, config, surface } = this.#place;
    const runs = new HookRuns({
      store,
      clock,
      log,
      config,
      accept: (message) => this.accept(message),
      tell: async (agentId, text, mode) => {
        const events = await this.events();
        await events.noteForeign(agentId, text);
        if (mode === "now") events.wake(agentId);
      },
      routeTo: async (channel, to) => {
        if (channel === "last") return await surface?.ownerRoute?.();
        return to === undefined ? undefined : await surface?.routeTo?.(channel, to);
      },
    });
    runner.onEnd((turn) => {
      if (turn !== undefined) void runs.turnEnded(turn);
    });
    return runs;
  }

  #household(): CronHousehold {
    return {
      store: () => this.store(),
      accept: (message, renewal) => this.accept(message, renewal),
      waitFor: (runId, timeoutMs, signal) => this.waitFor(runId, timeoutMs, signal),
      note: (session, text) => this.note(session, text),
    };
  }

  /** Of the default agent it is what clients ask for. */
  #beat(agentId: string, beat: Heartbeat): void {
    const { config, bus, log } = this.#place;
    bus.publish("heartbeat", beat);
    if (agentId !== defaultAgentId(config())) return;
    this.#lastHeartbeat = beat;
    this.store()
      .then((store) => store.remember(BEATS, LAST_BEAT, JSON.stringify(beat), beat.ts))
      .catch((error: unknown) => {
        log.warn({ reason: errorText(error) }, "what came of a look around is forgotten with this run");
      });
  }
}

/** Under which the store remembers what concerns all looks around. */
const BEATS = "heartbeat";
const LAST_BEAT = "last";
const SWITCH = "switch";
/** How often it is looked whether an agent is to look around, in ms. */
const BEAT_LOOK_MS = 60_000;
/** Clients are told the last ones. */
const MOST_SHOWN_EVENTS = 20;
/** What happened longer ago than this is told to nobody, in ms. */
const EVENT_AGE_MS = 86_400_000;

function isSet(value: string | undefined): boolean {
  return value !== undefined && value !== "" && value !== "0" && value !== "false";
}

/** An agent that nobody made would get a work directory, and answer. */
function refuseUnknownAgent({ sessionKey, agentId }: Inbound, config: GatewayConfig): void {
  const named = /^agent:([^:]*)/.exec(sessionKey)?.[1] ?? agentId;
  const ids = agentIds(config);
  if (ids.includes(named)) return;
  throw new RequestError(
    "AGENT_UNKNOWN",
    advice`There is no agent ${quoted(named)}; there is ${joined(ids.map(quoted), ", ")}`,
  );
}
