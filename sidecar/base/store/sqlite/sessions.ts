/** The rows of sessions, and every id that a key has had. Each method is part of somebody's transaction. */
import { randomUUID } from "node:crypto";
import { BugError, RequestError } from "../../../../shared/errors.ts";
import { advice } from "../../../../shared/remedy.ts";
import type {
  FormerSession,
  SessionFields,
  SessionPatch,
  SessionQuery,
  SessionRow,
} from "../session-store.ts";
import { json, type Row, type Statements, text, type Value } from "./statements.ts";

export class SessionTable {
  #db: Statements;

  constructor(db: Statements) {
    this.#db = db;
  }

  list(query: SessionQuery): SessionRow[] {
    const { sql, values } = listing(query);
    return this.#db.all(sql, ...values).map(sessionOf);
  }

  count(agentId: string | undefined): number {
    const where = agentId === undefined ? "" : " AND agent_id = ?";
    const values = agentId === undefined ? [] : [agentId];
    const sql = `SELECT count(*) AS n FROM sessions WHERE archived_at IS NULL${where}`;
    return Number(this.#db.get(sql, ...values)?.n);
  }

  get(key: string): SessionRow | undefined {
    const row = this.#db.get("SELECT * FROM sessions WHERE key = ? AND archived_at IS NULL", key);
    return row && sessionOf(row);
  }

  bySessionId(sessionId: string): SessionRow | undefined {
    const row = this.#db.get(
      "SELECT * FROM sessions WHERE session_id = ? AND archived_at IS NULL ORDER BY updated_at DESC LIMIT 1",
      sessionId,
    );
    return row && sessionOf(row);
  }

  existing(key: string): SessionRow {
    const row = this.get(key);
    if (row === undefined) throw new BugError(`there is no session ${key} just after it was made`);
    return row;
  }

  /** The session of the key, made where there is none; one that was archived begins anew. */
  ensure(key: string, agentId: string, nowMs: number): SessionRow {
    const known = this.get(key);
    if (known !== undefined) return known;
    const sessionId = this.#newId(key, nowMs);
    this.#db.run(
      `INSERT INTO sessions (key, agent_id, session_id, started_at, updated_at, entry) VALUES (?, ?, ?, ?, ?, '{}')
       ON CONFLICT (key) DO UPDATE SET session_id = excluded.session_id, started_at = excluded.started_at,
         updated_at = excluded.updated_at, entry = '{}', archived_at = NULL, archive_reason = NULL, last_user_at = NULL`,
      key,
      agentId,
      sessionId,
      nowMs,
      nowMs,
    );
    return this.existing(key);
  }

  /** Begins a new conversation under the key. */
  reset(key: string, agentId: string, fields: SessionFields, nowMs: number): SessionRow {
    const former = this.ensure(key, agentId, nowMs);
    this.#endId(former.sessionId, "reset", nowMs);
    const sessionId = this.#newId(key, nowMs);
    this.#pointTo(key, { sessionId, startedAtMs: nowMs, lastUserAtMs: null, fields }, nowMs);
    return this.existing(key);
  }

  /** Goes back to the conversation before the last reset that is not older than `sinceMs`; undefined where there is none. */
  undoReset(key: string, sinceMs: number, nowMs: number): SessionRow | undefined {
    const former = this.#db.get(
      `SELECT * FROM session_ids WHERE key = ? AND reason = 'reset' AND ended_at >= ?
       ORDER BY ended_at DESC, rowid DESC LIMIT 1`,
      key,
      sinceMs,
    );
    return former && this.#goBack(key, former, nowMs);
  }

  /** Those that ended, the last one first. */
  former(key: string, limit: number): FormerSession[] {
    const rows = this.#db.all(
      "SELECT * FROM session_ids WHERE key = ? AND ended_at IS NOT NULL ORDER BY ended_at DESC, rowid DESC LIMIT ?",
      key,
      limit,
    );
    return rows.map((row) => ({
      sessionId: text(row, "session_id"),
      startedAtMs: Number(row.started_at),
      endedAtMs: Number(row.ended_at),
      reason: text(row, "reason"),
    }));
  }

  /** Goes back to one that ended; undefined where it is none of the key. */
  reopen(key: string, sessionId: string, nowMs: number): SessionRow | undefined {
    const sql = "SELECT * FROM session_ids WHERE key = ? AND session_id = ? AND ended_at IS NOT NULL";
    const former = this.#db.get(sql, key, sessionId);
    return former && this.#goBack(key, former, nowMs);
  }

  /** Whether the conversation is the only one that the key has ever stood for. */
  isFirst(key: string): boolean {
    const row = this.#db.get("SELECT count(*) AS n FROM session_ids WHERE key = ?", key);
    return Number(row?.n) <= 1;
  }

  /** Whether nothing happened to the session after that; also of one that stands in no list. */
  isUntouched(key: string, sinceMs: number): boolean {
    const row = this.#db.get("SELECT updated_at FROM sessions WHERE key = ?", key);
    return row !== undefined && Number(row.updated_at) <= sinceMs;
  }

  /** The key that the conversation belongs to, or belonged. */
  keyOf(sessionId: string): string | undefined {
    const row = this.#db.get("SELECT key FROM session_ids WHERE session_id = ?", sessionId);
    return row && text(row, "key");
  }

  archive(key: string, reason: string, nowMs: number): boolean {
    const row = this.get(key);
    if (row === undefined) return false;
    this.#endId(row.sessionId, reason, nowMs);
    this.#db.run(
      "UPDATE sessions SET archived_at = ?, archive_reason = ?, label = NULL WHERE key = ?",
      nowMs,
      reason,
      key,
    );
    return true;
  }

  setFields(key: string, change: SessionPatch, nowMs: number): SessionRow {
    const { fields } = this.existing(key);
    const next = Object.fromEntries(
      Object.entries({ ...fields, ...change }).filter(([, value]) => value !== null && value !== undefined),
    );
    this.#db.run(
      "UPDATE sessions SET entry = ?, label = ?, updated_at = max(updated_at, ?) WHERE key = ?",
      JSON.stringify(next),
      labelIn(next),
      nowMs,
      key,
    );
    return this.existing(key);
  }

  touch(key: string, nowMs: number): void {
    this.#db.run("UPDATE sessions SET updated_at = max(updated_at, ?) WHERE key = ?", nowMs, key);
  }

  /** A person wrote: what decides whether a conversation is still fresh. */
  heard(key: string, nowMs: number): void {
    this.#db.run("UPDATE sessions SET last_user_at = ? WHERE key = ?", nowMs, key);
  }

  /** Fails with `LABEL_TAKEN`. */
  refuseTaken(key: string, label: string): void {
    const sql = "SELECT key FROM sessions WHERE label = ? AND key IS NOT ? AND archived_at IS NULL";
    if (this.#db.get(sql, label, key) === undefined) return;
    throw new RequestError("LABEL_TAKEN", advice`label already in use: ${label}`);
  }

  #goBack(key: string, former: Row, nowMs: number): SessionRow | undefined {
    const current = this.get(key);
    if (current === undefined) return undefined;
    const sessionId = text(former, "session_id");
    this.#endId(current.sessionId, "undone", nowMs);
    this.#db.run("UPDATE session_ids SET ended_at = NULL, reason = NULL WHERE session_id = ?", sessionId);
    const { fields } = current;
    // Whoever brings it back is in it.
    const back = { sessionId, startedAtMs: Number(former.started_at), lastUserAtMs: nowMs, fields };
    this.#pointTo(key, back, nowMs);
    return this.existing(key);
  }

  #pointTo(
    key: string,
    to: { sessionId: string; startedAtMs: number; lastUserAtMs: number | null; fields: SessionFields },
    nowMs: number,
  ): void {
    const { sessionId, startedAtMs, lastUserAtMs, fields } = to;
    this.#db.run(
      `UPDATE sessions SET session_id = ?, started_at = ?, last_user_at = ?, updated_at = ?, label = ?, entry = ?
       WHERE key = ?`,
      sessionId,
      startedAtMs,
      lastUserAtMs,
      nowMs,
      labelIn(fields),
      JSON.stringify(fields),
      key,
    );
  }

  #newId(key: string, nowMs: number): string {
    const sessionId = randomUUID();
    this.#db.run(
      "INSERT INTO session_ids (session_id, key, started_at) VALUES (?, ?, ?)",
      sessionId,
      key,
      nowMs,
    );
    return sessionId;
  }

  #endId(sessionId: string, reason: string, nowMs: number): void {
    const sql = "UPDATE session_ids SET ended_at = ?, reason = ? WHERE session_id = ?";
    this.#db.run(sql, nowMs, reason, sessionId);
  }
}

