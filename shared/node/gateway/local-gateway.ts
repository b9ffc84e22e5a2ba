/** Where the gateway of a profile is and which secrets it takes: what it wrote down itself, the environment, the configuration. */
import { isIP } from "node:net";
import { isPort, parsePort } from "../../address.ts";
import type { Environment, Paths } from "../paths.ts";
import type { RuntimeInfo } from "../run-state.ts";
import { liveGateway, localHostOf } from "./live.ts";
import { readConfigObject, section } from "./loose-config.ts";
import { type GatewaySecrets, localSecrets } from "./secrets.ts";

/** What is known now. Each of the ports is absent where its source names none. */
export interface LocalGateway {
  /** The one that runs; undefined when none does. */
  readonly facts: RuntimeInfo | undefined;
  /** To be reached at, without brackets. */
  readonly host: string;
  readonly ports: { readonly running?: number; readonly environment?: number; readonly configured?: number };
  readonly secrets: GatewaySecrets;
  /** Path of the dashboard on its port, such as `/` or `/ui/`; undefined when it is switched off. */
  readonly dashboardPath: string | undefined;
}

/** Puts together what is known. `gateway` is the section of the configuration. */
export function localGateway(
  { env, paths }: { env: Environment; paths: Pick<Paths, "factsFile"> },
  gateway: Record<string, unknown>,
): LocalGateway {
  const facts = liveGateway(paths);
  return {
    facts,
    host: localHost(gateway, facts),
    ports: {
      ...port("running", facts?.port),
      ...port("environment", parsePort(env.CLAWDBOT_GATEWAY_PORT?.trim() ?? "")),
      ...port("configured", gateway.port),
    },
    secrets: localSecrets(env, gateway),
    dashboardPath: dashboardPath(section(gateway, "controlUi")),
  };
}

/**
 * The `gateway` section of the configuration. Where the file cannot be read, or is gone while a gateway runs, it is that of the last
 * one that worked: the gateway itself goes on with it. Undefined when there is none of both.
 */
export async function gatewaySection({
  env,
  paths,
}: {
  env: Environment;
  paths: Pick<Paths, "configFile" | "lastGoodConfigFile" | "factsFile">;
}): Promise<Record<string, unknown> | undefined> {
  const config = await readConfigObject(paths.configFile, env);
  const isThere = config !== undefined && Object.keys(config).length > 0;
  if (isThere || (config !== undefined && liveGateway(paths) === undefined))
    return section(config, "gateway");
  const lastGood = await readConfigObject(paths.lastGoodConfigFile, env);
  const isUsable = lastGood !== undefined && Object.keys(lastGood).length > 0;
  return isUsable ? section(lastGood, "gateway") : config && section(config, "gateway");
}

/** Every bind mode serves 127.0.0.1 as well, unless another program holds it beside a custom address. */
function localHost(gateway: Record<string, unknown>, facts: RuntimeInfo | undefined): string {
  if (facts !== undefined) return localHostOf(facts);
  const custom = gateway.bind === "custom" ? gateway.customBindHost : undefined;
  return typeof custom === "string" && isIP(custom) !== 0 ? custom : "127.0.0.1";
}

function dashboardPath({ enabled, basePath }: Record<string, unknown>): string | undefined {
  if (enabled === false) return undefined;
  const name = typeof basePath === "string" ? basePath.replace(/^\/+|\/+$/g, "") : "";
  return name === "" ? "/" : `/${name}/`;
}

function port<Name extends string>(name: Name, value: unknown): { [Key in Name]?: number } {
  return isPort(value) ? ({ [name]: value } as { [Key in Name]?: number }) : {};
}
