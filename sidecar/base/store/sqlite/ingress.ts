/** Messages on their way in, and the keys that make a repeat of them harmless. Each method is part of somebody's transaction. */
import { randomUUID } from "node:crypto";
import type { Inbound, MessageName } from "../session-store.ts";
import { json, type Row, type Statements, text } from "./statements.ts";

/** A repeated key means the same message for this long, in ms. */
const IDEM_TTL_MS = 86_400_000;
/** A platform that delivers again does so within this time, in ms. */
const INGRESS_TTL_MS = 14 * 86_400_000;

/** A sender who goes on and on is waited for this many times as long as one who is done. */
const LONGEST_HOLD = 5;

/** What of a message has no column of its own. */
export type IngressBody = Pick<Inbound, "text" | "agentId" | "origin" | "options"> &
  Partial<Pick<Inbound, "route" | "parts" | "media">> & {
    /** Too many waited when it came: a model is shown how it begins. */
    isShortened?: boolean;
    /** Somebody asked for it to join the turn that runs. */
    isSteered?: boolean;
    /** A command that is being carried out: nobody was told yet what came of it. */
    isUnderWay?: boolean;
  };

export class IngressTable {
  #db: Statements;

  constructor(db: Statements) {
    this.#db = db;
  }

  /** The row that the key named within the last day, else the one that came by the same name from the same place. */
  known({ idempotency, channel, account = "", chat = "", thread = "", dedupe }: Inbound, nowMs: number) {
    this.#db.run("DELETE FROM idem WHERE created_at < ?", nowMs - IDEM_TTL_MS);
    this.#forget(nowMs - INGRESS_TTL_MS);
    const { scope, key } = idempotency;
    const repeated = this.#db.get("SELECT ingress_id FROM idem WHERE scope = ? AND key = ?", scope, key);
    if (repeated !== undefined) return text(repeated, "ingress_id");
    if (dedupe === undefined) return undefined;
    const again = this.named({ channel, account, chat, thread, dedupe });
    return again && text(again, "id");
  }

