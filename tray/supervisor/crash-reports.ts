/** Keeps what is known of a crash on disk, without secrets, for the last few crashes. */
import { readdirSync, rmSync } from "node:fs";
import { release } from "node:os";
import { join } from "node:path";
import { writeJsonFile } from "../../shared/node/run-state.ts";
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
  removeOldReports(folder);
}

/** The names sort by time. */
function removeOldReports(folder: string): void {
  const reports = readdirSync(folder)
    .filter((name) => /^crash-.*\.json$/.test(name))
    .sort();
  for (const name of reports.slice(0, -CRASH_REPORTS_KEPT)) rmSync(join(folder, name), { force: true });
}
