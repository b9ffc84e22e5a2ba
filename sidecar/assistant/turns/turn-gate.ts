/**
 * What stands between a turn and each call of a model: the time that the turn has, and the budget. Where a limit is reached and somebody
 * may raise it, the turn waits, says so in its conversation, and its time stands still.
 */
import type { Clock } from "../../../shared/clock.ts";
import { SetupError } from "../../../shared/errors.ts";
import type { Language } from "../../../shared/languages.ts";
import type { Disposable } from "../../../shared/lifecycle.ts";
import { advice, ours } from "../../../shared/remedy.ts";
import type { EventBus } from "../../base/events/event-bus.ts";
import type { Charge, SessionStore, StartedTurn } from "../../base/store/session-store.ts";
import { isBackground } from "../budget/limits.ts";
import { BudgetReached, type Permit, type Purse } from "../budget/purse.ts";
import { budgetWords } from "../budget/words.ts";
import type { Model } from "../models/model.ts";
import type { Gate } from "./agent-loop.ts";
import type { SpendGate, SpendPermit } from "./mind.ts";
import { addNote } from "./notes.ts";
import type { TurnSurface } from "./turn-surface.ts";

/** What the gate stands on. */
export interface GatePlace {
  store: SessionStore;
  purse: Purse;
  bus: EventBus;
  clock: Clock;
  surface?: Pick<TurnSurface, "noticed"> | undefined;
  /** Resolves with `wait`, and leaves the turn's place to others until then. */
  aside: (wait: Promise<void>) => Promise<void>;
}

export class TurnGate implements Gate, Disposable {
  #place: GatePlace;
  #turn: StartedTurn;
  #abort: AbortController;
  #onLimit: "ask" | "stop";
  #words: ReturnType<typeof budgetWords>;
  #charges: Charge[] = [];
  #leftMs: number;
  /** On the monotonic clock. */
  #runsSince = 0;
  #deadline: Disposable | undefined;

  constructor(
    place: GatePlace,
    turn: StartedTurn,
    abort: AbortController,
    { timeoutMs, onLimit, language }: { timeoutMs: number; onLimit: "ask" | "stop"; language: Language },
  ) {
    this.#place = place;
    this.#turn = turn;
    this.#abort = abort;
    this.#onLimit = onLimit;
    this.#words = budgetWords(language);
    this.#leftMs = timeoutMs;
    this.#runTime();
  }

  ask(model: Model, call: { input: number; output: number }): Promise<SpendPermit> {
    return this.#ask(model, call, "turn");
  }

  /** The same way for what the turn needs besides its answer. */
  forPurpose(purpose: string): SpendGate {
    return { ask: (model, call) => this.#ask(model, call, purpose) };
  }

  async #ask(model: Model, call: { input: number; output: number }, purpose: string): Promise<SpendPermit> {
    const { store } = this.#place;
    const permit = await this.#permit(model, call, purpose);
    if (permit.notice !== undefined) await this.#tell(this.#words.notice(permit.notice));
    if (permit.estimate !== undefined) await store.reserve(this.#turn.id, permit.estimate);
    return {
      settle: (usage) => {
        this.#charges.push(permit.settle(usage));
      },
      release: () => permit.release(),
    };
  }

  /** Tells whoever wrote where they wrote, beside the answer. Fails where the store does. */
  async notify(text: string): Promise<void> {
    await this.#tell(text);
    await this.#place.surface?.noticed(this.#turn, text);
  }

  /** The same where nobody else reads: what is said in a group is not for all who are in it. */
  async tellOwner(text: string): Promise<void> {
    await this.#tell(text);
    const { route } = this.#turn;
    if (route?.chat.kind === "dm") await this.#place.surface?.noticed(this.#turn, text);
  }

  async setAside<T>(work: Promise<T>): Promise<T> {
    const { aside } = this.#place;
    const { signal } = this.#abort;
    this.#stopTime();
    // What becomes of it is looked at below.
    await aside(
      work.then(
        () => {},
        () => {},
      ),
    );
    if (!signal.aborted) this.#runTime();
    return await work;
  }

  taken(): Charge[] {
    return this.#charges.splice(0);
  }

  dispose(): void {
    this.#deadline?.dispose();
  }

  async #permit(model: Model, call: { input: number; output: number }, of: string): Promise<Permit> {
    const { purse, aside } = this.#place;
    const { id: turnId, agentId, sessionKey, principal, authority, origin } = this.#turn;
    const purpose = { turnId, agentId, sessionKey, principal, authority, origin, purpose: of };
    const { signal } = this.#abort;
    let isTold = false;
    for (;;) {
      try {
        return await purse.reserve(model, call, purpose);
      } catch (error) {
        if (!(error instanceof BudgetReached)) throw error;
        // What nobody waits for does not wait either.
        if (this.#onLimit === "stop" || isBackground(origin)) throw refusal(this.#words.limit(error.reached));
        if (!isTold) await this.notify(`${this.#words.limit(error.reached)} ${this.#words.goesOn}`);
        isTold = true;
        this.#stopTime();
        await aside(purse.more(signal));
        signal.throwIfAborted();
        this.#runTime();
      }
    }
  }

  async #tell(text: string): Promise<void> {
    const { store, bus, clock } = this.#place;
    const { sessionKey, options } = this.#turn;
    await addNote(
      { store, bus, clock },
      { sessionKey, sessionName: options.sessionName ?? sessionKey },
      text,
    );
  }

  #runTime(): void {
    const { clock } = this.#place;
    this.#runsSince = clock.monotonicMs();
    this.#deadline = clock.after(this.#leftMs, () => this.#abort.abort("timeout"));
  }

  #stopTime(): void {
    this.#deadline?.dispose();
    this.#leftMs -= this.#place.clock.monotonicMs() - this.#runsSince;
  }
}

function refusal(limit: string): SetupError {
  return new SetupError("BUDGET_REACHED", limit, {
    fix: advice`add to it: ${ours`budget add <dollars>`}, or raise the limit: ${ours`config set budget.perDayUsd <dollars>`}`,
  });
}
