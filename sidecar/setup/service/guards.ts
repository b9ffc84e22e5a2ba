/** What keeps the service from being changed: by a gateway it would end, by an older program, or from another state directory. */

import { readFileSync } from "node:fs";
import { SetupError } from "../../../shared/errors.ts";
import { isLaterRelease, productOfService, productText } from "../../../shared/lineage.ts";
import { ancestorsOf } from "../../../shared/node/ancestors.ts";
import { readConfig } from "../../../shared/node/config-source.ts";
import { liveGateway } from "../../../shared/node/gateway/live.ts";
import type { ProfileContext } from "../../../shared/node/profile-context.ts";
import type { ServiceIdentity } from "../../../shared/node/service-identity.ts";
import { isRecord } from "../../../shared/protocol/frame.ts";
import { advice, ours, type Remedy } from "../../../shared/remedy.ts";
import { shellWord } from "../../../shared/shell-word.ts";
import { APP_VERSION } from "../../../shared/version.ts";
import type { InstalledDefinition } from "../../host/service/service-manager.ts";
import { resolveInstalled } from "./installed.ts";
import type { ServiceAction } from "./report.ts";

/** Whether this process would end with the gateway: it was started by it, or shares the group that the system ends whole. */
export async function isInsideGateway(identity: ServiceIdentity, context: ProfileContext): Promise<boolean> {
  const { platform } = context;
  if (identity.kind === "systemd" && controlGroup().split("/").includes(identity.name)) return true;
  const gateway = liveGateway(context.paths);
  return gateway !== undefined && (await ancestorsOf(process.pid, platform)).has(gateway.pid);
}

/** The refusal for what would end this command before it is done. */
export function insideGateway(action: ServiceAction): SetupError {
  return new SetupError(
    "SERVICE_REFUSED",
    advice`gateway ${action} is not possible from inside the gateway: it would end this command halfway.`,
    { fix: advice`run it from another terminal; ${ours`gateway restart`} works from here` },
  );
}

/** Where the configuration is made by others, so is the service. Fails with `SERVICE_REFUSED`. */
export function refuseManagedElsewhere(action: ServiceAction, { env }: ProfileContext): void {
  if (env.CLAWDBOT_NIX_MODE !== "1") return;
  throw new SetupError(
    "SERVICE_REFUSED",
    advice`gateway ${action} is switched off: CLAWDBOT_NIX_MODE=1 says that Nix manages configuration and service.`,
    { fix: "change the service where your Nix configuration declares it" },
  );
}

/** An older program must not rewrite what a newer one made. Fails with `SERVICE_REFUSED`. */
export function refuseDowngrade(installed: InstalledDefinition | undefined, { paths }: ProfileContext): void {
  const touched = metaVersion(paths.configFile);
  if (touched !== undefined && isLaterRelease(touched)) {
    throw downgrade(advice`${paths.configFile} was written by version ${touched}`);
  }
  const running = installed?.environment.CLAWDBOT_SERVICE_VERSION;
  if (running !== undefined && isLaterRelease(running)) {
    throw downgrade(advice`the installed service belongs to version ${running}`);
  }
}

/**
 * The original Clawdbot calls its service by the same name: what it installed is changed when somebody says so, and taken away by nobody
 * but its owner. Fails with `SERVICE_REFUSED`.
 */
export function refuseOtherProduct(
  installed: InstalledDefinition | undefined,
  { name, kind }: ServiceIdentity,
  action: Exclude<ServiceAction, "stop">,
): void {
  const product = installed && productOfService(installed);
  if (installed === undefined || product === undefined) return;
  const takeOver = advice`${ours`gateway install --force`} takes it over and keeps a copy of it`;
  const fixes: Record<typeof action, Remedy> = {
    install: advice`${takeOver}; with --profile <name> this program runs beside it`,
    uninstall: advice`leave it to ${product.name}, or switch it off with ${SWITCH_OFF[kind](name)}; ${takeOver}`,
    start: takeOver,
    restart: takeOver,
  };
  throw new SetupError(
    "SERVICE_REFUSED",
    advice`The installed service (${installed.sourcePath}) is one of ${productText(product)}, not of this program, and is left as it is.`,
    { fix: fixes[action], details: { product: product.name, version: product.version } },
  );
}

/** A service of the same name that keeps another state directory belongs to somebody else's setup. Fails with `SERVICE_REFUSED`. */
export function refuseOtherState(
  installed: InstalledDefinition | undefined,
  context: ProfileContext,
  action: ServiceAction,
): void {
  const theirs = installed && resolveInstalled(installed, context)?.paths.stateDir;
  if (theirs === undefined || theirs === context.paths.stateDir) return;
  throw new SetupError(
    "SERVICE_REFUSED",
    advice`The installed service (${installed?.sourcePath ?? ""}) runs on ${theirs}, this command on ${context.paths.stateDir}.`,
    {
      fix:
        action === "install"
          ? "choose a name of its own with --profile <name>, or take the service over with --force"
          : advice`set CLAWDBOT_STATE_DIR to ${theirs} for this command`,
      details: { installed: theirs, wanted: context.paths.stateDir },
    },
  );
}

/** The words of each system that stop a service and keep it from starting; its definition stays. */
const SWITCH_OFF: Record<ServiceIdentity["kind"], (name: string) => string> = {
  systemd: (name) => `systemctl --user disable --now ${shellWord(name)}`,
  launchd: (name) => `launchctl bootout gui/$(id -u)/${shellWord(name)}`,
  schtasks: (name) => `schtasks /Change /TN "${name}" /DISABLE`,
};

function controlGroup(): string {
  try {
    return readFileSync("/proc/self/cgroup", "utf8").replaceAll("\n", "/");
  } catch {
    return ""; // Not Linux, or a container that hides it.
  }
}

/** Also of a configuration that is invalid otherwise. */
function metaVersion(configFile: string): string | undefined {
  // The stamp is the program's own: no variable decides about it.
  const reading = readConfig(configFile, {});
  const meta = reading.state === "missing" ? undefined : reading.parsed.meta;
  return isRecord(meta) && typeof meta.lastTouchedVersion === "string" ? meta.lastTouchedVersion : undefined;
}

function downgrade(reason: Remedy): SetupError {
  return new SetupError(
    "SERVICE_REFUSED",
    advice`The service is left as it is: ${reason}, this program is ${APP_VERSION}.`,
    {
      fix: advice`update this program, or run the newer one's ${ours`gateway install`}; --force rewrites it all the same`,
    },
  );
}
