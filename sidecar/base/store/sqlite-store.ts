/** The store in one file of SQLite: one writer, every change in one transaction. */
import { randomBytes, randomUUID } from "node:crypto";
import type { DatabaseSync, StatementSync } from "node:sqlite";
import { BugError, RequestError, UnavailableError } from "../../../shared/errors.ts";
import { advice } from "../../../shared/remedy.ts";
import { together } from "./database.ts";
import { failpoint } from "./failpoint.ts";
import { type Message, textOf } from "./message.ts";
import type {
  Accepted,
  EntryRow,
  Inbound,
  Recovered,
  SessionFields,
  SessionPatch,
  SessionQuery,
  SessionRow,
  SessionStore,
  StartedTurn,
  Turn,
  TurnEnd,
  TurnResult,
  TurnState,
} from "./session-store.ts";

/** A repeated key means the same message for this long, in ms. */
const IDEM_TTL_MS = 86_400_000;
/** A turn that was cut off this often is not tried again. */
const MOST_ATTEMPTS = 2;
/** Messages that wait in a session. */
const MOST_WAITING = 20;

type Row = Record<string, unknown>;

export class SqliteStore implements SessionStore {
  #database: DatabaseSync;
  #statements = new Map<string, StatementSync>();

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  async list(query: SessionQuery): Promise<SessionRow[]> {
    const { sql, values } = listing(query);
    return this.#all(sql, ...values).map(sessionOf);
  }

  async count(agentId?: string): Promise<number> {
    const where = agentId === undefined ? "" : " AND agent_id = ?";
    const values = agentId === undefined ? [] : [agentId];
    return Number(
      this.#get(`SELECT count(*) AS n FROM sessions WHERE archived_at IS NULL${where}`, ...values)?.n,
    );
  }

  async get(key: string): Promise<SessionRow | undefined> {
    return this.#session(key);
  }

