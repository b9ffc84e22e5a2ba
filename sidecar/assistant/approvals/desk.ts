/**
 * Where tools ask the owner before they do something: each question is kept before it is told, waits without asking again and again, and
 * is there after a restart for as long as it would have been. Whoever asks hears the answer, or that none came.
 */
import { randomInt, randomUUID } from "node:crypto";
import type { Clock } from "../../../shared/clock.ts";
import { quoted, RequestError } from "../../../shared/errors.ts";
import type { Disposable } from "../../../shared/lifecycle.ts";
import { advice } from "../../../shared/remedy.ts";
import type { EventBus } from "../../base/events/event-bus.ts";
import type { Logger } from "../../base/log/logger.ts";
import type { ApprovalRow, ApprovalRule, ApprovalStore } from "../../base/store/approval-records.ts";
import { requestedEvent, WIRE_DECISIONS } from "./announced.ts";

/** What the desk stands on. */
export interface DeskPlace {
  store: ApprovalStore;
  bus: EventBus;
  clock: Clock;
  log: Logger;
}

export interface Question {
  id?: string | undefined;
  /** `exec`, or the name of another tool. */
  kind: string;
  /** `command` is what is shown first, `binding` what the answer is tied to, `rules` what *always* would allow. */
  payload: Readonly<Record<string, unknown>>;
  /** The call that waits; none of a program that asks by itself. */
  of?: { turnId: string; callId: string; runId: string; sessionKey: string; agentId: string } | undefined;
  /** How long it waits, in ms. */
  timeoutMs: number;
  /** Told when it is asked, and not when it was asked before. */
  asked?: (row: ApprovalRow) => Promise<void>;
}

export type Answer = "allow-once" | "allow-turn" | "allow-always" | "deny";

export interface Decision {
  answer: Answer;
  /** Who decides, as others read it. */
  by: string;
  /** How long *always* is, in ms; without an end where it is absent. */
  forMs?: number | undefined;
  /** The answer is for all that were asked together with it. */
  isForAll?: boolean;
}

/** Questions of one turn within this time are shown together, in ms. */
const BURST_MS = 2_000;
/** What is told of where the answer came from when none did. */
const NOBODY = undefined;

export class ApprovalDesk implements Disposable {
  #place: DeskPlace;
  #timers = new Map<string, Disposable>();
  #waiting = new Map<string, Set<(row: ApprovalRow) => void>>();
  #bursts = new Map<string, { id: string; atMs: number }>();

  constructor(place: DeskPlace) {
    this.#place = place;
  }

