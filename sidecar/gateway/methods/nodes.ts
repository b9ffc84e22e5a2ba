/** `node.*` and the rules of nodes: administration by operators, orders to nodes, and what nodes report. */
import type { Clock } from "../../../shared/clock.ts";
import { errorText, RequestError, UnavailableError } from "../../../shared/errors.ts";
import { loadPart } from "../../../shared/node/part.ts";
import { nodesMethods } from "../../../shared/protocol/methods/nodes.ts";
import type { EventBus } from "../../base/events/event-bus.ts";
import type { NodeOrder } from "../../nodes/node-registry.ts";
import type { NodeDoor } from "../nodes/node-door.ts";
import { type Call, implement, type Method } from "../rpc/implement.ts";
import type { EventPlace } from "./node-events.ts";

/** What the handlers stand on. */
export interface NodesPlace extends EventPlace {
  nodes: NodeDoor;
  bus: EventBus;
  clock: Clock;
}

export function nodesHandlers(place: NodesPlace): Method[] {
  const { nodes, bus, clock } = place;
  const { registry, legacy } = nodes;
  const resolved = (requestId: string, nodeId: string, decision: "approved" | "rejected") =>
    bus.publish("node.pair.resolved", { requestId, nodeId, decision, ts: clock.now() });
  const ask = async (order: NodeOrder, call: Call) => {
    const { payload } = await registry.invoke(order, call.signal, { unchecked: true });
    return payload;
  };

  return implement(nodesMethods, {
    "node.pair.request": (wish) => {
      const { request, created } = legacy.request(wish);
      if (created) bus.publish("node.pair.requested", request);
      return { status: "pending" as const, request, created };
    },

    "node.pair.list": () => legacy.list(),

    "node.pair.approve": ({ requestId }) => {
      const node = legacy.approve(requestId);
      resolved(requestId, node.nodeId, "approved");
      return { requestId, node };
    },

    "node.pair.reject": ({ requestId }) => {
      const { nodeId } = legacy.reject(requestId);
      resolved(requestId, nodeId, "rejected");
      return { requestId, nodeId };
    },

    "node.pair.verify": ({ nodeId, token }) => {
      const node = legacy.verify(nodeId, token);
      return node === undefined ? { ok: false } : { ok: true, node };
    },

    "node.rename": ({ nodeId, displayName }) => ({ nodeId, displayName: nodes.rename(nodeId, displayName) }),

    "node.list": () => ({ ts: clock.now(), nodes: nodes.list() }),

    "node.describe": ({ nodeId }) => ({ ts: clock.now(), ...nodes.describe(nodeId) }),

    "node.invoke": async (order, call) => {
      const answer = await registry.invoke(order, call.signal);
      return { ok: true as const, nodeId: order.nodeId, command: order.command, ...answer };
    },

    "node.invoke.result": (outcome, { connId }) =>
      registry.settle(connId, outcome)
        ? { ok: true as const }
        : { ok: true as const, ignored: true as const },

    "node.event": async ({ event, payload, payloadJSON }, { connId, log }) => {
      const { takeNodeEvent } = await loadPart(() => import("./node-events.ts"));
      try {
        await takeNodeEvent({ event, payload: reportOf(payload, payloadJSON), connId }, place);
      } catch (error) {
        // A message that could not be kept is worth another try; one that means nothing is not.
        if (!(error instanceof RequestError)) throw unkept(error);
        log.warn({ event, reason: errorText(error) }, "an event of a node could not be used");
      }
      return { ok: true as const };
    },

    "exec.approvals.node.get": ({ nodeId }, call) =>
      ask({ nodeId, command: "system.execApprovals.get", params: {} }, call),

    "exec.approvals.node.set": ({ nodeId, file, baseHash }, call) => {
      const params = baseHash === undefined ? { file } : { file, baseHash };
      return ask({ nodeId, command: "system.execApprovals.set", params }, call);
    },
  });
}

function reportOf(payload: unknown, payloadJSON: string | null | undefined): unknown {
  if (typeof payloadJSON !== "string") return payload;
  try {
    return JSON.parse(payloadJSON);
  } catch {
    return undefined; // What is no JSON says nothing, and an event that says nothing means nothing.
  }
}

function unkept(error: unknown): Error {
  return error instanceof UnavailableError
    ? error
    : new UnavailableError("INTERNAL", `the event could not be kept: ${errorText(error)}`, { cause: error });
}
