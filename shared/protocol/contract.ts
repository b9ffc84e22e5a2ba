/** Builders that carry the types of the wire contract from its definition to client, router and handlers. */
import type { z } from "zod";
import type { OperatorScope } from "./roles.ts";

/** Who may call a method: an operator scope, or only clients in the node role. */
export type MethodAccess = OperatorScope | "node";

/** One method of the wire: who may call it, what it takes and what it returns. */
export interface MethodContract {
  access: MethodAccess;
  /** Makes what clients write into what `params` is about, before it is checked. */
  prepare?: (params: unknown) => unknown;
  params: z.ZodType;
  result: z.ZodType;
}

/** What a gateway has of a method: it checks what it is sent, and the types what it answers. The build leaves the rest out. */
export type CheckedContract = Omit<MethodContract, "result">;

/** A family of methods by their wire name. */
export type MethodFamily = Record<string, MethodContract>;

/** Declares a family; the identity function that keeps the literal types. */
export function methods<const F extends MethodFamily>(family: F): F {
  return family;
}

/**
 * How an event is delivered to a client whose buffer is full: `critical` closes the client as a slow consumer,
 * `droppable` is skipped for it.
 */
export type DeliveryClass = "critical" | "droppable";

/** One event of the wire: its payload, delivery class and, where it is not for everybody, the scopes that see it. */
export interface EventContract {
  payload: z.ZodType;
  delivery: DeliveryClass;
  /** Of a critical event: payloads that may be skipped all the same, as a later one says it all again. */
  isDroppable?: (payload: unknown) => boolean;
  scopes?: readonly OperatorScope[];
  /** It is for one client and has no number: nobody hears it from the bus. */
  isDirect?: boolean;
  /** Whether the frame carries `stateVersion`. */
  versioned?: boolean;
}

/** What a gateway has of an event; the build leaves the rest out. */
export type DeliveredContract = Omit<EventContract, "payload">;

/** Declares events; the identity function that keeps the literal types. */
export function events<const E extends Record<string, EventContract>>(declared: E): E {
  return declared;
}
