/**
 * Sub-agents: that one was started, what came of it, and that whoever started it was told. Each is kept before the next is done, so that
 * a restart neither starts one twice nor loses its report.
 */

import type { Route } from "./route.ts";
import type { Authority, TurnOptions } from "./session-store.ts";

/** Who started it, and is told. */
export interface SpawnParent {
  sessionKey: string;
  agentId: string;
  turnId: string;
  authority: Authority;
  /** Channel and sender of the message that it comes from. */
  principal: string;
  route?: Route | undefined;
  /** As the client named the session. */
  sessionName?: string | undefined;
}

/** What is started. */
export interface Spawn {
  /** Also that of its run. */
  id: string;
  sessionKey: string;
  agentId: string;
  label: string;
  task: string;
  options: TurnOptions;
  /** Whether its conversation is put away once its report is taken. */
  cleanup: "keep" | "delete";
  parent: SpawnParent;
}

/** How it ended. */
export interface SpawnOutcome {
  status: "ok" | "error" | "aborted";
  /** The answer, or what went wrong. */
  text: string;
  ranMs: number;
  tokens: number;
  usd: number;
}

/** `told` is one whose report is a message of the parent. */
export type SpawnState = "started" | "ended" | "told";

export interface SpawnRow extends Spawn {
  state: SpawnState;
  startedAtMs: number;
  endedAtMs?: number | undefined;
  outcome?: SpawnOutcome | undefined;
}

export interface SpawnStore {
  add(spawn: Spawn, nowMs: number): Promise<void>;
  /** Undefined for a run that is no sub-agent's. */
  get(id: string): Promise<SpawnRow | undefined>;
  /** False where its end is known already. */
  ended(id: string, outcome: SpawnOutcome, nowMs: number): Promise<boolean>;
  told(id: string): Promise<void>;
  /** Those with something left to do, the oldest first. */
  unfinished(): Promise<SpawnRow[]>;
  /** Of the conversation, the newest first. */
  of(parentKey: string, limit: number): Promise<SpawnRow[]>;
  /** How many the turn started, and its conversation since then. */
  count(
    parent: { turnId: string; sessionKey: string },
    sinceMs: number,
  ): Promise<{ turn: number; session: number }>;
}
