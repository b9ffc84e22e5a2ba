/** What `clawdbot reset` takes away of a profile: configuration, credentials, chats, or all of it. */

import { existsSync, lstatSync, readdirSync } from "node:fs";
import { basename, join, relative } from "node:path";
import { SetupError } from "../../shared/errors.ts";
import { liveGateway } from "../../shared/node/gateway/live.ts";
import { isLockHeld } from "../../shared/node/lock.ts";
import { type Environment, type Paths, resolvePaths } from "../../shared/node/paths.ts";
import { howToEnd } from "../../shared/node/standstill.ts";
import { isRecord } from "../../shared/protocol/frame.ts";
import { advice, joined, ours, type Remedy, whole } from "../../shared/remedy.ts";
import { companionsOf } from "../base/store/database.ts";
import { unseenGateway } from "../host/net/unseen-gateway.ts";
import { moveToTrash, type Trashed } from "../host/trash.ts";
import type { Deletion } from "./deletion-guard.ts";
import type { ResetScope } from "./reset-scopes.ts";
import { stopCommands } from "./service/command-line.ts";

/** One thing that goes, and what it is in a few words. */
export interface ResetTarget {
  path: string;
  what: Remedy;
}

export interface ResetPlan {
  targets: ResetTarget[];
  /** What somebody might expect to go, but stays. */
  leftAlone: ResetTarget[];
}

/** Where the profile lives. */
export interface ProfilePlace {
  paths: Paths;
  env: Environment;
  platform: NodeJS.Platform;
}

/** Entries of a state directory that belong to a running program or to the service of this machine. */
export const MACHINE_ENTRIES: readonly string[] = [
  "logs",
  "run",
  "tray-helper",
  "gateway.cmd",
  "gateway.cmd.bak",
  "gateway.restart.cmd",
  "gateway.stop",
  "gateway.vbs",
  "restart-sentinel.json",
  "node.cmd",
  "node.cmd.bak",
  "node.restart.cmd",
  "node.stop",
  "node.vbs",
  // Programs that were downloaded, for skills and agents, for this system.
  "tools",
  // What the agents' browser keeps between two starts.
  "browser",
];
/** Entries of a state directory that the gateway makes; only these go when the directory was chosen by hand. */
export const STATE_ENTRIES: readonly string[] = [
  ".env",
  "service.env",
  "credentials",
  "identity",
  "devices",
  "node",
  "nodes",
  "settings",
  "agents",
  "clawdbot.db",
  "clawdbot.db-wal",
  "clawdbot.db-shm",
  "archive",
  "media",
  "skill-trust.json",
  "tray.json",
  ...MACHINE_ENTRIES,
];
const CREDENTIALS = [".env", "credentials", "identity", "devices", "node", "nodes"];

/** What exists of the scope. `config` is what the configuration says. */
export function planReset(
  scope: ResetScope,
  { paths, env }: ProfilePlace,
  config: Record<string, unknown>,
): ResetPlan {
  const targets = [
    ...configFiles(paths).map((path) => ({ path, what: "configuration" })),
    ...(scope === "config" ? [] : secretsAndChats(paths)),
  ];
  if (scope !== "full") return { targets: existing(targets), leftAlone: [] };

  const whole = isOwnDirectory(paths)
    ? [{ path: paths.stateDir, what: "everything the gateway keeps" }]
    : STATE_ENTRIES.map((name) => ({ path: join(paths.stateDir, name), what: "state of the gateway" }));
  const outside = targets.filter(({ path }) => !whole.some((part) => isInside(part.path, path)));
  const workspace = { path: paths.workspaceDir, what: "work directory" };
  const others = [
    ...configuredWorkspaces(config, paths).map((path) => ({
      path,
      what: "work directory of the configuration",
    })),
    ...(env.CLAWDBOT_OAUTH_DIR ? [{ path: env.CLAWDBOT_OAUTH_DIR, what: "CLAWDBOT_OAUTH_DIR" }] : []),
  ];
  return { targets: existing([...outside, ...whole, workspace]), leftAlone: existing(others) };
}

/** The interlock for a plan; see `deletion-guard.ts`. */
export function deletionOf({ targets }: ResetPlan, { paths, env, platform }: ProfilePlace): Deletion {
  const standard = resolvePaths({ env: { HOME: paths.home, USERPROFILE: env.USERPROFILE }, platform });
  const isDefault = paths.profile === undefined;
  return {
    targets: targets.map(({ path }) => path),
    roots: [paths.stateDir, paths.workspaceDir, ...configFiles(paths)],
    keep: isDefault ? [] : [standard.stateDir, standard.workspaceDir],
    home: paths.home,
  };
}

