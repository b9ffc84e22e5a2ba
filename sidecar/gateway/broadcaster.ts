/** Carries announcements from the bus to every client that may see them: one sequence, one serialisation per event. */
import type { Disposable } from "../../shared/lifecycle.ts";
import type { EventContract } from "../../shared/protocol/contract.ts";
import { type GatewayEventName, type GatewayEvents, gatewayEvents } from "../../shared/protocol/events.ts";
import type { EventFrame, StateVersion } from "../../shared/protocol/frame.ts";
import type { Audience, EventBus } from "../base/events/event-bus.ts";
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
    this.#subscription = bus.subscribe((name, payload, audience) => this.#broadcast(name, payload, audience));
  }

  dispose(): void {
    this.#subscription.dispose();
  }

  #broadcast<N extends GatewayEventName>(name: N, payload: GatewayEvents[N], audience?: Audience): void {
    const contract: EventContract = gatewayEvents[name];
    const frame: EventFrame = { type: "event", event: name, payload };
    // Whoever is not told would take a number that he does not see for a message that he lost.
    if (audience === undefined) {
      this.#seq += 1;
      frame.seq = this.#seq;
    }
    if (contract.versioned === true) frame.stateVersion = this.#versions();
    const delivery = contract.isDroppable?.(payload) ? "droppable" : contract.delivery;
    let message: Buffer | undefined;
    for (const connection of this.#connections) {
      if (!sees(connection, contract, audience)) continue;
      message ??= Buffer.from(JSON.stringify(frame));
      connection.sendEvent(message, delivery);
    }
  }
}

function sees({ state }: Connection, { scopes }: EventContract, audience: Audience | undefined): boolean {
  if (state.kind !== "connected") return false;
  const { role, scopes: held } = state.identity;
  if (scopes !== undefined && !(role === "operator" && scopes.some((scope) => held.includes(scope))))
    return false;
  return audience === undefined || state.connect.caps?.includes(audience.capability) === true;
}
