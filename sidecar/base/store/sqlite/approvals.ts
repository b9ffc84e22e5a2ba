/** Questions to the owner, what he allowed for good, and programs that agents run. Each method is part of somebody's transaction. */
import type {
  ApprovalDecision,
  ApprovalRow,
  ApprovalRule,
  ApprovalWish,
  ProcessRow,
} from "../approval-records.ts";
import { json, type Row, type Statements, text, type Value } from "./statements.ts";

/** What is over is kept for this long, in ms. */
const KEPT_MS = 30 * 86_400_000;

export class ApprovalTable {
  #db: Statements;

  constructor(db: Statements) {
    this.#db = db;
  }

  ask(wish: ApprovalWish): boolean {
    const { id, kind, payload, burst, requestedAtMs, expiresAtMs } = wish;
    this.#db.run(
      "DELETE FROM approvals WHERE state <> 'pending' AND requested_at <= ?",
      requestedAtMs - KEPT_MS,
    );
    if (this.get(id)?.state === "pending") return false;
    this.#db.run(
      `INSERT OR REPLACE INTO approvals (id, kind, payload, turn_id, call_id, run_id, session_key, agent_id, burst,
         requested_at, expires_at, state) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'pending')`,
      id,
      kind,
      JSON.stringify(payload),
      ...[wish.turnId, wish.callId, wish.runId, wish.sessionKey, wish.agentId].map(orNull),
      burst,
      requestedAtMs,
      expiresAtMs,
    );
    return true;
  }

  get(id: string): ApprovalRow | undefined {
    const row = this.#db.get("SELECT * FROM approvals WHERE id = ?", id);
    return row && rowOf(row);
  }

  ofCall(turnId: string, callId: string): ApprovalRow | undefined {
    const sql =
      "SELECT * FROM approvals WHERE turn_id = ? AND call_id = ? ORDER BY requested_at DESC, rowid DESC LIMIT 1";
    const row = this.#db.get(sql, turnId, callId);
    return row && rowOf(row);
  }

  open(): ApprovalRow[] {
    return this.#db
      .all("SELECT * FROM approvals WHERE state = 'pending' ORDER BY requested_at, rowid")
      .map(rowOf);
  }

  /** Whether the turn waits for an answer. */
  isOpenIn(turnId: string): boolean {
    const sql = "SELECT 1 FROM approvals WHERE turn_id = ? AND state = 'pending' LIMIT 1";
    return this.#db.get(sql, turnId) !== undefined;
  }

  decide(id: string, { state, by, rules = [] }: ApprovalDecision, nowMs: number): ApprovalRow | undefined {
    const sql =
      "UPDATE approvals SET state = ?, decided_at = ?, decided_by = ? WHERE id = ? AND state = 'pending'";
    if (this.#db.run(sql, state, nowMs, orNull(by), id) === 0) return undefined;
    for (const rule of rules) this.#addRule(rule);
    return this.get(id);
  }

  use(id: string, nowMs: number): boolean {
    const sql =
      "UPDATE approvals SET used_at = ? WHERE id = ? AND used_at IS NULL AND state IN ('allowed-once', 'allowed-turn', 'allowed-always')";
    return this.#db.run(sql, nowMs, id) > 0;
  }

  ofTurn(turnId: string): ApprovalRow[] {
    return this.#db
      .all("SELECT * FROM approvals WHERE turn_id = ? AND state = 'allowed-turn'", turnId)
      .map(rowOf);
  }

  rules(nowMs: number): ApprovalRule[] {
    return this.#db
      .all(
        "SELECT * FROM approval_rules WHERE expires_at IS NULL OR expires_at > ? ORDER BY created_at DESC, rowid DESC",
        nowMs,
      )
      .map(ruleOf);
  }

  usedRule(id: string, usedFor: string, nowMs: number): void {
    this.#db.run(
      "UPDATE approval_rules SET last_used_at = ?, last_used_for = ? WHERE id = ?",
      nowMs,
      usedFor,
      id,
    );
  }

  removeRule(id: string): boolean {
    return this.#db.run("DELETE FROM approval_rules WHERE id = ?", id) > 0;
  }

  keepProcess(row: ProcessRow): void {
    this.#db.run(
      "DELETE FROM processes WHERE state <> 'running' AND started_at <= ?",
      row.startedAtMs - KEPT_MS,
    );
    this.#db.run(
      `INSERT INTO processes (id, session_key, agent_id, turn_id, call_id, command, pid, start_id, started_at, state)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 'running')`,
      row.id,
      row.sessionKey,
      row.agentId,
      row.turnId,
      row.callId,
      row.command,
      row.pid,
      row.startId,
      row.startedAtMs,
    );
  }

  startedProcess(id: string, pid: number, startId: string): void {
    this.#db.run("UPDATE processes SET pid = ?, start_id = ? WHERE id = ?", pid, startId, id);
  }

  endProcess(id: string, { state, exit }: { state: string; exit: string }, nowMs: number): void {
    const sql = "UPDATE processes SET state = ?, exit = ?, ended_at = ? WHERE id = ? AND state = 'running'";
    this.#db.run(sql, state, exit, nowMs, id);
  }

  loseProcesses(nowMs: number): ProcessRow[] {
    const rows = this.#db.all("SELECT * FROM processes WHERE state = 'running' ORDER BY started_at, rowid");
    this.#db.run("UPDATE processes SET state = 'lost', ended_at = ? WHERE state = 'running'", nowMs);
    return rows.map((row) => ({
      id: text(row, "id"),
      sessionKey: text(row, "session_key"),
      agentId: text(row, "agent_id"),
      turnId: text(row, "turn_id"),
      callId: text(row, "call_id"),
      command: text(row, "command"),
      pid: Number(row.pid),
      startId: text(row, "start_id"),
      startedAtMs: Number(row.started_at),
    }));
  }

  hasProcess(turnId: string, callId: string): boolean {
    const sql = "SELECT 1 FROM processes WHERE turn_id = ? AND call_id = ?";
    return this.#db.get(sql, turnId, callId) !== undefined;
  }

  #addRule({ id, kind, agentId, rule, createdAtMs, createdBy, expiresAtMs }: ApprovalRule): void {
    const known = this.#db.get(
      "SELECT id FROM approval_rules WHERE kind = ? AND agent_id = ? AND rule = ?",
      kind,
      agentId,
      JSON.stringify(rule),
    );
    if (known !== undefined) this.removeRule(text(known, "id"));
    this.#db.run(
      `INSERT INTO approval_rules (id, kind, agent_id, rule, created_at, created_by, expires_at) VALUES (?, ?, ?, ?, ?, ?, ?)`,
      id,
      kind,
      agentId,
      JSON.stringify(rule),
      createdAtMs,
      createdBy,
      expiresAtMs ?? null,
    );
  }
}