/** Fails with `ALREADY_RUNNING` while a gateway of this profile runs; `undone` says what has not happened then. */
export async function refuseWhileRunning(
  place: ProfilePlace,
  undone: Remedy = advice`Nothing was deleted`,
): Promise<void> {
  const { paths, platform } = place;
  const facts = liveGateway(paths);
  // Somebody may have deleted the files of one that runs.
  const pid = facts?.pid ?? (await unseenGateway(paths));
  if (pid === undefined && !(await isLockHeld(paths.lockFile))) return;
  throw new SetupError(
    "ALREADY_RUNNING",
    advice`${undone}: a gateway runs on ${paths.stateDir}${pid === undefined ? "" : advice` (PID ${pid})`}.`,
    {
      fix:
        pid === undefined
          ? advice`stop it first; ${ours`gateway status`} shows it`
          : advice`stop it first: ${facts?.service === undefined ? howToEnd(pid, platform) : stopCommands(facts.service, place)}`,
    },
  );
}

/** Moves one after the other. Ends at the first that cannot be moved, with `TRASH_FAILED`, which tells what went before it. */
export async function performReset(
  { targets }: ResetPlan,
  { paths, env, platform }: ProfilePlace,
  nowMs: number,
): Promise<Trashed[]> {
  const moved: Trashed[] = [];
  for (const { path } of targets) {
    try {
      moved.push(await moveToTrash(path, { env, platform, home: paths.home }, nowMs));
    } catch (error) {
      throw moved.length === 0 || !(error instanceof SetupError) ? error : partial(error, moved);
    }
  }
  return moved;
}

function partial(error: SetupError, moved: readonly Trashed[]): SetupError {
  const gone = moved.map(({ path, place }) => advice`  ${path} → ${place ?? advice`Recycle Bin`}`);
  return new SetupError(error.code, joined([whole(error.sentence), advice`Moved before:`, ...gone], "\n"), {
    cause: error,
    ...(error.fix === undefined ? {} : { fix: error.fix }),
    details: { ...error.details, moved },
  });
}

/** The configuration, its backups, its lock and its last good copy, whether or not they are there. */
export function configFiles({ configFile, lastGoodConfigFile }: Paths): string[] {
  const backups = ["", ".1", ".2", ".3", ".4"].map((number) => `${configFile}.bak${number}`);
  return [configFile, ...backups, `${configFile}.lock`, lastGoodConfigFile];
}

function secretsAndChats({ stateDir, storeFile }: Paths): ResetTarget[] {
  const agents = join(stateDir, "agents");
  return [
    ...[storeFile, ...companionsOf(storeFile)].map((path) => ({ path, what: "chats" })),
    { path: join(stateDir, "media"), what: "files of chats" },
    { path: join(stateDir, "archive"), what: "chats that were moved out of the store" },
    ...CREDENTIALS.map((name) => ({ path: join(stateDir, name), what: "credentials" })),
    ...namesIn(agents).map((id) => ({
      path: join(agents, id, "sessions"),
      what: advice`chats of agent ${id}`,
    })),
  ];
}

/** `~/.clawdbot` or `~/.clawdbot-<profile>`: nobody else keeps anything there. */
export function isOwnDirectory({ stateDir, home, profile }: Paths): boolean {
  return stateDir === join(home, profile === undefined ? ".clawdbot" : `.clawdbot-${profile}`);
}

function configuredWorkspaces(config: Record<string, unknown>, { home, workspaceDir }: Paths): string[] {
  const agents = isRecord(config.agents) ? config.agents : {};
  const list = Array.isArray(agents.list) ? agents.list : [];
  const found = [agents.defaults, ...list].flatMap((agent) =>
    isRecord(agent) && typeof agent.workspace === "string" && agent.workspace.trim() !== ""
      ? [agent.workspace.replace(/^~(?=[/\\])/, home)]
      : [],
  );
  return [...new Set(found)].filter((path) => path !== workspaceDir);
}

function existing(targets: readonly ResetTarget[]): ResetTarget[] {
  return targets.filter(({ path }) => lstatSync(path, { throwIfNoEntry: false }) !== undefined);
}

function namesIn(directory: string): string[] {
  return existsSync(directory) ? readdirSync(directory) : [];
}

function isInside(directory: string, path: string): boolean {
  return basename(directory) !== "" && !relative(directory, path).startsWith("..");
}