  async bySessionId(sessionId: string): Promise<SessionRow | undefined> {
    const row = this.#get(
      "SELECT * FROM sessions WHERE session_id = ? AND archived_at IS NULL ORDER BY updated_at DESC LIMIT 1",
      sessionId,
    );
    return row && sessionOf(row);
  }

  async patch(key: string, agentId: string, change: SessionPatch, nowMs: number): Promise<SessionRow> {
    return together(this.#database, () => {
      const { label } = change;
      if (typeof label === "string") this.#refuseTaken(key, label);
      this.#ensure(key, agentId, nowMs);
      return this.#setFields(key, change, nowMs);
    });
  }

  async reset(key: string, agentId: string, fields: SessionFields, nowMs: number): Promise<SessionRow> {
    return together(this.#database, () => {
      const former = this.#ensure(key, agentId, nowMs);
      this.#endId(former.sessionId, "reset", nowMs);
      const sessionId = this.#newId(key, nowMs);
      this.#run(
        "UPDATE sessions SET session_id = ?, started_at = ?, updated_at = ?, label = ?, entry = ? WHERE key = ?",
        sessionId,
        nowMs,
        nowMs,
        labelIn(fields),
        JSON.stringify(fields),
        key,
      );
      return this.#existing(key);
    });
  }

  async archive(key: string, reason: string, nowMs: number): Promise<boolean> {
    return together(this.#database, () => {
      const row = this.#session(key);
      if (row === undefined) return false;
      this.#endId(row.sessionId, reason, nowMs);
      this.#run(
        "UPDATE sessions SET archived_at = ?, archive_reason = ?, label = NULL WHERE key = ?",
        nowMs,
        reason,
        key,
      );
      return true;
    });
  }

  async history(sessionId: string, { limit, beforeSeq }: { limit: number; beforeSeq?: number }) {
    return this.#newest(sessionId, limit, beforeSeq ?? Number.MAX_SAFE_INTEGER, "'ok', 'partial'");
  }

  async firstUserText(sessionId: string): Promise<string | undefined> {
    const row = this.#get(
      "SELECT body FROM entries WHERE session_id = ? AND role = 'user' ORDER BY seq LIMIT 1",
      sessionId,
    );
    return row === undefined ? undefined : textOf(messageOf(row));
  }

  async append(key: string, message: Message, nowMs: number): Promise<string | undefined> {
    return together(this.#database, () => {
      const row = this.#session(key);
      if (row === undefined) return undefined;
      this.#touch(key, nowMs);
      return this.#add(row.sessionId, message, undefined, "ok", nowMs);
    });
  }

  async accept(message: Inbound, nowMs: number): Promise<Accepted> {
    failpoint("before-ingress");
    const accepted = together(this.#database, (): Accepted => {
      const { scope, key } = message.idempotency;
      this.#run("DELETE FROM idem WHERE created_at < ?", nowMs - IDEM_TTL_MS);
      const known = this.#get("SELECT ingress_id FROM idem WHERE scope = ? AND key = ?", scope, key);
      if (known !== undefined) return this.#known(text(known, "ingress_id"));
      if (this.#waiting(message.sessionKey) >= MOST_WAITING) throw queueFull();
      this.#ensure(message.sessionKey, message.agentId, nowMs);
      const id = randomUUID();
      this.#run(
        `INSERT INTO ingress (id, run_id, session_key, channel, sender, authority, received_at, state, body)
         VALUES (?, ?, ?, ?, ?, ?, ?, 'new', ?)`,
        id,
        message.runId,
        message.sessionKey,
        message.channel,
        message.sender,
        message.authority,
        nowMs,
        JSON.stringify({
          text: message.text,
          agentId: message.agentId,
          origin: message.origin,
          options: message.options,
        }),
      );
      this.#run(
        "INSERT INTO idem (scope, key, run_id, ingress_id, created_at) VALUES (?, ?, ?, ?, ?)",
        scope,
        key,
        message.runId,
        id,
        nowMs,
      );
      this.#run("UPDATE sessions SET last_user_at = ? WHERE key = ?", nowMs, message.sessionKey);
      const waits = this.#isBusy(message.sessionKey);
      if (!waits) this.#queue(message.sessionKey, message.runId, nowMs, 1);
      return { fresh: true, waits };
    });
    failpoint("after-ingress");
    return accepted;
  }

  async run(runId: string) {
    const turn = this.#get("SELECT state, result FROM turns WHERE run_id = ?", runId);
    if (turn !== undefined) return { state: turn.state as TurnState, result: resultOf(turn) };
    const row = this.#get("SELECT id FROM ingress WHERE run_id = ?", runId);
    if (row === undefined) return undefined;
    const { state, result } = this.#known(text(row, "id"));
    return { state, result };
  }

  async pending(): Promise<string[]> {
    const rows = this.#all(
      `SELECT session_key, min(at) AS at FROM (
         SELECT session_key, created_at AS at FROM turns WHERE state = 'queued'
         UNION ALL SELECT session_key, received_at FROM ingress WHERE state = 'new')
       GROUP BY session_key ORDER BY at`,
    );
    return rows.map((row) => text(row, "session_key"));
  }

  async startNext(
    sessionKey: string,
    { holder, runId, limit }: { holder: string; runId: string; limit: number },
    nowMs: number,
  ): Promise<StartedTurn | undefined> {
    const started = together(this.#database, () => {
      if (this.#get("SELECT id FROM turns WHERE session_key = ? AND state = 'running'", sessionKey))
        return undefined;
      const waiting =
        this.#queued(sessionKey) ?? this.#queue(sessionKey, runId, nowMs, Number.MAX_SAFE_INTEGER);
      return waiting && this.#start(waiting, holder, limit, nowMs);
    });
    failpoint("turn-started");
    return started;
  }

  async keepPartial(turnId: string, partial: string): Promise<void> {
    this.#run("UPDATE turns SET partial = ? WHERE id = ? AND state = 'running'", partial, turnId);
  }

  async finish(turnId: string, holder: string, end: TurnEnd, nowMs: number): Promise<boolean> {
    failpoint("before-answer");
    const isDone = together(this.#database, () => {
      const turn = this.#get(
        "SELECT * FROM turns WHERE id = ? AND state = 'running' AND holder = ?",
        turnId,
        holder,
      );
      if (turn === undefined) return false;
      this.#end(turn, end, nowMs);
      return true;
    });
    failpoint("after-answer");
    return isDone;
  }

  async recover(holder: string, nowMs: number): Promise<Recovered> {
    return together(this.#database, () => {
      const cutOff = this.#all("SELECT * FROM turns WHERE state = 'running' AND holder IS NOT ?", holder);
      const recovered: Recovered = { again: 0, givenUp: [] };
      for (const turn of cutOff) {
        this.#keepCutOff(turn, nowMs);
        if (Number(turn.attempts) < MOST_ATTEMPTS) {
          this.#run(
            "UPDATE turns SET state = 'queued', holder = NULL, partial = NULL WHERE id = ?",
            text(turn, "id"),
          );
          recovered.again += 1;
          continue;
        }
        this.#end(turn, givenUp(turn, nowMs), nowMs);
        recovered.givenUp.push({ sessionKey: text(turn, "session_key"), runId: text(turn, "run_id") });
      }
      return recovered;
    });
  }

  async close(): Promise<void> {
    this.#statements.clear();
    this.#database.close();
  }

  // Sessions

  #session(key: string): SessionRow | undefined {
    const row = this.#get("SELECT * FROM sessions WHERE key = ? AND archived_at IS NULL", key);
    return row && sessionOf(row);
  }

  #existing(key: string): SessionRow {
    const row = this.#session(key);
    if (row === undefined) throw new BugError(`there is no session ${key} just after it was made`);
    return row;
  }

  /** The session of the key, made where there is none; one that was archived begins anew. */
  #ensure(key: string, agentId: string, nowMs: number): SessionRow {
    const known = this.#session(key);
    if (known !== undefined) return known;
    const sessionId = this.#newId(key, nowMs);
    this.#run(
      `INSERT INTO sessions (key, agent_id, session_id, started_at, updated_at, entry) VALUES (?, ?, ?, ?, ?, '{}')
       ON CONFLICT (key) DO UPDATE SET session_id = excluded.session_id, started_at = excluded.started_at,
         updated_at = excluded.updated_at, entry = '{}', archived_at = NULL, archive_reason = NULL, last_user_at = NULL`,
      key,
      agentId,
      sessionId,
      nowMs,
      nowMs,
    );
    return this.#existing(key);
  }

  #newId(key: string, nowMs: number): string {
    const sessionId = randomUUID();
    this.#run(
      "INSERT INTO session_ids (session_id, key, started_at) VALUES (?, ?, ?)",
      sessionId,
      key,
      nowMs,
    );
    return sessionId;
  }

  #endId(sessionId: string, reason: string, nowMs: number): void {
    this.#run(
      "UPDATE session_ids SET ended_at = ?, reason = ? WHERE session_id = ?",
      nowMs,
      reason,
      sessionId,
    );
  }

  #setFields(key: string, change: SessionPatch, nowMs: number): SessionRow {
    const { fields } = this.#existing(key);
    const next = Object.fromEntries(
      Object.entries({ ...fields, ...change }).filter(([, value]) => value !== null && value !== undefined),
    );
    this.#run(
      "UPDATE sessions SET entry = ?, label = ?, updated_at = max(updated_at, ?) WHERE key = ?",
      JSON.stringify(next),
      labelIn(next),
      nowMs,
      key,
    );
    return this.#existing(key);
  }

  #touch(key: string, nowMs: number): void {
    this.#run("UPDATE sessions SET updated_at = max(updated_at, ?) WHERE key = ?", nowMs, key);
  }

  #refuseTaken(key: string, label: string): void {
    const other = this.#get(
      "SELECT key FROM sessions WHERE label = ? AND key IS NOT ? AND archived_at IS NULL",
      label,
      key,
    );
    if (other !== undefined) throw new RequestError("LABEL_TAKEN", advice`label already in use: ${label}`);
  }

  // Entries

  #newest(sessionId: string, limit: number, beforeSeq: number, states: string): EntryRow[] {
    const rows = this.#all(
      `SELECT * FROM entries WHERE session_id = ? AND seq < ? AND type = 'message' AND state IN (${states})
       ORDER BY seq DESC LIMIT ?`,
      sessionId,
      beforeSeq,
      limit,
    );
    return rows.reverse().map((row) => ({
      seq: Number(row.seq),
      id: text(row, "id"),
      createdAtMs: Number(row.created_at),
      state: row.state as EntryRow["state"],
      message: messageOf(row),
    }));
  }

  #add(
    sessionId: string,
    message: Message,
    turnId: string | undefined,
    state: EntryRow["state"],
    nowMs: number,
  ): string {
    const id = this.#freeId(sessionId);
    const last = this.#get(
      "SELECT id FROM entries WHERE session_id = ? ORDER BY seq DESC LIMIT 1",
      sessionId,
    );
    this.#run(
      `INSERT INTO entries (session_id, id, parent_id, type, role, turn_id, state, created_at, body)
       VALUES (?, ?, ?, 'message', ?, ?, ?, ?, ?)`,
      sessionId,
      id,
      last === undefined ? null : text(last, "id"),
      message.role,
      turnId ?? null,
      state,
      nowMs,
      JSON.stringify(message),
    );
    return id;
  }

  /** Eight hex digits, as clients know them. */
  #freeId(sessionId: string): string {
    for (;;) {
      const id = randomBytes(4).toString("hex");
      if (this.#get("SELECT 1 FROM entries WHERE session_id = ? AND id = ?", sessionId, id) === undefined)
        return id;
    }
  }

  // Turns

  #isBusy(sessionKey: string): boolean {
    const turn = this.#get(
      "SELECT 1 FROM turns WHERE session_key = ? AND state IN ('queued', 'running')",
      sessionKey,
    );
    // Whoever waits comes first.
    return turn !== undefined || this.#waiting(sessionKey) > 1;
  }

  #waiting(sessionKey: string): number {
    return Number(
      this.#get("SELECT count(*) AS n FROM ingress WHERE session_key = ? AND state = 'new'", sessionKey)?.n,
    );
  }

  #queued(sessionKey: string): Row | undefined {
    return this.#get(
      "SELECT * FROM turns WHERE session_key = ? AND state = 'queued' ORDER BY created_at, rowid LIMIT 1",
      sessionKey,
    );
  }

  /** Makes one turn of what waits, at most `most` messages: those of the first one's authority and way, in the order they came. */
  #queue(sessionKey: string, runId: string, nowMs: number, most: number): Row | undefined {
    const waiting = this.#all(
      "SELECT rowid, * FROM ingress WHERE session_key = ? AND state = 'new' ORDER BY received_at, rowid",
      sessionKey,
    );
    const [first] = waiting;
    if (first === undefined) return undefined;
    const other = waiting.findIndex(
      (row) =>
        row.authority !== first.authority || row.channel !== first.channel || row.sender !== first.sender,
    );
    const taken = waiting.slice(0, Math.min(most, other === -1 ? waiting.length : other));
    const { agentId, origin, options } = bodyOf(first);
    const id = randomUUID();
    this.#run(
      `INSERT INTO turns (id, run_id, session_key, agent_id, origin, authority, options, state, created_at)
       VALUES (?, ?, ?, ?, ?, ?, ?, 'queued', ?)`,
      id,
      runId,
      sessionKey,
      agentId,
      origin,
      text(first, "authority"),
      JSON.stringify(options),
      nowMs,
    );
    for (const [index, row] of taken.entries()) {
      this.#run(
        "UPDATE ingress SET state = ?, turn_id = ? WHERE id = ?",
        index === 0 ? "turn" : "merged",
        id,
        text(row, "id"),
      );
    }
    return this.#get("SELECT * FROM turns WHERE id = ?", id);
  }

  #start(row: Row, holder: string, limit: number, nowMs: number): StartedTurn {
    const turn = turnOf(row);
    const { sessionId } = this.#ensure(turn.sessionKey, turn.agentId, nowMs);
    this.#run(
      `UPDATE turns SET state = 'running', attempts = attempts + 1, holder = ?, session_id = ?, started_at = ?
       WHERE id = ?`,
      holder,
      sessionId,
      nowMs,
      turn.id,
    );
    const isWritten =
      this.#get("SELECT 1 FROM entries WHERE turn_id = ? AND role = 'user'", turn.id) !== undefined;
    if (!isWritten) this.#add(sessionId, this.#saidIn(turn.id, nowMs), turn.id, "ok", nowMs);
    this.#touch(turn.sessionKey, nowMs);
    const conversation = this.#newest(sessionId, limit, Number.MAX_SAFE_INTEGER, "'ok'").map(
      ({ message }) => message,
    );
    return { ...turn, attempts: turn.attempts + 1, sessionId, startedAtMs: nowMs, conversation };
  }

  #saidIn(turnId: string, nowMs: number): Message {
    const rows = this.#all("SELECT body FROM ingress WHERE turn_id = ? ORDER BY received_at, rowid", turnId);
    const said = rows.map((row) => bodyOf(row).text).join("\n");
    return { role: "user", content: [{ type: "text", text: said }], timestamp: nowMs };
  }

  #end(turn: Row, { state, messages, result }: TurnEnd, nowMs: number): void {
    const id = text(turn, "id");
    const key = text(turn, "session_key");
    const sessionId = text(turn, "session_id");
    for (const message of messages) this.#add(sessionId, message, id, "ok", nowMs);
    this.#run(
      "UPDATE turns SET state = ?, ended_at = ?, result = ?, partial = NULL WHERE id = ?",
      state,
      nowMs,
      JSON.stringify(result),
      id,
    );
    const { usage, provider, model } = result;
    if (usage !== undefined) this.#charge(turn, result, nowMs);
    // A reset or a deletion meanwhile has another conversation under the key, to which this tells nothing.
    if (this.#session(key)?.sessionId !== sessionId) return;
    const tokens =
      usage === undefined
        ? {}
        : {
            modelProvider: provider,
            model,
            inputTokens: usage.input,
            outputTokens: usage.output,
            totalTokens: usage.totalTokens,
          };
    this.#setFields(key, { ...tokens, abortedLastRun: state === "aborted" }, nowMs);
  }

  #charge(turn: Row, { usage, provider, model }: TurnResult, nowMs: number): void {
    if (usage === undefined) return;
    this.#run(
      `INSERT INTO usage (at, agent_id, session_key, turn_id, provider, model, purpose, input, output, cache_read, cache_write, cost_usd)
       VALUES (?, ?, ?, ?, ?, ?, 'turn', ?, ?, ?, ?, ?)`,
      nowMs,
      text(turn, "agent_id"),
      text(turn, "session_key"),
      text(turn, "id"),
      provider,
      model,
      usage.input,
      usage.output,
      usage.cacheRead,
      usage.cacheWrite,
      usage.cost.total,
    );
  }

  /** What a cut off turn had said stays to be seen. */
  #keepCutOff(turn: Row, nowMs: number): void {
    const { partial } = turn;
    if (typeof partial !== "string" || partial === "") return;
    const message: Message = {
      role: "assistant",
      content: [{ type: "text", text: partial }],
      timestamp: nowMs,
      stopReason: "aborted",
    };
    this.#add(text(turn, "session_id"), message, text(turn, "id"), "partial", nowMs);
  }

  #known(ingressId: string): Extract<Accepted, { fresh: false }> {
    const row = this.#get(
      `SELECT ingress.run_id AS run_id, turns.state AS state, turns.result AS result
       FROM ingress LEFT JOIN turns ON turns.id = ingress.turn_id WHERE ingress.id = ?`,
      ingressId,
    );
    const runId = row === undefined ? "" : text(row, "run_id");
    if (row === undefined || row.state === null) {
      return { fresh: false, runId, state: "waiting", result: undefined };
    }
    return { fresh: false, runId, state: row.state as TurnState, result: resultOf(row) };
  }

  // Statements

  #get(sql: string, ...values: Value[]): Row | undefined {
    return this.#statement(sql).get(...values) as Row | undefined;
  }

  #all(sql: string, ...values: Value[]): Row[] {
    return this.#statement(sql).all(...values) as Row[];
  }

  #run(sql: string, ...values: Value[]): void {
    this.#statement(sql).run(...values);
  }

  #statement(sql: string): StatementSync {
    const known = this.#statements.get(sql);
    if (known !== undefined) return known;
    const statement = this.#database.prepare(sql);
    this.#statements.set(sql, statement);
    return statement;
  }
}

