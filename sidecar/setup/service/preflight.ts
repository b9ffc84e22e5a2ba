/** Refuses a service that could not start, with the words of the start itself, and puts `install --token` in its place. */
import { validateConfig } from "../../../shared/config/validate.ts";
import { BugError, SetupError } from "../../../shared/errors.ts";
import { type ConfigReading, readConfig } from "../../../shared/node/config-source.ts";
import { describeListener, listenersOn } from "../../../shared/node/port-owner.ts";
import type { Surroundings } from "../../../shared/node/surroundings.ts";
import { isRecord } from "../../../shared/protocol/frame.ts";
import { changeConfigFile, valuesIn } from "../../base/config/config-file.ts";
import { checkRunFlags, mergeSettings, NO_RUN_FLAGS } from "../../base/config/load.ts";
import type { GatewaySettings } from "../../base/config/settings.ts";
import { bindRequest, isReachable, planBind } from "../../host/net/bind.ts";
import { takenHosts } from "../../host/net/bind-test.ts";
import type { ServiceDefinition } from "../../host/service/service-manager.ts";
import { viewInstalled } from "./installed.ts";

/** The settings with which the service will start, and what is worth knowing of them. */
export interface Preflight {
  settings: GatewaySettings;
  warnings: string[];
}

/**
 * Writes `token` to the configuration, if there is one and the result can be started. Fails with the refusal of `gateway run`
 * that the service would meet; nothing is written then.
 */
export async function preflight(
  definition: ServiceDefinition,
  surroundings: Surroundings,
  token: string | undefined,
): Promise<Preflight> {
  const { configFile } = surroundings.paths;
  if (token === undefined)
    return explained(surroundings, () => settle(definition, surroundings, readConfig(configFile)));
  const found: { result?: Preflight } = {};
  await changeConfigFile(
    configFile,
    (reading) => {
      if (reading.state === "missing") return void settle(definition, surroundings, reading);
      const next = withToken(valuesIn(reading), token);
      found.result = settle(definition, surroundings, readingOf(reading, next));
      return next;
    },
    Date.now(),
  );
  const { settings, warnings } = found.result ?? settle(definition, surroundings, readConfig(configFile));
  const idle = settings.auth.mode === "password" ? ["--token has no effect in auth mode password"] : [];
  return { settings, warnings: [...warnings, ...idle] };
}

/** Fails with `PORT_IN_USE` when something else holds the port; `own` is the pid of a gateway that will make room. */
export async function assertPortFree(
  settings: GatewaySettings,
  own: number | undefined,
  platform: NodeJS.Platform,
): Promise<void> {
  const { primary } = planBind(bindRequest(settings));
  if ((await takenHosts([primary], settings.port)).length === 0) return;
  const holders = (await listenersOn(settings.port, platform)).filter(({ pid }) => pid !== own);
  const [holder] = holders;
  if (holder === undefined) return;
  throw new SetupError(
    "PORT_IN_USE",
    `The service could not start: port ${settings.port} is held by ${describeListener(holder)}.`,
    {
      fix: "end that program, or choose another port: clawdbot gateway install --port <port>",
      details: { port: settings.port, holders },
    },
  );
}

/** The environment of the service decides, not the one of this shell. */
function settle(
  definition: ServiceDefinition,
  surroundings: Surroundings,
  reading: ConfigReading,
): Preflight {
  const view = viewInstalled(definition, surroundings);
  if (view === undefined) throw new BugError("the definition of the service leads nowhere");
  const { env, paths, port } = view;
  const { dev } = surroundings;
  const flags = checkRunFlags(
    { ...NO_RUN_FLAGS, supervised: true, port: port && String(port.port) },
    { env, dev },
  );
  const { settings, warnings } = mergeSettings(flags, reading, { env, paths, dev, isReachable });
  return { settings, warnings };
}

/** A secret that only this shell knows is the likeliest reason why the same start works here and not in the service. */
function explained(surroundings: Surroundings, look: () => Preflight): Preflight {
  try {
    return look();
  } catch (error) {
    const isSecret =
      error instanceof SetupError &&
      (error.code === "AUTH_NOT_CONFIGURED" || error.code === "BIND_WITHOUT_AUTH");
    const { CLAWDBOT_GATEWAY_TOKEN, CLAWDBOT_GATEWAY_PASSWORD } = surroundings.env;
    if (!isSecret || !(CLAWDBOT_GATEWAY_TOKEN || CLAWDBOT_GATEWAY_PASSWORD)) throw error;
    const name = CLAWDBOT_GATEWAY_TOKEN ? "CLAWDBOT_GATEWAY_TOKEN" : "CLAWDBOT_GATEWAY_PASSWORD";
    const key = CLAWDBOT_GATEWAY_TOKEN ? "token" : "password";
    throw new SetupError(error.code, error.message, {
      cause: error,
      fix: `${name} of this shell does not reach the service; put it into the configuration: clawdbot config set gateway.auth.${key} <${key}>`,
    });
  }
}

function withToken(values: Record<string, unknown>, token: string): Record<string, unknown> {
  const gateway = isRecord(values.gateway) ? values.gateway : {};
  const auth = isRecord(gateway.auth) ? gateway.auth : {};
  return { ...values, gateway: { ...gateway, auth: { ...auth, token } } };
}

function readingOf(reading: ConfigReading, values: Record<string, unknown>): ConfigReading {
  const raw = JSON.stringify(values);
  const base = { path: reading.path, hash: reading.hash, raw, parsed: values };
  const verdict = validateConfig(values);
  return verdict.valid
    ? { ...base, state: "valid", config: verdict.config, warnings: verdict.warnings }
    : { ...base, state: "invalid", issues: verdict.issues };
}
