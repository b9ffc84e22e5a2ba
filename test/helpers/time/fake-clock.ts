/** A clock that stands still until a test moves it; timers run while it moves, in the order of their time. */
import type { Clock } from "../../../shared/clock.ts";
import type { Disposable } from "../../../shared/lifecycle.ts";

interface Timer {
  atMs: number;
  order: number;
  everyMs: number | undefined;
  run: () => void;
}

export class FakeClock implements Clock {
  #nowMs: number;
  /** How far the time of day was moved by hand. */
  #setByMs = 0;
  #timers = new Set<Timer>();
  #order = 0;

  constructor(startMs = Date.UTC(2026, 0, 1)) {
    this.#nowMs = startMs;
  }

  now(): number {
    return this.#nowMs;
  }

  /** Real clocks part when somebody sets the time, see `set`. */
  monotonicMs(): number {
    return this.#nowMs - this.#setByMs;
  }

  /** Sets the time of day, as a person or the network does; timers and durations go on as before. */
  set(nowMs: number): void {
    const byMs = nowMs - this.#nowMs;
    this.#setByMs += byMs;
    this.#nowMs = nowMs;
    for (const timer of this.#timers) timer.atMs += byMs;
  }

  after(delayMs: number, run: () => void): Disposable {
    return this.#add(delayMs, undefined, run);
  }

  every(intervalMs: number, run: () => void): Disposable {
    return this.#add(intervalMs, intervalMs, run);
  }

  /** Timers that still wait, to prove that nothing piles up. */
  get pending(): number {
    return this.#timers.size;
  }

  /** Moves time forward and runs what falls due on the way. */
  advance(ms: number): void {
    this.moveTo(this.#nowMs + ms);
  }

  /** Moves to an epoch time in ms; one that lies in the past changes nothing. */
  moveTo(endMs: number): void {
    for (let due = this.#nextDue(endMs); due !== undefined; due = this.#nextDue(endMs)) {
      this.#nowMs = Math.max(this.#nowMs, due.atMs);
      if (due.everyMs === undefined) this.#timers.delete(due);
      else due.atMs += due.everyMs;
      due.run();
    }
    this.#nowMs = Math.max(this.#nowMs, endMs);
  }

  #add(delayMs: number, everyMs: number | undefined, run: () => void): Disposable {
    const timer: Timer = { atMs: this.#nowMs + delayMs, order: this.#order, everyMs, run };
    this.#order += 1;
    this.#timers.add(timer);
    return { dispose: () => this.#timers.delete(timer) };
  }

  #nextDue(endMs: number): Timer | undefined {
    return [...this.#timers]
      .filter((timer) => timer.atMs <= endMs)
      .sort((a, b) => a.atMs - b.atMs || a.order - b.order)[0];
  }
}
