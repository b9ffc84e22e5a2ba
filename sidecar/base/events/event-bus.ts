/** Typed publish and subscribe for everything the gateway announces to its clients. */
import type { Disposable } from "../../../shared/lifecycle.ts";
import type { GatewayEventName, GatewayEvents } from "../../../shared/protocol/events.ts";

type Listener = <N extends GatewayEventName>(name: N, payload: GatewayEvents[N]) => void;

export class EventBus {
  #listeners = new Set<Listener>();

  /** Tells every subscriber, in the order of subscription, before it returns. */
  publish<N extends GatewayEventName>(name: N, payload: GatewayEvents[N]): void {
    for (const listener of this.#listeners) listener(name, payload);
  }

  subscribe(listener: Listener): Disposable {
    this.#listeners.add(listener);
    return { dispose: () => this.#listeners.delete(listener) };
  }
}