type Value = string | number | null;

function listing({ limit, agentId, label, spawnedBy, search, updatedSinceMs }: SessionQuery): {
  sql: string;
  values: Value[];
} {
  const conditions = ["archived_at IS NULL"];
  const values: Value[] = [];
  const only = (condition: string, ...given: Value[]) => {
    conditions.push(condition);
    values.push(...given);
  };
  if (agentId !== undefined) only("agent_id = ?", agentId);
  if (label !== undefined) only("label = ?", label);
  if (spawnedBy !== undefined) only("json_extract(entry, '$.spawnedBy') = ?", spawnedBy);
  if (updatedSinceMs !== undefined) only("updated_at >= ?", updatedSinceMs);
  if (search !== undefined && search.trim() !== "") {
    // Part of a name, with what LIKE takes for more taken as it stands.
    const part = `%${search.trim().replace(/[\\%_]/g, "\\$&")}%`;
    const names = ["json_extract(entry, '$.displayName')", "label", "json_extract(entry, '$.subject')"];
    const places = [...names, "session_id", "key"].map((place) => `${place} LIKE ? ESCAPE '\\'`);
    only(`(${places.join(" OR ")})`, ...places.map(() => part));
  }
  values.push(limit ?? -1);
  const sql = `SELECT * FROM sessions WHERE ${conditions.join(" AND ")} ORDER BY updated_at DESC, key LIMIT ?`;
  return { sql, values };
}

