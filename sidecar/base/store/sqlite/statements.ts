/** The statements of one database, each prepared once, and what SQLite gives and takes. */
import type { DatabaseSync, StatementSync } from "node:sqlite";
import { together } from "../database.ts";

export type Row = Record<string, unknown>;
export type Value = string | number | null;

export class Statements {
  readonly database: DatabaseSync;
  #prepared = new Map<string, StatementSync>();

  constructor(database: DatabaseSync) {
    this.database = database;
  }

  get(sql: string, ...values: Value[]): Row | undefined {
    return this.#statement(sql).get(...values) as Row | undefined;
  }

  all(sql: string, ...values: Value[]): Row[] {
    return this.#statement(sql).all(...values) as Row[];
  }

  /** How many rows were changed. */
  run(sql: string, ...values: Value[]): number {
    return Number(this.#statement(sql).run(...values).changes);
  }

  /** The row id of what was added. */
  add(sql: string, ...values: Value[]): number {
    return Number(this.#statement(sql).run(...values).lastInsertRowid);
  }

  /** All of it or nothing; see `together`. */
  together<T>(work: () => T): T {
    return together(this.database, work);
  }

  /**
   * The same for what nobody was told of yet and what can be done again: it is written through with whatever comes next, so that a power
   * cut may take it and a killed process does not.
   */
  loosely<T>(work: () => T): T {
    this.database.exec("PRAGMA synchronous = NORMAL");
    try {
      return this.together(work);
    } finally {
      this.database.exec("PRAGMA synchronous = FULL");
    }
  }

  close(): void {
    this.#prepared.clear();
    this.database.close();
  }

  #statement(sql: string): StatementSync {
    const known = this.#prepared.get(sql);
    if (known !== undefined) return known;
    const statement = this.database.prepare(sql);
    this.#prepared.set(sql, statement);
    return statement;
  }
}

export function text(row: Row, column: string): string {
  return String(row[column]);
}

export function json<T>(row: Row, column: string): T {
  return JSON.parse(text(row, column)) as T;
}
