/** Carries announcements from the bus to every client that may see them: one sequence, one serialisation per event. */
import type { Disposable } from "../../shared/lifecycle.ts";
import type { EventContract } from "../../shared/protocol/contract.ts";
import { type GatewayEventName, type GatewayEvents, gatewayEvents } from "../../shared/protocol/events.ts";
import type { EventFrame, StateVersion } from "../../shared/protocol/frame.ts";
import type { EventBus } from "../base/events/event-bus.ts";
import type { Connection } from "./connection/connection.ts";

export class Broadcaster implements Disposable {
  #connections: Iterable<Connection>;
  #versions: () => StateVersion;
  #subscription: Disposable;
  #seq = 0;

  /** `versions` is asked for events that carry `stateVersion`. */
  constructor(bus: EventBus, connections: Iterable<Connection>, versions: () => StateVersion) {
    this.#connections = connections;
    this.#versions = versions;
    this.#subscription = bus.subscribe((name, payload) => this.#broadcast(name, payload));
  }

  dispose(): void {
    this.#subscription.dispose();
  }

  #broadcast<N extends GatewayEventName>(name: N, payload: GatewayEvents[N]): void {
    const contract: EventContract = gatewayEvents[name];
    this.#seq += 1;
    const frame: EventFrame = { type: "event", event: name, payload, seq: this.#seq };
    if (contract.versioned === true) frame.stateVersion = this.#versions();
    const text = JSON.stringify(frame);
    const delivery = contract.isDroppable?.(payload) ? "droppable" : contract.delivery;
    for (const connection of this.#connections) {
      if (connection.state.kind !== "connected") continue;
      const { role, scopes } = connection.state.identity;
      const sees =
        contract.scopes === undefined ||
        (role === "operator" && contract.scopes.some((scope) => scopes.includes(scope)));
      if (sees) connection.sendEvent(text, delivery);
    }
  }
}
