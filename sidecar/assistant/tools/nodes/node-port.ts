/** The nodes as a tool reaches them; the gateway carries it out. */
import type { NodeInfo } from "../../../../shared/protocol/methods/nodes.ts";

/** A node that waits to be let in. */
export interface WaitingNode {
  requestId: string;
  nodeId: string;
  displayName?: string | undefined;
  platform?: string | undefined;
  remoteIp?: string | undefined;
}

export interface NodePort {
  list(): readonly NodeInfo[];
  pending(): readonly WaitingNode[];
  /** Fails with `NOT_FOUND`. Returns who was let in or turned away. */
  decide(requestId: string, decision: "approved" | "rejected"): WaitingNode;
  /** What the node answers. Fails as `node.invoke` does. */
  invoke(order: NodeOrder, signal: AbortSignal): Promise<unknown>;
}

export interface NodeOrder {
  nodeId: string;
  command: string;
  params: Readonly<Record<string, unknown>>;
  timeoutMs?: number | undefined;
  idempotencyKey: string;
}
