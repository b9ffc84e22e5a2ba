/** Tells a gateway whose facts are known by what it answers, also where the system hides its process. */
import type { Listener } from "../port-owner.ts";
import type { RuntimeInfo } from "../run-state.ts";
import { gatewayInstanceAt } from "./healthz.ts";
import { localHostOf } from "./live.ts";

/** Whether the gateway of these facts is healthy. */
export async function answers(facts: RuntimeInfo): Promise<boolean> {
  const { port, instanceId } = facts;
  return (await gatewayInstanceAt(localHostOf(facts), port, instanceId)) === instanceId;
}

/**
 * The listeners of a port, and where the system hides the process of one, that of our own gateway if it is the one that answers. `own`
 * is the live one of the profile.
 */
export async function recognized(
  listeners: readonly Listener[],
  port: number,
  own: RuntimeInfo | undefined,
): Promise<Listener[]> {
  const isHidden = listeners.some(({ pid }) => pid === undefined);
  if (!isHidden || own?.port !== port || !(await answers(own))) return [...listeners];
  const { pid, startId, hosts } = own;
  return listeners.map((listener) => {
    const isOurs =
      listener.pid === undefined && listener.addresses.some((address) => hosts.includes(address));
    return isOurs ? { ...listener, pid, startId, command: "node" } : listener;
  });
}