function orNull(value: string | undefined): Value {
  return value ?? null;
}

function rowOf(row: Row): ApprovalRow {
  return {
    id: text(row, "id"),
    kind: text(row, "kind"),
    payload: json(row, "payload"),
    turnId: maybe(row, "turn_id"),
    callId: maybe(row, "call_id"),
    runId: maybe(row, "run_id"),
    sessionKey: maybe(row, "session_key"),
    agentId: maybe(row, "agent_id"),
    burst: text(row, "burst"),
    requestedAtMs: Number(row.requested_at),
    expiresAtMs: Number(row.expires_at),
    state: text(row, "state") as ApprovalRow["state"],
    decidedAtMs: maybeNumber(row, "decided_at"),
    decidedBy: maybe(row, "decided_by"),
    usedAtMs: maybeNumber(row, "used_at"),
  };
}

function ruleOf(row: Row): ApprovalRule {
  return {
    id: text(row, "id"),
    kind: text(row, "kind"),
    agentId: text(row, "agent_id"),
    rule: json(row, "rule"),
    createdAtMs: Number(row.created_at),
    createdBy: text(row, "created_by"),
    expiresAtMs: maybeNumber(row, "expires_at"),
    lastUsedAtMs: maybeNumber(row, "last_used_at"),
    lastUsedFor: maybe(row, "last_used_for"),
  };
}

function maybe(row: Row, column: string): string | undefined {
  return row[column] === null ? undefined : text(row, column);
}

function maybeNumber(row: Row, column: string): number | undefined {
  return row[column] === null ? undefined : Number(row[column]);
}
