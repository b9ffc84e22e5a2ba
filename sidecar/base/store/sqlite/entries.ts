/** The entries of conversations: added, read and found again, never changed. Each method is part of somebody's transaction. */
import { randomBytes } from "node:crypto";
import { type Fork, type Message, textMessage, textOf } from "../message.ts";
import type {
  EntryPage,
  EntryRange,
  EntryRow,
  EntryType,
  EntryWindow,
  FoundEntry,
} from "../session-store.ts";
import { json, type Row, type Statements, text } from "./statements.ts";

/** What is added besides its conversation and time. */
export interface NewEntry {
  type?: EntryType;
  message: Message;
  turnId?: string | undefined;
  state?: EntryRow["state"];
  /** A name of the entry that another store gave it. */
  id?: string;
  /** Of another conversation, where that is what it follows. */
  parentId?: string;
}

export class EntryTable {
  #db: Statements;

  constructor(db: Statements) {
    this.#db = db;
  }

  /** A page of the conversation, oldest first. Without `before`, `after` or `around` the newest ones. */
  page(sessionId: string, page: EntryPage): EntryRow[] {
    const { limit, beforeSeq, afterSeq, aroundSeq } = page;
    if (aroundSeq !== undefined) {
      const half = Math.ceil(limit / 2);
      return [
        ...this.#older(sessionId, aroundSeq + 1, half),
        ...this.#newer(sessionId, aroundSeq, limit - half),
      ];
    }
    if (afterSeq !== undefined) return this.#newer(sessionId, afterSeq, limit);
    return this.#older(sessionId, beforeSeq ?? Number.MAX_SAFE_INTEGER, limit);
  }

  /** The same by ids, with what is around it; undefined where the named entry is none of the conversation. */
  window(sessionId: string, { limit, before, after, around }: EntryRange): EntryWindow | undefined {
    const named = before ?? after ?? around;
    const anchor = named === undefined ? undefined : this.get(sessionId, named);
    if (named !== undefined && anchor === undefined) return undefined;
    const at = (id: string | undefined) => (id === undefined ? undefined : anchor?.seq);
    const entries = this.page(sessionId, {
      limit,
      beforeSeq: at(before),
      afterSeq: at(after),
      aroundSeq: at(around),
    });
    const [first, last] = [entries[0], entries.at(-1)];
    // Of an empty page only the entry that was named says where it is.
    const [low, high] =
      first === undefined || last === undefined
        ? [at(before) ?? Number.MAX_SAFE_INTEGER, at(before) === undefined ? Number.MAX_SAFE_INTEGER : 0]
        : [first.seq, last.seq];
    return {
      entries,
      hasBefore: this.#isAny(sessionId, "seq < ?", low),
      hasAfter: this.#isAny(sessionId, "seq > ?", high),
      head: this.head(sessionId),
    };
  }

  /** An entry by its id, whatever became of it. */
  get(sessionId: string, id: string): EntryRow | undefined {
    const row = this.#db.get("SELECT * FROM entries WHERE session_id = ? AND id = ?", sessionId, id);
    return row && entryOf(row);
  }

