/** Small JSON files by which the gateway tells other processes what it is: live facts and the reason of a refused start. */
import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { isRecord } from "../protocol/frame.ts";
import { ensureDirectory } from "./directory.ts";

/** Contents of `run/gateway.json`: identity is pid + start id + instance id. */
export interface GatewayFacts {
  pid: number;
  /** Tells this process from a later one with the same pid; see `process-identity.ts`. */
  startId: string;
  /** Random; `/healthz` returns it as well. */
  instanceId: string;
  port: number;
  hosts: string[];
  version: string;
  phase: "starting" | "listening" | "ready" | "stopping";
  startedAtMs: number;
  /** The unit, label or task that runs it; absent when no service does. */
  service?: string;
}

/** Contents of `run/start-blocked.json`. `code` is one of `ERROR_CODES`. */
export interface StartBlocked {
  code: string;
  message: string;
  fix?: string;
  atMs: number;
  pid?: number;
}

/** The facts of the last gateway that ran here; undefined when there are none or the file is damaged. */
export function readFacts(file: string): GatewayFacts | undefined {
  const value = readJson(file);
  const complete =
    value !== undefined && typeof value.pid === "number" && typeof value.instanceId === "string";
  return complete ? (value as unknown as GatewayFacts) : undefined;
}

/** Why the last supervised start was refused; undefined when it was not. */
export function readStartBlocked(file: string): StartBlocked | undefined {
  const value = readJson(file);
  const complete = value !== undefined && typeof value.code === "string" && typeof value.message === "string";
  return complete ? (value as unknown as StartBlocked) : undefined;
}

/**
 * Writes owner-only JSON so that readers see the old or the new content, never half of it. `durable` waits until the disk has
 * it, which can take long on a busy one; facts that are worthless after a power cut do without.
 */
export function writeJsonFile(file: string, value: unknown, { durable = true } = {}): void {
  ensureDirectory(dirname(file));
  const temporary = `${file}.${process.pid}.tmp`;
  try {
    writeFileSync(temporary, `${JSON.stringify(value, null, 2)}\n`, {
      mode: 0o600,
      flush: durable,
    });
    renameSync(temporary, file);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

/** The object in a JSON file; undefined when the file is missing, unreadable or not an object. */
export function readJson(file: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(readFileSync(file, "utf8"));
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined; // Absent or damaged facts are the same to a reader: nothing is known.
  }
}
