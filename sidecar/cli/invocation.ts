/** What a command is given: its words and options, where it runs, and where it prints. */
import { RequestError } from "../../shared/errors.ts";
import { DEV_PROFILE, type Environment, type Paths, resolvePaths } from "../../shared/node/paths.ts";
import type { Values } from "./options.ts";
import type { Output } from "./output.ts";

/** The profile that was chosen and everything that follows from it. */
export interface Surroundings {
  /** The environment without what an explicit profile overrules. */
  env: Environment;
  platform: NodeJS.Platform;
  paths: Paths;
  /** The dev profile, by `--dev`, `--profile dev` or `CLAWDBOT_PROFILE=dev`. */
  dev: boolean;
}

export interface Invocation {
  /** All words of the command, such as `gateway status`. */
  command: string;
  values: Values;
  arguments: readonly string[];
  surroundings: Surroundings;
  output: Output;
  /** Aborts when nobody reads stdout any more, as in `clawdbot logs --follow | head`. */
  readerGone: AbortSignal;
}

/**
 * Resolves profile, environment and paths. An explicit profile beats inherited `CLAWDBOT_STATE_DIR`, `_CONFIG_PATH` and
 * `_GATEWAY_PORT`, unless `CLAWDBOT_PROFILE` names the same one. Fails with `USAGE` or `HOME_UNKNOWN`.
 */
export function resolveSurroundings(
  values: Values,
  env: Environment,
  platform: NodeJS.Platform,
): Surroundings {
  const asked = typeof values.profile === "string" ? values.profile : undefined;
  if (values.dev && asked !== undefined && !isDev(asked)) {
    throw new RequestError("USAGE", "--dev and --profile exclude each other");
  }
  const profile = values.dev || isDev(asked) ? DEV_PROFILE : asked;
  const inherited = isDev(env.CLAWDBOT_PROFILE) ? DEV_PROFILE : env.CLAWDBOT_PROFILE?.trim() || undefined;
  const effective: Environment = { ...env, CLAWDBOT_PROFILE: inherited };
  const paths = resolvePaths({ env: effective, platform, profile });
  if (profile !== undefined && !sameName(profile, inherited, platform)) {
    for (const name of ["CLAWDBOT_STATE_DIR", "CLAWDBOT_CONFIG_PATH", "CLAWDBOT_GATEWAY_PORT"]) {
      delete effective[name];
    }
  }
  if (profile !== undefined) effective.CLAWDBOT_PROFILE = profile;
  return { env: effective, platform, paths, dev: paths.profile === DEV_PROFILE };
}

function isDev(profile: string | undefined): boolean {
  return profile?.trim().toLowerCase() === DEV_PROFILE;
}

/** File systems of macOS and Windows do not tell upper from lower case, so profile names may not either. */
function sameName(a: string, b: string | undefined, platform: NodeJS.Platform): boolean {
  return platform === "linux" ? a === b : a.toLowerCase() === b?.toLowerCase();
}
