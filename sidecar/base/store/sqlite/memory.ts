/** The index of notes in SQLite: the tables `mem_files` and `mem_chunks`, and two indexes of their texts. */
import type { DatabaseSync } from "node:sqlite";
import type { FoundPart, FoundSaying, MemoryStore, NoteFile, NotePart, Sought } from "../memory-store.ts";
import { type Message, textOf } from "../message.ts";
import { json, type Row, Statements, text } from "./statements.ts";

const INDEXES = ["mem_words", "mem_letters"] as const;

export class SqliteMemoryStore implements MemoryStore {
  readonly #db: Statements;

  constructor(database: DatabaseSync) {
    this.#db = new Statements(database);
  }

  async notes(agentId: string): Promise<Map<string, string>> {
    const rows = this.#db.all("SELECT path, stamp FROM mem_files WHERE agent_id = ?", agentId);
    return new Map(rows.map((row) => [text(row, "path"), text(row, "stamp")]));
  }

  async put(agentId: string, { path, stamp }: NoteFile, parts: readonly NotePart[]): Promise<void> {
    // Nothing is lost with it: it is in the files.
    this.#db.loosely(() => {
      this.#forget(agentId, path);
      this.#db.run("INSERT INTO mem_files (agent_id, path, stamp) VALUES (?, ?, ?)", agentId, path, stamp);
      for (const part of parts) this.#add(agentId, path, part);
    });
  }

  async drop(agentId: string, paths: readonly string[]): Promise<void> {
    if (paths.length === 0) return;
    this.#db.loosely(() => {
      for (const path of paths) this.#forget(agentId, path);
    });
  }

  async find(agentId: string, { words, pieces, scraps }: Sought, limit: number): Promise<FoundPart[]> {
    const byWords = words.length === 0 ? [] : this.#matches("mem_words", agentId, anyOf(words), limit);
    const byLetters = pieces.length === 0 ? [] : this.#matches("mem_letters", agentId, anyOf(pieces), limit);
    const byScraps =
      byLetters.length > 0 ? [] : scraps.flatMap((each) => this.#holding(agentId, each, limit));
    const found = new Map<number, FoundPart>();
    const take = (rows: readonly Row[], rank: "wordRank" | "letterRank") => {
      for (const [index, row] of rows.entries()) {
        const id = Number(row.id);
        const part = found.get(id) ?? partOf(row);
        part[rank] ??= index + 1;
        found.set(id, part);
      }
    };
    take(byWords, "wordRank");
    take([...byLetters, ...byScraps], "letterRank");
    return [...found.values()];
  }

  async said(
    sessionIds: readonly string[],
    { words, pieces }: Sought,
    limit: number,
  ): Promise<FoundSaying[]> {
    const [table, query] =
      words.length > 0 ? ["entries_fts", anyOf(words)] : ["entries_trigram", anyOf(pieces)];
    if (query === "" || sessionIds.length === 0) return [];
    const rows = this.#db.all(
      `SELECT entries.body, entries.created_at FROM ${table} JOIN entries ON entries.seq = ${table}.rowid
       WHERE ${table} MATCH ? AND entries.session_id IN (SELECT value FROM json_each(?))
         AND entries.type = 'message' AND entries.state = 'ok'
       ORDER BY ${table}.rank, entries.seq DESC LIMIT ?`,
      query,
      JSON.stringify(sessionIds),
      limit,
    );
    return rows.map((row, index) => {
      const message = json<Message>(row, "body");
      return { role: message.role, text: textOf(message), atMs: Number(row.created_at), rank: index + 1 };
    });
  }

  #matches(table: (typeof INDEXES)[number], agentId: string, query: string, limit: number): Row[] {
    return this.#db.all(
      `SELECT mem_chunks.* FROM ${table} JOIN mem_chunks ON mem_chunks.id = ${table}.rowid
       WHERE ${table} MATCH ? AND mem_chunks.agent_id = ? ORDER BY ${table}.rank, mem_chunks.id LIMIT ?`,
      query,
      agentId,
      limit,
    );
  }

  #holding(agentId: string, scrap: string, limit: number): Row[] {
    const sql = "SELECT * FROM mem_chunks WHERE agent_id = ? AND instr(text, ?) > 0 ORDER BY id LIMIT ?";
    return this.#db.all(sql, agentId, scrap, limit);
  }

  #add(agentId: string, path: string, { fromLine, toLine, heading, text: said }: NotePart): void {
    const id = this.#db.add(
      "INSERT INTO mem_chunks (agent_id, path, from_line, to_line, heading, text) VALUES (?, ?, ?, ?, ?, ?)",
      agentId,
      path,
      fromLine,
      toLine,
      heading,
      said,
    );
    for (const table of INDEXES)
      this.#db.run(`INSERT INTO ${table} (rowid, text) VALUES (?, ?)`, id, `${heading}\n${said}`);
  }

  #forget(agentId: string, path: string): void {
    const chunks = "SELECT id FROM mem_chunks WHERE agent_id = ? AND path = ?";
    for (const table of INDEXES)
      this.#db.run(`DELETE FROM ${table} WHERE rowid IN (${chunks})`, agentId, path);
    this.#db.run("DELETE FROM mem_chunks WHERE agent_id = ? AND path = ?", agentId, path);
    this.#db.run("DELETE FROM mem_files WHERE agent_id = ? AND path = ?", agentId, path);
  }
}

function anyOf(words: readonly string[]): string {
  return words.map((word) => `"${word.replaceAll('"', '""')}"`).join(" OR ");
}

function partOf(row: Row): FoundPart {
  return {
    path: text(row, "path"),
    fromLine: Number(row.from_line),
    toLine: Number(row.to_line),
    heading: text(row, "heading"),
    text: text(row, "text"),
  };
}
