/** What the store holds, session by session, for whoever decides what of it goes. Reads only. */
import { type Statements, text } from "./statements.ts";

export interface HeldSession {
  key: string;
  agentId: string;
  updatedAtMs: number;
  /** It stands in the lists. */
  isListed: boolean;
}

export interface Holdings {
  /** Without those in which something runs or waits, and those from which others go on; the oldest first. */
  sessions: readonly HeldSession[];
  /** Of the database, without what is free in it. */
  usedBytes: number;
}

export function holdingsIn(db: Statements): Holdings {
  const rows = db.all(
    `SELECT key, agent_id, updated_at, archived_at IS NULL AS listed FROM sessions
     WHERE NOT EXISTS (SELECT 1 FROM turns WHERE session_key = key AND state IN ('queued', 'running'))
     AND NOT EXISTS (SELECT 1 FROM ingress WHERE session_key = key AND state = 'new')
     AND NOT EXISTS (SELECT 1 FROM session_ids AS own JOIN entries ON json_extract(body, '$.fork.sessionId') = own.session_id
       WHERE own.key = sessions.key AND type = 'custom')
     ORDER BY updated_at, key`,
  );
  const sessions = rows.map((row) => ({
    key: text(row, "key"),
    agentId: text(row, "agent_id"),
    updatedAtMs: Number(row.updated_at),
    isListed: row.listed === 1,
  }));
  return { sessions, usedBytes: usedBytesIn(db) };
}

/** What a deletion leaves free is used again, and does not count. */
export function usedBytesIn(db: Statements): number {
  const of = (pragma: string) => Number(Object.values(db.get(`PRAGMA ${pragma}`) ?? {})[0]);
  return (of("page_count") - of("freelist_count")) * of("page_size");
}
