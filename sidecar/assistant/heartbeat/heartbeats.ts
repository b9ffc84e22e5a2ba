/**
 * Has agents look around from time to time: at what HEARTBEAT.md asks for, and where nothing stands there, at nothing. A look is noted
 * before anything is done for it, and what came of it is told once, whatever ends the process in between.
 */
import { randomUUID } from "node:crypto";
import { chooseLanguage } from "../../../shared/languages.ts";
import type { Heartbeat } from "../../../shared/protocol/methods/presence.ts";
import type { HeartbeatRun, HeartbeatSettlement, HeldAlert } from "../../base/store/heartbeat-store.ts";
import { textOf } from "../../base/store/message.ts";
import type { OutboxPart } from "../../base/store/outbox-records.ts";
import type { Route } from "../../base/store/route.ts";
import type { ContextLine, RunState } from "../../base/store/session-store.ts";
import { replyLanguage } from "../commands/language.ts";
import { EVENT_LIMITS, PREVIEW_CHARS } from "../cron/events.ts";
import { keyRules, mainSessionKey, requestedKey } from "../session-key.ts";
import { workspaceOf } from "../workspace/place.ts";
import { ackOf } from "./ack.ts";
import { opensAt } from "./hours.ts";
import type { HeartbeatPlace } from "./place.ts";
import { beatingAgents, type HeartbeatSettings, heartbeatSettings } from "./settings.ts";
import { routeOfTarget } from "./target.ts";
import { hasTasksIn } from "./tasks.ts";
import { isInvisible, visibilityOf } from "./visibility.ts";
import { failed, IDLE_DAYS, whenDue } from "./when-due.ts";
import { HEARTBEAT_WORDS, LOOK_AROUND, urgencyOf } from "./words.ts";

/** The same is not said again for so long, in ms. */
const ONCE_MS = 86_400_000;
/** What was said last in the conversation, for a look that has one of its own. */
const LAST = { messages: 5, chars: 1_000, searched: 40 } as const;
/** Where nobody says how often, and a subscription pays, whose limits others use as well. */
const SUBSCRIBED_MS = 3_600_000;
const WAIT_MS = 3_600_000;
const MOST_HELD = 20;

type Facts = Omit<Heartbeat, "ts" | "durationMs">;

export class Heartbeats {
  #place: HeartbeatPlace;
  #over = new AbortController();
  #running = new Map<string, Promise<void>>();
  #looking: Promise<void> | undefined;

  constructor(place: HeartbeatPlace) {
    this.#place = place;
  }

