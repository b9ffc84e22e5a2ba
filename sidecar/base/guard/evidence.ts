/** Keeps on disk what is known of a gateway that needs too much memory: figures and counts, nothing that anybody said. */
import { readdirSync, rmSync } from "node:fs";
import { release } from "node:os";
import { join } from "node:path";
import { writeJsonFile } from "../../../shared/node/run-state.ts";
import { APP_VERSION } from "../../../shared/version.ts";
import type { MemoryLimits } from "./memory-limits.ts";

/** One look. Memory in bytes, as `process.memoryUsage()` tells it. */
export interface MemorySample {
  atMs: number;
  rss: number;
  heapUsed: number;
  external: number;
  arrayBuffers: number;
  /** The longest that the event loop was held up since the look before. */
  loopDelayMs: number;
}

/** What is written down. */
export interface MemoryEvidence {
  /** What was done about it. */
  what: "refusing" | "restarting";
  uptimeMs: number;
  limits: MemoryLimits;
  /** How many connections, sessions and the like there are. */
  counts: Readonly<Record<string, number>>;
  /** The oldest first. */
  samples: readonly MemorySample[];
}

const FILES_KEPT = 10;

/** Writes `memory-<time>.json`, removes the oldest ones and returns the path. Throws the system's error. */
export function writeEvidence(
  folder: string,
  { samples, ...evidence }: MemoryEvidence,
  nowMs: number,
): string {
  const at = new Date(nowMs).toISOString();
  const file = join(folder, `memory-${at.replace(/[:.]/g, "-")}.json`);
  writeJsonFile(file, {
    at,
    ...evidence,
    version: APP_VERSION,
    node: process.version,
    system: `${process.platform} ${process.arch} ${release()}`,
    samples: samples.map(({ atMs, ...figures }) => ({ at: new Date(atMs).toISOString(), ...figures })),
  });
  for (const name of evidenceFiles(folder).slice(0, -FILES_KEPT)) rmSync(join(folder, name), { force: true });
  return file;
}

/** Oldest first: the names sort by time. */
function evidenceFiles(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => /^memory-[\dTZ-]+\.json$/.test(name))
    .sort();
}
