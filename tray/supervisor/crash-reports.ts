/** Keeps what is known of a crash on disk, without secrets, for the last few crashes. */
import { existsSync, readdirSync, rmSync } from "node:fs";
import { release } from "node:os";
import { join } from "node:path";
import { readJson, writeJsonFile } from "../../shared/node/run-state.ts";
import { APP_VERSION } from "../../shared/version.ts";
import { CRASH_REPORTS_KEPT } from "../model/limits.ts";
import type { Crash } from "../model/tray-model.ts";

/** Writes `crash.evidence` into the folder and removes the oldest reports. Throws the system's error. */
export function writeCrashReport(folder: string, crash: Crash, stderrTail: string): void {
  if (crash.evidence === null) return;
  const { evidence, atMs, ...how } = crash;
  writeJsonFile(join(folder, evidence), {
    at: new Date(atMs).toISOString(),
    ...how,
    version: APP_VERSION,
    node: process.version,
    system: `${process.platform} ${process.arch} ${release()}`,
    stderr: stderrTail,
  });
  for (const name of reportNames(folder).slice(0, -CRASH_REPORTS_KEPT)) {
    rmSync(join(folder, name), { force: true });
  }
}

/** The newest crash in the folder; null when there is none or its report is damaged. */
export function readLastCrash(folder: string): Crash | null {
  const evidence = reportNames(folder).at(-1);
  const report = evidence === undefined ? undefined : readJson(join(folder, evidence));
  if (evidence === undefined || report === undefined) return null;
  const { at, cause, code, signal, pid, uptimeMs } = report;
  const atMs = Date.parse(String(at));
  const known = CAUSES.find((candidate) => candidate === cause);
  if (Number.isNaN(atMs) || known === undefined) return null;
  return {
    atMs,
    cause: known,
    code: numberOrNull(code),
    signal: typeof signal === "string" ? signal : null,
    pid: numberOrNull(pid),
    uptimeMs: numberOrNull(uptimeMs),
    evidence,
  };
}

const CAUSES: readonly Crash["cause"][] = ["exit", "unresponsive", "not-ready", "vanished"];

/** Oldest first: the names sort by time. */
function reportNames(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => /^crash-.*\.json$/.test(name))
    .sort();
}

function numberOrNull(value: unknown): number | null {
  return typeof value === "number" ? value : null;
}
