/** Where everything lives, as a function of environment, profile and platform. Nothing here touches the disk. */

import { isAbsolute, join, resolve } from "node:path";
import { quoted, RequestError, SetupError } from "../errors.ts";
import { advice } from "../remedy.ts";
import { accountHome } from "./machine.ts";

export type Environment = Record<string, string | undefined>;

/** The profile of `--dev`. */
export const DEV_PROFILE = "dev";

/** All locations of one profile; absolute paths. */
export interface Paths {
  /** `undefined` for the default profile. */
  profile: string | undefined;
  home: string;
  stateDir: string;
  configFile: string;
  lastGoodConfigFile: string;
  /** Variables for the programs of this profile, see `dotenv.ts`. */
  envFile: string;
  logDir: string;
  logFile: string;
  runDir: string;
  /** The OS lock of the gateway; held while it runs. */
  lockFile: string;
  /** Live facts of the running gateway, see `RuntimeInfo` in `run-state.ts`. */
  factsFile: string;
  /** Why a supervised start was refused. */
  startBlockedFile: string;
  devicesDir: string;
  /** The store of sessions, with two files of SQLite's beside it while it is open. */
  storeFile: string;
  /** The agent's work directory. */
  workspaceDir: string;
}

/** Who is asking: flags beat the environment. */
export interface PathOptions {
  env: Environment;
  platform: NodeJS.Platform;
  /** From `--profile` or `--dev`; `default` means no suffix. */
  profile?: string | undefined;
}

/**
 * Resolves all paths. An explicit `profile` beats inherited `CLAWDBOT_STATE_DIR` and `CLAWDBOT_CONFIG_PATH`, unless
 * `CLAWDBOT_PROFILE` names the same profile, so that a shell started by one gateway cannot mix up another.
 * Fails with `HOME_UNKNOWN` when no home directory can be found and none is needed to be guessed.
 */
export function resolvePaths({ env, platform, profile }: PathOptions): Paths {
  const named = profile ?? (env.CLAWDBOT_PROFILE?.trim() || undefined);
  const wanted = named === undefined ? undefined : checkProfile(named, platform);
  const suffix = wanted === undefined || wanted.toLowerCase() === "default" ? undefined : wanted;
  const inherits = profile === undefined || sameProfile(env.CLAWDBOT_PROFILE, profile, platform);
  const fromEnv = (name: "CLAWDBOT_STATE_DIR" | "CLAWDBOT_CONFIG_PATH") =>
    inherits ? expandHome(env[name], env) : undefined;

  const home = homeDirectory(env, fromEnv("CLAWDBOT_STATE_DIR"));
  const stateDir = fromEnv("CLAWDBOT_STATE_DIR") ?? join(home, suffix ? `.clawdbot-${suffix}` : ".clawdbot");
  const logDir = join(stateDir, "logs");
  const runDir = join(stateDir, "run");
  return {
    profile: suffix,
    home,
    stateDir,
    configFile: fromEnv("CLAWDBOT_CONFIG_PATH") ?? join(stateDir, "clawdbot.json"),
    lastGoodConfigFile: join(stateDir, "clawdbot.last-good.json"),
    envFile: join(stateDir, ".env"),
    logDir,
    logFile: join(logDir, "gateway.log"),
    runDir,
    lockFile: join(runDir, "gateway.lock"),
    factsFile: join(runDir, "gateway.json"),
    startBlockedFile: join(runDir, "start-blocked.json"),
    devicesDir: join(stateDir, "devices"),
    storeFile: join(stateDir, "clawdbot.db"),
    workspaceDir: join(home, suffix ? `clawd-${suffix}` : "clawd"),
  };
}

/** `~/x` for a path inside the home directory, the path itself otherwise; for messages. */
export function tildePath(path: string, home: string): string {
  return path === home || path.startsWith(`${home}/`) || path.startsWith(`${home}\\`)
    ? `~${path.slice(home.length)}`
    : path;
}

/** The directory of settings by the XDG base directory specification, which counts a relative one as unset. */
export function xdgConfigHome(env: Environment, home: string): string {
  const { XDG_CONFIG_HOME } = env;
  return XDG_CONFIG_HOME && isAbsolute(XDG_CONFIG_HOME) ? XDG_CONFIG_HOME : join(home, ".config");
}

/** Returns the name, or fails with the usage text when it is not a profile name. */
export function checkProfile(name: string, platform: NodeJS.Platform): string {
  if (!/^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/.test(name)) {
    throw new RequestError(
      "USAGE",
      advice`--profile: ${quoted(name)} is not a profile name (letters, digits, _ and -)`,
    );
  }
  if (platform === "darwin" && ["gateway", "node", "tray"].includes(name.toLowerCase())) {
    throw new RequestError(
      "USAGE",
      advice`--profile: "${name}" is taken by a launchd label; choose another name`,
    );
  }
  return name;
}

function sameProfile(a: string | undefined, b: string, platform: NodeJS.Platform): boolean {
  if (a === undefined) return false;
  return platform === "linux" ? a === b : a.toLowerCase() === b.toLowerCase();
}

function expandHome(value: string | undefined, env: Environment): string | undefined {
  const trimmed = value?.trim();
  if (!trimmed) return undefined;
  if (trimmed === "~" || trimmed.startsWith("~/") || trimmed.startsWith("~\\")) {
    return join(homeDirectory(env, undefined), trimmed.slice(1));
  }
  return resolve(trimmed);
}

/** HOME (USERPROFILE on Windows), else the account's entry. `fallback` serves when a state directory is given instead. */
function homeDirectory(env: Environment, fallback: string | undefined): string {
  const variable = env.HOME === undefined ? "USERPROFILE" : "HOME";
  const fromEnv = env[variable];
  if (fromEnv && isAbsolute(fromEnv)) return fromEnv;
  const account = fromEnv === undefined ? accountHome() : undefined;
  if (account !== undefined && isAbsolute(account)) return account;
  if (fallback !== undefined) return fallback;
  const reason =
    fromEnv === undefined
      ? "HOME is not set and the user has no home directory"
      : fromEnv === ""
        ? advice`${variable} is empty`
        : advice`${variable} is ${quoted(fromEnv)}, which is not an absolute path`;
  throw new SetupError("HOME_UNKNOWN", reason, {
    fix: "set HOME to the home directory, or CLAWDBOT_STATE_DIR to a directory for the gateway's files",
  });
}