function sessionOf(row: Row): SessionRow {
  return {
    key: text(row, "key"),
    agentId: text(row, "agent_id"),
    sessionId: text(row, "session_id"),
    startedAtMs: Number(row.started_at),
    updatedAtMs: Number(row.updated_at),
    fields: JSON.parse(text(row, "entry")) as SessionFields,
  };
}

function turnOf(row: Row): Turn {
  return {
    id: text(row, "id"),
    runId: text(row, "run_id"),
    sessionKey: text(row, "session_key"),
    agentId: text(row, "agent_id"),
    options: JSON.parse(text(row, "options")) as Turn["options"],
    attempts: Number(row.attempts),
  };
}

function resultOf({ result }: Row): TurnResult | undefined {
  return typeof result === "string" ? (JSON.parse(result) as TurnResult) : undefined;
}

function messageOf(row: Row): Message {
  return JSON.parse(text(row, "body")) as Message;
}

function bodyOf(row: Row): Pick<Inbound, "text" | "agentId" | "origin" | "options"> {
  return JSON.parse(text(row, "body"));
}

function labelIn({ label }: SessionFields): string | null {
  return typeof label === "string" ? label : null;
}

/** Nothing that was taken is dropped: what comes when so much waits is not taken. */
function queueFull(): UnavailableError {
  return new UnavailableError(
    "QUEUE_FULL",
    advice`${MOST_WAITING} messages wait in this conversation already; send this one when they are answered.`,
  );
}

/** A crash twice in the same turn is no accident. */
function givenUp(turn: Row, nowMs: number): TurnEnd {
  const message =
    "The gateway was cut off twice while it answered this message, and does not try a third time. Please send it again.";
  return {
    state: "failed",
    messages: [
      {
        role: "assistant",
        content: [{ type: "text", text: message }],
        timestamp: nowMs,
        stopReason: "error",
        errorMessage: message,
      },
    ],
    result: {
      status: "error",
      text: message,
      sessionId: text(turn, "session_id"),
      startedAtMs: Number(turn.started_at),
      endedAtMs: nowMs,
      provider: "",
      model: "",
      usage: undefined,
    },
  };
}

function text(row: Row, column: string): string {
  return String(row[column]);
}
