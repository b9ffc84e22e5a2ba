/** The rows of turns and of the tool calls in them. Each method is part of somebody's transaction. */
import { randomUUID } from "node:crypto";
import type { Route } from "../route.ts";
import type {
  Authority,
  Charge,
  Origin,
  ToolCallRecord,
  Turn,
  TurnEnd,
  TurnResult,
  TurnState,
} from "../session-store.ts";
import { bodyOf } from "./ingress.ts";
import { json, type Row, type Statements, text } from "./statements.ts";

export class TurnTable {
  #db: Statements;

  constructor(db: Statements) {
    this.#db = db;
  }

  get(id: string): Row | undefined {
    return this.#db.get("SELECT * FROM turns WHERE id = ?", id);
  }

  ofRun(runId: string): Row | undefined {
    return this.#db.get("SELECT state, result FROM turns WHERE run_id = ?", runId);
  }

  /** The turn, if it runs and is this holder's. */
  held(id: string, holder: string): Row | undefined {
    const sql = "SELECT * FROM turns WHERE id = ? AND state = 'running' AND holder = ?";
    return this.#db.get(sql, id, holder);
  }

  isOpen(sessionKey: string): boolean {
    const sql = "SELECT 1 FROM turns WHERE session_key = ? AND state IN ('queued', 'running')";
    return this.#db.get(sql, sessionKey) !== undefined;
  }

  running(sessionKey: string): Row | undefined {
    return this.#db.get("SELECT * FROM turns WHERE session_key = ? AND state = 'running'", sessionKey);
  }

  queued(sessionKey: string): Row | undefined {
    const sql =
      "SELECT * FROM turns WHERE session_key = ? AND state = 'queued' ORDER BY created_at, rowid LIMIT 1";
    return this.#db.get(sql, sessionKey);
  }

  /** A turn for the message, in line behind the others of its session; its answer points to the last of those that it is made of. */
  queue(message: Row, runId: string, nowMs: number, last = message): Row {
    const { agentId, origin, options } = bodyOf(message);
    const { route } = bodyOf(last);
    const id = randomUUID();
    this.#db.run(
      `INSERT INTO turns (id, run_id, session_key, agent_id, origin, authority, principal, route, options, state, created_at)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 'queued', ?)`,
      id,
      runId,
      text(message, "session_key"),
      agentId,
      origin,
      text(message, "authority"),
      `${text(message, "channel")}:${text(message, "sender")}`,
      route === undefined ? null : JSON.stringify(route),
      JSON.stringify(options),
      nowMs,
    );
    return this.get(id) as Row;
  }

  start(id: string, { holder, sessionId }: { holder: string; sessionId: string }, nowMs: number): Row {
    this.#db.run(
      `UPDATE turns SET state = 'running', attempts = attempts + 1, holder = ?, session_id = ?, started_at = ?
       WHERE id = ?`,
      holder,
      sessionId,
      nowMs,
      id,
    );
    return this.get(id) as Row;
  }

  /** False when the turn does not run. */
  keepPartial(id: string, partial: string): boolean {
    return this.#db.run("UPDATE turns SET partial = ? WHERE id = ? AND state = 'running'", partial, id) > 0;
  }

  /** The same of a turn of which nothing was sent yet: then it is what was sent, and nothing else. */
  keepUnsentPartial(id: string, partial: string): void {
    this.#db.run(
      `UPDATE turns SET partial = ? WHERE id = ? AND state = 'running'
       AND NOT EXISTS (SELECT 1 FROM outbox WHERE outbox.turn_id = turns.id)`,
      partial,
      id,
    );
  }

  reserve(id: string, charge: Charge | undefined): void {
    const reserved = charge === undefined ? null : JSON.stringify(charge);
    this.#db.run("UPDATE turns SET reserved = ? WHERE id = ?", reserved, id);
  }

  end(id: string, { state, result }: Pick<TurnEnd, "state" | "result">, nowMs: number): void {
    const sql = "UPDATE turns SET state = ?, ended_at = ?, result = ?, partial = NULL WHERE id = ?";
    this.#db.run(sql, state, nowMs, JSON.stringify(result), id);
  }

  cutOff(holder: string): Row[] {
    return this.#db.all("SELECT * FROM turns WHERE state = 'running' AND holder IS NOT ?", holder);
  }

  /** `attempts` is how many of those that were cut off count. */
  backInLine(id: string, attempts: number): void {
    this.#db.run(
      "UPDATE turns SET state = 'queued', holder = NULL, partial = NULL, attempts = ? WHERE id = ?",
      attempts,
      id,
    );
  }

  callStarted(turnId: string, call: ToolCallRecord, nowMs: number): void {
    this.#db.run(
      `INSERT INTO tool_calls (turn_id, call_id, name, side_effect, state, started_at) VALUES (?, ?, ?, ?, 'started', ?)
       ON CONFLICT (turn_id, call_id) DO UPDATE SET state = 'started', started_at = excluded.started_at`,
      turnId,
      call.id,
      call.name,
      call.hasSideEffect ? 1 : 0,
      nowMs,
    );
  }

  callEnded(turnId: string, callId: string, state: "done" | "failed" | "unknown", nowMs: number): void {
    const sql = "UPDATE tool_calls SET state = ?, ended_at = ? WHERE turn_id = ? AND call_id = ?";
    this.#db.run(sql, state, nowMs, turnId, callId);
  }

  /** Calls of the turn that began and whose end nobody saw. */
  openCalls(turnId: string): ToolCallRecord[] {
    const rows = this.#db.all(
      "SELECT * FROM tool_calls WHERE turn_id = ? AND state = 'started' ORDER BY started_at, rowid",
      turnId,
    );
    return rows.map((row) => ({
      id: text(row, "call_id"),
      name: text(row, "name"),
      hasSideEffect: Number(row.side_effect) === 1,
    }));
  }
}

export function turnOf(row: Row): Turn {
  return {
    id: text(row, "id"),
    runId: text(row, "run_id"),
    sessionKey: text(row, "session_key"),
    agentId: text(row, "agent_id"),
    origin: row.origin as Origin,
    authority: row.authority as Authority,
    principal: text(row, "principal"),
    route: typeof row.route === "string" ? json<Route>(row, "route") : undefined,
    options: json<Turn["options"]>(row, "options"),
    attempts: Number(row.attempts),
  };
}

export function stateOf({ state }: Row): TurnState {
  return state as TurnState;
}

export function resultOf(row: Row): TurnResult | undefined {
  return typeof row.result === "string" ? json<TurnResult>(row, "result") : undefined;
}
