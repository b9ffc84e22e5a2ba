/** Histories of other programs in the tables of the store: written once however often they come, and read for export. */
import type { DatabaseSync } from "node:sqlite";
import { failpoint } from "../failpoint.ts";
import type {
  ExportedEntry,
  ExportStore,
  ImportedEntry,
  ImportedSession,
  ImportStore,
  SessionPlace,
} from "../import-store.ts";
import type { DeliveredEntry } from "../session-store.ts";
import { deliveriesIn } from "./deliveries.ts";
import { EntryTable } from "./entries.ts";
import { json, type Row, Statements, text } from "./statements.ts";

export class ImportTables implements ImportStore, ExportStore {
  #db: Statements;

  constructor(database: DatabaseSync) {
    this.#db = new Statements(database);
  }

  async importSession(session: ImportedSession): Promise<SessionPlace> {
    return this.#db.together(() => {
      const { key, sessionId, startedAtMs, updatedAtMs, isFormer } = session;
      const row = this.#db.get("SELECT session_id, archived_at FROM sessions WHERE key = ?", key);
      const isCurrent = row?.session_id === sessionId;
      const isFree = row === undefined || (!isCurrent && this.#isEmpty(row));
      const isBeside = !isCurrent && !isFree;
      this.#db.run(
        `INSERT OR IGNORE INTO session_ids (session_id, key, started_at, ended_at, reason) VALUES (?, ?, ?, ?, ?)`,
        sessionId,
        key,
        startedAtMs,
        isFormer || isBeside ? updatedAtMs : null,
        isFormer || isBeside ? "imported" : null,
      );
      if (isFree) this.#adopt(session);
      return isBeside ? "beside" : isCurrent ? "known" : "made";
    });
  }

  async importEntries(sessionId: string, entries: readonly ImportedEntry[]): Promise<number> {
    const added = this.#db.together(() => {
      let count = 0;
      for (const entry of entries) count += this.#add(sessionId, entry) ? 1 : 0;
      return count;
    });
    failpoint("import-batch");
    return added;
  }

  async noteImport(from: string, summary: object, nowMs: number): Promise<void> {
    this.#db.run(
      `INSERT INTO kv (scope, key, value, updated_at) VALUES ('import', ?, ?, ?)
       ON CONFLICT (scope, key) DO UPDATE SET value = excluded.value, updated_at = excluded.updated_at`,
      from,
      JSON.stringify(summary),
      nowMs,
    );
  }

  /** The places that were imported as a whole. */
  importedPlaces(): string[] {
    return this.#db.all("SELECT key FROM kv WHERE scope = 'import'").map((row) => text(row, "key"));
  }

  find(keyOrId: string) {
    const row =
      this.#db.get("SELECT key, session_id, started_at FROM sessions WHERE key = ?", keyOrId) ??
      this.#db.get("SELECT key, session_id, started_at FROM session_ids WHERE session_id = ?", keyOrId);
    return (
      row && {
        key: text(row, "key"),
        sessionId: text(row, "session_id"),
        startedAtMs: Number(row.started_at),
      }
    );
  }

  forkOf(sessionId: string) {
    return new EntryTable(this.#db).forkOf(sessionId);
  }

  entriesAfter(sessionId: string, seq: number, limit: number): ExportedEntry[] {
    return this.#db
      .all(
        "SELECT * FROM entries WHERE session_id = ? AND seq > ? ORDER BY seq LIMIT ?",
        sessionId,
        seq,
        limit,
      )
      .map(exported);
  }

  deliveriesOf(entries: readonly DeliveredEntry[]) {
    return deliveriesIn(this.#db, entries);
  }

  close(): void {
    this.#db.close();
  }

  /** A key whose conversation nobody has begun, or that was put away, is free. */
  #isEmpty(row: Row): boolean {
    if (row.archived_at !== null) return true;
    return (
      this.#db.get("SELECT 1 FROM entries WHERE session_id = ? LIMIT 1", text(row, "session_id")) ===
      undefined
    );
  }

  #adopt(session: ImportedSession): void {
    const { key, agentId, sessionId, startedAtMs, updatedAtMs, isFormer } = session;
    const { label, ...unlabelled } = session.fields;
    const isTaken =
      typeof label !== "string" ||
      this.#db.get(
        "SELECT 1 FROM sessions WHERE label = ? AND key IS NOT ? AND archived_at IS NULL",
        label,
        key,
      );
    const fields = isTaken ? unlabelled : session.fields;
    this.#db.run(
      `INSERT INTO sessions (key, agent_id, session_id, label, started_at, updated_at, last_user_at, entry, archived_at,
         archive_reason) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (key) DO UPDATE SET agent_id = excluded.agent_id, session_id = excluded.session_id, label = excluded.label,
         started_at = excluded.started_at, updated_at = excluded.updated_at, last_user_at = excluded.last_user_at,
         entry = excluded.entry,
         archived_at = excluded.archived_at, archive_reason = excluded.archive_reason`,
      key,
      agentId,
      sessionId,
      isTaken || isFormer ? null : label,
      startedAtMs,
      updatedAtMs,
      // Nothing but people changed it there.
      updatedAtMs,
      JSON.stringify(fields),
      isFormer ? updatedAtMs : null,
      isFormer ? "imported" : null,
    );
  }

  /** False when it was there before. */
  #add(sessionId: string, entry: ImportedEntry): boolean {
    const { id, parentId, type, role, state, createdAtMs, words } = entry;
    const known = this.#db.get("SELECT 1 FROM entries WHERE session_id = ? AND id = ?", sessionId, id);
    if (known !== undefined) return false;
    const seq = this.#db.add(
      `INSERT INTO entries (session_id, id, parent_id, type, role, state, created_at, body)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
      sessionId,
      id,
      parentId ?? null,
      type,
      role ?? null,
      state,
      createdAtMs,
      JSON.stringify(this.#withKept(sessionId, entry)),
    );
    if (words.trim() === "") return true;
    for (const table of ["entries_fts", "entries_trigram"]) {
      this.#db.run(`INSERT INTO ${table} (rowid, text) VALUES (?, ?)`, seq, words);
    }
    return true;
  }

  /** A summary names the first entry that is kept by its number here; without one, nothing before the summary is. */
  #withKept(sessionId: string, { type, body }: ImportedEntry): object {
    const { compaction } = body;
    if (type !== "compaction" || typeof compaction !== "object" || compaction === null) return body;
    const { firstKeptEntryId } = compaction as { firstKeptEntryId?: unknown };
    const first = this.#db.get(
      "SELECT seq FROM entries WHERE session_id = ? AND id = ?",
      sessionId,
      String(firstKeptEntryId),
    );
    const next = this.#db.get("SELECT seq FROM sqlite_sequence WHERE name = 'entries'");
    return { ...body, compaction: { ...compaction, firstKeptSeq: Number(first?.seq ?? next?.seq ?? 0) } };
  }
}

function exported(row: Row): ExportedEntry {
  return {
    seq: Number(row.seq),
    id: text(row, "id"),
    parentId: row.parent_id === null ? undefined : text(row, "parent_id"),
    type: text(row, "type"),
    turnId: row.turn_id === null ? undefined : text(row, "turn_id"),
    state: row.state as ExportedEntry["state"],
    createdAtMs: Number(row.created_at),
    body: json<Record<string, unknown>>(row, "body"),
  };
}
