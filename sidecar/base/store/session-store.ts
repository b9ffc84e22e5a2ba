/**
 * What is kept of sessions, messages and turns: the seam behind which the store lies. Every change that has to be whole is one method;
 * nobody outside opens a transaction. Times are epoch milliseconds.
 */

import type { Message, TokenUsage } from "./message.ts";

/** What clients see of a session besides its key, id and time. */
export type SessionFields = Readonly<Record<string, unknown>>;

export interface SessionRow {
  key: string;
  agentId: string;
  /** Of the conversation that the key stands for at present. */
  sessionId: string;
  startedAtMs: number;
  updatedAtMs: number;
  fields: SessionFields;
}

/** Newest first. Texts are compared exactly but for `search`, which is part of a name, in any case. */
export interface SessionQuery {
  limit?: number | undefined;
  agentId?: string | undefined;
  label?: string | undefined;
  spawnedBy?: string | undefined;
  search?: string | undefined;
  updatedSinceMs?: number | undefined;
}

/** Fields to set; null takes one away. */
export type SessionPatch = Readonly<Record<string, unknown>>;

/** One entry of a conversation. */
export interface EntryRow {
  seq: number;
  id: string;
  createdAtMs: number;
  /** `partial` is what came of a turn that a crash cut off: shown, and never sent to a model. */
  state: "ok" | "partial";
  /** As clients see it. */
  message: Message;
}

/** A message on its way in. */
export interface Inbound {
  /** Whoever repeats the key within a day means the same message. */
  idempotency: { scope: string; key: string };
  /** By which clients know what comes of it. */
  runId: string;
  sessionKey: string;
  agentId: string;
  channel: string;
  sender: string;
  authority: "owner" | "trusted";
  origin: "chat" | "api";
  text: string;
  options: TurnOptions;
}

export interface TurnOptions {
  /** For the whole turn, in ms; undefined for the configured one. */
  timeoutMs?: number | undefined;
  /** As the client named the session: it compares what it is told with what it sent. */
  sessionName?: string;
}

export type TurnState = "queued" | "running" | "done" | "failed" | "aborted";

/** What became of a message, as far as it is known. */
export type Accepted =
  /** Taken now; it `waits` when another turn of its session comes first. */
  | { fresh: true; waits: boolean }
  /** Known already. `waiting` has no turn yet; `result` is there when it ended. */
  | { fresh: false; runId: string; state: TurnState | "waiting"; result: TurnResult | undefined };

/** How a turn ended, for whoever asks later. */
export interface TurnResult {
  status: "ok" | "error";
  /** The answer, or what went wrong. */
  text: string;
  sessionId: string;
  startedAtMs: number;
  endedAtMs: number;
  provider: string;
  model: string;
  usage: TokenUsage | undefined;
  stopReason?: string;
}

export interface Turn {
  id: string;
  runId: string;
  sessionKey: string;
  agentId: string;
  options: TurnOptions;
  /** Counts from 1 once it has started. */
  attempts: number;
}

/** A turn that has begun: its message is an entry now. */
export interface StartedTurn extends Turn {
  sessionId: string;
  startedAtMs: number;
  /** The conversation up to and with the message, oldest first, at most as much as was asked for. */
  conversation: readonly Message[];
}

export interface TurnEnd {
  state: "done" | "failed" | "aborted";
  /** What is added to the conversation. */
  messages: readonly Message[];
  result: TurnResult;
}

/** What a start found of turns that a former process had begun. */
export interface Recovered {
  /** Are run again. */
  again: number;
  /** Were cut off twice and are not tried a third time. */
  givenUp: { sessionKey: string; runId: string }[];
}

export interface SessionStore {
  list(query: SessionQuery): Promise<SessionRow[]>;
  count(agentId?: string): Promise<number>;
  get(key: string): Promise<SessionRow | undefined>;
  bySessionId(sessionId: string): Promise<SessionRow | undefined>;
  /** Makes the session where there is none. Fails with `LABEL_TAKEN` when another session has the label. */
  patch(key: string, agentId: string, change: SessionPatch, nowMs: number): Promise<SessionRow>;
  /** Begins a new conversation under the key; the old one is kept. `fields` are what the new one begins with. */
  reset(key: string, agentId: string, fields: SessionFields, nowMs: number): Promise<SessionRow>;
  /** Takes the session out of every list; false when there was none. What was said is kept. */
  archive(key: string, reason: string, nowMs: number): Promise<boolean>;
  /** The newest entries of the conversation, oldest first. */
  history(sessionId: string, page: { limit: number; beforeSeq?: number }): Promise<EntryRow[]>;
  /** The first thing that a person said in the conversation. */
  firstUserText(sessionId: string): Promise<string | undefined>;
  /** Adds to the conversation of the key and returns the entry's id; undefined where there is no session. */
  append(key: string, message: Message, nowMs: number): Promise<string | undefined>;
  /** Keeps the message before it is acknowledged: it is answered once, whatever happens. Fails with `QUEUE_FULL`. */
  accept(message: Inbound, nowMs: number): Promise<Accepted>;
  /** What is known of a run; undefined for an unknown one. */
  run(runId: string): Promise<{ state: TurnState | "waiting"; result: TurnResult | undefined } | undefined>;
  /** Keys of sessions with something to be done, the oldest first. */
  pending(): Promise<string[]>;
  /**
   * Starts the next turn of a session that runs none: the queued one, else what waits, as one turn. `holder` is the process;
   * `runId` names a turn that several messages make together.
   */
  startNext(
    sessionKey: string,
    start: { holder: string; runId: string; limit: number },
    nowMs: number,
  ): Promise<StartedTurn | undefined>;
  /** What the turn has said so far, for after a crash. */
  keepPartial(turnId: string, text: string): Promise<void>;
  /** Answer, end and usage as one. False, and nothing written, when the turn is not this holder's any more. */
  finish(turnId: string, holder: string, end: TurnEnd, nowMs: number): Promise<boolean>;
  /** Puts the turns of former processes back in line, or gives them up after the second time. */
  recover(holder: string, nowMs: number): Promise<Recovered>;
  close(): Promise<void>;
}
