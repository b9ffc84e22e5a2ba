/**
 * Histories of other programs on their way into the store, and out of it again. Beside the seam of running conversations: what was
 * said elsewhere has its own ids and its own order. Times are epoch milliseconds.
 */
import type { Fork } from "./message.ts";
import type { Delivery } from "./outbox-records.ts";
import type { DeliveredEntry, SessionFields } from "./session-store.ts";

/** A conversation with what was known of it. */
export interface ImportedSession {
  key: string;
  agentId: string;
  sessionId: string;
  startedAtMs: number;
  updatedAtMs: number;
  fields: SessionFields;
  /** Nothing refers to it any more: it is kept, and stands in no list. */
  isFormer: boolean;
}

/**
 * `made`: it is the conversation of its key now. `known`: it was so before. `beside`: the key has another conversation by now, and this
 * one is kept as a former one.
 */
export type SessionPlace = "made" | "known" | "beside";

/** One entry of a transcript. */
export interface ImportedEntry {
  id: string;
  parentId: string | undefined;
  /** `message` and `compaction` as everywhere; `header`, `delivery` and `kept` are shown to nobody and stay for the export. */
  type: "message" | "compaction" | "header" | "delivery" | "kept";
  role: string | undefined;
  /** `partial` is an answer that a crash cut off, `off_path` stands on a branch that was left. */
  state: "ok" | "partial" | "off_path";
  createdAtMs: number;
  body: Readonly<Record<string, unknown>>;
  /** What a search finds; "" for nothing. */
  words: string;
}

/** What imports need of the store. Each method is one transaction. */
export interface ImportStore {
  importSession(session: ImportedSession): Promise<SessionPlace>;
  /** Adds what is not there yet, by the ids of conversation and entry, and returns how many those were. */
  importEntries(sessionId: string, entries: readonly ImportedEntry[]): Promise<number>;
  /** That all of the place was imported, and what came of it. */
  noteImport(from: string, summary: object, nowMs: number): Promise<void>;
}

/** An entry as it is stored, on its way out. */
export interface ExportedEntry {
  seq: number;
  id: string;
  parentId: string | undefined;
  type: string;
  /** Of the turn that it came with or came of. */
  turnId: string | undefined;
  state: "ok" | "partial" | "off_path";
  createdAtMs: number;
  body: Readonly<Record<string, unknown>>;
}

/** What exports need of the store. */
export interface ExportStore {
  /** The conversation of a key, or of an id, former ones included. */
  find(keyOrId: string): { key: string; sessionId: string; startedAtMs: number } | undefined;
  /** Where the conversation goes on from another one. */
  forkOf(sessionId: string): Fork | undefined;
  /** In order, after the one with that number. */
  entriesAfter(sessionId: string, seq: number, limit: number): ExportedEntry[];
  /** As in the store of running conversations. */
  deliveriesOf(entries: readonly DeliveredEntry[]): ReadonlyMap<string, Delivery>;
}
