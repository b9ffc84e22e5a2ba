/** Devices in the node role: who they are, what they can be asked to do, and what they report. */
import * as z from "zod";
import { methods } from "../contract.ts";

const id = z.string().min(1).max(500);
const text = z.string().min(1).max(2_000);
const texts = z.array(text).max(1_000);

/** A node as operators see it: paired, connected, or both. `caps` and `commands` are those of its connection; `commands` holds what may be asked of it. */
export const NodeInfo = z.object({
  nodeId: z.string(),
  displayName: z.string().optional(),
  platform: z.string().optional(),
  version: z.string().optional(),
  coreVersion: z.string().optional(),
  uiVersion: z.string().optional(),
  deviceFamily: z.string().optional(),
  modelIdentifier: z.string().optional(),
  remoteIp: z.string().optional(),
  caps: z.array(z.string()),
  commands: z.array(z.string()),
  pathEnv: z.string().optional(),
  permissions: z.record(z.string(), z.boolean()).optional(),
  connectedAtMs: z.number().optional(),
  paired: z.boolean(),
  connected: z.boolean(),
});
export type NodeInfo = z.infer<typeof NodeInfo>;

/** What a node says of itself when it asks to be paired in the old way. */
const NodeFacts = {
  nodeId: id,
  displayName: text.optional(),
  platform: text.optional(),
  version: text.optional(),
  coreVersion: text.optional(),
  uiVersion: text.optional(),
  deviceFamily: text.optional(),
  modelIdentifier: text.optional(),
  remoteIp: text.optional(),
  caps: texts.optional(),
  commands: texts.optional(),
};

/** A node that waits in the old way. `ts` is epoch milliseconds of the request; it expires five minutes later. */
export const NodePairRequest = z.object({
  requestId: z.string(),
  ...NodeFacts,
  silent: z.boolean().optional(),
  isRepair: z.boolean(),
  ts: z.number(),
});
export type NodePairRequest = z.infer<typeof NodePairRequest>;

/** A node that was paired in the old way. Its token opens no connection; whoever keeps it asks `node.pair.verify` about it. */
export const PairedNode = z.object({
  ...NodeFacts,
  token: z.string(),
  permissions: z.record(z.string(), z.boolean()).optional(),
  bins: z.array(z.string()).optional(),
  createdAtMs: z.number(),
  approvedAtMs: z.number(),
  lastConnectedAtMs: z.number().optional(),
});
export type PairedNode = z.infer<typeof PairedNode>;

/** How long a node may take for what it is asked, in ms: a day at most. */
const timeoutMs = z.int().min(0).max(86_400_000).optional();
const unread = z.unknown().optional();

export const nodesMethods = methods({
  /** A node of an older program asks to be paired. It has one request at a time; a repeat returns the one that waits. */
  "node.pair.request": {
    access: "operator.pairing",
    params: z.strictObject({ ...NodeFacts, silent: z.boolean().optional() }),
    result: z.object({ status: z.literal("pending"), request: NodePairRequest, created: z.boolean() }),
  },
  /** Nodes of older programs: those that wait and those that are paired. Nodes that connect by themselves are in `node.list`. */
  "node.pair.list": {
    access: "operator.pairing",
    params: z.strictObject({}),
    result: z.object({ pending: z.array(NodePairRequest), paired: z.array(PairedNode) }),
  },
  /** Fails with `NOT_FOUND` when no such request waits. */
  "node.pair.approve": {
    access: "operator.pairing",
    params: z.strictObject({ requestId: id }),
    result: z.object({ requestId: z.string(), node: PairedNode }),
  },
  /** Fails with `NOT_FOUND` when no such request waits. */
  "node.pair.reject": {
    access: "operator.pairing",
    params: z.strictObject({ requestId: id }),
    result: z.object({ requestId: z.string(), nodeId: z.string() }),
  },
  /** Whether the token is the one that the node got when it was paired in the old way. */
  "node.pair.verify": {
    access: "operator.pairing",
    params: z.strictObject({ nodeId: id, token: text }),
    result: z.object({ ok: z.boolean(), node: PairedNode.optional() }),
  },
  /** Gives a node another name; that name stays whatever the node calls itself. Fails with `NOT_FOUND`. */
  "node.rename": {
    access: "operator.pairing",
    params: z.strictObject({ nodeId: id, displayName: z.string().min(1).max(200) }),
    result: z.object({ nodeId: z.string(), displayName: z.string() }),
  },
  /** Nodes that are paired or connected; those that are connected first, then by name. */
  "node.list": {
    access: "operator.read",
    params: z.strictObject({}),
    result: z.object({ ts: z.number(), nodes: z.array(NodeInfo) }),
  },
  /** One of them. Fails with `NOT_FOUND`. */
  "node.describe": {
    access: "operator.read",
    params: z.strictObject({ nodeId: id }),
    result: z.object({ ts: z.number(), ...NodeInfo.shape }),
  },
  /**
   * Has a connected node carry out a command and answers with what it answers: `payload` as a value, `payloadJSON` as the node wrote it,
   * null when it did not. It waits 30 s, or `timeoutMs`. Nothing is repeated: a node that goes away meanwhile may have carried it out.
   * Fails with `NOT_CONNECTED`, `NODE_COMMAND_REFUSED`, and `NODE_FAILED` with the node's own words in `details.nodeError`.
   */
  "node.invoke": {
    access: "operator.write",
    params: z.strictObject({
      nodeId: id,
      command: z.string().min(1).max(200),
      params: unread,
      timeoutMs,
      idempotencyKey: z.string().min(1).max(500),
    }),
    result: z.object({
      ok: z.literal(true),
      nodeId: z.string(),
      command: z.string(),
      payload: z.unknown(),
      payloadJSON: z.string().nullable(),
    }),
  },
  /** What came of a command. `ignored` is true when nobody waits for it any more. `payload` or `payloadJSON`, not both. */
  "node.invoke.result": {
    access: "node",
    params: z.strictObject({
      id,
      nodeId: id,
      ok: z.boolean(),
      payload: unread,
      payloadJSON: unread,
      error: z
        .strictObject({
          code: z.string().min(1).max(200).optional(),
          message: z.string().min(1).max(10_000).optional(),
        })
        .nullable()
        .optional(),
    }),
    result: z.object({ ok: z.literal(true), ignored: z.literal(true).optional() }),
  },
  /**
   * What a node reports: `chat.subscribe` and `chat.unsubscribe` with `{sessionKey}`, `voice.transcript` with `{text, sessionKey?}`,
   * `agent.request` with `{message, sessionKey?, thinking?, timeoutSeconds?}`, `exec.started`, `exec.finished` and `exec.denied` with
   * what was run. Events that nobody knows, and payloads that say nothing, are taken and mean nothing.
   */
  "node.event": {
    access: "node",
    params: z.strictObject({
      event: z.string().min(1).max(200),
      payload: unread,
      payloadJSON: z.string().nullable().optional(),
    }),
    result: z.object({ ok: z.literal(true) }),
  },
  /** The rules by which a node runs programs, as the node tells them. Fails as `node.invoke` does. */
  "exec.approvals.node.get": {
    access: "operator.admin",
    params: z.strictObject({ nodeId: id }),
    result: z.unknown(),
  },
  /** Gives a node other rules. Fails as `node.invoke` does, also where the rules have changed since `baseHash`. */
  "exec.approvals.node.set": {
    access: "operator.admin",
    params: z.strictObject({
      nodeId: id,
      file: z.record(z.string(), z.unknown()),
      baseHash: z.string().max(200).optional(),
    }),
    result: z.unknown(),
  },
});