  /** Looks whose time has come. Never fails. */
  look(): Promise<void> {
    this.#looking ??= this.#lookAll().finally(() => {
      this.#looking = undefined;
    });
    return this.#looking;
  }

  /** Resolves when nothing is under way any more; what runs is left to the next process. */
  async stop(): Promise<void> {
    this.#over.abort();
    await this.#looking;
    await Promise.all(this.#running.values());
  }

  /** Keeps what an agent has to say until the hours for it begin. */
  async hold(agentId: string, text: string, route: Route | undefined): Promise<void> {
    const nowMs = this.#place.clock.now();
    const alert: HeldAlert = { text, atMs: nowMs, ...(route !== undefined && { route }) };
    await this.#place.store.change(agentId, (state) => ({
      sinceMs: nowMs,
      ...state,
      held: [...(state?.held ?? []), alert].slice(-MOST_HELD),
    }));
  }

  async #lookAll(): Promise<void> {
    const { config, log, isOn } = this.#place;
    for (const agentId of beatingAgents(config())) {
      if (this.#over.signal.aborted) return;
      try {
        await this.#lookAt(agentId, await isOn());
      } catch (error) {
        log.error({ agentId, err: error }, "an agent could not look around; it is tried again");
      }
    }
  }

  async #lookAt(agentId: string, isOn: boolean): Promise<void> {
    const { store, clock, config } = this.#place;
    const settings = heartbeatSettings(config(), agentId);
    const nowMs = clock.now();
    const state = await store.state(agentId);
    // The first look comes when its time is over, and not because the gateway has just been started.
    if (state === undefined) return await store.change(agentId, (known) => ({ sinceMs: nowMs, ...known }));
    if (state.run !== undefined) return this.#follow(agentId, state.run);
    await this.#tellHeld(agentId, settings);
    if (!isOn || settings.everyMs === undefined) return;
    const lastUserAtMs = await store.lastUserAt(agentId);
    const facts = { everyMs: settings.everyMs, lastUserAtMs, nowMs };
    const soon = whenDue(state, facts);
    const isOften = soon === "now" && !settings.hasOwnEvery && (await this.#place.hasSubscription(agentId));
    const due = isOften ? whenDue(state, { ...facts, everyMs: SUBSCRIBED_MS }) : soon;
    if (due === "tell-idle") return await this.#tellIdle(agentId, settings);
    if (due !== "now") return;
    const reason = await this.#whyNot(agentId, settings);
    if (reason === undefined) return await this.#begin(agentId, settings);
    await store.change(agentId, (known) => ({ sinceMs: nowMs, ...known, lastAtMs: nowMs }));
    if (reason === "events") await this.#place.wake(agentId);
    else this.#told(agentId, nowMs, { status: "skipped", reason });
  }

  /** Why there is no look now; `events` where what waits is a reason of its own, whatever HEARTBEAT.md says. */
  async #whyNot(agentId: string, settings: HeartbeatSettings): Promise<string | undefined> {
    const { household, clock, config, paths, canThink, isRunning } = this.#place;
    const nowMs = clock.now();
    const main = mainSessionKey(keyRules(config()), agentId);
    const events = await (await household.store()).waitingEvents(main, nowMs - EVENT_LIMITS.maxAgeMs);
    if (events.length > 0) return "events";
    if (opensAt(settings, config(), nowMs) !== undefined) return "quiet-hours";
    if (!hasTasksIn(workspaceOf(config(), agentId, paths))) return "empty-heartbeat-file";
    if (isInvisible(visibilityOf(config(), await this.#routeOf(agentId, settings)))) return "alerts-disabled";
    if (await isRunning(this.#sessionOf(agentId, settings))) return "requests-in-flight";
    return (await canThink(agentId)) ? undefined : "no-model";
  }

  async #begin(agentId: string, settings: HeartbeatSettings): Promise<void> {
    const { store, clock } = this.#place;
    const nowMs = clock.now();
    const run: HeartbeatRun = { runId: randomUUID(), startedAtMs: nowMs };
    await store.change(agentId, (known) => ({ sinceMs: nowMs, ...known, lastAtMs: nowMs, run }));
    this.#follow(agentId, run, () => this.#accept(agentId, settings, run));
  }

  async #accept(agentId: string, settings: HeartbeatSettings, run: HeartbeatRun): Promise<void> {
    const { household, clock } = this.#place;
    const { prompt, model, includesReasoning, isIsolated, isLight } = settings;
    const base = this.#sessionOf(agentId, settings);
    const sessionKey = isIsolated ? isolatedKey(agentId) : base;
    const sessions = await household.store();
    if (isIsolated) {
      await sessions.erase(sessionKey);
      const reasoningLevel = includesReasoning ? "on" : null;
      await sessions.patch(sessionKey, agentId, { reasoningLevel }, clock.now());
      for (const line of await this.#lastSaid(base))
        await sessions.keepContext(sessionKey, line, EVENT_LIMITS);
    }
    await household.accept({
      idempotency: { scope: "heartbeat", key: run.runId },
      runId: run.runId,
      sessionKey,
      agentId,
      channel: "gateway",
      chat: "heartbeat",
      thread: run.runId,
      sender: "gateway",
      authority: "owner",
      origin: "heartbeat",
      text: prompt === "" ? LOOK_AROUND : prompt,
      options: { ...(isLight && { isLight }), ...(model !== undefined && { model }) },
    });
  }

  /** Sees the look to its end, once, and tells what came of it. */
  #follow(agentId: string, run: HeartbeatRun, begin?: () => Promise<void>): void {
    if (this.#running.has(agentId) || this.#over.signal.aborted) return;
    const following = this.#carryOut(agentId, run, begin)
      .catch((error: unknown) => {
        if (!this.#over.signal.aborted)
          this.#place.log.error({ agentId, err: error }, "what came of a look around could not be kept");
      })
      .finally(() => this.#running.delete(agentId));
    this.#running.set(agentId, following);
  }

  async #carryOut(agentId: string, run: HeartbeatRun, begin?: () => Promise<void>): Promise<void> {
    const { household } = this.#place;
    try {
      await begin?.();
    } catch (error) {
      await this.#settleFailure(agentId, run, error instanceof Error ? error.message : String(error));
      return;
    }
    // The process that began it ended before its message was kept.
    if ((await (await household.store()).run(run.runId)) === undefined) return await this.#drop(agentId, run);
    for (;;) {
      const known = await household.waitFor(run.runId, WAIT_MS, this.#over.signal);
      if (this.#over.signal.aborted) return;
      if (known?.state === "done") return await this.#settle(agentId, run, known);
      if (known?.state === "failed" || known?.state === "aborted") {
        const isRefused = known.result?.code === "BUDGET_REACHED";
        return await this.#settleFailure(agentId, run, known.result?.text ?? known.state, isRefused);
      }
    }
  }

  async #drop(agentId: string, { runId }: HeartbeatRun): Promise<void> {
    await this.#settled({ agentId, runId, change: ({ run: _gone, ...state }) => state });
  }

  /** What may not be paid for now has not failed. */
  async #settleFailure(
    agentId: string,
    { runId, startedAtMs }: HeartbeatRun,
    reason: string,
    isRefused = false,
  ): Promise<void> {
    const { clock, log, store } = this.#place;
    const nowMs = clock.now();
    const change: HeartbeatSettlement["change"] = ({ run: _over, ...state }) =>
      isRefused ? state : failed(state, nowMs);
    if (!(await this.#settled({ agentId, runId, change }))) return;
    log.warn({ agentId, reason }, "a look around failed");
    this.#told(agentId, startedAtMs, { status: "failed", reason, indicatorType: "error" });
    const pausedAtMs = (await store.state(agentId))?.pausedAtMs;
    if (pausedAtMs === nowMs) await this.#note(agentId, "failed", reason);
  }

  async #settle(agentId: string, run: HeartbeatRun, { result }: RunState): Promise<void> {
    const { config, clock } = this.#place;
    const nowMs = clock.now();
    const settings = heartbeatSettings(config(), agentId);
    const state = await this.#place.store.state(agentId);
    const route = await this.#routeOf(agentId, settings);
    const visibility = visibilityOf(config(), route);
    const { text: said, isUrgent } = urgencyOf(result?.text ?? "");
    const { text, isAck } = ackOf(said, settings.ackMaxChars);
    const indicator = (indicatorType: "ok" | "alert") => (visibility.hasIndicator ? { indicatorType } : {});
    const where = route === undefined ? {} : { channel: route.channel, to: route.chat.id };
    const preview = text.slice(0, PREVIEW_CHARS);
    const end = { agentId, runId: run.runId };
    const over: HeartbeatSettlement["change"] = ({
      run: _run,
      failures: _failures,
      pausedAtMs: _paused,
      ...rest
    }) => rest;
    if (text === "") {
      const parts =
        visibility.showsOk && route !== undefined ? await this.#partsOf(route, "HEARTBEAT_OK") : [];
      if (!(await this.#settled({ ...end, change: over, parts }))) return;
      return this.#told(agentId, run.startedAtMs, {
        status: isAck ? "ok-token" : "ok-empty",
        ...(parts.length === 0 ? { silent: true } : where),
        ...indicator("ok"),
      });
    }
    const isKnown =
      state?.said !== undefined && state.said.text === plain(text) && nowMs - state.said.atMs < ONCE_MS;
    const reason = isKnown ? "duplicate" : visibility.showsAlerts ? undefined : "alerts-disabled";
    if (reason !== undefined) {
      if (await this.#settled({ ...end, change: over }))
        this.#told(agentId, run.startedAtMs, { status: "skipped", reason, preview });
      return;
    }
    const whole = [...(settings.includesReasoning ? thoughtsOf(result) : []), text].join("\n\n");
    const isHeld = !isUrgent && opensAt(settings, config(), nowMs) !== undefined;
    const alert: HeldAlert = { text: whole, atMs: nowMs, ...(route !== undefined && { route }) };
    const change: HeartbeatSettlement["change"] = (now) => ({
      ...over(now),
      said: { text: plain(text), atMs: nowMs },
      ...(isHeld && { held: [...(now.held ?? []), alert].slice(-MOST_HELD) }),
    });
    const parts = isHeld || route === undefined ? [] : await this.#partsOf(route, whole);
    const line = settings.isIsolated ? this.#saidLine(agentId, settings, text) : undefined;
    if (!(await this.#settled({ ...end, change, parts, ...(line !== undefined && { said: line }) }))) return;
    if (!isHeld && route === undefined && settings.target !== "none" && settings.isIsolated)
      await this.#noteText(agentId, whole);
    this.#told(agentId, run.startedAtMs, {
      ...(isHeld ? { status: "skipped" as const, reason: "quiet-hours" } : { status: "sent" as const }),
      preview,
      ...where,
      hasMedia: false,
      ...indicator("alert"),
    });
  }

  /** What waited for the hours goes out when they have begun. */
  async #tellHeld(agentId: string, settings: HeartbeatSettings): Promise<void> {
    const { store, clock, config } = this.#place;
    if (opensAt(settings, config(), clock.now()) !== undefined) return;
    const held = (await store.state(agentId))?.held ?? [];
    if (held.length === 0) return;
    const parts: OutboxPart[] = [];
    for (const { route, text } of held)
      if (route !== undefined) parts.push(...(await this.#partsOf(route, text)));
    await this.#settled({ agentId, change: ({ held: _told, ...state }) => state, parts });
    if (settings.target === "none") return;
    for (const { route, text } of held) if (route === undefined) await this.#noteText(agentId, text);
  }

  async #tellIdle(agentId: string, settings: HeartbeatSettings): Promise<void> {
    const { clock } = this.#place;
    const nowMs = clock.now();
    const text = HEARTBEAT_WORDS[await this.#language(agentId)].idle(IDLE_DAYS);
    const route = await this.#routeOf(agentId, settings);
    const parts = route === undefined ? [] : await this.#partsOf(route, text);
    await this.#settled({ agentId, change: (state) => ({ ...state, idleToldAtMs: nowMs }), parts });
    await this.#noteText(agentId, text);
    this.#told(agentId, nowMs, { status: "skipped", reason: "idle" });
  }

  async #note(agentId: string, what: "failed", reason: string): Promise<void> {
    await this.#noteText(agentId, HEARTBEAT_WORDS[await this.#language(agentId)][what](reason));
  }

  /** In the main conversation, which may be there only from now on. */
  async #noteText(agentId: string, text: string): Promise<void> {
    const { household, config, clock } = this.#place;
    const main = mainSessionKey(keyRules(config()), agentId);
    await (await household.store()).patch(main, agentId, {}, clock.now());
    await household.note({ sessionKey: main, sessionName: main }, text);
  }

  async #settled(settlement: HeartbeatSettlement): Promise<boolean> {
    const { store, clock, surface } = this.#place;
    const isOurs = await store.settle(settlement, clock.now());
    if (isOurs && (settlement.parts?.length ?? 0) > 0) surface?.written?.();
    return isOurs;
  }

  /** The conversation knows what its owner was told. */
  #saidLine(agentId: string, settings: HeartbeatSettings, text: string): HeartbeatSettlement["said"] {
    const atMs = this.#place.clock.now();
    return {
      sessionKey: this.#sessionOf(agentId, settings),
      line: { kind: "said", text: `Heartbeat: ${text}`, author: "heartbeat", authority: "owner", atMs },
    };
  }

  async #lastSaid(sessionKey: string): Promise<ContextLine[]> {
    const sessions = await this.#place.household.store();
    const session = await sessions.get(sessionKey);
    if (session === undefined) return [];
    const entries = await sessions.history(session.sessionId, { limit: LAST.searched });
    return entries
      .filter(({ type, state }) => type === "message" && state === "ok")
      .flatMap(({ message, createdAtMs: atMs }): ContextLine[] => {
        const text = textOf(message).trim().slice(0, LAST.chars);
        if (text === "" || (message.role !== "user" && message.role !== "assistant")) return [];
        const author = message.role === "user" ? "owner" : "you";
        return [{ kind: "said", text, author, authority: "owner", atMs }];
      })
      .slice(-LAST.messages);
  }

  async #language(agentId: string) {
    const { config } = this.#place;
    const said = await this.#lastSaid(mainSessionKey(keyRules(config()), agentId));
    const newest = said.map(({ text }) => text).toReversed();
    const otherwise = chooseLanguage({ configured: config().language });
    return replyLanguage(config().agents?.defaults?.language, newest, otherwise);
  }

  async #routeOf(agentId: string, settings: HeartbeatSettings): Promise<Route | undefined> {
    const { household, surface, log } = this.#place;
    try {
      const session = await (await household.store()).get(this.#sessionOf(agentId, settings));
      return await routeOfTarget(settings, session?.fields ?? {}, surface);
    } catch (error) {
      log.warn({ agentId, err: error }, "the chat of a look around cannot be found");
      return undefined;
    }
  }

  async #partsOf(route: Route, text: string): Promise<readonly OutboxPart[]> {
    const made = await this.#place.surface?.alertParts?.(route, text);
    return made ?? [{ kind: "short-lived", route, payload: { text } }];
  }

  #sessionOf(agentId: string, { session }: HeartbeatSettings): string {
    const rules = { ...keyRules(this.#place.config()), defaultId: agentId };
    return session === undefined || session === "main"
      ? mainSessionKey(rules, agentId)
      : requestedKey(session, rules);
  }

  #told(agentId: string, sinceMs: number, facts: Facts): void {
    const nowMs = this.#place.clock.now();
    this.#place.told(agentId, { ts: nowMs, ...facts, durationMs: Math.max(0, nowMs - sinceMs) });
  }
}

/** No job has such an id. */
function isolatedKey(agentId: string): string {
  return `agent:${agentId}:cron:heartbeat`;
}

function plain(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}

function thoughtsOf(result: RunState["result"]): readonly string[] {
  return (result?.thoughts ?? []).map((thought) => `💭 ${thought}`);
}
