/**
 * Carries announcements from the bus to every client that may see them: one sequence, one serialisation per event. A node hears of a
 * conversation only when it asked to, and then without a number: it is not told everything that is counted.
 */
import type { Disposable } from "../../shared/lifecycle.ts";
import type { DeliveredContract } from "../../shared/protocol/contract.ts";
import { type GatewayEventName, type GatewayEvents, gatewayEvents } from "../../shared/protocol/events.ts";
import type { EventFrame, StateVersion } from "../../shared/protocol/frame.ts";
import type { ConnectParams } from "../../shared/protocol/handshake.ts";
import type { Audience, EventBus } from "../base/events/event-bus.ts";
import type { Connection } from "./connection/connection.ts";

/** What a broadcast needs to know besides the clients. */
export interface BroadcastFacts {
  /** Asked for events that carry `stateVersion`. */
  versions: () => StateVersion;
  /** Whether a node asked to hear of the conversation. */
  hears: (connId: string, sessionKey: string) => boolean;
}

export class Broadcaster implements Disposable {
  #connections: Iterable<Connection>;
  #facts: BroadcastFacts;
  #subscription: Disposable;
  #seq = 0;

  constructor(bus: EventBus, connections: Iterable<Connection>, facts: BroadcastFacts) {
    this.#connections = connections;
    this.#facts = facts;
    this.#subscription = bus.subscribe((name, payload, audience) => this.#broadcast(name, payload, audience));
  }

  dispose(): void {
    this.#subscription.dispose();
  }

  #broadcast<N extends GatewayEventName>(name: N, payload: GatewayEvents[N], audience?: Audience): void {
    const contract: DeliveredContract = gatewayEvents[name];
    if (contract.isDirect === true) return;
    const frame: EventFrame = { type: "event", event: name, payload };
    // Whoever is not told would take a number that he does not see for a message that he lost.
    if (audience === undefined) {
      this.#seq += 1;
      frame.seq = this.#seq;
    }
    if (contract.versioned === true) frame.stateVersion = this.#facts.versions();
    const delivery = contract.isDroppable?.(payload) ? "droppable" : contract.delivery;
    const { seq: _seq, ...unnumbered } = frame;
    const sessionKey = SUBSCRIBED.includes(name) ? sessionKeyOf(payload) : undefined;
    let message: Buffer | undefined;
    let toNodes: Buffer | undefined;
    for (const connection of this.#connections) {
      if (sees(connection, contract, audience)) {
        message ??= Buffer.from(JSON.stringify(frame));
        connection.sendEvent(message, delivery);
      } else if (sessionKey !== undefined && this.#isHeard(connection, sessionKey, audience)) {
        toNodes ??= Buffer.from(JSON.stringify(unnumbered));
        connection.sendEvent(toNodes, delivery);
      }
    }
  }

  #isHeard({ id, state }: Connection, sessionKey: string, audience: Audience | undefined): boolean {
    if (state.kind !== "connected" || state.identity.role !== "node") return false;
    return isMeant(state.connect, audience) && this.#facts.hears(id, sessionKey);
  }
}

/** What a node hears of a conversation. */
const SUBSCRIBED: readonly GatewayEventName[] = ["chat", "agent"];

function sessionKeyOf(payload: object): string | undefined {
  return "sessionKey" in payload && typeof payload.sessionKey === "string" ? payload.sessionKey : undefined;
}

function sees({ state }: Connection, { scopes }: DeliveredContract, audience: Audience | undefined): boolean {
  if (state.kind !== "connected") return false;
  const { role, scopes: held } = state.identity;
  if (scopes !== undefined && !(role === "operator" && scopes.some((scope) => held.includes(scope))))
    return false;
  return isMeant(state.connect, audience);
}

function isMeant({ caps }: ConnectParams, audience: Audience | undefined): boolean {
  return audience === undefined || caps?.includes(audience.capability) === true;
}
