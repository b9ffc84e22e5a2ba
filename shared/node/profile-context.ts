/** Where a program of ours runs: the profile that was chosen and everything that follows from it. */
import { RequestError } from "../errors.ts";
import type { Launcher } from "../remedy.ts";
import { DEV_PROFILE, type Environment, type Paths, resolvePaths } from "./paths.ts";

/** What the command line says about the profile. */
export interface ProfileChoice {
  profile: string | undefined;
  dev: boolean;
}

/** The profile that was chosen and everything that follows from it. */
export interface ProfileContext {
  /** The environment without what an explicit profile overrules. */
  env: Environment;
  platform: NodeJS.Platform;
  paths: Paths;
  /** Variables that an explicit profile overrules, as `NAME=value`. */
  overruled: readonly string[];
  /** The dev profile, by `--dev`, `--profile dev` or `CLAWDBOT_PROFILE=dev`. */
  dev: boolean;
}

/**
 * Resolves profile, environment and paths. An explicit profile beats inherited `CLAWDBOT_STATE_DIR`, `_CONFIG_PATH`,
 * `_GATEWAY_PORT` and names of services, unless `CLAWDBOT_PROFILE` names the same one. Fails with `USAGE` or `HOME_UNKNOWN`.
 */
export function resolveProfileContext(
  choice: ProfileChoice,
  env: Environment,
  platform: NodeJS.Platform,
): ProfileContext {
  if (choice.dev && choice.profile !== undefined && !isDev(choice.profile)) {
    throw new RequestError("USAGE", "--dev and --profile exclude each other");
  }
  const profile = choice.dev || isDev(choice.profile) ? DEV_PROFILE : choice.profile;
  const inherited = isDev(env.CLAWDBOT_PROFILE) ? DEV_PROFILE : env.CLAWDBOT_PROFILE?.trim() || undefined;
  const effective: Environment = { ...env, CLAWDBOT_PROFILE: inherited };
  const paths = resolvePaths({ env: effective, platform, profile });
  const overruled: string[] = [];
  if (profile !== undefined && !sameName(profile, inherited, platform)) {
    for (const name of OVERRULED_BY_PROFILE) {
      if (effective[name]) overruled.push(`${name}=${effective[name]}`);
      delete effective[name];
    }
    if (inherited !== undefined) overruled.push(`CLAWDBOT_PROFILE=${inherited}`);
  }
  if (profile !== undefined) effective.CLAWDBOT_PROFILE = profile;
  return { env: effective, platform, paths, overruled, dev: paths.profile === DEV_PROFILE };
}

/** How our commands are typed where these context hold: in a checkout that npm runs, `clawdbot` alone may be no command. */
export function launcherOf({ env, paths }: Pick<ProfileContext, "env" | "paths">): Launcher {
  return { name: env.npm_command === undefined ? "clawdbot" : "npx clawdbot", profile: paths.profile };
}

const OVERRULED_BY_PROFILE = [
  "CLAWDBOT_STATE_DIR",
  "CLAWDBOT_CONFIG_PATH",
  "CLAWDBOT_GATEWAY_PORT",
  "CLAWDBOT_SYSTEMD_UNIT",
  "CLAWDBOT_LAUNCHD_LABEL",
  "CLAWDBOT_WINDOWS_TASK_NAME",
  "CLAWDBOT_TASK_SCRIPT",
] as const;

function isDev(profile: string | undefined): boolean {
  return profile?.trim().toLowerCase() === DEV_PROFILE;
}

/** File systems of macOS and Windows do not tell upper from lower case, so profile names may not either. */
function sameName(a: string, b: string | undefined, platform: NodeJS.Platform): boolean {
  return platform === "linux" ? a === b : a.toLowerCase() === b?.toLowerCase();
}
