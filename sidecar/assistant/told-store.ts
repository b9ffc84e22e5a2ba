/** The store with a voice: clients hear what changes in the list of sessions, and of what waits, whoever changes it. */
import type { DatabaseSync } from "node:sqlite";
import type { EventBus } from "../base/events/event-bus.ts";
import type { Message } from "../base/store/message.ts";
import type {
  Inbound,
  Joined,
  Renewal,
  SessionFields,
  SessionPatch,
  StartedTurn,
  TurnStart,
} from "../base/store/session-store.ts";
import { SqliteStore } from "../base/store/sqlite-store.ts";
import { queueItems } from "./sessions/queue-items.ts";

/** As much of a message as an event tells, in characters. */
const MAX_EVENT_CHARS = 2_000;

/** What became of a session. */
type Reason = "created" | "patched" | "reset" | "undone" | "compacted" | "rewound" | "deleted";

export class ToldStore extends SqliteStore {
  #bus: EventBus;

  constructor(database: DatabaseSync, bus: EventBus) {
    super(database);
    this.#bus = bus;
  }

  override async patch(key: string, agentId: string, change: SessionPatch, nowMs: number) {
    const isNew = (await this.get(key)) === undefined;
    const row = await super.patch(key, agentId, change, nowMs);
    if (isNew) this.#changed(key, "created");
    else if (Object.keys(change).length > 0) this.#changed(key, "patched");
    return row;
  }

  override async reset(key: string, agentId: string, fields: SessionFields, nowMs: number) {
    const row = await super.reset(key, agentId, fields, nowMs);
    this.#changed(key, "reset");
    return row;
  }

  override async undoReset(key: string, sinceMs: number, nowMs: number) {
    const row = await super.undoReset(key, sinceMs, nowMs);
    if (row !== undefined) this.#changed(key, "undone");
    return row;
  }

  override async reopen(key: string, sessionId: string, nowMs: number) {
    const row = await super.reopen(key, sessionId, nowMs);
    if (row !== undefined) this.#changed(key, "undone");
    return row;
  }

  override async archive(key: string, reason: string, nowMs: number) {
    const wasThere = await super.archive(key, reason, nowMs);
    if (wasThere) this.#changed(key, "deleted");
    return wasThere;
  }

  override async erase(key: string) {
    const erased = await super.erase(key);
    if (erased !== undefined) this.#changed(key, "deleted");
    return erased;
  }

  override async prune(key: string, untouchedSinceMs: number) {
    const erased = await super.prune(key, untouchedSinceMs);
    if (erased !== undefined) this.#changed(key, "deleted");
    return erased;
  }

  override async appendCompaction(key: string, sessionId: string, message: Message, nowMs: number) {
    const entry = await super.appendCompaction(key, sessionId, message, nowMs);
    if (entry !== undefined) this.#changed(key, "compacted");
    return entry;
  }

  override async accept(message: Inbound, nowMs: number, renewal?: Renewal) {
    const { sessionKey, rewind } = message;
    const isNew = (await this.get(sessionKey)) === undefined;
    const accepted = await super.accept(message, nowMs, renewal);
    if (!accepted.fresh) return accepted;
    if (isNew) this.#changed(sessionKey, "created");
    if (accepted.isRenewed) this.#changed(sessionKey, "reset");
    if (rewind !== undefined) this.#changed(sessionKey, "rewound");
    if (accepted.waits) await this.#tellQueue(sessionKey);
    return accepted;
  }

  override async startNext(sessionKey: string, start: TurnStart, nowMs: number) {
    const turn = await super.startNext(sessionKey, start, nowMs);
    if (turn !== undefined) await this.#tellStarted(turn);
    return turn;
  }

  override async steer(turnId: string, holder: string, nowMs: number) {
    return await this.#joined(await super.steer(turnId, holder, nowMs));
  }

  override async steerAsked(turnId: string, holder: string, nowMs: number) {
    return await this.#joined(await super.steerAsked(turnId, holder, nowMs));
  }

  override async dropWaiting(sessionKey: string, except?: string) {
    const dropped = await super.dropWaiting(sessionKey, except);
    if (dropped.length > 0) await this.#tellQueue(sessionKey);
    return dropped;
  }

  override async withdraw(sessionKey: string, key: string) {
    const isDone = await super.withdraw(sessionKey, key);
    if (isDone) await this.#tellQueue(sessionKey);
    return isDone;
  }

  override async rewrite(sessionKey: string, key: string, text: string) {
    const isDone = await super.rewrite(sessionKey, key, text);
    if (isDone) await this.#tellQueue(sessionKey);
    return isDone;
  }

  #changed(key: string, reason: Reason): void {
    this.#bus.publish("sessions.changed", { key, reason });
  }

  async #joined(joined: Joined | undefined): Promise<Joined | undefined> {
    if (joined !== undefined) await this.#tellQueue(joined.sessionKey, startedIn(joined.runId, joined.keys));
    return joined;
  }

  /** A turn of its own name answers what nobody else would tell whose it is. */
  async #tellStarted({ sessionKey, runId, inputs }: StartedTurn): Promise<void> {
    const keys = inputs.map(({ key }) => key);
    if (keys.some((key) => key !== runId)) await this.#tellQueue(sessionKey, startedIn(runId, keys));
  }

  async #tellQueue(sessionKey: string, started?: { key: string; runId: string }[]): Promise<void> {
    const items = queueItems(await this.waiting(sessionKey), MAX_EVENT_CHARS);
    this.#bus.publish("chat.queue", { sessionKey, items, ...(started && { started }) });
  }
}

function startedIn(runId: string, keys: readonly string[]) {
  return keys.map((key) => ({ key, runId }));
}
