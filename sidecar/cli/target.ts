/** Finds out which gateway a command means and which secret goes there. */

import { existsSync } from "node:fs";
import { hostPort, isLoopbackUrl, isPort, parsePort, plainHost } from "../../shared/address.ts";
import { DEFAULT_PORT } from "../../shared/config/defaults.ts";
import { quoted, RequestError } from "../../shared/errors.ts";
import { refuseHalted } from "../../shared/node/gateway/halted.ts";
import { isThisMachine } from "../../shared/node/gateway/holder.ts";
import { gatewaySection, type LocalGateway, localGateway } from "../../shared/node/gateway/local-gateway.ts";
import { readConfigObject, section } from "../../shared/node/gateway/loose-config.ts";
import {
  environmentSecrets,
  firstSecrets,
  type HandshakeAuth,
  handshakeAuth,
} from "../../shared/node/gateway/secrets.ts";
import { vouchFor } from "../../shared/node/gateway/vouch.ts";
import { serviceIdentity } from "../../shared/node/service-identity.ts";
import { isRecord } from "../../shared/protocol/frame.ts";
import { advice, type Remedy } from "../../shared/remedy.ts";
import type { ConnectionValues } from "./definitions/common.ts";
import type { ProfileContext } from "./invocation.ts";

/** Where a gateway is and how to enter. */
export interface Target {
  url: string;
  port: number;
  /** Where the address comes from, for messages. */
  source:
    | "--url"
    | "CLAWDBOT_GATEWAY_PORT"
    | "running gateway"
    | "service args"
    | "service env"
    | "service configuration"
    | "configuration"
    | "default"
    | "gateway.remote.url";
  auth: HandshakeAuth;
  /** Makes the check of one connection, see `vouchFor`; absent where nothing on this machine listens. */
  vouch?: () => () => Promise<void>;
  /** What there is to do when nobody listens there; absent where that is not for this machine to say. */
  whenSilent?: () => Promise<Remedy>;
}

/** Where an address comes from, as people read it: options, variables and keys have their names. */
export function sourceText(source: Target["source"]): Remedy {
  return SOURCE_WORDS[source] ?? source;
}

const SOURCE_WORDS: Partial<Record<Target["source"], Remedy>> = {
  "running gateway": advice`running gateway`,
  "service args": advice`service args`,
  "service env": advice`service env`,
  "service configuration": advice`service configuration`,
  configuration: advice`configuration`,
  default: advice`default`,
};

/**
 * The gateway a command means: `--url`, else the remote one of the configuration, else the local one at the port of the
 * environment, the running gateway, the installed service, the configuration or the default. Fails with `USAGE` on a bad URL
 * or port.
 */
export async function resolveTarget(values: ConnectionValues, context: ProfileContext): Promise<Target> {
  const gateway = (await gatewaySection(context)) ?? {};
  return namedTarget(values, context, gateway) ?? (await localTarget(values, context, gateway));
}

/** What `gateway status` asks and what it reports about; usually the same gateway. */
export interface StatusTargets {
  asked: Target;
  /** This profile's gateway on this machine. */
  local: Target;
}

/**
 * As `resolveTarget`, but the environment of this shell says nothing about the port of an installed service: it never sees it.
 * Fails likewise.
 */
export async function resolveStatusTargets(
  values: ConnectionValues,
  context: ProfileContext,
): Promise<StatusTargets> {
  const gateway = (await gatewaySection(context)) ?? {};
  const isInstalled = existsSync(serviceIdentity(context).file);
  const { CLAWDBOT_GATEWAY_PORT: _, ...env } = context.env;
  const around = isInstalled ? { ...context, env } : context;
  const local = await localTarget(values, around, gateway);
  return { asked: namedTarget(values, context, gateway) ?? local, local };
}

/** The gateway that options or the configuration name by its address. */
function namedTarget(
  values: ConnectionValues,
  context: ProfileContext,
  gateway: Record<string, unknown>,
): Target | undefined {
  const { url } = values;
  if (url !== undefined) return explicitTarget(url, values, context, gateway);
  return gateway.mode === "remote" ? remoteTarget(values, context, gateway) : undefined;
}

/** The gateway of `--url`. Secrets of the configuration go to it only when it is the configured one or on this machine. */
export function explicitTarget(
  text: string,
  values: ConnectionValues,
  context: ProfileContext,
  gateway: Record<string, unknown>,
): Target {
  const url = checkUrl(text, "--url");
  const isConfigured = isRecord(gateway.remote) && gateway.remote.url === text;
  const remote = isConfigured ? remoteTarget(values, context, gateway) : undefined;
  const auth =
    remote !== undefined
      ? remote.auth
      : isLoopbackUrl(url)
        ? localAuth(values, localGateway(context, gateway))
        : environmentOnly(values, context);
  const target = { url: text, port: portOf(url), source: "--url" as const, auth };
  if (!isThisMachine(plainHost(url))) return target;
  const { paths, platform } = context;
  return {
    ...target,
    vouch: () => async () => refuseHalted(target.port, paths, platform),
    whenSilent: () => howToStart(context),
  };
}

/** The gateway of `gateway.remote.url`, whatever the mode; undefined when none is configured. */
export function remoteTarget(
  values: ConnectionValues,
  context: ProfileContext,
  gateway: Record<string, unknown>,
): Target | undefined {
  const remote = isRecord(gateway.remote) ? gateway.remote : {};
  if (typeof remote.url !== "string") return undefined;
  const url = checkUrl(remote.url, "gateway.remote.url");
  const target = {
    url: remote.url,
    port: portOf(url),
    source: "gateway.remote.url" as const,
    auth: remoteSecrets(values, context, gateway),
  };
  return guarded(target, plainHost(url), values, context);
}