function listing({ limit, agentId, label, spawnedBy, search, updatedSinceMs }: SessionQuery): {
  sql: string;
  values: Value[];
} {
  const conditions = ["archived_at IS NULL"];
  const values: Value[] = [];
  const only = (condition: string, ...given: Value[]) => {
    conditions.push(condition);
    values.push(...given);
  };
  if (agentId !== undefined) only("agent_id = ?", agentId);
  if (label !== undefined) only("label = ?", label);
  if (spawnedBy !== undefined) only("json_extract(entry, '$.spawnedBy') = ?", spawnedBy);
  if (updatedSinceMs !== undefined) only("updated_at >= ?", updatedSinceMs);
  if (search !== undefined && search.trim() !== "") {
    // Part of a name, with what LIKE takes for more taken as it stands.
    const part = `%${search.trim().replace(/[\\%_]/g, "\\$&")}%`;
    const names = ["json_extract(entry, '$.displayName')", "label", "json_extract(entry, '$.subject')"];
    const places = [...names, "session_id", "key"].map((place) => `${place} LIKE ? ESCAPE '\\'`);
    only(`(${places.join(" OR ")})`, ...places.map(() => part));
  }
  values.push(limit ?? -1);
  const sql = `SELECT * FROM sessions WHERE ${conditions.join(" AND ")} ORDER BY updated_at DESC, key LIMIT ?`;
  return { sql, values };
}

function sessionOf(row: Row): SessionRow {
  return {
    key: text(row, "key"),
    agentId: text(row, "agent_id"),
    sessionId: text(row, "session_id"),
    startedAtMs: Number(row.started_at),
    updatedAtMs: Number(row.updated_at),
    lastUserAtMs: row.last_user_at === null ? undefined : Number(row.last_user_at),
    fields: json<SessionFields>(row, "entry"),
  };
}

function labelIn({ label }: SessionFields): string | null {
  return typeof label === "string" ? label : null;
}
