/** What goes out, part by part. Each method is part of somebody's transaction. */
import { randomUUID } from "node:crypto";
import {
  OUTBOX_TTL_MS,
  type OutboxEvidence,
  type OutboxKind,
  type OutboxPart,
  type OutboxPayload,
  type OutboxRow,
  type OutboxState,
} from "../outbox-records.ts";
import { placeOf, type Route } from "../route.ts";
import type { MessageName, OutboxOutcome } from "../session-store.ts";
import { json, type Row, type Statements, text } from "./statements.ts";

/** What a row holds besides what is searched. */
type Body = { kind: OutboxKind; route: Route; payload: OutboxPayload };

/** Parts are numbered with room between them for the pieces of one that is too long. */
const STEP = 1_000;
/** What did not arrive and is not tried any more. */
const LOST = "state IN ('failed', 'expired')";
/** What was said together stays together. */
const IN_ORDER = "ORDER BY created_at, coalesce(turn_id, id), part";

export class OutboxTable {
  #db: Statements;

  constructor(db: Statements) {
    this.#db = db;
  }

  /** `said` is the turn that says it, or the name under which it is said without one. */
  add(parts: readonly OutboxPart[], said: string | { name: string } | undefined, nowMs: number): void {
    const turnId = typeof said === "string" ? said : undefined;
    // What no turn says is told together as well.
    const group = typeof said === "object" ? said.name : (turnId ?? randomUUID());
    const before = turnId === undefined ? 0 : this.#lastPart(turnId);
    for (const [index, { kind, route, payload, preview, delayMs = 0 }] of parts.entries()) {
      this.#insert({
        group,
        turnId,
        part: before + (index + 1) * STEP,
        body: { kind, route, payload },
        createdAtMs: nowMs,
        expiresAtMs: nowMs + OUTBOX_TTL_MS[kind],
        evidence: preview === undefined ? {} : { preview },
        nextAtMs: nowMs + delayMs,
      });
    }
  }

  /** Takes back what of the turn nobody has begun to send. */
  withdraw(turnId: string): void {
    this.#db.run("DELETE FROM outbox WHERE turn_id = ? AND state = 'queued' AND attempts = 0", turnId);
  }

  /** The number that the next part of the turn comes after. */
  #lastPart(turnId: string): number {
    const last = Number(this.#db.get("SELECT max(part) AS last FROM outbox WHERE turn_id = ?", turnId)?.last);
    return Math.ceil(last / STEP) * STEP;
  }

  get(id: string): OutboxRow | undefined {
    const row = this.#db.get("SELECT * FROM outbox WHERE id = ?", id);
    return row && rowOf(row);
  }

  /** What was said under the name, in order. */
  named(name: string): OutboxRow[] {
    const sql = "SELECT * FROM outbox WHERE turn_id IS NULL AND id > ? AND id < ? ORDER BY part";
    // Ids begin with the name and a colon; a semicolon is the character after that.
    return this.#db.all(sql, `${name}:`, `${name};`).map(rowOf);
  }

  open(channel: string, account: string, limit: number): OutboxRow[] {
    const rows = this.#db.all(
      `SELECT * FROM outbox WHERE channel = ? AND account = ? AND state IN ('queued', 'sending', 'unknown') ${IN_ORDER} LIMIT ?`,
      channel,
      account,
      limit,
    );
    return rows.map(rowOf);
  }

  claim(id: string, nowMs: number): OutboxRow | undefined {
    const changed = this.#db.run(
      "UPDATE outbox SET state = 'sending', attempts = attempts + 1, next_at = ? WHERE id = ? AND state IN ('queued', 'unknown')",
      nowMs,
      id,
    );
    return changed === 0 ? undefined : this.get(id);
  }

  settle(id: string, { state, evidence, nextAtMs }: OutboxOutcome, nowMs: number): void {
    const known = this.get(id)?.evidence ?? {};
    this.#db.run(
      "UPDATE outbox SET state = ?, evidence = ?, next_at = ?, sent_at = ? WHERE id = ?",
      state,
      JSON.stringify({ ...known, ...evidence }),
      nextAtMs ?? nowMs,
      state === "sent" ? nowMs : null,
      id,
    );
  }

  /** The part becomes the first piece, the others follow it. */
  split(id: string, texts: readonly string[], nowMs: number): void {
    const row = this.get(id);
    const [first, ...others] = texts;
    if (row === undefined || first === undefined) return;
    const { kind, route, payload, part, turnId, createdAtMs, expiresAtMs } = row;
    const group = row.key.slice(0, row.key.lastIndexOf(":"));
    const piece = (said: string, index: number): Body => ({
      kind,
      route,
      payload: index === 0 ? { ...payload, text: said } : { text: said },
    });
    // Another text is another message: a platform that knows the key would take it for the one it refused.
    this.#db.run("DELETE FROM outbox WHERE id = ?", id);
    for (const [index, said] of [first, ...others].entries()) {
      this.#insert({
        group,
        turnId,
        part: part + 1 + index,
        body: piece(said, index),
        createdAtMs,
        expiresAtMs,
        evidence: {},
        nextAtMs: nowMs,
      });
    }
  }

  recover(): number {
    return this.#db.run("UPDATE outbox SET state = 'unknown' WHERE state = 'sending'");
  }

  /** Of the part, or of each part of the turn: how many are sent again. */
  resend(id: string, nowMs: number): number {
    const lost = this.#db.all(`SELECT * FROM outbox WHERE (id = ? OR turn_id = ?) AND ${LOST}`, id, id);
    for (const row of lost.map(rowOf))
      this.#db.run(
        "UPDATE outbox SET state = 'queued', attempts = 0, next_at = ?, expires_at = ? WHERE id = ?",
        nowMs,
        nowMs + OUTBOX_TTL_MS[row.kind],
        row.id,
      );
    return lost.length;
  }

  /** Whether another part of the same answer did not arrive either. */
  isAnotherLost(id: string): boolean {
    const sql = `SELECT 1 FROM outbox WHERE turn_id = (SELECT turn_id FROM outbox WHERE id = ?) AND id IS NOT ? AND ${LOST} LIMIT 1`;
    return this.#db.get(sql, id, id) !== undefined;
  }

  /** The turn that said a message of the account, by the name that the platform gave it. */
  turnOf({ channel, account, chat, thread, dedupe }: MessageName): string | undefined {
    const row = this.#db.get(
      `SELECT turn_id FROM outbox WHERE channel = ? AND account = ? AND target = ? AND turn_id IS NOT NULL
       AND json_extract(evidence, '$.messageId') = ? ORDER BY created_at DESC LIMIT 1`,
      channel,
      account,
      placeOf({ channel, account, chat: { kind: "dm", id: chat }, thread }),
      dedupe,
    );
    return row && text(row, "turn_id");
  }

  /** Whether something of the turn was to be sent, sent or not. */
  hasPartsOf(turnId: string): boolean {
    return this.#db.get("SELECT 1 FROM outbox WHERE turn_id = ? LIMIT 1", turnId) !== undefined;
  }

  failed(limit: number): OutboxRow[] {
    const sql = `SELECT * FROM outbox WHERE ${LOST} ORDER BY created_at DESC, part LIMIT ?`;
    return this.#db.all(sql, limit).map(rowOf);
  }

  #insert(row: {
    group: string;
    turnId: string | undefined;
    part: number;
    body: Body;
    createdAtMs: number;
    expiresAtMs: number;
    evidence: OutboxEvidence;
    nextAtMs?: number;
  }): void {
    const { route } = row.body;
    this.#db.run(
      `INSERT INTO outbox (id, turn_id, part, key, channel, account, target, payload, state, created_at, next_at, expires_at, evidence)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'queued', ?, ?, ?, ?)`,
      row.turnId === undefined ? `${row.group}:${row.part}` : randomUUID(),
      row.turnId ?? null,
      row.part,
      `${row.group}:${row.part}`,
      route.channel,
      route.account,
      placeOf(route),
      JSON.stringify(row.body),
      row.createdAtMs,
      row.nextAtMs ?? row.createdAtMs,
      row.expiresAtMs,
      JSON.stringify(row.evidence),
    );
  }
}

function rowOf(row: Row): OutboxRow {
  const { kind, route, payload } = json<Body>(row, "payload");
  return {
    id: text(row, "id"),
    turnId: typeof row.turn_id === "string" ? row.turn_id : undefined,
    part: Number(row.part),
    kind,
    route,
    payload,
    key: text(row, "key"),
    state: row.state as OutboxState,
    attempts: Number(row.attempts),
    createdAtMs: Number(row.created_at),
    nextAtMs: Number(row.next_at),
    expiresAtMs: Number(row.expires_at),
    evidence: typeof row.evidence === "string" ? json<OutboxEvidence>(row, "evidence") : {},
  };
}
