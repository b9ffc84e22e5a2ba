/** Messages on their way in, and the keys that make a repeat of them harmless. Each method is part of somebody's transaction. */
import { randomUUID } from "node:crypto";
import type { Inbound } from "../session-store.ts";
import { json, type Row, type Statements, text } from "./statements.ts";

/** A repeated key means the same message for this long, in ms. */
const IDEM_TTL_MS = 86_400_000;

/** What of a message has no column of its own. */
export type IngressBody = Pick<Inbound, "text" | "agentId" | "origin" | "options"> &
  Partial<Pick<Inbound, "route" | "parts">> & {
    /** Somebody asked for it to join the turn that runs. */
    isSteered?: boolean;
  };

export class IngressTable {
  #db: Statements;

  constructor(db: Statements) {
    this.#db = db;
  }

  /** The row that the key named within the last day, else the one that came by the same name from the same place. */
  known({ idempotency, channel, account = "", chat = "", thread = "", dedupe }: Inbound, nowMs: number) {
    this.#db.run("DELETE FROM idem WHERE created_at < ?", nowMs - IDEM_TTL_MS);
    const { scope, key } = idempotency;
    const repeated = this.#db.get("SELECT ingress_id FROM idem WHERE scope = ? AND key = ?", scope, key);
    if (repeated !== undefined) return text(repeated, "ingress_id");
    if (dedupe === undefined) return undefined;
    const again = this.#db.get(
      "SELECT id FROM ingress WHERE channel = ? AND account = ? AND chat = ? AND thread = ? AND dedupe = ?",
      channel,
      account,
      chat,
      thread,
      dedupe,
    );
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

  /** What waits in the session, in the order it came. */
  waiting(sessionKey: string): Row[] {
    return this.#db.all(
      "SELECT rowid, * FROM ingress WHERE session_key = ? AND state = 'new' ORDER BY received_at, rowid",
      sessionKey,
    );
  }

  /** The one that waits and came with the run id. */
  waitingWith(sessionKey: string, runId: string): Row | undefined {
    return this.waiting(sessionKey).find((row) => row.run_id === runId);
  }

  setBody(row: Row, body: IngressBody): void {
    this.#db.run("UPDATE ingress SET body = ? WHERE id = ?", JSON.stringify(body), text(row, "id"));
  }

  countWaiting(sessionKey: string): number {
    const sql = "SELECT count(*) AS n FROM ingress WHERE session_key = ? AND state = 'new'";
    return Number(this.#db.get(sql, sessionKey)?.n);
  }

  ofTurn(turnId: string): Row[] {
    return this.#db.all("SELECT * FROM ingress WHERE turn_id = ? ORDER BY received_at, rowid", turnId);
  }

  setState(row: Row, state: "turn" | "merged" | "dropped" | "new", turnId: string | null): void {
    const sql = "UPDATE ingress SET state = ?, turn_id = ? WHERE id = ?";
    this.#db.run(sql, state, turnId, text(row, "id"));
  }
}

export function bodyOf(row: Row): IngressBody {
  return json<IngressBody>(row, "body");
}

/** Whether both may stand in one turn: they came the same way, with the same authority. */
export function isOfOneTurn(one: Row, other: Row): boolean {
  const columns = ["authority", "channel", "account", "chat", "thread"];
  // Where a channel names no chat, each sender is one.
  if (one.chat === "") columns.push("sender");
  return columns.every((column) => one[column] === other[column]);
}
