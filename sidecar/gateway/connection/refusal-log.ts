/**
 * Says in the log who was refused and why, so that a flood stays a few lines: the first refusals of a source within a minute are told,
 * the rest are counted, and the count is told when the minute is over.
 */
import type { Clock } from "../../../shared/clock.ts";
import { plainText } from "../../../shared/errors.ts";
import type { Disposable } from "../../../shared/lifecycle.ts";
import type { Logger } from "../../base/log/logger.ts";

const WINDOW_MS = 60_000;
/** Lines of one source and sources with lines of their own, within a window. */
const LIMITS = { linesPerSource: 3, sources: 40 } as const;
const MAX_REASON_CHARS = 200;

/** Who was refused, and why. */
export interface Refused {
  /** Whom it is counted against. */
  source: string;
  /** May repeat what a stranger sent. */
  reason: string;
  connId?: string;
}

export class RefusalLog implements Disposable {
  #log: Logger;
  #clock: Clock;
  #counts = new Map<string, number>();
  /** Refusals of sources beyond those that are told apart. */
  #others = 0;
  #window: Disposable | undefined;
  /** Of all that were refused since the gateway started. */
  total = 0;

  constructor(log: Logger, clock: Clock) {
    this.#log = log;
    this.#clock = clock;
  }

  /** `what` happened, in words of ours. */
  note(what: string, { source, reason, connId }: Refused): void {
    this.total += 1;
    this.#window ??= this.#clock.after(WINDOW_MS, () => this.#summarize());
    const count = this.#counts.get(source) ?? 0;
    if (count === 0 && this.#counts.size >= LIMITS.sources) {
      this.#others += 1;
      return;
    }
    this.#counts.set(source, count + 1);
    if (count >= LIMITS.linesPerSource) return;
    const facts = { ip: source, reason: plainText(reason, MAX_REASON_CHARS) };
    this.#log.warn({ ...facts, ...(connId === undefined ? {} : { connId }) }, what);
  }

  /** Tells what was not told yet. */
  dispose(): void {
    this.#window?.dispose();
    this.#summarize();
  }

  #summarize(): void {
    for (const [ip, count] of this.#counts) {
      const more = count - LIMITS.linesPerSource;
      if (more > 0) this.#log.warn({ ip, more }, "refused again and again within a minute");
    }
    if (this.#others > 0)
      this.#log.warn({ more: this.#others }, "refused from other addresses within a minute");
    this.#counts.clear();
    this.#others = 0;
    this.#window = undefined;
  }
}
