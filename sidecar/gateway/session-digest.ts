/** Reads what exists of an agent's session store, for health and status. The store belongs to the assistant; this only looks. */
import { join } from "node:path";
import { readSmallFile } from "../../shared/node/small-file.ts";
import { isRecord } from "../../shared/protocol/frame.ts";

export interface SessionDigest {
  path: string;
  count: number;
  /** Newest first, at most five. Times in epoch milliseconds; `age` in milliseconds. */
  recent: { key: string; updatedAt: number | null; age: number | null }[];
}

const RECENT = 5;
/** Bytes; a list of thousands of chats has less. */
const MAX_STORE_BYTES = 64 * 1024 * 1024;

/** The digest of `<state>/agents/<agentId>/sessions/sessions.json`; empty when there is none. Throws when it is unreadable. */
export async function digestSessions(
  stateDir: string,
  agentId: string,
  nowMs: number,
): Promise<SessionDigest> {
  const path = join(stateDir, "agents", agentId, "sessions", "sessions.json");
  const store = await readStore(path);
  const entries = Object.entries(store).map(([key, entry]) => ({ key, updatedAt: updatedAt(entry) }));
  entries.sort((a, b) => (b.updatedAt ?? 0) - (a.updatedAt ?? 0));
  const recent = entries.slice(0, RECENT).map((entry) => ({
    ...entry,
    age: entry.updatedAt === null ? null : Math.max(0, nowMs - entry.updatedAt),
  }));
  return { path, count: entries.length, recent };
}

async function readStore(path: string): Promise<Record<string, unknown>> {
  const file = readSmallFile(path, MAX_STORE_BYTES);
  if (file.state === "missing") return {};
  if (file.state === "unreadable") throw new Error(`${path} cannot be read: ${file.reason}`);
  const value: unknown = JSON.parse(file.bytes.toString("utf8"));
  return isRecord(value) ? value : {};
}

function updatedAt(entry: unknown): number | null {
  return isRecord(entry) && typeof entry.updatedAt === "number" ? entry.updatedAt : null;
}
