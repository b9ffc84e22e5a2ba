/** Nodes that wait for approval: devices that would connect as one, and nodes of older programs. */
import type { GatewayConnection } from "../../../shared/client/gateway-connection.ts";
import { neutralLine } from "../../../shared/foreign-text.ts";
import type { MethodResult } from "../../../shared/protocol/index.ts";
import { advice, type Remedy } from "../../../shared/remedy.ts";
import { localTime } from "../../base/local-time.ts";
import { meant, shortId } from "../devices/ask.ts";
import { nodeName } from "./ask.ts";

/** A node that waits, and by which methods somebody decides about it. */
export interface WaitingNode {
  requestId: string;
  nodeId: string;
  displayName?: string | undefined;
  platform?: string | undefined;
  remoteIp?: string | undefined;
  ts: number;
  /** `node` is how older programs ask. */
  kind: "device" | "node";
}

/** Newest first. */
export async function waitingNodes(gateway: GatewayConnection, timeoutMs: number): Promise<WaitingNode[]> {
  const [devices, nodes] = await Promise.all([
    gateway.call("device.pair.list", {}, timeoutMs),
    gateway.call("node.pair.list", {}, timeoutMs),
  ]);
  return [
    ...devices.pending.flatMap(asNode),
    ...nodes.pending.map((each) => ({ ...each, kind: "node" as const })),
  ]
    .map(({ requestId, nodeId, displayName, platform, remoteIp, ts, kind }) => ({
      ...{ requestId, nodeId, displayName, platform, remoteIp, ts, kind },
    }))
    .sort((a, b) => b.ts - a.ts);
}

/** The one that is meant by an id, which may be shortened. Fails as `meant`. */
export function waitingMeant(waiting: readonly WaitingNode[], typed: string): WaitingNode {
  const ids = waiting.map(({ requestId }) => requestId);
  const requestId = meant("request", typed, ids);
  return waiting.find((each) => each.requestId === requestId) as WaitingNode;
}

/** A line for each. */
export function waitingLines(waiting: readonly WaitingNode[]): Remedy[] {
  const ids = waiting.map(({ requestId }) => requestId);
  return waiting.map(({ requestId, remoteIp, ts, ...node }) => {
    const [id, name, time] = [shortId(requestId, ids), nodeName(node), localTime(ts).slice(0, 16)];
    return remoteIp === undefined
      ? advice`  ${id}  ${name}  ${time}`
      : advice`  ${id}  ${name}  from ${neutralLine(remoteIp)}, ${time}`;
  });
}

type PendingDevice = MethodResult<"device.pair.list">["pending"][number];

function asNode({ deviceId, ...request }: PendingDevice) {
  return request.role === "node" ? [{ ...request, nodeId: deviceId, kind: "device" as const }] : [];
}
