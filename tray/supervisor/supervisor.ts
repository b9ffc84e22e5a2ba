/**
 * Runs the state machine: one queue of events, one step at a time, its effects carried out in order. Timers are kept
 * here; everything else is done by the handlers.
 */
import type { Clock } from "../../shared/clock.ts";
import type { Disposable } from "../../shared/lifecycle.ts";
import type { Effect, EffectOf } from "../model/effects.ts";
import type { TimerName, TrayEvent } from "../model/events.ts";
import { step } from "../model/transitions.ts";
import type { TrayModel } from "../model/tray-model.ts";

type TimerEffect = "schedule-timer" | "cancel-timer";

/** One handler per effect. They return at once and answer, where they do, by events. */
export type EffectHandlers = {
  readonly [Type in Exclude<Effect["type"], TimerEffect>]: (effect: EffectOf<Type>) => void;
};

export interface SupervisorLog {
  debug(facts: object, message: string): void;
  info(facts: object, message: string): void;
  error(facts: object, message: string): void;
}

export class Supervisor {
  readonly #handlers: EffectHandlers;
  readonly #clock: Clock;
  readonly #log: SupervisorLog;
  readonly #listeners = new Set<(model: TrayModel) => void>();
  readonly #queue: TrayEvent[] = [];
  readonly #timers = new Map<TimerName, Disposable>();
  #model: TrayModel;
  #isStepping = false;
  #isOver = false;

  constructor(model: TrayModel, handlers: EffectHandlers, clock: Clock, log: SupervisorLog) {
    this.#model = model;
    this.#handlers = handlers;
    this.#clock = clock;
    this.#log = log;
  }

  get model(): TrayModel {
    return this.#model;
  }

  /** Calls the listener after every event that changed the model, until what is returned is called. */
  onChange(listener: (model: TrayModel) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Takes an event; it is dealt with when those before it are. */
  dispatch(event: TrayEvent): void {
    if (this.#isOver) return;
    this.#queue.push(event);
    if (this.#isStepping) return;
    this.#isStepping = true;
    try {
      for (let next = this.#queue.shift(); next !== undefined; next = this.#queue.shift()) this.#step(next);
    } finally {
      this.#isStepping = false;
    }
  }

  /** Cancels all timers; whatever is reported later is no longer heard. */
  dispose(): void {
    this.#isOver = true;
    for (const timer of this.#timers.values()) timer.dispose();
    this.#timers.clear();
  }

  #step(event: TrayEvent): void {
    const before = this.#model;
    const { model, effects, ignored } = step(before, event, this.#clock.now(), Math.random);
    this.#model = model;
    this.#note(event, before, ignored);
    for (const effect of effects) this.#carryOut(effect);
    if (model === before) return;
    for (const listener of this.#listeners) listener(model);
  }

  #carryOut(effect: Effect): void {
    try {
      if (effect.type === "schedule-timer") this.#schedule(effect.timer, effect.delayMs);
      else if (effect.type === "cancel-timer") this.#cancel(effect.timer);
      // Each handler is looked up by the type of the very effect it gets.
      else (this.#handlers[effect.type] as (effect: Effect) => void)(effect);
    } catch (error) {
      // One thing that cannot be done must not keep the rest from being done.
      this.#log.error({ err: error, effect: effect.type }, "an effect failed");
    }
  }

  #schedule(timer: TimerName, delayMs: number): void {
    this.#cancel(timer);
    const pending = this.#clock.after(delayMs, () => {
      this.#timers.delete(timer);
      this.dispatch({ type: timer });
    });
    this.#timers.set(timer, pending);
  }

  #cancel(timer: TimerName): void {
    this.#timers.get(timer)?.dispose();
    this.#timers.delete(timer);
  }

  #note(event: TrayEvent, before: TrayModel, ignored: string | undefined): void {
    const [from, to] = [before.gateway.kind, this.#model.gateway.kind];
    if (ignored !== undefined) this.#log.debug({ event: event.type, why: ignored }, "ignored");
    else if (from !== to || event.type.startsWith("user-")) {
      this.#log.info({ event: event.type, from, to, generation: this.#model.facts.generation }, "step");
    }
  }
}
