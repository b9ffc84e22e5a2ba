/** What the owner is asked before a command runs, what he allowed, and the file of this machine. */
import * as z from "zod";
import { methods } from "../contract.ts";

const id = z.string().min(1).max(200);
const text = z.string().nullable();

/** What is to be done, as far as whoever asked said. */
const ApprovalRequest = z.object({
  command: z.string(),
  cwd: text,
  host: text,
  security: text,
  ask: text,
  agentId: text,
  resolvedPath: text,
  sessionKey: text,
});

/** A question that waits. What a turn asks says besides what it is about, and what the longer answers would allow. */
export const OpenApproval = z.object({
  id: z.string(),
  request: ApprovalRequest,
  createdAtMs: z.number(),
  expiresAtMs: z.number(),
  /** `exec`, or another tool. */
  kind: z.string().optional(),
  /** Shared by questions that belong together. */
  burst: z.string().optional(),
  runId: z.string().optional(),
  /** Why it is asked, in a word. */
  why: z.string().optional(),
  /** What *always* would allow from now on; empty where it cannot be chosen. */
  always: z.array(z.string()).optional(),
  /** Of a command that was allowed and is asked about again: what is not what it was then. */
  changed: z.array(z.string()).optional(),
  /** Whether it can be allowed for the rest of the turn. */
  mayTurn: z.boolean().optional(),
});
export type OpenApproval = z.infer<typeof OpenApproval>;

/** The file of this machine, without the token in it. */
const Snapshot = z.object({
  path: z.string(),
  exists: z.boolean(),
  /** SHA-256 of the file, in hexadecimal. */
  hash: z.string(),
  file: z.record(z.string(), z.unknown()),
});

/** Something that is allowed for good: `stored` by an answer, or an entry of the `file`. */
export const ApprovalRule = z.object({
  id: z.string(),
  source: z.enum(["stored", "file"]),
  kind: z.string(),
  agentId: z.string(),
  rule: z.string(),
  createdAtMs: z.number().optional(),
  createdBy: z.string().optional(),
  expiresAtMs: z.number().optional(),
  lastUsedAtMs: z.number().optional(),
  lastUsedFor: z.string().optional(),
});
export type ApprovalRule = z.infer<typeof ApprovalRule>;

export const execApprovalsMethods = methods({
  /** The file of this machine, which is made where there is none. */
  "exec.approvals.get": {
    access: "operator.admin",
    params: z.strictObject({}),
    result: Snapshot,
  },
  /** Replaces it; fails with `EXEC_APPROVALS_STALE` unless `baseHash` is that of the file as it is. */
  "exec.approvals.set": {
    access: "operator.admin",
    params: z.strictObject({
      file: z.record(z.string(), z.unknown()),
      baseHash: z.string().max(200).optional(),
    }),
    result: Snapshot,
  },
  /** Asks, and answers when somebody has decided or nobody did in time; `decision` is null then. */
  "exec.approval.request": {
    access: "operator.approvals",
    params: z.strictObject({
      id: id.optional(),
      command: z.string().min(1).max(100_000),
      cwd: z.string().max(10_000).optional(),
      host: z.string().max(200).optional(),
      security: z.string().max(200).optional(),
      ask: z.string().max(200).optional(),
      agentId: z.string().max(200).optional(),
      resolvedPath: z.string().max(10_000).optional(),
      sessionKey: z.string().max(1_000).nullable().optional(),
      timeoutMs: z.int().min(1).max(86_400_000).optional(),
    }),
    result: z.object({
      id: z.string(),
      decision: z.enum(["allow-once", "allow-always", "deny"]).nullable(),
      createdAtMs: z.number(),
      expiresAtMs: z.number(),
    }),
  },
  /**
   * Decides: `allow-once`, `allow-turn`, `allow-always`, `deny`. `forMs` ends what is allowed for good, `all` is an answer to what was
   * asked together. Fails with `APPROVAL_UNKNOWN` where nothing waits under the id.
   */
  "exec.approval.resolve": {
    access: "operator.approvals",
    params: z.strictObject({
      id,
      decision: z.string().min(1).max(100),
      forMs: z.int().min(1).max(31_536_000_000).optional(),
      all: z.boolean().optional(),
    }),
    result: z.object({ ok: z.literal(true) }),
  },
  /** What waits for an answer, the oldest first. */
  "exec.approval.list": {
    access: "operator.approvals",
    params: z.strictObject({}),
    result: z.object({ approvals: z.array(OpenApproval) }),
  },
  /** What is allowed for good. */
  "exec.approval.rules": {
    access: "operator.approvals",
    params: z.strictObject({}),
    result: z.object({ rules: z.array(ApprovalRule) }),
  },
  /** Asks about it again from now on. Fails with `NOT_FOUND`. */
  "exec.approval.rules.remove": {
    access: "operator.approvals",
    params: z.strictObject({ id }),
    result: z.object({ ok: z.literal(true) }),
  },
});
