/** Keeps the health summary fresh and announces it: on a timer, after a client joined, and when somebody asks for a probe. */
import type { Clock } from "../../shared/clock.ts";
import { agentEntry, agentIds } from "../../shared/config/agents.ts";
import type { GatewayConfig } from "../../shared/config/schema.ts";
import type { Disposable } from "../../shared/lifecycle.ts";
import type { HealthSummary } from "../../shared/protocol/methods/health.ts";
import { heartbeatSettings } from "../assistant/heartbeat/settings.ts";
import type { EventBus } from "../base/events/event-bus.ts";
import type { Strain } from "../base/guard/memory-guard.ts";
import type { SessionRow } from "../base/store/session-store.ts";
import { type ChannelsView, overviewOf } from "./channel-summary.ts";
import { type SessionDigest, SessionDigests } from "./session-digest.ts";
import { cutText } from "./text-limits.ts";

/** Age at which a summary is refreshed, and how often the timer does so. */
const REFRESH_MS = 60_000;
/** How soon clients learn that something is not well, or is again. */
const AILMENTS_MS = 5_000;
const RECENT_SESSIONS = 5;
/** Keys and names go to every client with the health of the gateway. */
const MAX_NAME_CHARS = 100;
const MAX_KEY_CHARS = 300;
const MAX_PROMPT_CHARS = 300;
/** Several clients that join at once share one refresh. */
const COALESCE_MS = 100;

export interface HealthSource {
  stateDir: string;
  storeFile: string;
  /** The one in force. */
  config: () => GatewayConfig;
  /** Accounts of channels. */
  channels?: ChannelsView;
  /** What the assistant keeps; undefined while it keeps nothing. */
  sessions: (agentId: string, most: number) => Promise<{ count: number; recent: SessionRow[] } | undefined>;
  /** Who answers where nobody chose for the session, and its window in tokens if that is known. */
  answerer: () => Promise<{ model: string; contextTokens: number | null }>;
  /** Whether agents look around, as far as somebody has not switched that off for now. */
  areHeartbeatsOn?: () => Promise<boolean>;
  /** How the process bears up at this moment; undefined where nobody watches it. */
  strain?: () => Strain | undefined;
  /** What is not well at this moment, as `/readyz` names it. */
  ailments?: () => string[];
}

export class HealthMonitor {
  #source: HealthSource;
  #bus: EventBus;
  #clock: Clock;
  #everyMinute: Disposable | undefined;
  #often: Disposable | undefined;
  #soon: Disposable | undefined;
  #summary: HealthSummary | undefined;
  /** When it was taken, on the monotonic clock. */
  #takenAtMs = 0;
  #refreshing: Promise<HealthSummary> | undefined;
  #digests = new SessionDigests();
  #version = 1;

  constructor(source: HealthSource, bus: EventBus, clock: Clock) {
    this.#source = source;
    this.#bus = bus;
    this.#clock = clock;
  }

  /** Rises by one with every refresh. */
  get version(): number {
    return this.#version;
  }

  /** The last summary, if there was one yet. */
  get cached(): HealthSummary | undefined {
    return this.#summary;
  }

  start(): void {
    this.#everyMinute = this.#clock.every(REFRESH_MS, () => this.refreshSoon());
    this.#often = this.#clock.every(AILMENTS_MS, () => {
      const told = this.#summary?.ailments ?? [];
      if (told.join("\n") !== (this.#now().ailments ?? []).join("\n")) this.refreshSoon();
    });
  }

  stop(): void {
    this.#everyMinute?.dispose();
    this.#often?.dispose();
    this.#soon?.dispose();
  }

  /** The summary: the cached one if it is young enough (a refresh then runs behind it), else a fresh one. */
  async get(probe: boolean): Promise<HealthSummary> {
    const cached = this.#summary;
    const ageMs = this.#clock.monotonicMs() - this.#takenAtMs;
    if (probe || cached === undefined || ageMs >= REFRESH_MS) return await this.#refresh();
    this.refreshSoon();
    const { ailments } = cached;
    const now = this.#now();
    return Object.keys(now).length === 0 && ailments === undefined
      ? cached
      : { ...cached, ailments: undefined, ...now };
  }

