/** Small JSON files by which the gateway tells other processes what it is: live facts and the reason of a refused start. */
import { isPort } from "../address.ts";
import { isRecord } from "../protocol/frame.ts";
import { readJsonObject } from "./json-object.ts";
import { type WriteOptions, writePrivateFile } from "./private-file.ts";

const PHASES = ["starting", "listening", "ready", "stopping"] as const;

/** Contents of `run/gateway.json`: identity is pid + start id + instance id. */
export interface RuntimeInfo {
  pid: number;
  /** Tells this process from a later one with the same pid; see `process-identity.ts`. */
  startId: string;
  /** Random; `/healthz` returns it as well. */
  instanceId: string;
  port: number;
  hosts: string[];
  version: string;
  phase: (typeof PHASES)[number];
  startedAtMs: number;
  /** The unit, label or task that runs it; absent when no service does. */
  service?: string;
  /** Which configuration it goes by; absent in what earlier versions wrote. */
  config?: ConfigFacts;
}

/** Fingerprints, see `ConfigReading`: of the configuration in force, and of one that it has read since and does not use. */
export interface ConfigFacts {
  inForce: string;
  refused?: string;
  /** Keys that an option or a variable of this run overrules, with its name, such as `--port`. */
  overruled?: Readonly<Record<string, string>>;
  /** Keys whose value in the file holds from the next start on. */
  pending?: readonly string[];
}

/** Contents of `run/start-blocked.json`. `code` is one of `ERROR_CODES`. */
export interface StartRefusal {
  code: string;
  message: string;
  fix?: string;
  atMs: number;
  pid?: number;
}

/**
 * The facts of the last gateway that ran here; undefined when there are none or the file is damaged. What another version did not
 * write, or wrote in another way, is filled with what says least.
 */
export function readFacts(file: string): RuntimeInfo | undefined {
  const { pid, startId, instanceId, port, hosts, version, phase, startedAtMs, service, config } =
    readJson(file) ?? {};
  if (!isPid(pid) || !isPort(port) || typeof instanceId !== "string") return undefined;
  return {
    pid,
    startId: typeof startId === "string" ? startId : "",
    instanceId,
    port,
    hosts: Array.isArray(hosts) ? hosts.filter((host) => typeof host === "string") : [],
    version: typeof version === "string" ? version : "unknown",
    phase: PHASES.find((each) => each === phase) ?? "ready",
    startedAtMs: typeof startedAtMs === "number" && Number.isFinite(startedAtMs) ? startedAtMs : 0,
    ...(typeof service === "string" ? { service } : {}),
    ...(isRecord(config) && typeof config.inForce === "string" ? { config: configFacts(config) } : {}),
  };
}

/** Why the last supervised start was refused; undefined when it was not. */
export function readStartBlocked(file: string): StartRefusal | undefined {
  const { code, message, fix, atMs, pid } = readJson(file) ?? {};
  if (typeof code !== "string" || typeof message !== "string") return undefined;
  return {
    code,
    message,
    atMs: typeof atMs === "number" && Number.isFinite(atMs) ? atMs : 0,
    ...(typeof fix === "string" ? { fix } : {}),
    ...(isPid(pid) ? { pid } : {}),
  };
}

/** Writes owner-only JSON, see `writePrivateFile`. */
export function writeJsonFile(file: string, value: unknown, options?: WriteOptions): void {
  writePrivateFile(file, `${JSON.stringify(value, null, 2)}\n`, options);
}

/** The object in a JSON file; undefined when the file is missing, unreadable or not an object. */
export function readJson(file: string): Record<string, unknown> | undefined {
  const content = readJsonObject(file);
  // Absent or damaged facts are the same to a reader: nothing is known.
  return content.state === "object" ? content.value : undefined;
}

function configFacts({ inForce, refused, overruled, pending }: Record<string, unknown>): ConfigFacts {
  const names = isRecord(overruled) ? Object.entries(overruled) : [];
  return {
    inForce: String(inForce),
    ...(typeof refused === "string" ? { refused } : {}),
    overruled: Object.fromEntries(names.map(([path, by]) => [path, String(by)])),
    pending: Array.isArray(pending) ? pending.filter((path) => typeof path === "string") : [],
  };
}

function isPid(value: unknown): value is number {
  return typeof value === "number" && Number.isInteger(value) && value > 0;
}
