/** Who else is connected to the gateway, from its presence list. */
import type { PresenceEntry } from "../../shared/protocol/methods/presence.ts";

/** Connected clients but for the gateway's own entry and the one of `ownInstanceId`. */
export function countClients(presence: readonly PresenceEntry[], ownInstanceId: string): number {
  return presence.filter((entry) => entry.reason === "connect" && entry.instanceId !== ownInstanceId).length;
}
