/** Takes the words of a conversation out of the store for good: the one thing for which entries are deleted. Part of somebody's transaction. */
import type { Erased } from "../session-store.ts";
import { MediaReferences } from "./media.ts";
import { type Row, type Statements, text } from "./statements.ts";

export class Erasure {
  #db: Statements;

  constructor(db: Statements) {
    this.#db = db;
  }

  /** Everything that was said under the key; undefined where nothing was. What it cost stays in the books. */
  erase(key: string): Erased | undefined {
    const ids = this.#sessionIds(key);
    if (ids.length === 0) return undefined;
    const references = new MediaReferences(this.#db);
    const media = new Set([...ids.flatMap((id) => [...references.ofSession(id)]), ...references.ofKey(key)]);
    const sessions = JSON.stringify(ids);
    this.#db.run(`DELETE FROM entries_fts WHERE rowid IN (${SEQS})`, sessions);
    this.#db.run(`DELETE FROM entries_trigram WHERE rowid IN (${SEQS})`, sessions);
    const entries = this.#withoutGuard(() => {
      // A summary of a conversation that went on from one of these stands for what was said here as well.
      const summaries = this.#db.run(
        `DELETE FROM entries WHERE type = 'compaction' AND session_id IN (${FORKS})`,
        sessions,
      );
      return summaries + this.#db.run(`DELETE FROM entries WHERE session_id IN (${IDS})`, sessions);
    });
    for (const sql of OF_TURNS) this.#db.run(sql, key);
    for (const sql of OF_KEY) this.#db.run(sql, key);
    for (const id of ids) this.#db.run("DELETE FROM kv WHERE instr(key, ?) > 0", id);
    return { entries, conversations: ids.length, media };
  }

  isKnown(key: string): boolean {
    return this.#sessionIds(key).length > 0;
  }

  /** Gives the room back to the disk, and with it the last trace of what was in it. Outside of every transaction. */
  shrink(): void {
    // What is deleted from an index of words is only marked so, until the parts of the index are put together.
    for (const index of ["entries_fts", "entries_trigram"])
      this.#db.run(`INSERT INTO ${index} (${index}) VALUES ('optimize')`);
    this.#db.database.exec("VACUUM; PRAGMA wal_checkpoint(TRUNCATE)");
  }

  /** The keys of conversations that go on from one of this key. */
  forksOf(key: string): string[] {
    const sessions = JSON.stringify(this.#sessionIds(key));
    const sql = `SELECT DISTINCT key FROM session_ids WHERE session_id IN (${FORKS})`;
    return this.#db.all(sql, sessions).map((row) => text(row, "key"));
  }

  #sessionIds(key: string): string[] {
    const rows = this.#db.all(
      "SELECT session_id FROM session_ids WHERE key = ? UNION SELECT session_id FROM sessions WHERE key = ?",
      key,
      key,
    );
    return rows.map((row) => text(row, "session_id"));
  }

  /** Entries are guarded by a trigger, which is back before anybody else looks. */
  #withoutGuard<T>(work: () => T): T {
    const guard: Row | undefined = this.#db.get(
      "SELECT sql FROM sqlite_master WHERE name = 'entries_are_kept'",
    );
    this.#db.database.exec("DROP TRIGGER entries_are_kept");
    const result = work();
    this.#db.database.exec(String(guard?.sql));
    return result;
  }
}

const IDS = "SELECT value FROM json_each(?)";
const SEQS = `SELECT seq FROM entries WHERE session_id IN (${IDS})`;
const FORKS = `SELECT session_id FROM entries WHERE type = 'custom' AND json_extract(body, '$.fork.sessionId') IN (${IDS})`;
const OF_TURNS = ["outbox", "tool_calls"].map(
  (table) => `DELETE FROM ${table} WHERE turn_id IN (SELECT id FROM turns WHERE session_key = ?)`,
);
const OF_KEY = [
  "DELETE FROM turns WHERE session_key = ?",
  "DELETE FROM idem WHERE ingress_id IN (SELECT id FROM ingress WHERE session_key = ?)",
  "DELETE FROM ingress WHERE session_key = ?",
  "DELETE FROM context WHERE session_key = ?",
  "DELETE FROM spawns WHERE parent_key = ?",
  "DELETE FROM spawns WHERE session_key = ?",
  "DELETE FROM approvals WHERE session_key = ?",
  "DELETE FROM processes WHERE session_key = ? AND state <> 'running'",
  "DELETE FROM session_ids WHERE key = ?",
  "DELETE FROM sessions WHERE key = ?",
];
