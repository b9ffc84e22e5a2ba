/** Questions to the owner before something is done, and what he answered; and programs that agents run. Times are epoch milliseconds. */

export type ApprovalState =
  | "pending"
  | "allowed-once"
  | "allowed-turn"
  | "allowed-always"
  | "denied"
  | "expired";

/** What is asked. */
export interface ApprovalWish {
  id: string;
  /** What it is about: `exec`, or the name of another tool. */
  kind: string;
  /** What is shown of it, and what it is tied to. */
  payload: Readonly<Record<string, unknown>>;
  /** The turn that waits for it, and the call in that turn; none of a program that asks by itself. */
  turnId?: string | undefined;
  callId?: string | undefined;
  runId?: string | undefined;
  sessionKey?: string | undefined;
  agentId?: string | undefined;
  /** Shared by those that are shown together. */
  burst: string;
  requestedAtMs: number;
  expiresAtMs: number;
}

export interface ApprovalRow extends ApprovalWish {
  state: ApprovalState;
  decidedAtMs?: number | undefined;
  decidedBy?: string | undefined;
  /** When what was asked for began. */
  usedAtMs?: number | undefined;
}

/** What the owner allowed for good. */
export interface ApprovalRule {
  id: string;
  kind: string;
  agentId: string;
  rule: Readonly<Record<string, unknown>>;
  createdAtMs: number;
  createdBy: string;
  expiresAtMs?: number | undefined;
  lastUsedAtMs?: number | undefined;
  /** For what it was used last. */
  lastUsedFor?: string | undefined;
}

/** How a question is answered. */
export interface ApprovalDecision {
  state: Exclude<ApprovalState, "pending">;
  by?: string | undefined;
  /** What is allowed from now on besides. */
  rules?: readonly ApprovalRule[];
}

/** A program that an agent runs. */
export interface ProcessRow {
  id: string;
  sessionKey: string;
  agentId: string;
  turnId: string;
  callId: string;
  command: string;
  /** 0 until it has one. */
  pid: number;
  /** Tells it from a later process with the same number. */
  startId: string;
  startedAtMs: number;
}

export interface ApprovalStore {
  /** False when a question that waits has the id already. */
  askApproval(wish: ApprovalWish): Promise<boolean>;
  approval(id: string): Promise<ApprovalRow | undefined>;
  /** The newest of the call. */
  approvalOf(turnId: string, callId: string): Promise<ApprovalRow | undefined>;
  /** Those that wait, the oldest first. */
  openApprovals(): Promise<ApprovalRow[]>;
  /** The row as it is now; undefined when it does not wait. */
  decideApproval(id: string, decision: ApprovalDecision, nowMs: number): Promise<ApprovalRow | undefined>;
  /** Notes that what was asked for begins, before it does; false where it was not allowed, or has begun before. */
  useApproval(id: string, nowMs: number): Promise<boolean>;
  /** What was allowed for the rest of the turn. */
  turnApprovals(turnId: string): Promise<ApprovalRow[]>;
  /** Those that hold, the newest first. */
  approvalRules(nowMs: number): Promise<ApprovalRule[]>;
  usedApprovalRule(id: string, usedFor: string, nowMs: number): Promise<void>;
  /** False when there is none. */
  removeApprovalRule(id: string): Promise<boolean>;
  /** Notes a program before it is started. */
  keepProcess(row: ProcessRow): Promise<void>;
  /** Notes by which number it goes. */
  startedProcess(id: string, pid: number, startId: string): Promise<void>;
  endProcess(id: string, end: { state: "done" | "killed"; exit: string }, nowMs: number): Promise<void>;
  /** Those that a former process of the gateway ran: their ends are known to nobody. Each is returned once. */
  loseProcesses(nowMs: number): Promise<ProcessRow[]>;
  /** Whether a program was run for the call. */
  hasProcess(turnId: string, callId: string): Promise<boolean>;
}
