/** Events of the gateway: kept for the next turn of a conversation, or a reason to begin one now. */
import { randomUUID } from "node:crypto";
import type { Disposable } from "../../../shared/lifecycle.ts";
import type { Heartbeat } from "../../../shared/protocol/methods/presence.ts";
import type { Route } from "../../base/store/route.ts";
import type { ContextLimits } from "../../base/store/session-store.ts";
import { ackOf } from "../heartbeat/ack.ts";
import { hoursText } from "../heartbeat/hours.ts";
import { urgencyOf } from "../heartbeat/words.ts";
import { keyRules, mainSessionKey } from "../session-key.ts";
import type { CronPlace } from "./place.ts";

export const EVENT_LIMITS: ContextLimits = { most: 50, maxAgeMs: 86_400_000, maxChars: 40_000 };
/** Several events at a time are one reason. */
const TOGETHER_MS = 250;
/** Turns that nobody asked for are at least this far apart, in ms. */
const APART_MS = 30_000;
const WAIT_MS = 3_600_000;
/** What a model is told where nobody wrote. */
const LOOK = "Look at what has happened.";

export type EventsPlace = Pick<CronPlace, "household" | "clock" | "config" | "log" | "surface"> & {
  /** Whether there is a model that can make something of it. */
  canThink: (agentId: string) => Promise<boolean>;
  /** Told of every such turn. */
  told: (agentId: string, beat: Heartbeat) => void;
  /** Keeps what is to be said until the hours for it begin. */
  hold: (agentId: string, text: string, route: Route | undefined) => Promise<void>;
};

export class Events {
  #place: EventsPlace;
  #notBefore: number;
  #timers = new Map<string, Disposable>();
  #lastAt = new Map<string, number>();
  #over = new AbortController();
  #running = new Set<Promise<void>>();

  /** Before `notBefore` no turn begins by itself, on the monotonic clock. */
  constructor(place: EventsPlace, notBefore: number) {
    this.#place = place;
    this.#notBefore = notBefore;
  }

  /** Keeps the event for the next turn of the agent's main conversation. */
  async note(agentId: string, text: string): Promise<void> {
    const { household, clock, config } = this.#place;
    const key = mainSessionKey(keyRules(config()), agentId);
    const line = { kind: "event" as const, text, author: "", authority: "owner" as const, atMs: clock.now() };
    await (await household.store()).keepContext(key, line, EVENT_LIMITS);
  }

  /** The same for what a program outside says: it is shown as information, and what comes of it is as little trusted. */
  async noteForeign(agentId: string, text: string, author = "hook"): Promise<void> {
    const { household, clock, config } = this.#place;
    const key = mainSessionKey(keyRules(config()), agentId);
    const line = {
      kind: "said" as const,
      text,
      author,
      authority: "guest" as const,
      atMs: clock.now(),
    };
    await (await household.store()).keepContext(key, line, EVENT_LIMITS);
  }

  /** Begins a turn for what waits: in a moment, and not too soon after the last one. */
  wake(agentId: string): void {
    const { clock } = this.#place;
    if (this.#timers.has(agentId) || this.#over.signal.aborted) return;
    const last = this.#lastAt.get(agentId);
    const waitMs = Math.max(last === undefined ? 0 : last + APART_MS, this.#notBefore) - clock.monotonicMs();
    const timer = clock.after(Math.max(TOGETHER_MS, waitMs), () => {
      this.#timers.delete(agentId);
      this.#lastAt.set(agentId, clock.monotonicMs());
      const run = this.#turn(agentId).catch((error: unknown) => {
        this.#place.log.error({ agentId, err: error }, "a turn for events could not be begun");
      });
      this.#running.add(run);
      void run.then(() => this.#running.delete(run));
    });
    this.#timers.set(agentId, timer);
  }

  async stop(): Promise<void> {
    this.#over.abort();
    for (const timer of this.#timers.values()) timer.dispose();
    await Promise.all(this.#running);
  }

  async #turn(agentId: string): Promise<void> {
    const { household, clock, config, surface, told } = this.#place;
    const startedAt = clock.monotonicMs();
    const beat = (facts: Omit<Heartbeat, "ts" | "durationMs">) =>
      told(agentId, { ts: clock.now(), ...facts, durationMs: Math.round(clock.monotonicMs() - startedAt) });
    // Without one the events wait for whoever writes next.
    if (!(await this.#place.canThink(agentId))) return beat({ status: "skipped", reason: "no-model" });
    const runId = randomUUID();
    const route = await surface?.ownerRoute?.();
    const hours = hoursText(config(), agentId, clock.now());
    await household.accept({
      idempotency: { scope: "wake", key: runId },
      runId,
      sessionKey: mainSessionKey(keyRules(config()), agentId),
      agentId,
      channel: "gateway",
      chat: "events",
      thread: runId,
      sender: "gateway",
      authority: "owner",
      origin: "heartbeat",
      text: hours === undefined ? LOOK : `${LOOK}\n\n${hours}`,
      // What may have to wait is sent by whoever knows whether it does.
      route: hours === undefined ? route : undefined,
      options: { task: "events" },
    });
    for (;;) {
      const run = await household.waitFor(runId, WAIT_MS, this.#over.signal);
      if (run?.state === "done") {
        const said = run.result?.text ?? "";
        if (hours === undefined || outcomeOf(said).status !== "sent")
          return beat(outcomeOf(said, route?.channel, route?.chat.id));
        return beat(await this.#outsideHours(agentId, said, route));
      }
      if (run?.state === "failed" || run?.state === "aborted")
        return beat({ status: "failed", reason: run.result?.text ?? run.state, indicatorType: "error" });
      if (this.#over.signal.aborted) return;
    }
  }

  async #outsideHours(
    agentId: string,
    said: string,
    route: Route | undefined,
  ): Promise<Omit<Heartbeat, "ts" | "durationMs">> {
    const { household, clock, surface, hold } = this.#place;
    const { text, isUrgent } = urgencyOf(said);
    if (!isUrgent) {
      if (route !== undefined) await hold(agentId, text, route);
      return { status: "skipped", reason: "quiet-hours", preview: text.slice(0, PREVIEW_CHARS) };
    }
    if (route !== undefined) {
      const parts = (await surface?.alertParts?.(route, text)) ?? [];
      await (await household.store()).addOutbox(parts, clock.now());
      surface?.written?.();
    }
    return outcomeOf(text, route?.channel, route?.chat.id);
  }
}

/** How long a preview of what was said may be, in characters. */
export const PREVIEW_CHARS = 200;

export function outcomeOf(said: string, channel?: string, to?: string): Omit<Heartbeat, "ts"> {
  const { text, isAck } = ackOf(said);
  if (text === "") return { status: isAck ? "ok-token" : "ok-empty", silent: true, indicatorType: "ok" };
  return {
    status: "sent",
    preview: text.slice(0, PREVIEW_CHARS),
    ...(channel !== undefined && { channel }),
    ...(to !== undefined && { to }),
    indicatorType: "alert",
  };
}
