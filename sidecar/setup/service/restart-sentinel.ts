/** The reason of a planned restart, left for the gateway that starts next, which reports it once. */
import { rmSync } from "node:fs";
import { join } from "node:path";
import type { Paths } from "../../../shared/node/paths.ts";
import { readJson, writeJsonFile } from "../../../shared/node/run-state.ts";

/** Contents of `restart-sentinel.json`. */
export interface RestartSentinel {
  reason: string;
  atMs: number;
  /** The process that asked for it. */
  pid: number;
}

/** Leaves the reason. Throws the system's error. */
export function leaveSentinel(paths: Paths, sentinel: RestartSentinel): void {
  writeJsonFile(sentinelFile(paths), sentinel, { durable: false });
}

/** The reason that was left, which is gone afterwards; undefined when nobody planned this start. */
export function takeSentinel(paths: Paths): RestartSentinel | undefined {
  const file = sentinelFile(paths);
  const value = readJson(file);
  if (value === undefined) return undefined;
  rmSync(file, { force: true });
  const { reason, atMs, pid } = value;
  if (typeof reason !== "string" || typeof atMs !== "number" || typeof pid !== "number") return undefined;
  return { reason, atMs, pid };
}

function sentinelFile({ stateDir }: Paths): string {
  return join(stateDir, "restart-sentinel.json");
}
