/**
 * Finds out where a gateway is and which secret it takes. Reads the configuration without the schema, so that asking a gateway
 * stays quick and works with a file that is partly wrong.
 */
import { existsSync } from "node:fs";
import { isIP } from "node:net";
import { DEFAULT_PORT } from "../../shared/config/defaults.ts";
import { quoted, RequestError } from "../../shared/errors.ts";
import { isSameProcess } from "../../shared/node/process-identity.ts";
import { type GatewayFacts, readFacts } from "../../shared/node/run-state.ts";
import { serviceIdentity } from "../../shared/node/service-identity.ts";
import { MAX_CONFIG_BYTES, readTextFile } from "../../shared/node/text-file.ts";
import { isRecord } from "../../shared/protocol/frame.ts";
import type { Surroundings } from "./invocation.ts";
import { textOption, type Values } from "./options.ts";

/** A gateway takes a caller without a device only with a token that is not empty, whatever the auth mode. */
const NO_TOKEN = "none";

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
  auth: { token: string; password?: string };
}

/**
 * The gateway a command means: `--url`, else the remote one of the configuration, else the local one at the port of the
 * environment, the running gateway, the installed service, the configuration or the default. Fails with `USAGE` on a bad URL
 * or port.
 */
export async function resolveTarget(values: Values, surroundings: Surroundings): Promise<Target> {
  const gateway = gatewaySection(await readConfigLoosely(surroundings.paths.configFile));
  return namedTarget(values, surroundings, gateway) ?? (await localTarget(values, surroundings, gateway));
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
  values: Values,
  surroundings: Surroundings,
): Promise<StatusTargets> {
  const gateway = gatewaySection(await readConfigLoosely(surroundings.paths.configFile));
  const isInstalled = existsSync(serviceIdentity(surroundings).file);
  const { CLAWDBOT_GATEWAY_PORT: _, ...env } = surroundings.env;
  const around = isInstalled ? { ...surroundings, env } : surroundings;
  const local = await localTarget(values, around, gateway);
  return { asked: namedTarget(values, surroundings, gateway) ?? local, local };
}

/** The gateway that options or the configuration name by its address. */
function namedTarget(
  values: Values,
  surroundings: Surroundings,
  gateway: Record<string, unknown>,
): Target | undefined {
  const url = textOption(values, "url");
  if (url !== undefined) return explicitTarget(url, values, surroundings, gateway);
  return gateway.mode === "remote" ? remoteTarget(values, surroundings, gateway) : undefined;
}

/** The gateway of `--url`. Secrets of the configuration go to it only when it is the configured one or on this machine. */
export function explicitTarget(
  text: string,
  values: Values,
  surroundings: Surroundings,
  gateway: Record<string, unknown>,
): Target {
  const url = checkUrl(text, "--url");
  const isConfigured = isRecord(gateway.remote) && gateway.remote.url === text;
  const remote = isConfigured ? remoteTarget(values, surroundings, gateway) : undefined;
  const auth =
    remote !== undefined
      ? remote.auth
      : isLoopback(url.hostname)
        ? localSecrets(values, surroundings, gateway)
        : environmentOnly(values, surroundings);
  return { url: text, port: portOf(url), source: "--url", auth };
}

/** The gateway of `gateway.remote.url`, whatever the mode; undefined when none is configured. */
export function remoteTarget(
  values: Values,
  surroundings: Surroundings,
  gateway: Record<string, unknown>,
): Target | undefined {
  const remote = isRecord(gateway.remote) ? gateway.remote : {};
  if (typeof remote.url !== "string") return undefined;
  const port = portOf(checkUrl(remote.url, "gateway.remote.url"));
  const auth = remoteSecrets(values, surroundings, gateway);
  return { url: remote.url, port, source: "gateway.remote.url", auth };
}

/** The secrets for the configured remote gateway, by whatever way it is reached. */
export function remoteSecrets(
  values: Values,
  surroundings: Surroundings,
  gateway: Record<string, unknown>,
): Target["auth"] {
  const remote = isRecord(gateway.remote) ? gateway.remote : {};
  return secrets(values, [remote, environmentSecrets(surroundings)]);
}

/** The gateway of this profile on this machine, whatever the mode. */
export async function localTarget(
  values: Values,
  surroundings: Surroundings,
  gateway: Record<string, unknown>,
): Promise<Target> {
  const facts = liveFacts(surroundings);
  const { port, source } = await localPort(surroundings, gateway, facts);
  const url = `ws://${localHost(gateway, facts)}:${port}`;
  return { url, port, source, auth: localSecrets(values, surroundings, gateway) };
}

/** The secrets for a gateway the configuration does not know: options, else environment. */
export function environmentOnly(values: Values, surroundings: Surroundings): Target["auth"] {
  return secrets(values, [environmentSecrets(surroundings)]);
}

/** The configuration as it stands in the file, unchecked; empty when there is none or it cannot be read. */
export async function readConfigLoosely(file: string): Promise<Record<string, unknown>> {
  const source = readTextFile(file, MAX_CONFIG_BYTES);
  // Missing or broken: defaults still find a gateway, and `status` names what is wrong with the file.
  if (source.state !== "text") return {};
  try {
    const config = await parse(source.text.replace(/^\uFEFF/, ""));
    return isRecord(config) ? config : {};
  } catch {
    return {};
  }
}

