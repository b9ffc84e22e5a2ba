/** Reads what exists of an agent's session store, for health and status. The store belongs to the assistant; this only looks. */
import { statSync } from "node:fs";
import { join } from "node:path";
import { readSmallFile } from "../../shared/node/small-file.ts";
import { isRecord } from "../../shared/protocol/frame.ts";
import { cutText } from "./text-limits.ts";

export interface SessionDigest {
  path: string;
  count: number;
  /** Newest first, at most five. Times in epoch milliseconds; `age` in milliseconds. */
  recent: { key: string; updatedAt: number | null; age: number | null }[];
}

const RECENT = 5;
/** Larger than any store of somebody's chats. */
const MAX_STORE_BYTES = 64 * 1024 * 1024;
/** A key goes to every client with the health of the gateway. */
const MAX_KEY_CHARS = 300;

interface Row {
  key: string;
  updatedAt: number | null;
}

/** Clients may ask for the health as often as they like: a store that did not change is not read again. */
export class SessionDigests {
  /** By path. */
  #known = new Map<string, { stamp: string; rows: Row[]; count: number }>();

  /** The digest of `<state>/agents/<agentId>/sessions/sessions.json`; empty when there is none. Throws when it is unreadable. */
  of(stateDir: string, agentId: string, nowMs: number): SessionDigest {
    const path = join(stateDir, "agents", agentId, "sessions", "sessions.json");
    const stamp = stampOf(path);
    let known = this.#known.get(path);
    if (known?.stamp !== stamp) {
      known = { stamp, ...summarize(readStore(path)) };
      this.#known.set(path, known);
    }
    const { rows, count } = known;
    const recent = rows.map((row) => ({
      ...row,
      age: row.updatedAt === null ? null : Math.max(0, nowMs - row.updatedAt),
    }));
    return { path, count, recent };
  }
}

function stampOf(path: string): string {
  const status = statSync(path, { throwIfNoEntry: false });
  return status === undefined ? path : `${path} ${status.ino} ${status.size} ${status.mtimeMs}`;
}

function summarize(store: Record<string, unknown>): { rows: Row[]; count: number } {
  const rows = Object.entries(store).map(([key, entry]) => ({ key, updatedAt: updatedAt(entry) }));
  rows.sort((a, b) => (b.updatedAt ?? 0) - (a.updatedAt ?? 0));
  const newest = rows.slice(0, RECENT).map((row) => ({ ...row, key: cutText(row.key, MAX_KEY_CHARS) }));
  return { rows: newest, count: rows.length };
}

function readStore(path: string): Record<string, unknown> {
  const file = readSmallFile(path, MAX_STORE_BYTES);
  if (file.state === "missing") return {};
  if (file.state === "unreadable") throw new Error(`${path} cannot be read: ${file.reason}`);
  const value: unknown = JSON.parse(file.bytes.toString("utf8"));
  return isRecord(value) ? value : {};
}

function updatedAt(entry: unknown): number | null {
  return isRecord(entry) && typeof entry.updatedAt === "number" ? entry.updatedAt : null;
}
