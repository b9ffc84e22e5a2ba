/** Whether a gateway keeps the service's own from running: one that the service lost sight of, or one in the foreground. */

import { ancestorsOf } from "../../../../../shared/node/ancestors.ts";
import { liveGateway } from "../../../../../shared/node/gateway/live.ts";
import type { RuntimeInfo } from "../../../../../shared/node/run-state.ts";
import { howToEnd } from "../../../../../shared/node/standstill.ts";
import { advice, ours } from "../../../../../shared/remedy.ts";
import { endGateway } from "../../../service/end-gateway.ts";
import { GatewayService } from "../../../service/gateway-service.ts";
import type { Check, CheckContext, Finding } from "../../check.ts";
import { type InstalledService, installedService, mayStart } from "../../service-view.ts";

export const serviceOrphan: Check = {
  id: "service-orphan",
  examine: async (context) => {
    const installed = await installedService(context);
    const gateway = liveGateway(context.profile.paths);
    if (installed === undefined || gateway === undefined) return [];
    const { status, manager } = installed;
    if (gateway.service === manager.identity.name) {
      const isKnown =
        status.pid === undefined ? isSettling(status.runtime) : await isPartOf(gateway, status.pid, context);
      return isKnown ? [] : [await orphan(gateway, installed, context)];
    }
    const isInTheWay = status.runtime === "crash-looping" || status.runtime === "blocked";
    return isInTheWay ? [beside(gateway, installed)] : [];
  },
};

/** A manager between two states may not name a process just now. */
function isSettling(runtime: InstalledService["status"]["runtime"]): boolean {
  return runtime === "starting" || runtime === "stopping" || runtime === "unknown" || runtime === "running";
}

async function isPartOf({ pid }: RuntimeInfo, mainPid: number, { profile }: CheckContext): Promise<boolean> {
  return pid === mainPid || (await ancestorsOf(pid, profile.platform)).has(mainPid);
}

async function orphan(
  gateway: RuntimeInfo,
  installed: InstalledService,
  context: CheckContext,
): Promise<Finding> {
  const { manager, status } = installed;
  const { profile } = context;
  const finding: Finding = {
    code: "port-orphan",
    level: "error",
    message: advice`port ${gateway.port} is held by orphan pid ${gateway.pid}: the service ${manager.identity.name} started it and lost it`,
    remedy: advice`end it: ${howToEnd(gateway.pid, profile.platform)}`,
  };
  // A repair that ends the shell it runs in is none.
  if ((await ancestorsOf(process.pid, profile.platform)).has(gateway.pid)) return finding;
  return {
    ...finding,
    repair: {
      kind: "change",
      describe: advice`end it${mayStart(context, status) ? advice` and start the service` : ""}`,
      apply: async () => {
        await endGateway(gateway, profile);
        if (!mayStart(context, status)) return advice`ended pid ${gateway.pid}`;
        await new GatewayService(profile, manager).start();
        return advice`ended pid ${gateway.pid} and started the service ${manager.identity.name}`;
      },
    },
  };
}

function beside({ pid, port }: RuntimeInfo, { manager }: InstalledService): Finding {
  return {
    code: "gateway-beside-service",
    level: "warning",
    message: advice`a gateway without the service (PID ${pid}, port ${port}) keeps the one of the service ${manager.identity.name} from starting`,
    remedy: advice`stop it in its terminal or in the tray, then: ${ours`gateway start`}`,
  };
}
