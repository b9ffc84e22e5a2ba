/** The gateway of a service that runs and could not write down where, as on a full disk. */

import { gatewayAt } from "../../../shared/node/gateway/healthz.ts";
import { listenersOn } from "../../../shared/node/port-owner.ts";
import type { GatewaySettings } from "../../base/config/settings.ts";
import { bindRequest, planBind } from "../../host/net/bind.ts";
import type { HealthyGateway } from "./readiness.ts";

/** The healthy gateway with this pid where these settings put it; undefined when there is none. */
export async function findUnrecorded(
  pid: number,
  settings: GatewaySettings,
  platform: NodeJS.Platform,
): Promise<HealthyGateway | undefined> {
  const { port } = settings;
  const found = await gatewayAt(planBind(bindRequest(settings)).primary, port);
  if (found === undefined) return undefined;
  const isIts = (await listenersOn(port, platform)).some((listener) => listener.pid === pid);
  // Behind a trusted proxy of this machine it tells nobody who it is; the pid does then.
  return isIts ? { pid, port, instanceId: found.instanceId ?? `pid ${pid}` } : undefined;
}
