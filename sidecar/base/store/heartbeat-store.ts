/** What is kept of the looks around that an agent takes by itself. Beside the seam of conversations. Times are epoch milliseconds. */
import type { OutboxPart } from "./outbox-records.ts";
import type { Route } from "./route.ts";
import type { ContextLine } from "./session-store.ts";

/** A look that has begun. */
export interface HeartbeatRun {
  /** Of its turn. */
  runId: string;
  startedAtMs: number;
}

/** Something to be told that waits for a better time. */
export interface HeldAlert {
  text: string;
  atMs: number;
  /** Undefined where the conversation alone is told. */
  route?: Route | undefined;
}

/** How it stands with one agent. */
export interface HeartbeatState {
  /** Since when it looks around at all. */
  sinceMs: number;
  /** When a look was due last, whether or not there was one. */
  lastAtMs?: number | undefined;
  /** The one that has no end yet. */
  run?: HeartbeatRun | undefined;
  /** In a row. */
  failures?: number | undefined;
  /** It has failed too often; it goes on when somebody has written since. */
  pausedAtMs?: number | undefined;
  /** Nobody has written for so long that it has stopped, and has said so. */
  idleToldAtMs?: number | undefined;
  /** What was said last. */
  said?: { text: string; atMs: number } | undefined;
  held?: readonly HeldAlert[] | undefined;
}

/** What becomes of a look, written as one. */
export interface HeartbeatSettlement {
  agentId: string;
  /** Of the look that ends; nothing is written where that has an end. Undefined where none does. */
  runId?: string | undefined;
  change: (state: HeartbeatState) => HeartbeatState;
  /** What goes out. */
  parts?: readonly OutboxPart[] | undefined;
  /** What the conversation is told at its next turn. */
  said?: { sessionKey: string; line: ContextLine } | undefined;
}

export interface HeartbeatStore {
  /** Undefined for an agent that has never looked around. */
  state(agentId: string): Promise<HeartbeatState | undefined>;
  /** Begins where there is none. */
  change(agentId: string, change: (state: HeartbeatState | undefined) => HeartbeatState): Promise<void>;
  /** False where the look has an end already. */
  settle(settlement: HeartbeatSettlement, nowMs: number): Promise<boolean>;
  /** When a person last wrote to the agent, in any of its conversations as they are now. */
  lastUserAt(agentId: string): Promise<number | undefined>;
}
