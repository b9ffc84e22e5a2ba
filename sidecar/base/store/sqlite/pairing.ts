/** Who asks to be let in and who was. Each method is part of somebody's transaction. */
import type { ImportedPairing, PairingLimits, PairingRow, PairingWish } from "../pairing-records.ts";
import { json, type Row, type Statements, text } from "./statements.ts";

interface Meta {
  name?: string | undefined;
  chat: string;
  /** The owner does not want him: he is not told, and not asked for again while the request lives. */
  isDismissed?: boolean;
}

export class PairingTable {
  #db: Statements;

  constructor(db: Statements) {
    this.#db = db;
  }

  request(
    wish: PairingWish,
    { ttlMs, mostPending }: PairingLimits,
    nowMs: number,
  ): "created" | "known" | "full" {
    const { channel, account, senderId, name, code, chat } = wish;
    this.#db.run("DELETE FROM pairing_requests WHERE created_at <= ?", nowMs - ttlMs);
    const sql =
      "UPDATE pairing_requests SET last_seen_at = ? WHERE channel = ? AND account = ? AND sender = ?";
    if (this.#db.run(sql, nowMs, channel, account, senderId) > 0) return "known";
    const count = "SELECT count(*) AS n FROM pairing_requests WHERE channel = ? AND account = ?";
    if (Number(this.#db.get(count, channel, account)?.n) >= mostPending) return "full";
    this.#db.run(
      `INSERT INTO pairing_requests (channel, account, sender, code, created_at, last_seen_at, meta)
       VALUES (?, ?, ?, ?, ?, ?, ?)`,
      channel,
      account,
      senderId,
      code,
      nowMs,
      nowMs,
      JSON.stringify({ name, chat } satisfies Meta),
    );
    return "created";
  }

  pending(ttlMs: number, nowMs: number): PairingRow[] {
    const rows = this.#db.all(
      "SELECT * FROM pairing_requests WHERE created_at > ? ORDER BY created_at DESC",
      nowMs - ttlMs,
    );
    return rows.filter((row) => json<Meta>(row, "meta").isDismissed !== true).map(rowOf);
  }

  /** False when the request is gone. */
  approve({ channel, account, senderId }: PairingRow, nowMs: number): boolean {
    const sql = "DELETE FROM pairing_requests WHERE channel = ? AND account = ? AND sender = ?";
    if (this.#db.run(sql, channel, account, senderId) === 0) return false;
    this.#letIn(channel, account, senderId, nowMs);
    return true;
  }

  dismiss({ channel, account, senderId, name, chat }: PairingRow): boolean {
    const sql = "UPDATE pairing_requests SET meta = ? WHERE channel = ? AND account = ? AND sender = ?";
    const meta: Meta = { name, chat, isDismissed: true };
    return this.#db.run(sql, JSON.stringify(meta), channel, account, senderId) > 0;
  }

  isPaired(channel: string, account: string, senderIds: readonly string[]): boolean {
    const sql = "SELECT 1 FROM paired_senders WHERE channel = ? AND account IN (?, '') AND sender = ?";
    return senderIds.some((id) => this.#db.get(sql, channel, account, id) !== undefined);
  }

  import(people: readonly ImportedPairing[]): number {
    return people.filter(({ channel, senderId, atMs }) => this.#letIn(channel, "", senderId, atMs, "import"))
      .length;
  }

  #letIn(channel: string, account: string, senderId: string, atMs: number, by = "code"): boolean {
    const changed = this.#db.run(
      "INSERT OR IGNORE INTO paired_senders (channel, account, sender, approved_at, approved_by) VALUES (?, ?, ?, ?, ?)",
      channel,
      account,
      senderId,
      atMs,
      by,
    );
    return changed > 0;
  }
}

function rowOf(row: Row): PairingRow {
  const { name, chat } = json<Meta>(row, "meta");
  return {
    channel: text(row, "channel"),
    account: text(row, "account"),
    senderId: text(row, "sender"),
    name,
    chat,
    code: text(row, "code"),
    createdAtMs: Number(row.created_at),
    lastSeenAtMs: Number(row.last_seen_at),
  };
}
