/** Reads what exists of an agent's session store, for health and status. The store belongs to the assistant; this only looks. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { systemCode } from "../../shared/errors.ts";
import { isRecord } from "../../shared/protocol/frame.ts";

export interface SessionDigest {
  path: string;
  count: number;
  /** Newest first, at most five. Times in epoch milliseconds; `age` in milliseconds. */
  recent: { key: string; updatedAt: number | null; age: number | null }[];
}

const RECENT = 5;

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
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    if (systemCode(error) === "ENOENT") return {};
    throw error;
  }
  const value: unknown = JSON.parse(text);
  return isRecord(value) ? value : {};
}

function updatedAt(entry: unknown): number | null {
  return isRecord(entry) && typeof entry.updatedAt === "number" ? entry.updatedAt : null;
}
