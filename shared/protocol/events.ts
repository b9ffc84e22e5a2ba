/** Every event of the wire: payload, delivery class, who sees it. */
import * as z from "zod";
import { events } from "./contract.ts";
import { isRecord } from "./frame.ts";
import { ChatMessage } from "./methods/chat.ts";
import { QueueItem } from "./methods/chat-queue.ts";
import { PairingRequest } from "./methods/devices.ts";
import { OpenApproval } from "./methods/exec-approvals.ts";
import { HealthSummary } from "./methods/health.ts";
import { NodePairRequest } from "./methods/nodes.ts";
import { Heartbeat, PresenceEntry } from "./methods/presence.ts";
import { TalkMode, WakeWords } from "./methods/voice.ts";

/** People and their programs; a node hears nothing of what is said. */
const READERS = ["operator.read", "operator.write", "operator.admin"] as const;
const APPROVALS = ["operator.approvals", "operator.admin"] as const;
const PAIRING = ["operator.pairing", "operator.admin"] as const;

/** Events that go to all clients (or all with a scope). `connect.challenge` is sent to one client and stands apart. */
export const gatewayEvents = events({
  /** The whole list, whenever it has changed. */
  presence: {
    payload: z.object({ presence: z.array(PresenceEntry) }),
    delivery: "droppable",
    versioned: true,
  },
  /** Sign of life every `tickIntervalMs`; clients reconnect when two are missing. */
  tick: { payload: z.object({ ts: z.int() }), delivery: "droppable" },
  /** The gateway goes away; `restartExpectedMs` is null when it does not come back by itself. */
  shutdown: {
    payload: z.object({
      reason: z.string(),
      restartExpectedMs: z.int().nullable(),
    }),
    delivery: "critical",
  },
  /** Health as the method `health` answers it, whenever it was looked at. */
  health: { payload: HealthSummary, delivery: "critical", versioned: true },
  /**
   * A step of a run: its begin and end, and what the assistant says. `seq` counts from 1 within the run, also over what a client is not
   * told: `tool` comes to those with the capability `tool-events`, and to all where the session's verbose level is `on`; `reasoning`,
   * which is like `assistant`, comes to those with `reasoning-events`, and to all where the session's reasoning level is `on` or
   * `stream`, which its `level` says then. What some are told alone has no number of its own in the frame.
   */
  agent: {
    payload: z.object({
      runId: z.string(),
      stream: z.enum(["lifecycle", "assistant", "reasoning", "tool", "compaction"]),
      data: z.record(z.string(), z.unknown()),
      sessionKey: z.string(),
      seq: z.int().min(1),
      ts: z.int(),
    }),
    delivery: "critical",
    // The next one of these holds the whole text again, and the end does: nobody is sent away for a slow line.
    isDroppable: (payload) =>
      isRecord(payload) && (payload.stream === "assistant" || payload.stream === "reasoning"),
    scopes: READERS,
  },
  /** The answer of a run as a conversation shows it: the whole text so far, then its end. */
  chat: {
    payload: z.object({
      runId: z.string(),
      sessionKey: z.string(),
      seq: z.int().min(0),
      state: z.enum(["delta", "final", "aborted", "error"]),
      message: ChatMessage.optional(),
      errorMessage: z.string().optional(),
      stopReason: z.string().optional(),
    }),
    delivery: "critical",
    isDroppable: (payload) => isRecord(payload) && payload.state === "delta",
    scopes: READERS,
  },
  /**
   * What waits in a session, whenever that changes, and what began with it: a message that waited is answered under the `runId` of the
   * turn that it is in.
   */
  "chat.queue": {
    payload: z.object({
      sessionKey: z.string(),
      items: z.array(QueueItem),
      started: z.array(z.object({ key: z.string(), runId: z.string() })).optional(),
    }),
    delivery: "critical",
    isDroppable: (payload) => isRecord(payload) && payload.started === undefined,
    scopes: READERS,
  },
  /** A session came, went or changed but for what is said in it: `created`, `patched`, `reset`, `undone`, `compacted`, `rewound`, `titled`, `deleted`. */
  "sessions.changed": {
    payload: z.object({ key: z.string(), reason: z.string() }),
    delivery: "droppable",
    scopes: READERS,
  },
  /** A job of a schedule was changed, or began or ended a run. */
  cron: {
    payload: z.object({
      jobId: z.string(),
      action: z.enum(["added", "updated", "removed", "started", "finished"]),
      runAtMs: z.int().optional(),
      durationMs: z.int().optional(),
      status: z.enum(["ok", "error", "skipped"]).optional(),
      error: z.string().optional(),
      summary: z.string().optional(),
      nextRunAtMs: z.int().optional(),
    }),
    delivery: "droppable",
    scopes: READERS,
  },
  /** An agent looked at something that nobody wrote: what came of it, as `last-heartbeat` answers. */
  heartbeat: { payload: Heartbeat, delivery: "droppable", scopes: READERS },
  /** The configuration file has changed, whoever changed it; `hash` is that of the method `config.get`. */
  "config.changed": {
    payload: z.object({ hash: z.string() }),
    delivery: "droppable",
    scopes: ["operator.admin"],
  },
  /** Something is asked before it is done; told again after a restart. */
  "exec.approval.requested": { payload: OpenApproval, delivery: "droppable", scopes: APPROVALS },
  /** Somebody decided, or nobody did in time: `expired`. What is allowed for the rest of a turn is `allow-once` with the `grant` of a `turn`. */
  "exec.approval.resolved": {
    payload: z.object({
      id: z.string(),
      decision: z.enum(["allow-once", "allow-always", "deny", "expired"]),
      grant: z.literal("turn").optional(),
      resolvedBy: z.string().optional(),
      ts: z.int(),
    }),
    delivery: "droppable",
    scopes: APPROVALS,
  },
  /** A device asks to be paired. */
  "device.pair.requested": {
    payload: PairingRequest,
    delivery: "droppable",
    scopes: PAIRING,
  },
  /** Somebody decided about a request. */
  "device.pair.resolved": {
    payload: z.object({
      requestId: z.string(),
      deviceId: z.string(),
      decision: z.enum(["approved", "rejected"]),
      ts: z.int(),
    }),
    delivery: "droppable",
    scopes: PAIRING,
  },
  /** A node of an older program asks to be paired. */
  "node.pair.requested": { payload: NodePairRequest, delivery: "droppable", scopes: PAIRING },
  /** Somebody decided about it. */
  "node.pair.resolved": {
    payload: z.object({
      requestId: z.string(),
      nodeId: z.string(),
      decision: z.enum(["approved", "rejected"]),
      ts: z.int(),
    }),
    delivery: "droppable",
    scopes: PAIRING,
  },
  /** A node is asked to carry out a command; what comes of it is told with `node.invoke.result` under the same `id`. */
  "node.invoke.request": {
    payload: z.object({
      id: z.string(),
      nodeId: z.string(),
      command: z.string(),
      paramsJSON: z.string().nullable(),
      timeoutMs: z.int().optional(),
      idempotencyKey: z.string().optional(),
    }),
    delivery: "critical",
    isDirect: true,
  },
  /** People talk by voice, or stopped. */
  "talk.mode": { payload: TalkMode, delivery: "droppable" },
  /** The words by which devices wake are others; a node is told of them besides when it connects. */
  "voicewake.changed": { payload: WakeWords, delivery: "droppable" },
});

export type GatewayEvents = {
  [Name in keyof typeof gatewayEvents]: z.infer<(typeof gatewayEvents)[Name]["payload"]>;
};
export type GatewayEventName = keyof GatewayEvents;

/** Names in the order `hello-ok` lists them. */
export const EVENT_NAMES = ["connect.challenge", ...Object.keys(gatewayEvents)];
