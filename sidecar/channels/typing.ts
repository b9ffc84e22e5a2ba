/**
 * The one owner of "is typing" in each chat: it begins with a turn that somebody waits for and ends when nothing of that turn is left to
 * say, whatever came of it.
 */
import type { Clock } from "../../shared/clock.ts";
import type { Disposable } from "../../shared/lifecycle.ts";
import { placeOf, type Route } from "../base/store/route.ts";
import type { StartedTurn } from "../base/store/session-store.ts";

/** Shows or ends it; failures are nobody's business. */
export type ShowTyping = (route: Route, isOn: boolean) => void;

/** When it begins: with the turn, with the first thought, with the first word, or not at all. */
export const TYPING_MODES = ["never", "instant", "thinking", "message"] as const;

export interface TypingSettings {
  /** Undefined where a turn that somebody waits for shows it at once, and another one with its first word. */
  mode: (typeof TYPING_MODES)[number] | undefined;
  refreshMs: number;
}

/** Without progress it ends after this, in ms. */
const IDLE_MS = 120_000;

interface Shown {
  route: Route;
  turns: Map<string, { lastProgressAt: number; partsLeft: number; isEnded: boolean }>;
  timer: Disposable;
}

export class Typing {
  #clock: Clock;
  #show: ShowTyping;
  #settings: () => TypingSettings;
  #shown = new Map<string, Shown>();

  constructor(clock: Clock, show: ShowTyping, settings: () => TypingSettings) {
    this.#clock = clock;
    this.#show = show;
    this.#settings = settings;
  }

  began(turn: StartedTurn): void {
    const mode = this.#modeOf(turn);
    if (isOfChat(turn) && mode === "instant") this.#begin(turn);
  }

  thought(turn: StartedTurn): void {
    if (isOfChat(turn) && this.#modeOf(turn) === "thinking") this.#go(turn);
  }

  said(turn: StartedTurn): void {
    if (isOfChat(turn) && this.#modeOf(turn) !== "never") this.#go(turn);
  }

  /** In a chat in which nobody asked it waits for the first word, unless the configuration wants it otherwise. */
  #modeOf(turn: StartedTurn): (typeof TYPING_MODES)[number] {
    return this.#settings().mode ?? (isAwaited(turn) ? "instant" : "message");
  }

  #go(turn: StartedTurn): void {
    const of = this.#of(turn)?.turns.get(turn.id);
    if (of === undefined) this.#begin(turn);
    else of.lastProgressAt = this.#clock.monotonicMs();
  }

  /** So many messages are still to be sent. */
  ended(turn: StartedTurn, parts: number): void {
    const shown = this.#of(turn);
    const of = shown?.turns.get(turn.id);
    if (shown === undefined || of === undefined) return;
    of.isEnded = true;
    of.partsLeft += parts;
    this.#endIfDone(shown, turn.id);
  }

  /** A message of the turn was sent, or is not for now. */
  settled(route: Route, turnId: string, wasSent: boolean): void {
    const shown = this.#shown.get(placeOf(route));
    const of = shown?.turns.get(turnId);
    if (shown === undefined || of === undefined) return;
    of.partsLeft = wasSent ? of.partsLeft - 1 : Number.NEGATIVE_INFINITY;
    this.#endIfDone(shown, turnId);
  }

  isShown(place: string): boolean {
    return this.#shown.has(place);
  }

  stop(): void {
    for (const shown of [...this.#shown.values()]) this.#end(shown);
  }

  #begin(turn: StartedTurn): void {
    const { route } = turn;
    if (route === undefined) return;
    const place = placeOf(route);
    const of = { lastProgressAt: this.#clock.monotonicMs(), partsLeft: 0, isEnded: false };
    const known = this.#shown.get(place);
    if (known !== undefined) {
      known.turns.set(turn.id, of);
      return;
    }
    const timer = this.#clock.every(this.#settings().refreshMs, () => this.#refresh(place));
    this.#shown.set(place, { route, turns: new Map([[turn.id, of]]), timer });
    this.#show(route, true);
  }

  #refresh(place: string): void {
    const shown = this.#shown.get(place);
    if (shown === undefined) return;
    const since = this.#clock.monotonicMs() - IDLE_MS;
    for (const [id, { lastProgressAt }] of shown.turns) if (lastProgressAt <= since) shown.turns.delete(id);
    if (shown.turns.size === 0) this.#end(shown);
    else this.#show(shown.route, true);
  }

  #endIfDone(shown: Shown, turnId: string): void {
    const of = shown.turns.get(turnId);
    if (of === undefined || !of.isEnded || of.partsLeft > 0) return;
    shown.turns.delete(turnId);
    if (shown.turns.size === 0) this.#end(shown);
  }

  #end(shown: Shown): void {
    shown.timer.dispose();
    this.#shown.delete(placeOf(shown.route));
    this.#show(shown.route, false);
  }

  #of({ route }: StartedTurn): Shown | undefined {
    return route && this.#shown.get(placeOf(route));
  }
}

/** Heartbeats, hooks and schedules are nobody who types. */
function isOfChat({ origin, route }: StartedTurn): boolean {
  return origin === "channel" && route !== undefined;
}

/** Whether somebody waits for the answer in its chat. */
export function isAwaited(turn: StartedTurn): boolean {
  const { route, inputs } = turn;
  return (
    isOfChat(turn) && (route?.chat.kind === "dm" || inputs.some(({ parts }) => parts?.isMentioned === true))
  );
}