  add(message: Inbound, nowMs: number): string {
    const id = randomUUID();
    const { scope, key } = message.idempotency;
    const body: IngressBody = {
      text: message.text,
      agentId: message.agentId,
      origin: message.origin,
      options: message.options,
      ...(message.route && { route: message.route }),
      ...(message.parts && { parts: message.parts }),
      ...(message.media && { media: message.media }),
    };
    this.#db.run(
      `INSERT INTO ingress (id, run_id, session_key, channel, account, chat, thread, dedupe, sender, authority, received_at, state, body)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'new', ?)`,
      id,
      message.runId,
      message.sessionKey,
      message.channel,
      message.account ?? "",
      message.chat ?? "",
      message.thread ?? "",
      message.dedupe ?? null,
      message.sender,
      message.authority,
      nowMs,
      JSON.stringify(body),
    );
    this.#db.run(
      "INSERT INTO idem (scope, key, run_id, ingress_id, created_at) VALUES (?, ?, ?, ?, ?)",
      scope,
      key,
      message.runId,
      id,
      nowMs,
    );
    return id;
  }

  get(id: string): Row | undefined {
    return this.#db.get("SELECT * FROM ingress WHERE id = ?", id);
  }

  /** What waits in the session, in the order it came; with `nowMs` without messages whose sender may still go on. */
  waiting(sessionKey: string, nowMs = Number.MAX_SAFE_INTEGER): Row[] {
    return this.#db.all(
      `SELECT rowid, * FROM ingress WHERE session_key = ? AND state = 'new' AND (ready_at IS NULL OR ready_at <= ?)
       ORDER BY received_at, rowid`,
      sessionKey,
      nowMs,
    );
  }

  /** Has the message wait for more of its sender, together with those that do already; until when. */
  hold(id: string, holdMs: number, nowMs: number): number {
    const row = this.get(id);
    const before = row === undefined ? [] : this.#heldWith(row);
    const [first] = before;
    const longestMs =
      first === undefined ? nowMs + holdMs : Number(first.received_at) + LONGEST_HOLD * holdMs;
    const readyAtMs = Math.min(nowMs + holdMs, longestMs);
    const batch = first === undefined ? id : text(first, "batch");
    for (const each of [...before, { id }])
      this.#db.run(
        "UPDATE ingress SET ready_at = ?, batch = ? WHERE id = ?",
        readyAtMs,
        batch,
        text(each, "id"),
      );
    return readyAtMs;
  }

  /** What the sender of the message wrote before waits no longer. Whether there was such a thing. */
  release(id: string, nowMs: number): boolean {
    const row = this.get(id);
    const before = row === undefined ? [] : this.#heldWith(row);
    for (const each of before)
      this.#db.run("UPDATE ingress SET ready_at = ? WHERE id = ?", nowMs, text(each, "id"));
    return before.length > 0;
  }

  held(): { sessionKey: string; readyAtMs: number }[] {
    const rows = this.#db.all(
      "SELECT session_key, max(ready_at) AS at FROM ingress WHERE state = 'new' AND ready_at IS NOT NULL GROUP BY session_key",
    );
    return rows.map((row) => ({ sessionKey: text(row, "session_key"), readyAtMs: Number(row.at) }));
  }

  /** The newest one by this name, whatever became of it. */
  named({ channel, account, chat, thread, dedupe }: MessageName): Row | undefined {
    return this.#db.get(
      `SELECT * FROM ingress WHERE channel = ? AND account = ? AND chat = ? AND thread = ? AND dedupe = ?
       AND state IS NOT 'abandoned'`,
      channel,
      account,
      chat,
      thread,
      dedupe,
    );
  }

  rewrite(row: Row, said: string): void {
    const body = JSON.stringify({ ...bodyOf(row), text: said });
    this.#db.run("UPDATE ingress SET body = ? WHERE id = ?", body, text(row, "id"));
  }

  /** What came before that and is over. */
  #forget(beforeMs: number): void {
    this.#db.run(
      `DELETE FROM ingress WHERE received_at < ? AND state IS NOT 'new'
       AND NOT EXISTS (SELECT 1 FROM turns WHERE turns.id = ingress.turn_id AND turns.state IN ('queued', 'running'))`,
      beforeMs,
    );
  }

  #heldWith(row: Row): Row[] {
    return this.#db.all(
      `SELECT * FROM ingress WHERE session_key = ? AND state = 'new' AND ready_at IS NOT NULL AND id IS NOT ?
       AND channel = ? AND account = ? AND chat = ? AND thread = ? AND sender = ? ORDER BY received_at, rowid`,
      text(row, "session_key"),
      text(row, "id"),
      text(row, "channel"),
      text(row, "account"),
      text(row, "chat"),
      text(row, "thread"),
      text(row, "sender"),
    );
  }

  /** The one that waits and came with the run id. */
  waitingWith(sessionKey: string, runId: string): Row | undefined {
    return this.waiting(sessionKey).find((row) => row.run_id === runId);
  }

  setBody(row: Row, body: IngressBody): void {
    this.#db.run("UPDATE ingress SET body = ? WHERE id = ?", JSON.stringify(body), text(row, "id"));
  }

  /** Commands that were being carried out when a process ended. */
  commandsUnderWay(): Row[] {
    return this.#db.all(
      "SELECT * FROM ingress WHERE state = 'command' AND json_extract(body, '$.isUnderWay') = 1 ORDER BY received_at, rowid",
    );
  }

  countWaiting(sessionKey: string): number {
    const sql = "SELECT count(*) AS n FROM ingress WHERE session_key = ? AND state = 'new'";
    return Number(this.#db.get(sql, sessionKey)?.n);
  }

  ofTurn(turnId: string): Row[] {
    return this.#db.all("SELECT * FROM ingress WHERE turn_id = ? ORDER BY received_at, rowid", turnId);
  }

  setState(row: Row, state: "turn" | "merged" | "dropped" | "new" | "command", turnId: string | null): void {
    const sql = "UPDATE ingress SET state = ?, turn_id = ? WHERE id = ?";
    this.#db.run(sql, state, turnId, text(row, "id"));
  }
}

export function bodyOf(row: Row): IngressBody {
  return json<IngressBody>(row, "body");
}

/** Whether the sender went on in the second one while the first one was waited with. */
export function isOfOneBatch(one: Row, other: Row): boolean {
  return one.batch !== null && one.batch === other.batch;
}

/** Whether both may stand in one turn: they came the same way, with the same authority. */
export function isOfOneTurn(one: Row, other: Row): boolean {
  const columns = ["authority", "channel", "account", "chat", "thread"];
  // Where a channel names no chat, each sender is one.
  if (one.chat === "") columns.push("sender");
  return columns.every((column) => one[column] === other[column]);
}
