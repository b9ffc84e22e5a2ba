/** The nodes as the assistant reaches them: what an operator can do by the methods of the wire, without a connection. */
import type { Clock } from "../../../shared/clock.ts";
import type { NodePort, WaitingNode } from "../../assistant/tools/nodes/node-port.ts";
import type { EventBus } from "../../base/events/event-bus.ts";
import type { PairingAnnouncer } from "../auth/authenticate.ts";
import type { PairingStore } from "../auth/pairing-store.ts";
import type { NodeDoor } from "./node-door.ts";

/** What it stands on. */
export interface PortPlace {
  nodes: NodeDoor;
  pairing: PairingStore;
  announce: PairingAnnouncer;
  bus: EventBus;
  clock: Clock;
}

export function nodePort({ nodes, pairing, announce, bus, clock }: PortPlace): NodePort {
  const devices = () => pairing.list().pending.filter(({ role }) => role === "node");
  return {
    list: () => nodes.list(),

    pending: () => [
      ...devices().map(({ deviceId: nodeId, ...request }) => waiting({ nodeId, ...request })),
      ...nodes.legacy.list().pending.map(waiting),
    ],

    decide(requestId, decision) {
      const device = devices().find((each) => each.requestId === requestId);
      if (device === undefined) {
        const old = nodes.legacy.find(requestId);
        if (decision === "approved") nodes.legacy.approve(requestId);
        else nodes.legacy.reject(requestId);
        bus.publish("node.pair.resolved", { requestId, nodeId: old.nodeId, decision, ts: clock.now() });
        return waiting(old);
      }
      if (decision === "approved") pairing.approve(requestId);
      else pairing.reject(requestId);
      announce.resolved(device, decision);
      const { deviceId, role = "node" } = device;
      if (decision === "approved") announce.tokenChanged({ deviceId, role, how: "approved" });
      return waiting({ nodeId: deviceId, ...device });
    },

    async invoke(order, signal) {
      const { payload } = await nodes.registry.invoke(order, signal);
      return payload;
    },
  };
}

function waiting({ requestId, nodeId, displayName, platform, remoteIp }: WaitingNode): WaitingNode {
  return { requestId, nodeId, displayName, platform, remoteIp };
}
