/**
 * Connects a command to a gateway: finds out where it is and which secret it takes, and joins `ws` with the shared client. Reads
 * the configuration without the schema, so that asking a gateway stays quick and works with a file that is partly wrong.
 */
import { readFileSync } from "node:fs";
import { hostname } from "node:os";
import { WebSocket } from "ws";
import {
  type ConnectOptions,
  connectGateway,
  type GatewayConnection,
} from "../../shared/client/gateway-connection.ts";
import { DEFAULT_PORT } from "../../shared/config/defaults.ts";
import { AuthError, CodedError, RequestError, UnavailableError } from "../../shared/errors.ts";
import { isSameProcess } from "../../shared/node/process-identity.ts";
import { readFacts } from "../../shared/node/run-state.ts";
import { isRecord } from "../../shared/protocol/frame.ts";
import { APP_VERSION } from "../../shared/version.ts";
import type { Surroundings } from "./invocation.ts";
import { numberOption, textOption, type Values } from "./options.ts";

const DEFAULT_TIMEOUT_MS = 10_000;
const MAX_TIMEOUT_MS = 600_000;
/** Everything an operator may do; the gateway decides what the caller gets. */
const SCOPES = [
  "operator.admin",
  "operator.read",
  "operator.write",
  "operator.approvals",
  "operator.pairing",
];
/** A gateway takes a caller without a device only with a token that is not empty, whatever the auth mode. */
const NO_TOKEN = "none";
/** Answers such as a long log tail may be larger than what clients may send. */
const MAX_ANSWER_BYTES = 16 * 1024 * 1024;

/** Where a gateway is and how to enter. */
export interface Target {
  url: string;
  port: number;
  /** Where the address comes from, for messages. */
  source:
    | "--url"
    | "CLAWDBOT_GATEWAY_PORT"
    | "running gateway"
    | "configuration"
    | "default"
    | "gateway.remote.url";
  auth: { token: string; password?: string };
}

/** `clawdbot-probe` shows up as a probe, `cli` as a person's call. */
export type ClientKind = "cli" | "clawdbot-probe";

/**
 * The gateway a command means: `--url`, else the remote one of the configuration, else the local one at the port of the
 * environment, the running gateway, the configuration or the default. Fails with `USAGE` on a bad URL or port.
 */
export async function resolveTarget(values: Values, surroundings: Surroundings): Promise<Target> {
  const config = await gatewaySection(surroundings.paths.configFile);
  const url = textOption(values, "url");
  if (url !== undefined) return explicitTarget(url, values, surroundings, config);
  const remote = isRecord(config.remote) ? config.remote : {};
  if (config.mode === "remote" && typeof remote.url === "string") {
    const auth = secrets(values, [remote, environmentSecrets(surroundings)]);
    return {
      url: remote.url,
      port: portOf(checkUrl(remote.url, "gateway.remote.url")),
      source: "gateway.remote.url",
      auth,
    };
  }
  const { port, source } = localPort(surroundings, config);
  return { url: `ws://127.0.0.1:${port}`, port, source, auth: localSecrets(values, surroundings, config) };
}

/** Connects, or fails with an error that names the target and the remedy. */
export async function connectTo(
  target: Target,
  timeoutMs: number,
  kind: ClientKind = "cli",
): Promise<GatewayConnection> {
  try {
    return await connectGateway(connectOptions(target, timeoutMs, kind));
  } catch (error) {
    throw explained(error, target);
  }
}

/** What the shared client needs to reach the target. */
export function connectOptions(target: Target, timeoutMs: number, kind: ClientKind): ConnectOptions {
  return {
    open: () =>
      new WebSocket(target.url, {
        perMessageDeflate: false,
        maxPayload: MAX_ANSWER_BYTES,
        handshakeTimeout: timeoutMs,
      }),
    client: {
      id: kind,
      mode: kind === "cli" ? "cli" : "probe",
      version: APP_VERSION,
      platform: process.platform,
      displayName: hostname(),
    },
    scopes: SCOPES,
    auth: target.auth,
    timeoutMs,
  };
}

/** The time limit of `--timeout`, in milliseconds. */
export function timeoutOption(values: Values): number {
  return numberOption(values, "timeout", { min: 1, max: MAX_TIMEOUT_MS }) ?? DEFAULT_TIMEOUT_MS;
}

function explicitTarget(
  text: string,
  values: Values,
  surroundings: Surroundings,
  config: Record<string, unknown>,
): Target {
  const url = checkUrl(text, "--url");
  const remote = isRecord(config.remote) ? config.remote : {};
  const auth =
    text === remote.url
      ? secrets(values, [remote, environmentSecrets(surroundings)])
      : isLoopback(url.hostname)
        ? localSecrets(values, surroundings, config)
        : secrets(values, [environmentSecrets(surroundings)]); // The configuration's secrets are not for strangers.
  return { url: text, port: portOf(url), source: "--url", auth };
}

function localSecrets(
  values: Values,
  surroundings: Surroundings,
  config: Record<string, unknown>,
): Target["auth"] {
  const configured = isRecord(config.auth) ? config.auth : {};
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

function localPort(
  { env, paths }: Surroundings,
  config: Record<string, unknown>,
): { port: number; source: Target["source"] } {
  const fromEnv = env.CLAWDBOT_GATEWAY_PORT?.trim();
  if (fromEnv) {
    if (!isPort(Number(fromEnv))) {
      throw new RequestError("USAGE", `CLAWDBOT_GATEWAY_PORT: expected 1-65535, got "${fromEnv}"`);
    }
    return { port: Number(fromEnv), source: "CLAWDBOT_GATEWAY_PORT" };
  }
  const facts = readFacts(paths.factsFile);
  if (facts && isPort(facts.port) && isSameProcess(facts.pid, facts.startId)) {
    return { port: facts.port, source: "running gateway" };
  }
  return isPort(config.port)
    ? { port: config.port, source: "configuration" }
    : { port: DEFAULT_PORT, source: "default" };
}

/** The `gateway` section as it stands in the file; empty when there is none or the file cannot be read. */
async function gatewaySection(file: string): Promise<Record<string, unknown>> {
  let config: unknown;
  try {
    const text = readFileSync(file, "utf8").replace(/^\uFEFF/, "");
    config = await parse(text);
  } catch {
    return {}; // Missing or broken: defaults still find a gateway, and `status` names what is wrong with the file.
  }
  return isRecord(config) && isRecord(config.gateway) ? config.gateway : {};
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
  if (url && (url.protocol === "ws:" || url.protocol === "wss:")) return url;
  throw new RequestError("USAGE", `${place}: expected a ws:// or wss:// address, got "${text}"`);
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

function explained(error: unknown, target: Target): unknown {
  if (!(error instanceof CodedError)) return error;
  const where = `${target.url}, from ${target.source}`;
  const context = { cause: error, details: { target: target.url, targetSource: target.source } };
  if (error instanceof AuthError) {
    const remedy =
      error.code === "TOKEN_MISMATCH"
        ? ". Pass --token or --password, or set CLAWDBOT_GATEWAY_TOKEN or CLAWDBOT_GATEWAY_PASSWORD"
        : "";
    return new AuthError(error.code, `${error.message} (${where})${remedy}`, context);
  }
  if (error.code === "UNREACHABLE") {
    const message = `No gateway answers: ${error.message} (${where}). Start one with clawdbot gateway`;
    return new UnavailableError(error.code, message, context);
  }
  const message = `${error.message} (${where})`;
  return error instanceof RequestError
    ? new RequestError(error.code, message, context)
    : new UnavailableError(error.code, message, context);
}
