/**
 * Where the gateway of a profile is and how to enter: its live facts, the environment, the configuration, the default.
 * Reads the configuration without its schema; what is invalid in it the gateway itself refuses by name.
 */
import { DEFAULT_PORT, DEV_FALLBACK_PORT } from "../../shared/config/defaults.ts";
import { withStateEnv } from "../../shared/node/dotenv.ts";
import { isSameProcess } from "../../shared/node/process-identity.ts";
import { type GatewayFacts, readFacts } from "../../shared/node/run-state.ts";
import type { Surroundings } from "../../shared/node/surroundings.ts";
import { MAX_CONFIG_BYTES, readTextFile } from "../../shared/node/text-file.ts";
import { isRecord } from "../../shared/protocol/frame.ts";
import type { BlockedReason } from "../model/tray-model.ts";

export interface GatewayTarget {
  readonly host: string;
  readonly port: number;
  /** Where a dev gateway goes when somebody else holds `port`; absent when the port was chosen. */
  readonly fallbackPort?: number;
  /** What the handshake takes. */
  readonly auth: { readonly token: string; readonly password?: string };
  /** The gateway of this profile that lives, by its pid and start id; undefined when none is known. */
  readonly facts: GatewayFacts | undefined;
  /** The configured secrets, for the clipboard and to be removed from texts. */
  readonly secrets: { readonly token?: string; readonly password?: string };
  /** Path of the dashboard on the port, such as `/` or `/ui/`. */
  readonly dashboardPath: string;
}

const HOST = "127.0.0.1";
/** A gateway takes a caller without a device only with a token that is not empty, whatever the auth mode. */
const NO_TOKEN = "none";

/** Reads what is known now. A file that cannot be parsed is a reason why nothing can be done. */
export async function readTarget(
  surroundings: Surroundings,
): Promise<GatewayTarget | { readonly blocked: BlockedReason }> {
  const { paths, dev } = surroundings;
  const env = withStateEnv(surroundings.env, paths.envFile);
  const config = await readConfigObject(paths.configFile);
  if (config === undefined) return { blocked: await explainConfig(paths.configFile) };
  const gateway = section(config, "gateway");
  const facts = liveFacts(paths.factsFile);
  const asked = portFrom(env.CLAWDBOT_GATEWAY_PORT?.trim()) ?? portFrom(gateway.port);
  const secrets = secretsOf(env, section(gateway, "auth"));
  return {
    host: HOST,
    port: facts?.port ?? asked ?? DEFAULT_PORT,
    ...(dev && asked === undefined && facts === undefined ? { fallbackPort: DEV_FALLBACK_PORT } : {}),
    auth: { token: NO_TOKEN, ...secrets },
    facts,
    secrets,
    dashboardPath: dashboardPath(section(gateway, "controlUi").basePath),
  };
}

/** The configuration as it stands in the file; empty when there is none, undefined when it cannot be read. */
export async function readConfigObject(file: string): Promise<Record<string, unknown> | undefined> {
  const source = readTextFile(file, MAX_CONFIG_BYTES);
  if (source.state !== "text") return source.state === "missing" ? {} : undefined;
  try {
    const value = await parse(source.text.replace(/^\uFEFF/, ""));
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined; // `explainConfig` says where the mistake is.
  }
}

/** The gateway of the profile, if the process that wrote its facts still lives. */
export function liveFacts(file: string): GatewayFacts | undefined {
  const facts = readFacts(file);
  return facts !== undefined && isSameProcess(facts.pid, facts.startId) ? facts : undefined;
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

async function explainConfig(file: string): Promise<BlockedReason> {
  const { readConfig } = await import("../../shared/node/config-source.ts");
  const reading = readConfig(file);
  const issues =
    reading.state === "invalid"
      ? reading.issues.map(({ path, message }) => (path === "" ? message : `${path}: ${message}`))
      : [];
  return { kind: "config-invalid", path: file, issues };
}

function section(parent: Record<string, unknown>, name: string): Record<string, unknown> {
  const value = parent[name];
  return isRecord(value) ? value : {};
}

function portFrom(value: unknown): number | undefined {
  const port = typeof value === "string" && /^\d{1,5}$/.test(value) ? Number(value) : value;
  const isPort = typeof port === "number" && Number.isInteger(port) && port >= 1 && port <= 65_535;
  return isPort ? port : undefined;
}

function secretsOf(env: Surroundings["env"], auth: Record<string, unknown>): GatewayTarget["secrets"] {
  const token = text(env.CLAWDBOT_GATEWAY_TOKEN?.trim()) ?? text(auth.token);
  const password = text(env.CLAWDBOT_GATEWAY_PASSWORD) ?? text(auth.password);
  return { ...(token === undefined ? {} : { token }), ...(password === undefined ? {} : { password }) };
}

function text(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

function dashboardPath(basePath: unknown): string {
  const name = typeof basePath === "string" ? basePath.replace(/^\/+|\/+$/g, "") : "";
  return name === "" ? "/" : `/${name}/`;
}
