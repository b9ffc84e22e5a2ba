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
    this.#db.run(
      "INSERT INTO context (session_key, kind, text, author, authority, at) VALUES (?, ?, ?, ?, ?, ?)",
      sessionKey,
      kind,
      said.slice(0, limits.maxChars),
      author,
      authority,
      atMs,
    );
    const waiting = this.#db.all(
      "SELECT id, at, length(text) AS chars FROM context WHERE session_key = ? AND consumed_turn IS NULL ORDER BY id DESC",
      sessionKey,
    );
    let chars = 0;
    for (const [index, row] of waiting.entries()) {
      chars += Number(row.chars);
      const isOld = Number(row.at) <= atMs - limits.maxAgeMs;
      if (index < limits.most && chars <= limits.maxChars && !isOld) continue;
      this.#db.run("DELETE FROM context WHERE id = ?", Number(row.id));
    }
  }

  /** What the turn is told: the same when it is begun a second time. */
  take(sessionKey: string, turnId: string, { sinceMs }: { sinceMs: number }): ContextLine[] {
    this.#db.run(
      "DELETE FROM context WHERE session_key = ? AND consumed_turn IS NULL AND at <= ?",
      sessionKey,
      sinceMs,
    );
    this.#db.run(
      "UPDATE context SET consumed_turn = ? WHERE session_key = ? AND consumed_turn IS NULL",
      turnId,
      sessionKey,
    );
    return this.#db.all("SELECT * FROM context WHERE consumed_turn = ? ORDER BY id", turnId).map(lineOf);
  }

  /** The turn has shown it. */
  forget(turnId: string): void {
    this.#db.run("DELETE FROM context WHERE consumed_turn = ?", turnId);
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
