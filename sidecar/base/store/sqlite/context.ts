/** What a conversation is told of at its next turn. Each method is part of somebody's transaction. */
import type { Authority, ContextLimits, ContextLine } from "../session-store.ts";
import { type Row, type Statements, text } from "./statements.ts";

export class ContextTable {
  #db: Statements;

  constructor(db: Statements) {
    this.#db = db;
  }

  keep(
    sessionKey: string,
    { kind, text: said, author, authority, atMs }: ContextLine,
    limits: ContextLimits,
  ): void {
    if (kind === "event" && this.events(sessionKey, atMs - limits.maxAgeMs).at(-1)?.text === said) return;
    this.#db.run(
      "INSERT INTO context (session_key, kind, text, author, authority, at) VALUES (?, ?, ?, ?, ?, ?)",
      sessionKey,
      kind,
      said.slice(0, limits.maxChars),
      author,
      authority,
      atMs,
    );
    // What people say takes no room from what happens, and the other way round.
    const waiting = this.#db.all(
      "SELECT id, at, length(text) AS chars FROM context WHERE session_key = ? AND (kind = 'event') = ? ORDER BY id DESC",
      sessionKey,
      kind === "event" ? 1 : 0,
    );
    let chars = 0;
    for (const [index, row] of waiting.entries()) {
      chars += Number(row.chars);
      const isOld = Number(row.at) <= atMs - limits.maxAgeMs;
      if (index < limits.most && chars <= limits.maxChars && !isOld) continue;
      this.#db.run("DELETE FROM context WHERE id = ?", Number(row.id));
    }
  }

  /** What is about messages of a conversation that is over is told to nobody. */
  forgetEdits(sessionKey: string): void {
    this.#db.run("DELETE FROM context WHERE session_key = ? AND kind = 'edited'", sessionKey);
  }

  /** Events that wait. */
  events(sessionKey: string, sinceMs: number): ContextLine[] {
    const rows = this.#db.all(
      "SELECT * FROM context WHERE session_key = ? AND kind = 'event' AND at > ? ORDER BY id",
      sessionKey,
      sinceMs,
    );
    return rows.map(lineOf);
  }

  /** What is to be told, which is told once: whoever takes it keeps it. */
  take(sessionKey: string, sinceMs: number): ContextLine[] {
    const rows = this.#db.all(
      "SELECT * FROM context WHERE session_key = ? AND at > ? ORDER BY id",
      sessionKey,
      sinceMs,
    );
    this.#db.run("DELETE FROM context WHERE session_key = ?", sessionKey);
    return rows.map(lineOf);
  }
}

function lineOf(row: Row): ContextLine {
  return {
    kind: row.kind as ContextLine["kind"],
    text: text(row, "text"),
    author: text(row, "author"),
    authority: row.authority as Authority,
    atMs: Number(row.at),
  };
}
