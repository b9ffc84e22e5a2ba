/** Sees when a turn repeats itself: first the model is told, then the call is refused, then the turn ends. */
import { createHash } from "node:crypto";
import type { EndReason } from "./words.ts";

/** What is looked at: calls of the turn, the newest ones. */
const WINDOW = 30;
const LIMITS = {
  /** The same call with the same result. */
  same: { note: 4, refuse: 8, end: 12 },
  /** Two calls in turns. */
  alternating: 8,
  /** The same error, whatever was tried. */
  sameError: 12,
  unknownTool: 3,
  poll: { note: 6, refuse: 12 },
} as const;
/** How long a call that asks for news waits when it is repeated, in ms. */
const POLL_WAITS_MS = [0, 1_000, 2_000, 5_000, 10_000] as const;

export interface GuardedCall {
  name: string;
  arguments: Readonly<Record<string, unknown>>;
  isPoll: boolean;
  isKnown: boolean;
}

/** What to do with a call: run it after a moment, answer it with a refusal, or end the turn. */
export type Judgement =
  | { kind: "run"; waitMs: number }
  | { kind: "refuse"; why: string }
  | { kind: "end"; why: EndReason };

interface Done {
  call: string;
  outcome: string;
  error: string | undefined;
}

export class LoopGuard {
  #done: Done[] = [];
  #unknown = 0;
  /** Refusals count as well: whoever asks again after one is not helped by another. */
  #refused = new Map<string, number>();

  judge(call: GuardedCall): Judgement {
    if (!call.isKnown) {
      this.#unknown += 1;
      return this.#unknown >= LIMITS.unknownTool
        ? { kind: "end", why: { kind: "unknownTool" } }
        : { kind: "run", waitMs: 0 };
    }
    const key = callKey(call);
    const repeats = this.#repeats(key) + (this.#refused.get(key) ?? 0);
    if (call.isPoll) return this.#judgePoll(key, repeats);
    if (this.#alternates(key)) return { kind: "end", why: { kind: "alternating" } };
    if (repeats >= LIMITS.same.end)
      return { kind: "end", why: { kind: "sameCall", tool: call.name, times: repeats } };
    if (repeats >= LIMITS.same.refuse) return this.#refuse(key, call.name, repeats);
    return { kind: "run", waitMs: 0 };
  }

  /** Keeps what came of a call. Returns a note for the model when it repeats itself, and why the turn is over if it is. */
  record(call: GuardedCall, result: { text: string; isError: boolean }): { note?: string; end?: EndReason } {
    const key = callKey(call);
    const outcome = digest(steady(result.text));
    this.#done.push({ call: key, outcome, error: result.isError ? outcome : undefined });
    this.#done.splice(0, this.#done.length - WINDOW);
    const sameErrors = this.#done.filter(({ error }) => error !== undefined && error === outcome).length;
    if (sameErrors >= LIMITS.sameError)
      return { end: { kind: "sameError", tool: call.name, times: sameErrors } };
    const repeats = this.#repeats(key);
    const noteAt = call.isPoll ? LIMITS.poll.note : LIMITS.same.note;
    if (repeats < noteAt) return {};
    return { note: `This call has been made ${repeats} times with the same result. Try something else.` };
  }

  #judgePoll(key: string, repeats: number): Judgement {
    if (repeats >= LIMITS.poll.refuse) return this.#refuse(key, "status", repeats);
    return { kind: "run", waitMs: POLL_WAITS_MS[Math.min(repeats, POLL_WAITS_MS.length - 1)] ?? 0 };
  }

  #refuse(key: string, name: string, repeats: number): Judgement {
    this.#refused.set(key, (this.#refused.get(key) ?? 0) + 1);
    return {
      kind: "refuse",
      why: `Refused: ${name} was called ${repeats} times with the same result. Do something else, or say what is in the way.`,
    };
  }

  /** How often the call came out as it did the last time. */
  #repeats(key: string): number {
    const ofCall = this.#done.filter(({ call }) => call === key);
    const last = ofCall.at(-1)?.outcome;
    return ofCall.filter(({ outcome }) => outcome === last).length;
  }

  /** Whether the newest calls are two that take turns, each with the same result every time, and this one is next. */
  #alternates(key: string): boolean {
    const most = 2 * LIMITS.alternating;
    const last = this.#done.slice(-most);
    if (last.length < most) return false;
    const [one, other] = [last.at(-2), last.at(-1)] as [Done, Done];
    if (one.call === other.call || one.call !== key) return false;
    return last.every((done, index) => {
      const same = index % 2 === 0 ? one : other;
      return done.call === same.call && done.outcome === same.outcome;
    });
  }
}

function callKey({ name, arguments: args }: GuardedCall): string {
  return `${name} ${digest(JSON.stringify(sorted(args)))}`;
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1));
  return Object.fromEntries(entries.map(([name, each]) => [name, sorted(each)]));
}

/** Without what differs although nothing changed: times, durations, process ids, counters. */
function steady(text: string): string {
  return text.replace(/(?<![\p{L}\d])\d+(?:[.:,-]\d+)*/gu, "#").trim();
}

function digest(text: string): string {
  return createHash("sha256").update(text).digest("base64url").slice(0, 22);
}