  /** Refreshes in a moment; calls in between are merged. A failure leaves the old summary standing. */
  refreshSoon(): void {
    this.#soon ??= this.#clock.after(COALESCE_MS, () => {
      this.#soon = undefined;
      this.#refresh().catch(() => {
        // Whoever asks next gets the error itself; nobody waits for this refresh.
      });
    });
  }

  #refresh(): Promise<HealthSummary> {
    this.#refreshing ??= this.#measure().finally(() => {
      this.#refreshing = undefined;
    });
    return this.#refreshing;
  }

  async #measure(): Promise<HealthSummary> {
    const startedAt = this.#clock.monotonicMs();
    const config = this.#source.config();
    const ids = agentIds(config);
    const digests = await Promise.all(ids.map((id) => this.#sessions(id)));
    // The gateway is well without its store.
    const areOn = (await this.#source.areHeartbeatsOn?.().catch(() => undefined)) ?? true;
    const heartbeats = ids.map((id) => heartbeatInfo(config, id, areOn));
    const [defaultId = ""] = ids;
    const [heartbeat = heartbeatInfo(config, defaultId, areOn)] = heartbeats;
    const [sessions = { path: this.#source.storeFile, count: 0, recent: [] }] = digests;
    this.#takenAtMs = this.#clock.monotonicMs();
    this.#summary = {
      ok: true,
      ts: this.#clock.now(),
      durationMs: Math.round(this.#takenAtMs - startedAt),
      ...this.#channels(),
      heartbeatSeconds: Math.round((heartbeat.everyMs ?? 0) / 1_000),
      defaultAgentId: defaultId,
      agents: ids.map((agentId, index) => ({
        agentId,
        ...nameIn(config, agentId),
        isDefault: agentId === defaultId,
        heartbeat: heartbeats[index] ?? heartbeat,
        sessions: digests[index] ?? sessions,
      })),
      sessions,
      ...this.#now(),
    };
    this.#version += 1;
    this.#bus.publish("health", this.#summary);
    return this.#summary;
  }

  /** What is not as it was a minute ago. */
  #now(): Pick<HealthSummary, "memory" | "eventLoop" | "ailments"> {
    const ailments = this.#source.ailments?.() ?? [];
    return { ...this.#source.strain?.(), ...(ailments.length === 0 ? {} : { ailments }) };
  }

  #channels() {
    const { channels } = this.#source;
    if (channels === undefined) return { channels: {}, channelOrder: [], channelLabels: {} };
    const { channels: summaries, channelOrder, channelLabels } = overviewOf(channels);
    return { channels: summaries, channelOrder, channelLabels };
  }

  /** Of our own store; before there is one, of the list that the original keeps. */
  async #sessions(agentId: string): Promise<SessionDigest> {
    const { stateDir, storeFile, sessions } = this.#source;
    const nowMs = this.#clock.now();
    // The gateway is well without its store; who needs that is told what is wrong with it, and so is the log.
    const own = await sessions(agentId, RECENT_SESSIONS).catch(() => undefined);
    if (own === undefined) return this.#digests.of(stateDir, agentId, nowMs);
    const recent = own.recent.map(({ key, updatedAtMs }) => ({
      key: cutText(key, MAX_KEY_CHARS),
      updatedAt: updatedAtMs,
      age: Math.max(0, nowMs - updatedAtMs),
    }));
    return { path: storeFile, count: own.count, recent };
  }
}

function nameIn(config: GatewayConfig, agentId: string): { name?: string } {
  const name = agentEntry(config, agentId)?.name;
  return name === undefined ? {} : { name: cutText(name, MAX_NAME_CHARS) };
}

/** How an agent looks around by itself; `isOn` is false where somebody has switched that off for now. */
function heartbeatInfo(config: GatewayConfig, agentId: string, isOn: boolean) {
  const settings = heartbeatSettings(config, agentId);
  const { every, everyMs, prompt, target, ackMaxChars, model } = settings;
  return {
    enabled: settings.isOn && isOn,
    every,
    everyMs: everyMs ?? null,
    prompt: cutText(prompt, MAX_PROMPT_CHARS),
    target,
    ackMaxChars,
    ...(model !== undefined && { model }),
  };
}
