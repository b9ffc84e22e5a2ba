/** What `clawdbot uninstall` takes away of a profile: the service, its state, its work directory, its place at login. */

import { existsSync, lstatSync, readdirSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { SetupError } from "../../shared/errors.ts";
import { isLockHeld } from "../../shared/node/lock.ts";
import { hiddenHolder } from "../../shared/node/lock-holder.ts";
import { loginEntryFile } from "../../shared/node/login-entry.ts";
import type { Paths } from "../../shared/node/paths.ts";
import type { ProfileContext } from "../../shared/node/profile-context.ts";
import { advice, type Remedy } from "../../shared/remedy.ts";
import type { ServiceManager, ServiceStatus } from "../host/service/service-manager.ts";
import type { Deletion } from "./deletion-guard.ts";
import { deletionOf, planReset, type ResetPlan } from "./reset.ts";
import type { GatewayService } from "./service/gateway-service.ts";

export const UNINSTALL_PARTS = ["service", "state", "workspace", "app"] as const;
export type UninstallPart = (typeof UNINSTALL_PARTS)[number];

/** A service that goes. */
export interface GoingService {
  name: string;
  file: string;
  running: boolean;
}

export interface UninstallPlan extends ResetPlan {
  /** Undefined when there is none, or it was not asked for. */
  service: GoingService | undefined;
  /** The one that makes this machine a node, in the same way. */
  nodeService: GoingService | undefined;
  /** What nobody but the user can do, or has to know, one line each. */
  hints: Remedy[];
}

/** What the profile is registered as. */
export interface ProfileServices {
  gateway: GatewayService;
  node: ServiceManager;
}

/** Everything of these parts that exists. `config` is what the configuration says. */
export async function planUninstall(
  parts: readonly UninstallPart[],
  context: ProfileContext,
  { gateway, node }: ProfileServices,
  config: Record<string, unknown>,
): Promise<UninstallPlan> {
  const { paths } = context;
  const whole = planReset("full", context, config);
  const isWorkspace = ({ path }: { path: string }) => path === paths.workspaceDir;
  const login = { path: loginEntryFile(context), what: "launch at login" };
  const [service, nodeService] = await Promise.all([foundService(gateway.manager), foundService(node)]);
  const targets = [
    ...(parts.includes("state") ? whole.targets.filter((target) => !isWorkspace(target)) : []),
    ...(parts.includes("workspace") ? whole.targets.filter(isWorkspace) : []),
    ...(parts.includes("app") && isEntry(login.path) ? [login] : []),
  ];
  const goes = parts.includes("service");
  const found = [service, nodeService].filter((each) => each !== undefined);
  const staying = parts.includes("state") && !goes ? found : [];
  const hints = [
    ...staying.map(
      ({ name }) =>
        advice`The service (${name}) stays and cannot start without its configuration; --service removes it.`,
    ),
    ...(parts.includes("app") ? [packageHint()] : []),
    ...(parts.includes("state") ? otherProfiles(paths) : []),
  ];
  return {
    targets,
    leftAlone: parts.includes("workspace") ? whole.leftAlone : [],
    service: goes ? service : undefined,
    nodeService: goes ? nodeService : undefined,
    hints,
  };
}

/** The interlock for a plan; see `deletion-guard.ts`. */
export function uninstallDeletion(plan: UninstallPlan, context: ProfileContext): Deletion {
  const deletion = deletionOf(plan, context);
  return { ...deletion, roots: [...deletion.roots, loginEntryFile(context)] };
}

/** Fails with `ALREADY_RUNNING` while a tray of this profile runs: it would write into what goes. `message` says what has not happened. */
export async function refuseWhileTrayRuns(
  { runDir }: Paths,
  message = "Nothing was deleted: the tray runs and would write its files again.",
): Promise<void> {
  const file = join(runDir, "tray.lock");
  if (!(await isLockHeld(file)) && hiddenHolder(file) === undefined) return;
  throw new SetupError("ALREADY_RUNNING", message, { fix: "quit the tray first" });
}

/** A machine without a service manager has no service, unless the file of one says otherwise. */
async function foundService(manager: ServiceManager): Promise<GoingService | undefined> {
  const { name, file } = manager.identity;
  try {
    const { installed, loaded, runtime }: ServiceStatus = await manager.status();
    return installed || loaded ? { name, file, running: runtime === "running" } : undefined;
  } catch (error) {
    const isUnavailable = error instanceof SetupError && error.code === "SERVICE_UNAVAILABLE";
    if (isUnavailable && !existsSync(file)) return undefined;
    throw error;
  }
}

/** How to remove the program itself, which does not delete the code it runs from. */
function packageHint(): Remedy {
  const folder = packageFolder();
  const parent = dirname(folder);
  if (/[/\\]Cellar[/\\]/.test(folder)) return "Remove the program: brew uninstall clawdbot";
  if (basename(parent) !== "node_modules") {
    return advice`The program runs from ${folder}, which is yours to delete.`;
  }
  if (/[/\\]_npx[/\\]/.test(folder)) return "npx keeps the program in its cache and removes it by itself.";
  const isGlobal = basename(dirname(parent)) === "lib" || basename(dirname(parent)) === "npm";
  return isGlobal
    ? "Remove the program: npm uninstall -g clawdbot-companion"
    : advice`Remove the program: npm uninstall clawdbot-companion, in ${dirname(parent)}`;
}

/** The folder of the package this program runs from, bundled or not. */
function packageFolder(): string {
  const here = import.meta.dirname;
  return basename(here) === "dist" ? dirname(here) : dirname(dirname(here));
}

function otherProfiles({ home, stateDir }: Paths): Remedy[] {
  const others = readdirSync(home)
    .filter((name) => /^\.clawdbot(-[A-Za-z0-9][A-Za-z0-9_-]*)?$/.test(name))
    .map((name) => join(home, name))
    .filter((path) => path !== stateDir);
  return others.map((path) => advice`Another profile stays: ${path}`);
}

function isEntry(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}