  /** The id of the newest entry of the conversation as people see it. */
  head(sessionId: string): string | undefined {
    const row = this.#db.get(
      `SELECT id FROM entries WHERE session_id = ? AND ${VISIBLE} ORDER BY seq DESC LIMIT 1`,
      sessionId,
    );
    return row && text(row, "id");
  }

  /**
   * What a model may be sent, oldest first: the newest summary and what follows what it stands for, at most `limit` entries, none of them
   * behind `untilSeq`. A fork goes on from the conversation that it comes from, as that was then, without what was taken out of it since.
   */
  conversation(sessionId: string, limit: number, untilSeq = Number.MAX_SAFE_INTEGER): EntryRow[] {
    const summary = this.#db.get(
      `SELECT seq, json_extract(body, '$.compaction.firstKeptSeq') AS kept FROM entries
       WHERE session_id = ? AND seq <= ? AND type = 'compaction' AND state = 'ok' ORDER BY seq DESC LIMIT 1`,
      sessionId,
      untilSeq,
    );
    const from = summary === undefined ? 0 : Number(summary.kept ?? summary.seq);
    const own = this.#messages(sessionId, [from, untilSeq], limit);
    const fork = this.forkOf(sessionId);
    const room = limit - own.length;
    if (summary === undefined)
      return fork === undefined || room === 0
        ? own
        : [...this.conversation(fork.sessionId, room, fork.seq), ...own];
    const before =
      fork === undefined || from > fork.seq ? [] : this.#messages(fork.sessionId, [from, fork.seq], room);
    const row = this.#db.get("SELECT * FROM entries WHERE seq = ?", Number(summary.seq));
    return [...(row === undefined ? [] : [entryOf(row)]), ...before, ...own];
  }

  /** Has a conversation without entries go on from that entry of another one. */
  fork(sessionId: string, from: { sessionId: string; entry: EntryRow }, nowMs: number): void {
    const { seq, id } = from.entry;
    const fork = { sessionId: from.sessionId, seq };
    const message = { ...textMessage("assistant", "", nowMs), customType: "fork", fork };
    this.add(sessionId, { type: "custom", message, parentId: id }, nowMs);
  }

  /** Where the conversation goes on from; undefined for one that began by itself. */
  forkOf(sessionId: string): (Fork & { id: string }) | undefined {
    const row = this.#db.get(
      "SELECT type, state, parent_id, body FROM entries WHERE session_id = ? ORDER BY seq LIMIT 1",
      sessionId,
    );
    if (row?.type !== "custom" || row.state !== "ok") return undefined;
    const { fork } = json<Message>(row, "body");
    return fork && { ...fork, id: text(row, "parent_id") };
  }

  /** An entry of the conversation, or of what it goes on from. */
  inherited(sessionId: string, id: string): EntryRow | undefined {
    const own = this.get(sessionId, id);
    const fork = own === undefined ? this.forkOf(sessionId) : undefined;
    return fork === undefined ? own : this.get(fork.sessionId, id);
  }

  isEmpty(sessionId: string): boolean {
    return this.#db.get("SELECT 1 FROM entries WHERE session_id = ? LIMIT 1", sessionId) === undefined;
  }

  ofTurn(turnId: string): EntryRow[] {
    return this.#db.all("SELECT * FROM entries WHERE turn_id = ? ORDER BY seq", turnId).map(entryOf);
  }

  /** Entries of the gateway's own of that kind, oldest first. */
  custom(sessionId: string, customType: string): Message[] {
    const rows = this.#db.all(
      `SELECT body FROM entries WHERE session_id = ? AND type = 'custom' AND state = 'ok'
       AND json_extract(body, '$.customType') = ? ORDER BY seq`,
      sessionId,
      customType,
    );
    return rows.map((row) => json<Message>(row, "body"));
  }

  firstUserText(sessionId: string): string | undefined {
    const row = this.#db.get(
      `SELECT body FROM entries WHERE session_id = ? AND role = 'user' AND type = 'message' AND state IS NOT 'off_path'
       ORDER BY seq LIMIT 1`,
      sessionId,
    );
    return row === undefined ? undefined : textOf(json<Message>(row, "body"));
  }

  /** Adds an entry behind the last one that is still part of the conversation, and returns its id. */
  add(
    sessionId: string,
    { type = "message", message, turnId, state = "ok", id: given, parentId }: NewEntry,
    nowMs: number,
  ): string {
    const id = given ?? this.#freeId(sessionId);
    const last = this.#db.get(
      "SELECT id FROM entries WHERE session_id = ? AND state IN ('ok', 'partial') ORDER BY seq DESC LIMIT 1",
      sessionId,
    );
    const seq = this.#db.add(
      `INSERT INTO entries (session_id, id, parent_id, type, role, turn_id, state, created_at, body)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      sessionId,
      id,
      parentId ?? (last === undefined ? null : text(last, "id")),
      type,
      message.role,
      turnId ?? null,
      state,
      nowMs,
      JSON.stringify(message),
    );
    this.#index(seq, message, type);
    return id;
  }

  /** Takes the entries from that one on out of the conversation; they stay to be read. How many those were. */
  setAside(sessionId: string, fromSeq: number): number {
    return this.#db.run(
      "UPDATE entries SET state = 'off_path' WHERE session_id = ? AND seq >= ? AND state IN ('ok', 'partial')",
      sessionId,
      fromSeq,
    );
  }

  /** Entries that hold all of the words, the best first. */
  search(sessionIds: readonly string[], words: string, limit: number): FoundEntry[] {
    const query = (words.match(/[\p{L}\p{N}]+/gu) ?? []).map((word) => `"${word}"`).join(" ");
    if (query === "") return [];
    // The letters of Chinese, Japanese and Korean stand without spaces between words.
    const table = /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Hangul}]/u.test(words)
      ? "entries_trigram"
      : "entries_fts";
    const rows = this.#db.all(
      `SELECT entries.* FROM ${table} JOIN entries ON entries.seq = ${table}.rowid
       WHERE ${table} MATCH ? AND entries.session_id IN (SELECT value FROM json_each(?))
       ORDER BY ${table}.rank, entries.seq DESC LIMIT ?`,
      query,
      JSON.stringify(sessionIds),
      limit,
    );
    return rows.map((row) => ({ ...entryOf(row), sessionId: text(row, "session_id") }));
  }

  /** What was said between two entries, those included: the last of it. */
  #messages(sessionId: string, [fromSeq, untilSeq]: readonly [number, number], limit: number): EntryRow[] {
    const rows = this.#db.all(
      `SELECT * FROM entries WHERE session_id = ? AND seq BETWEEN ? AND ? AND state = 'ok' AND type = 'message'
       ORDER BY seq DESC LIMIT ?`,
      sessionId,
      fromSeq,
      untilSeq,
      limit,
    );
    return rows.reverse().map(entryOf);
  }

  #older(sessionId: string, beforeSeq: number, limit: number): EntryRow[] {
    const rows = this.#db.all(
      `SELECT * FROM entries WHERE session_id = ? AND seq < ? AND ${VISIBLE} ORDER BY seq DESC LIMIT ?`,
      sessionId,
      beforeSeq,
      limit,
    );
    return rows.reverse().map(entryOf);
  }

  #newer(sessionId: string, afterSeq: number, limit: number): EntryRow[] {
    const rows = this.#db.all(
      `SELECT * FROM entries WHERE session_id = ? AND seq > ? AND ${VISIBLE} ORDER BY seq LIMIT ?`,
      sessionId,
      afterSeq,
      limit,
    );
    return rows.map(entryOf);
  }

  #isAny(sessionId: string, where: string, seq: number): boolean {
    const sql = `SELECT 1 FROM entries WHERE session_id = ? AND ${where} AND ${VISIBLE} LIMIT 1`;
    return this.#db.get(sql, sessionId, seq) !== undefined;
  }

  #index(seq: number, message: Message, type: EntryType): void {
    const words = type === "message" && message.role !== "toolResult" ? textOf(message) : "";
    if (words.trim() === "") return;
    for (const table of ["entries_fts", "entries_trigram"]) {
      this.#db.run(`INSERT INTO ${table} (rowid, text) VALUES (?, ?)`, seq, words);
    }
  }

  /** Eight hex digits, as clients know them. */
  #freeId(sessionId: string): string {
    for (;;) {
      const id = randomBytes(4).toString("hex");
      const sql = "SELECT 1 FROM entries WHERE session_id = ? AND id = ?";
      if (this.#db.get(sql, sessionId, id) === undefined) return id;
    }
  }
}

/** What people see of a conversation. */
const VISIBLE = "type IN ('message', 'compaction') AND state IN ('ok', 'partial')";

function entryOf(row: Row): EntryRow {
  return {
    seq: Number(row.seq),
    id: text(row, "id"),
    type: row.type as EntryType,
    createdAtMs: Number(row.created_at),
    state: row.state as EntryRow["state"],
    ...(typeof row.turn_id === "string" && { turnId: row.turn_id }),
    message: json<Message>(row, "body"),
    size: text(row, "body").length,
  };
}
