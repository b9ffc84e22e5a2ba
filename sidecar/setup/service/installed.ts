/** What an installed definition means for the gateway it starts, and how it is shown without a secret. Writes nothing. */

import { join } from "node:path";
import { parseEnv } from "node:util";
import { parsePort } from "../../../shared/address.ts";
import { maskWords, neutralLine } from "../../../shared/foreign-text.ts";
import { withStateEnv } from "../../../shared/node/dotenv.ts";
import type { Environment, Paths } from "../../../shared/node/paths.ts";
import { type ProfileContext, resolveProfileContext } from "../../../shared/node/profile-context.ts";
import { smallText } from "../../../shared/node/small-file.ts";
import type { InstalledDefinition } from "../../host/service/service-manager.ts";

/** What the gateway of a service is told, by whatever way. */
export interface EffectiveServiceEnv {
  /** The variables of the definition and of the user's `service.env`. */
  given: Environment;
  /** These and those of `<state>/.env`. */
  env: Environment;
  paths: Paths;
  /** The port it is told to use; undefined when its configuration decides. */
  port: { port: number; source: "service args" | "service env" } | undefined;
}

/** Follows the definition as the gateway would; undefined when it leads nowhere, such as with a name that is none of a profile. */
export function resolveInstalled(
  definition: Pick<InstalledDefinition, "command" | "environment" | "environmentFile">,
  { paths: { home }, platform }: Pick<ProfileContext, "paths" | "platform">,
): EffectiveServiceEnv | undefined {
  const { command, environment } = definition;
  const profile = optionIn(command, "--profile");
  const choice = { profile, dev: command.includes("--dev") };
  const given: Environment = { HOME: home, ...environment };
  try {
    const first = resolveProfileContext(choice, given, platform);
    const own = variablesIn(definition.environmentFile ?? join(first.paths.stateDir, "service.env"));
    const { env, paths } = resolveProfileContext(choice, { ...given, ...own }, platform);
    const full = withStateEnv(env, paths.envFile);
    return { given: env, env: full, paths, port: portOf(command, full) };
  } catch {
    return undefined; // The gateway refuses such a start and says why; here there is only nothing to follow.
  }
}

/** The port in a command; undefined when it has none, or one that is none. */
export function portArgument(command: readonly string[]): number | undefined {
  return parsePort(optionIn(command, "--port") ?? "");
}

/** The value of an option in a command line, as `--name value` or `--name=value`; the last one wins. */
export function optionIn(command: readonly string[], name: string): string | undefined {
  const at = command.findLastIndex((word) => word === name || word.startsWith(`${name}=`));
  const word = command[at];
  return word === name ? command[at + 1] : word?.slice(name.length + 1);
}

/** The command with the values of secrets replaced by `***`. */
export function safeCommand(command: readonly string[]): string[] {
  return maskWords(command).map((word) => neutralLine(word));
}

/** The variables that may be shown to anybody; others may hold secrets of whoever added them. */
export function safeEnvironment(environment: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => SHOWN.test(name)));
}

const SHOWN =
  /^(HOME|USERPROFILE|PATH|TMPDIR|CLAWDBOT_(PROFILE|STATE_DIR|CONFIG_PATH|GATEWAY_PORT|NIX_MODE|SERVICE_(MARKER|KIND|VERSION)|SYSTEMD_UNIT|LAUNCHD_LABEL|WINDOWS_TASK_NAME|TASK_SCRIPT(_NAME)?|LOG_PREFIX))$/i;

function portOf(command: readonly string[], env: Environment): EffectiveServiceEnv["port"] {
  const fromArgs = portArgument(command);
  if (fromArgs !== undefined) return { port: fromArgs, source: "service args" };
  const fromEnv = parsePort(env.CLAWDBOT_GATEWAY_PORT?.trim() ?? "");
  return fromEnv === undefined ? undefined : { port: fromEnv, source: "service env" };
}

function variablesIn(file: string): Environment {
  // It is optional, and what only the gateway's user may read adds nothing here.
  return parseEnv((smallText(file) ?? "").replace(/^\uFEFF/, ""));
}
