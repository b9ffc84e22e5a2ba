/** Whether the service is there and does what it was installed for: keep a gateway running. */

import { existsSync } from "node:fs";
import { liveGateway } from "../../../../../shared/node/gateway/live.ts";
import { readStartBlocked } from "../../../../../shared/node/run-state.ts";
import { advice, ours, whole } from "../../../../../shared/remedy.ts";
import { exitWords } from "../../../../host/service/exit-words.ts";
import type { ServiceManager, ServiceStatus } from "../../../../host/service/service-manager.ts";
import { GatewayService } from "../../../service/gateway-service.ts";
import { resolveInstalled } from "../../../service/installed.ts";
import { assertPortFree, preflight } from "../../../service/preflight.ts";
import type { Check, CheckContext, Finding, Repair } from "../../check.ts";
import { isManagedElsewhere } from "../../check-context.ts";
import { mayStart, type ServiceView, viewService } from "../../service-view.ts";

export const serviceState: Check = {
  id: "service-state",
  examine: async (context) => {
    const view = await viewService(context);
    switch (view.kind) {
      case "none":
        return [];
      case "unavailable":
        return [unavailable(view)];
      case "known":
        break;
    }
    const { manager, status } = view;
    if (!status.installed) return notInstalled(context);
    if (isRemote(context) && liveGateway(context.profile.paths) === undefined) return [unneeded(manager)];
    return [...running(context, manager, status), ...byItself(manager, status)];
  },
};

/** Where no manager is at hand, as in a container, a gateway still runs well in the foreground. */
function unavailable({ manager, reason, fix }: Extract<ServiceView, { kind: "unavailable" }>): Finding {
  const isMissed = existsSync(manager.identity.file);
  return {
    code: "service-manager-unavailable",
    level: isMissed ? "warning" : "hint",
    message: isMissed
      ? advice`a service is installed (${manager.identity.name}), but: ${whole(reason)}`
      : reason,
    ...(fix === undefined ? {} : { remedy: fix }),
  };
}

function notInstalled(context: CheckContext): Finding[] {
  const { reading, profile } = context;
  const isWanted = reading.state === "valid" && reading.config.gateway?.mode === "local";
  if (!isWanted || profile.dev || isManagedElsewhere(context)) return [];
  const message = "no service is installed: the gateway ends with the program that started it";
  return [{ code: "service-not-installed", level: "hint", message, remedy: ours`gateway install` }];
}

/** It would be refused at every start. */
function unneeded({ identity }: ServiceManager): Finding {
  return {
    code: "service-not-needed",
    level: "hint",
    message: advice`the service ${identity.name} is installed, but does not run while gateway.mode is remote`,
    remedy: advice`${ours`gateway uninstall`}, or: ${ours`config set gateway.mode local`}`,
  };
}

function isRemote({ reading }: CheckContext): boolean {
  return reading.state === "valid" && reading.config.gateway?.mode === "remote";
}

function running(context: CheckContext, manager: ServiceManager, status: ServiceStatus): Finding[] {
  const { name } = manager.identity;
  const { paths } = context.profile;
  const { runtime, restarts, lastExit } = status;
  const exit = lastExit === undefined ? "" : advice`, it ${exitWords(lastExit)} last`;
  switch (runtime) {
    case "crash-looping": {
      // The first crash is none of a loop yet.
      const what =
        restarts === 0
          ? advice`ended and is started again`
          : advice`keeps ending: ${restarts === 1 ? advice`1 restart` : advice`${restarts ?? advice`some`} restarts`}`;
      const message = advice`the gateway of the service ${name} ${what}${exit}`;
      return [{ code: "service-crash-looping", level: "error", message, remedy: LOOK }];
    }
    case "blocked": {
      const reason = readStartBlocked(paths.startBlockedFile)?.message.replace(/\s*\n\s*/g, " ");
      const cause =
        reason === undefined
          ? advice`it is not started again${exit}`
          : advice`its start was refused: ${whole(reason)}`;
      const message = advice`the service ${name} is blocked: ${cause}`;
      return [
        {
          code: "service-blocked",
          level: "error",
          message,
          remedy: LOOK,
          ...startable(context, manager, status),
        },
      ];
    }
    case "stopped":
      return [stopped(context, manager, status)];
    case "running":
    case "starting":
    case "stopping":
    case "unknown":
      return [];
  }
}

function stopped(context: CheckContext, manager: ServiceManager, status: ServiceStatus): Finding {
  const { name } = manager.identity;
  const other = liveGateway(context.profile.paths);
  if (other !== undefined) {
    const message = advice`the service ${name} does not run, a gateway without it does (PID ${other.pid})`;
    return {
      code: "service-stopped",
      level: "hint",
      message,
      remedy: advice`stop that one, then: ${ours`gateway start`}`,
    };
  }
  const code = status.loaded ? "service-stopped" : "service-not-loaded";
  const what = status.loaded
    ? advice`does not run`
    : advice`is installed, but the system does not have it loaded`;
  const remedy = ours`gateway start`;
  return {
    code,
    level: "warning",
    message: advice`the service ${name} ${what}`,
    remedy,
    ...startable(context, manager, status),
  };
}

/** A service that somebody took out of the start of the system stays down. */
function startable(
  context: CheckContext,
  manager: ServiceManager,
  status: ServiceStatus,
): { repair?: Repair } {
  if (!mayStart(context, status) || liveGateway(context.profile.paths) !== undefined) return {};
  return {
    repair: {
      kind: "change",
      describe: "start it",
      apply: async () => {
        await assertStartable(context, manager);
        const { gateway } = await new GatewayService(context.profile, manager).start();
        return advice`started the service ${manager.identity.name}${gateway === undefined ? "" : advice` (PID ${gateway.pid})`}`;
      },
    },
  };
}

/** A start that is refused, or loops for want of its port, would leave the service worse than stopped. */
async function assertStartable({ profile }: CheckContext, manager: ServiceManager): Promise<void> {
  const definition = await manager.readDefinition();
  if (definition === undefined || resolveInstalled(definition, profile) === undefined) return;
  const { settings } = await preflight(definition, profile, undefined);
  await assertPortFree(settings, [], profile.platform);
}

function byItself({ identity }: ServiceManager, { enabled }: ServiceStatus): Finding[] {
  if (enabled) return [];
  const message = advice`the service ${identity.name} does not start by itself at boot or login`;
  return [
    {
      code: "service-not-enabled",
      level: "hint",
      message,
      remedy: advice`if it should: ${ours`gateway install`}`,
    },
  ];
}

const LOOK = advice`${ours`logs`} shows why`;