/** The `gateway` section of a configuration; empty when there is none. */
export function gatewaySection(config: Record<string, unknown>): Record<string, unknown> {
  return isRecord(config.gateway) ? config.gateway : {};
}

function liveFacts({ paths }: Surroundings): GatewayFacts | undefined {
  const facts = readFacts(paths.factsFile);
  return facts && isSameProcess(facts.pid, facts.startId) ? facts : undefined;
}

/** Every bind mode serves 127.0.0.1 as well, unless another program holds it beside a custom address. */
function localHost(gateway: Record<string, unknown>, facts: GatewayFacts | undefined): string {
  const custom = gateway.bind === "custom" ? gateway.customBindHost : undefined;
  const isServed = facts?.hosts.some((host) => host === "127.0.0.1" || host === "0.0.0.0") ?? false;
  if (typeof custom !== "string" || isIP(custom) === 0 || isServed) return "127.0.0.1";
  return custom.includes(":") ? `[${custom}]` : custom;
}

function localSecrets(
  values: Values,
  surroundings: Surroundings,
  gateway: Record<string, unknown>,
): Target["auth"] {
  const configured = isRecord(gateway.auth) ? gateway.auth : {};
  return secrets(values, [environmentSecrets(surroundings), configured]);
}

/** Options stand alone when there are any, so that a wrong one is not rescued by the configuration. */
function secrets(values: Values, layers: readonly Record<string, unknown>[]): Target["auth"] {
  const given = { token: textOption(values, "token"), password: textOption(values, "password") };
  const used = given.token !== undefined || given.password !== undefined ? [given] : layers;
  const first = (name: "token" | "password") =>
    used.map((layer) => layer[name]).find((value) => typeof value === "string" && value !== "") as
      | string
      | undefined;
  const password = first("password");
  return { token: first("token") ?? NO_TOKEN, ...(password === undefined ? {} : { password }) };
}

function environmentSecrets({ env }: Surroundings): Record<string, unknown> {
  return { token: env.CLAWDBOT_GATEWAY_TOKEN?.trim(), password: env.CLAWDBOT_GATEWAY_PASSWORD };
}

interface PortChoice {
  port: number;
  source: Target["source"];
}

async function localPort(
  surroundings: Surroundings,
  gateway: Record<string, unknown>,
  facts: GatewayFacts | undefined,
): Promise<PortChoice> {
  const fromEnv = surroundings.env.CLAWDBOT_GATEWAY_PORT?.trim();
  if (fromEnv) {
    if (!/^\d{1,5}$/.test(fromEnv) || !isPort(Number(fromEnv))) {
      throw new RequestError("USAGE", `CLAWDBOT_GATEWAY_PORT: expected 1-65535, got ${quoted(fromEnv)}`);
    }
    return { port: Number(fromEnv), source: "CLAWDBOT_GATEWAY_PORT" };
  }
  if (facts && isPort(facts.port)) return { port: facts.port, source: "running gateway" };
  const fromService = await servicePort(surroundings);
  if (fromService !== undefined) return fromService;
  return isPort(gateway.port)
    ? { port: gateway.port, source: "configuration" }
    : { port: DEFAULT_PORT, source: "default" };
}

/** Where the installed service will listen; undefined when that is where this command's own configuration says. */
async function servicePort(surroundings: Surroundings): Promise<PortChoice | undefined> {
  if (!existsSync(serviceIdentity(surroundings).file)) return undefined;
  const [{ readInstalledFile }, { viewInstalled }] = await Promise.all([
    import("../setup/service/installed-file.ts"),
    import("../setup/service/installed.ts"),
  ]);
  const definition = await readInstalledFile(surroundings);
  const view = definition && viewInstalled(definition, surroundings);
  if (view === undefined) return undefined;
  if (view.port !== undefined) return view.port;
  const { configFile } = view.paths;
  if (configFile === surroundings.paths.configFile) return undefined;
  const { port } = gatewaySection(await readConfigLoosely(configFile));
  return isPort(port) ? { port, source: "service configuration" } : { port: DEFAULT_PORT, source: "default" };
}

/** Most files are plain JSON, which needs no further parser. */
async function parse(text: string): Promise<unknown> {
  try {
    return JSON.parse(text);
  } catch {
    const { default: JSON5 } = await import("json5");
    return JSON5.parse(text);
  }
}

function checkUrl(text: string, place: string): URL {
  const url = URL.parse(text);
  if (url === null || (url.protocol !== "ws:" && url.protocol !== "wss:")) {
    throw new RequestError("USAGE", `${place}: expected a ws:// or wss:// address, got ${quoted(text)}`);
  }
  if (url.username !== "" || url.password !== "") {
    throw new RequestError(
      "USAGE",
      `${place}: an address takes no user or password; use --token or --password`,
    );
  }
  // An empty fragment is none for URL, but WebSocket refuses it all the same.
  if (url.href.includes("#")) {
    throw new RequestError(
      "USAGE",
      `${place}: an address of a gateway ends before the #, got ${quoted(text)}`,
    );
  }
  return url;
}

function portOf(url: URL): number {
  return url.port ? Number(url.port) : url.protocol === "wss:" ? 443 : 80;
}

function isPort(value: unknown): value is number {
  return typeof value === "number" && Number.isInteger(value) && value >= 1 && value <= 65_535;
}

function isLoopback(host: string): boolean {
  return host === "localhost" || host === "[::1]" || /^127(\.\d{1,3}){3}$/.test(host);
}
