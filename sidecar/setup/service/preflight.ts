/** Refuses a service that could not start, with the words of the start itself, and puts `install --token` where it belongs. */

import { SetupError } from "../../../shared/errors.ts";
import { missingVariable } from "../../../shared/node/config/variables.ts";
import { type ConfigReading, readConfig } from "../../../shared/node/config-source.ts";
import type { Environment } from "../../../shared/node/paths.ts";
import { describeListener, listenersOn } from "../../../shared/node/port-owner.ts";
import type { ProfileContext } from "../../../shared/node/profile-context.ts";
import { advice, ours, type Remedy } from "../../../shared/remedy.ts";
import { changeConfigFile, previewEdits } from "../../base/config/config-file.ts";
import type { TextEdit } from "../../base/config/edit-text.ts";
import { refuseIncluded } from "../../base/config/included.ts";
import { offerLastGood } from "../../base/config/last-good.ts";
import { mergeSettings, withEnvironment } from "../../base/config/load.ts";
import { RUN_DEFAULTS } from "../../base/config/run-options.ts";
import type { GatewaySettings } from "../../base/config/settings.ts";
import { bindRequest, isReachable, planBind } from "../../host/net/bind.ts";
import { takenHosts } from "../../host/net/bind-test.ts";
import type { InstalledDefinition } from "../../host/service/service-manager.ts";
import { type EffectiveServiceEnv, resolveInstalled } from "./installed.ts";

/** What decides about the start of a service, installed or not yet. */
type StartingDefinition = Pick<InstalledDefinition, "command" | "environment" | "environmentFile">;

/** The settings with which the service will start, and what is worth knowing of them. */
export interface Preflight {
  settings: GatewaySettings;
  warnings: Remedy[];
}

/**
 * How the service would start, with `token` in the configuration where one is given. Writes nothing. Fails with the refusal of
 * `gateway run` that the service would meet.
 */
export async function preflight(
  definition: StartingDefinition,
  context: ProfileContext,
  token: string | undefined,
): Promise<Preflight> {
  const view = resolveInstalled(definition, context);
  if (view === undefined) throw leadsNowhere(definition.environmentFile);
  const reading = readConfig(view.paths.configFile, view.env);
  if (token === undefined || reading.state === "missing") {
    return explained(context, reading, () => settle(view, context, reading));
  }
  const changed = previewEdits(reading, [settingOf(token)], view.env);
  const { settings, warnings } = settle(view, context, changed);
  const idle = settings.auth.mode === "password" ? ["--token has no effect in auth mode password"] : [];
  return { settings, warnings: [...warnings, ...idle] };
}

/** Puts the token into the configuration, unless it is there already. Fails as `changeConfigFile` does. */
export async function writeToken(
  { env, paths }: ProfileContext,
  token: string,
  nowMs: number,
): Promise<void> {
  const change = (reading: ConfigReading) => {
    const isThere = reading.state === "valid" && reading.config.gateway?.auth?.token === token;
    if (isThere) return undefined;
    refuseIncluded(TOKEN_PLACE, reading);
    return [settingOf(token)];
  };
  await changeConfigFile({ file: paths.configFile, env }, change, nowMs);
}

/** Fails with `PORT_IN_USE` when something else holds the port; `own` are pids of gateways that will make room. */
export async function assertPortFree(
  settings: GatewaySettings,
  own: readonly (number | undefined)[],
  platform: NodeJS.Platform,
): Promise<void> {
  const { primary } = planBind(bindRequest(settings));
  if ((await takenHosts([primary], settings.port)).length === 0) return;
  const holders = (await listenersOn(settings.port, platform)).filter(
    ({ pid }) => pid === undefined || !own.includes(pid),
  );
  const [holder] = holders;
  if (holder === undefined) return;
  throw new SetupError(
    "PORT_IN_USE",
    advice`The service could not start: port ${settings.port} is held by ${describeListener(holder)}.`,
    {
      fix: advice`end that program, or choose another port: ${ours`gateway install --port <port>`}`,
      details: { port: settings.port, holders },
    },
  );
}

/** The environment of the service decides, not the one of this shell. */
function settle(
  { env, paths, port }: EffectiveServiceEnv,
  { dev }: Pick<ProfileContext, "dev">,
  reading: ConfigReading,
): Preflight {
  const options = withEnvironment({ ...RUN_DEFAULTS, supervised: true, port: port?.port }, env);
  const { settings, warnings } = mergeSettings(options, reading, { env, paths, dev, isReachable });
  return { settings, warnings };
}

/** What this program writes leads somewhere; what people add may not. */
function leadsNowhere(environmentFile = "service.env"): SetupError {
  return new SetupError(
    "SERVICE_REFUSED",
    advice`The variables of the service lead to no state directory; ${environmentFile} sets some of them.`,
    { fix: "look at CLAWDBOT_PROFILE, CLAWDBOT_STATE_DIR and HOME there" },
  );
}

/** A variable that only this shell knows is the likeliest reason why the same start works here and not in the service. */
function explained({ env, paths }: ProfileContext, reading: ConfigReading, look: () => Preflight): Preflight {
  try {
    return look();
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    const fix = shellSecret(error, env) ?? shellVariable(reading, { env, paths });
    if (fix === undefined) throw offerLastGood(error, paths);
    throw new SetupError(error.code, error.sentence, { cause: error, fix, details: error.details ?? {} });
  }
}

function shellSecret({ code }: SetupError, env: Environment): Remedy | undefined {
  const isSecret = code === "AUTH_NOT_CONFIGURED" || code === "BIND_WITHOUT_AUTH";
  const name = ["CLAWDBOT_GATEWAY_TOKEN", "CLAWDBOT_GATEWAY_PASSWORD"].find((each) => env[each]);
  if (!isSecret || name === undefined) return undefined;
  const key = name === "CLAWDBOT_GATEWAY_TOKEN" ? "token" : "password";
  return advice`${name} of this shell does not reach the service; put it into the configuration: ${ours`config set gateway.auth.${key} <${key}>`}`;
}

/** The configuration asks for it, and this shell has it. */
function shellVariable(
  reading: ConfigReading,
  { env, paths }: Pick<ProfileContext, "env" | "paths">,
): Remedy | undefined {
  const missing = reading.state === "invalid" ? reading.issues.map((issue) => missingVariable(issue)) : [];
  const name = missing.find((each) => each !== undefined && env[each]);
  return name === undefined
    ? undefined
    : advice`${name} of this shell does not reach the service; put a line ${name}=… into ${paths.envFile}`;
}

const TOKEN_PLACE = ["gateway", "auth", "token"];

function settingOf(token: string): TextEdit {
  return { kind: "set", keys: TOKEN_PLACE, value: token };
}
