/** Sub-agents in SQLite: the table `spawns`. */
import type { DatabaseSync } from "node:sqlite";
import type { Spawn, SpawnOutcome, SpawnRow, SpawnState, SpawnStore } from "../spawn-store.ts";
import { json, type Row, Statements, text } from "./statements.ts";

export class SqliteSpawnStore implements SpawnStore {
  readonly #db: Statements;

  constructor(database: DatabaseSync) {
    this.#db = new Statements(database);
  }

  async add(spawn: Spawn, nowMs: number): Promise<void> {
    const { id, sessionKey, parent } = spawn;
    this.#db.run(
      `INSERT INTO spawns (id, session_key, parent_key, parent_turn, body, state, started_at)
       VALUES (?, ?, ?, ?, ?, 'started', ?)`,
      id,
      sessionKey,
      parent.sessionKey,
      parent.turnId,
      JSON.stringify(spawn),
      nowMs,
    );
  }

  async get(id: string): Promise<SpawnRow | undefined> {
    const row = this.#db.get("SELECT * FROM spawns WHERE id = ?", id);
    return row && spawnOf(row);
  }

  async ended(id: string, outcome: SpawnOutcome, nowMs: number): Promise<boolean> {
    const sql =
      "UPDATE spawns SET state = 'ended', outcome = ?, ended_at = ? WHERE id = ? AND state = 'started'";
    return this.#db.run(sql, JSON.stringify(outcome), nowMs, id) > 0;
  }

  async told(id: string): Promise<void> {
    this.#db.run("UPDATE spawns SET state = 'told' WHERE id = ?", id);
  }

  async unfinished(): Promise<SpawnRow[]> {
    return this.#db.all("SELECT * FROM spawns WHERE state <> 'told' ORDER BY started_at, id").map(spawnOf);
  }

  async of(parentKey: string, limit: number): Promise<SpawnRow[]> {
    const sql = "SELECT * FROM spawns WHERE parent_key = ? ORDER BY started_at DESC, id LIMIT ?";
    return this.#db.all(sql, parentKey, limit).map(spawnOf);
  }

  async count({ turnId, sessionKey }: { turnId: string; sessionKey: string }, sinceMs: number) {
    const row = this.#db.get(
      `SELECT count(*) FILTER (WHERE parent_turn = ?) AS turn, count(*) FILTER (WHERE started_at >= ?) AS session
       FROM spawns WHERE parent_key = ?`,
      turnId,
      sinceMs,
      sessionKey,
    );
    return { turn: Number(row?.turn ?? 0), session: Number(row?.session ?? 0) };
  }
}

function spawnOf(row: Row): SpawnRow {
  return {
    ...json<Spawn>(row, "body"),
    state: text(row, "state") as SpawnState,
    startedAtMs: Number(row.started_at),
    ...(row.ended_at === null ? {} : { endedAtMs: Number(row.ended_at) }),
    ...(row.outcome === null ? {} : { outcome: json<SpawnOutcome>(row, "outcome") }),
  };
}
