/** What is remembered of conversations that were moved out of the store. */
import { isRecord } from "../../../shared/protocol/frame.ts";

/** Where in the store. */
export const MAINTENANCE = { scope: "session-maintenance", key: "archived" } as const;
/** In the state directory. */
export const ARCHIVE_FOLDER = "archive";

export interface ArchivedSessions {
  /** All in all. */
  count: number;
  /** The last time. */
  atMs: number;
}

/** Undefined where nothing was moved. */
export function archivedIn(text: string | undefined): ArchivedSessions | undefined {
  const value: unknown = text === undefined ? undefined : JSON.parse(text);
  if (!isRecord(value) || typeof value.count !== "number" || typeof value.atMs !== "number") return undefined;
  return { count: value.count, atMs: value.atMs };
}

/** The same with more of them, as text. */
export function noted(known: ArchivedSessions | undefined, more: number, nowMs: number): string {
  return JSON.stringify({ count: (known?.count ?? 0) + more, atMs: nowMs });
}