  /** Takes up the questions of a former process: what is too old is over, the rest is told again. */
  async start(): Promise<void> {
    const { store, bus } = this.#place;
    for (const row of await store.openApprovals()) {
      if (this.#leftMs(row) <= 0) await this.#expire(row.id);
      else {
        this.#arm(row);
        bus.publish("exec.approval.requested", requestedEvent(row));
      }
    }
  }

  dispose(): void {
    for (const timer of this.#timers.values()) timer.dispose();
    this.#timers.clear();
  }

  /**
   * Asks, and resolves with the answer. The same call with the same `binding` is asked about once, also after a restart. Fails with
   * `APPROVAL_PENDING` where the id is taken, and with the signal's reason: what is asked for a turn is over then, unless the gateway
   * stops.
   */
  async ask(question: Question, signal: AbortSignal): Promise<ApprovalRow> {
    const known = await this.#known(question);
    if (known !== undefined && known.state !== "pending") return known;
    signal.throwIfAborted();
    const row = known ?? (await this.#keep(question));
    const answered = this.#answerTo(row.id, signal);
    // Whoever is told sees a question that somebody waits at.
    answered.catch(() => {});
    this.#arm(row);
    if (known === undefined) {
      this.#place.bus.publish("exec.approval.requested", requestedEvent(row));
      await question.asked?.(row).catch((error: unknown) => {
        this.#place.log.warn({ id: row.id, err: error }, "a question could not be told in its conversation");
      });
    }
    try {
      return await answered;
    } catch (error) {
      if (signal.reason !== "shutdown" && question.of !== undefined) await this.#expire(row.id);
      throw error;
    }
  }

  /** Decides what waits. Fails with `APPROVAL_UNKNOWN`, and with `APPROVAL_NOT_ALWAYS` where nobody could say what that would allow. */
  async decide(id: string, decision: Decision): Promise<ApprovalRow[]> {
    const { store } = this.#place;
    const row = await this.#open(id);
    const rows = decision.isForAll === true ? await this.#burstOf(row) : [row];
    const planned = rows.map((each) => ({ id: each.id, rules: this.#rulesOf(each, decision) }));
    const decided: ApprovalRow[] = [];
    for (const { id: each, rules } of planned) {
      const state = STATES[decision.answer];
      const done = await store.decideApproval(
        each,
        { state, by: decision.by, rules },
        this.#place.clock.now(),
      );
      if (done !== undefined) decided.push(done);
    }
    if (decided.length === 0) throw unknown(id);
    for (const each of decided) this.#settled(each);
    return decided;
  }

  /** What waits for an answer, the oldest first. */
  async list(): Promise<ApprovalRow[]> {
    return (await this.#place.store.openApprovals()).filter((row) => this.#leftMs(row) > 0);
  }

  /** What was allowed for good. */
  async rules(): Promise<ApprovalRule[]> {
    return await this.#place.store.approvalRules(this.#place.clock.now());
  }

  async #known({ of, payload }: Question): Promise<ApprovalRow | undefined> {
    if (of === undefined) return undefined;
    const row = await this.#place.store.approvalOf(of.turnId, of.callId);
    const isSame = row?.usedAtMs === undefined && row?.payload.binding === payload.binding;
    return isSame ? row : undefined;
  }

  async #keep({ id: given, kind, payload, of, timeoutMs }: Question): Promise<ApprovalRow> {
    const { store, clock } = this.#place;
    const requestedAtMs = clock.now();
    const id = given ?? (of === undefined ? randomUUID() : shortId());
    const burst = this.#burst(of?.turnId ?? id, requestedAtMs);
    const wish = { id, kind, payload, ...of, burst, requestedAtMs, expiresAtMs: requestedAtMs + timeoutMs };
    if (!(await store.askApproval(wish)))
      throw new RequestError("APPROVAL_PENDING", "approval id already pending");
    return { ...wish, state: "pending" };
  }

  #burst(of: string, atMs: number): string {
    const last = this.#bursts.get(of);
    const id = last !== undefined && atMs - last.atMs <= BURST_MS ? last.id : randomUUID();
    this.#bursts.set(of, { id, atMs });
    const [oldest] = this.#bursts.keys();
    if (this.#bursts.size > 100 && oldest !== undefined) this.#bursts.delete(oldest);
    return id;
  }

  async #open(id: string): Promise<ApprovalRow> {
    const row = await this.#place.store.approval(id);
    if (row === undefined || row.state !== "pending") throw unknown(id);
    if (this.#leftMs(row) > 0) return row;
    await this.#expire(id);
    throw unknown(id);
  }

  async #burstOf({ burst }: ApprovalRow): Promise<ApprovalRow[]> {
    return (await this.list()).filter((each) => each.burst === burst);
  }

  #rulesOf(
    { id, kind, agentId, payload, turnId }: ApprovalRow,
    { answer, by, forMs }: Decision,
  ): ApprovalRule[] {
    // Whoever asks by himself keeps by himself what is allowed.
    if (answer === "deny" || answer === "allow-once" || turnId === undefined) return [];
    const rules = answer === "allow-turn" ? payload.turnRules : payload.rules;
    if (!Array.isArray(rules) || rules.length === 0) {
      const what = answer === "allow-turn" ? advice`for the rest of the answer` : advice`for good`;
      throw new RequestError(
        "APPROVAL_NOT_ALWAYS",
        advice`What ${quoted(id)} asks for can be allowed once, and not ${what}: nobody could say what that would let through`,
      );
    }
    if (answer === "allow-turn") return [];
    const createdAtMs = this.#place.clock.now();
    return rules.map((rule: Record<string, unknown>) => ({
      id: randomUUID(),
      kind,
      agentId: agentId ?? "",
      rule,
      createdAtMs,
      createdBy: by,
      ...(forMs === undefined ? {} : { expiresAtMs: createdAtMs + forMs }),
    }));
  }

  #arm(row: ApprovalRow): void {
    if (this.#timers.has(row.id)) return;
    const timer = this.#place.clock.after(Math.max(0, this.#leftMs(row)), () => {
      this.#expire(row.id).catch((error: unknown) => {
        this.#place.log.error({ id: row.id, err: error }, "a question could not be brought to its end");
      });
    });
    this.#timers.set(row.id, timer);
  }

  async #expire(id: string): Promise<void> {
    const { store, clock } = this.#place;
    const row = await store.decideApproval(id, { state: "expired", by: NOBODY }, clock.now());
    if (row !== undefined) this.#settled(row);
  }

  #settled(row: ApprovalRow): void {
    const { bus, clock } = this.#place;
    this.#timers.get(row.id)?.dispose();
    this.#timers.delete(row.id);
    bus.publish("exec.approval.resolved", {
      id: row.id,
      ...WIRE_DECISIONS[row.state],
      ...(row.decidedBy === undefined ? {} : { resolvedBy: row.decidedBy }),
      ts: clock.now(),
    });
    for (const tell of this.#waiting.get(row.id) ?? []) tell(row);
    this.#waiting.delete(row.id);
  }

  #answerTo(id: string, signal: AbortSignal): Promise<ApprovalRow> {
    return new Promise((resolve, reject) => {
      const listeners = this.#waiting.get(id) ?? new Set();
      this.#waiting.set(id, listeners);
      const giveUp = () => {
        listeners.delete(tell);
        reject(signal.reason);
      };
      const tell = (row: ApprovalRow) => {
        signal.removeEventListener("abort", giveUp);
        resolve(row);
      };
      listeners.add(tell);
      signal.addEventListener("abort", giveUp, { once: true });
      if (signal.aborted) giveUp();
    });
  }

  #leftMs({ expiresAtMs }: ApprovalRow): number {
    return expiresAtMs - this.#place.clock.now();
  }
}

const STATES = {
  "allow-once": "allowed-once",
  "allow-turn": "allowed-turn",
  "allow-always": "allowed-always",
  deny: "denied",
} as const;

/** People type it. */
function shortId(): string {
  return Array.from({ length: ID_CHARS }, () => LETTERS.charAt(randomInt(LETTERS.length))).join("");
}

const ID_CHARS = 8;
const LETTERS = "abcdefghjkmnpqrstuvwxyz23456789";

function unknown(id: string): RequestError {
  return new RequestError("APPROVAL_UNKNOWN", "unknown approval id", { details: { id } });
}