/** The secrets for the configured remote gateway, by whatever way it is reached. */
export function remoteSecrets(
  values: ConnectionValues,
  context: ProfileContext,
  gateway: Record<string, unknown>,
): Target["auth"] {
  const remote = isRecord(gateway.remote) ? gateway.remote : {};
  return secrets(values, [remote, environmentSecrets(context.env)]);
}

/** The gateway of this profile on this machine, whatever the mode. */
export async function localTarget(
  values: ConnectionValues,
  context: ProfileContext,
  gateway: Record<string, unknown>,
): Promise<Target> {
  const local = localGateway(context, gateway);
  const { port, source } = await localPort(context, local);
  const url = `ws://${hostPort(local.host, port)}`;
  return guarded({ url, port, source, auth: localAuth(values, local) }, local.host, values, context);
}

/** The secrets for a gateway the configuration does not know: options, else environment. */
export function environmentOnly(values: ConnectionValues, context: ProfileContext): Target["auth"] {
  return secrets(values, [environmentSecrets(context.env)]);
}

function localAuth(values: ConnectionValues, { secrets: known }: LocalGateway): Target["auth"] {
  return secrets(values, [{ ...known }]);
}

/**
 * Asks the kernel who listens before anything secret goes to an address of this machine; not for what a person typed. And whoever
 * stands still need not be waited for.
 */
function guarded(target: Target, host: string, values: ConnectionValues, context: ProfileContext): Target {
  if (!isThisMachine(host)) return target;
  const { paths, platform } = context;
  const isTyped = values.token !== undefined || values.password !== undefined;
  return {
    ...target,
    vouch: () => {
      const vouch = isTyped ? undefined : vouchFor({ host, port: target.port }, paths, platform);
      return async () => {
        refuseHalted(target.port, paths, platform);
        await vouch?.();
      };
    },
    whenSilent: () => howToStart(context),
  };
}

/** Loaded only where nobody answers. */
async function howToStart(context: ProfileContext): Promise<Remedy> {
  const { startAdvice } = await import("./start-advice.ts");
  return startAdvice(context);
}

/** Options stand alone when there are any, so that a wrong one is not rescued by the configuration. */
function secrets(values: ConnectionValues, layers: readonly Record<string, unknown>[]): Target["auth"] {
  const given = { token: values.token, password: values.password };
  return handshakeAuth(
    firstSecrets(given.token !== undefined || given.password !== undefined ? [given] : layers),
  );
}

interface PortChoice {
  port: number;
  source: Target["source"];
}

async function localPort(context: ProfileContext, { ports }: LocalGateway): Promise<PortChoice> {
  const fromEnv = context.env.CLAWDBOT_GATEWAY_PORT?.trim();
  if (fromEnv) {
    const port = parsePort(fromEnv);
    if (port !== undefined) return { port, source: "CLAWDBOT_GATEWAY_PORT" };
    throw new RequestError("USAGE", advice`CLAWDBOT_GATEWAY_PORT: expected 1-65535, got ${quoted(fromEnv)}`);
  }
  if (ports.running !== undefined) return { port: ports.running, source: "running gateway" };
  const fromService = await servicePort(context);
  if (fromService !== undefined) return fromService;
  return ports.configured === undefined
    ? { port: DEFAULT_PORT, source: "default" }
    : { port: ports.configured, source: "configuration" };
}

/** Where the installed service will listen; undefined when that is where this command's own configuration says. */
async function servicePort(context: ProfileContext): Promise<PortChoice | undefined> {
  if (!existsSync(serviceIdentity(context).file)) return undefined;
  const [{ readInstalledFile }, { resolveInstalled }] = await Promise.all([
    import("../setup/service/installed-file.ts"),
    import("../setup/service/installed.ts"),
  ]);
  const definition = await readInstalledFile(context);
  const view = definition && resolveInstalled(definition, context);
  if (view === undefined) return undefined;
  if (view.port !== undefined) return view.port;
  const { configFile } = view.paths;
  if (configFile === context.paths.configFile) return undefined;
  const { port } = section((await readConfigObject(configFile, view.env)) ?? {}, "gateway");
  return isPort(port) ? { port, source: "service configuration" } : { port: DEFAULT_PORT, source: "default" };
}

function checkUrl(text: string, place: string): URL {
  const url = URL.parse(text);
  if (url === null || (url.protocol !== "ws:" && url.protocol !== "wss:")) {
    throw new RequestError(
      "USAGE",
      advice`${place}: expected a ws:// or wss:// address, got ${quoted(text)}`,
    );
  }
  if (url.username !== "" || url.password !== "") {
    throw new RequestError(
      "USAGE",
      advice`${place}: an address takes no user or password; use --token or --password`,
    );
  }
  // An empty fragment is none for URL, but WebSocket refuses it all the same.
  if (url.href.includes("#")) {
    throw new RequestError(
      "USAGE",
      advice`${place}: an address of a gateway ends before the #, got ${quoted(text)}`,
    );
  }
  return url;
}

function portOf(url: URL): number {
  return url.port ? Number(url.port) : url.protocol === "wss:" ? 443 : 80;
}
