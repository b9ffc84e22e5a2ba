/** What became of messages on their way to channels, told with the entries that they are: read for a page at once. */
import type { Delivery, OutboxEvidence, OutboxState } from "../outbox-records.ts";
import type { DeliveredEntry } from "../session-store.ts";
import { json, type Row, type Statements, text } from "./statements.ts";

/** Of several parts the worst one counts. */
const WORST_FIRST: readonly Delivery["state"][] = ["failed", "expired", "unknown", "queued", "sent"];
/** A platform may say a lot. */
const ERROR_CHARS = 200;

/**
 * By the ids of entries, which are messages of the assistant in the order of one conversation. What a turn said in a chat is told with the
 * last message that it made.
 */
export function deliveriesIn(db: Statements, entries: readonly DeliveredEntry[]): Map<string, Delivery> {
  // One turn of a conversation comes after the other: only the last one of these may go on behind them.
  const lastOf = new Map(
    entries.flatMap((entry) => (entry.turnId === undefined ? [] : [[entry.turnId, entry]])),
  );
  const newest = entries.at(-1);
  if (newest?.turnId !== undefined && goesOn(db, newest)) lastOf.delete(newest.turnId);
  if (lastOf.size === 0) return new Map();
  const parts = db.all(
    `SELECT turn_id, channel, state, created_at, next_at, sent_at, iif(state = 'sent', NULL, evidence) AS evidence
     FROM outbox WHERE turn_id IN (SELECT value FROM json_each(?))`,
    JSON.stringify([...lastOf.keys()]),
  );
  const deliveries = new Map<string, Delivery>();
  for (const part of parts) {
    const id = lastOf.get(text(part, "turn_id"))?.id;
    if (id !== undefined) deliveries.set(id, worse(deliveries.get(id), deliveryOf(part)));
  }
  return deliveries;
}

function goesOn(db: Statements, { turnId = "", seq }: DeliveredEntry): boolean {
  const sql = `SELECT 1 FROM entries WHERE turn_id = ? AND seq > ? AND role = 'assistant' AND state IN ('ok', 'partial') LIMIT 1`;
  return db.get(sql, turnId, seq) !== undefined;
}

function worse(known: Delivery | undefined, part: Delivery): Delivery {
  if (known === undefined) return part;
  if (known.state !== part.state)
    return WORST_FIRST.indexOf(known.state) < WORST_FIRST.indexOf(part.state) ? known : part;
  return part.atMs > known.atMs ? { ...known, atMs: part.atMs } : known;
}

function deliveryOf(part: Row): Delivery {
  const evidence: OutboxEvidence = part.evidence === null ? {} : json(part, "evidence");
  const { error, mayHaveArrived = false } = evidence;
  const state = stateOf(part.state as OutboxState, mayHaveArrived);
  const at = state === "sent" ? part.sent_at : state === "queued" ? part.created_at : part.next_at;
  return {
    channel: text(part, "channel"),
    state,
    atMs: Number(at),
    ...(state === "sent" || error === undefined ? {} : { error: error.slice(0, ERROR_CHARS) }),
  };
}

function stateOf(state: OutboxState, mayHaveArrived: boolean): Delivery["state"] {
  if (state === "sending") return "queued";
  return state === "failed" && mayHaveArrived ? "unknown" : state;
}
