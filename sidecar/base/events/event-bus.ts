/** Typed publish and subscribe for everything the gateway announces to its clients. */
import type { Disposable } from "../../../shared/lifecycle.ts";
import type { GatewayEventName, GatewayEvents } from "../../../shared/protocol/events.ts";
import type { ClientCapability } from "../../../shared/protocol/handshake.ts";

/** Whom an announcement is for, if not for all who may see its event. */
export interface Audience {
  /** Clients that said so when they connected. */
  capability: ClientCapability;
}

type Listener = <N extends GatewayEventName>(name: N, payload: GatewayEvents[N], audience?: Audience) => void;

export class EventBus {
  #listeners = new Set<Listener>();

  /** Tells every subscriber, in the order of subscription, before it returns. */
  publish<N extends GatewayEventName>(name: N, payload: GatewayEvents[N], audience?: Audience): void {
    for (const listener of this.#listeners) listener(name, payload, audience);
  }

  subscribe(listener: Listener): Disposable {
    this.#listeners.add(listener);
    return { dispose: () => this.#listeners.delete(listener) };
  }
}
