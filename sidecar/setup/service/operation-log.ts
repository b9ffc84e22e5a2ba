/** What was done to the service and when, one JSON line each: for the question why the gateway was away. */
import { join } from "node:path";
import { errorText } from "../../../shared/errors.ts";
import { ensureDirectory } from "../../../shared/node/directory.ts";
import { appendTo, rotateWhenLarge } from "../../../shared/node/log-files.ts";
import type { Paths } from "../../../shared/node/paths.ts";
import type { ServiceAction, ServiceReport } from "./report.ts";

/** A handful of lines a day: beyond this the file becomes `.1`. */
const MAX_BYTES = 262_144;

/** Carries the operation out and writes down how it ended. A line that cannot be written is left out. */
export async function recorded(
  { logDir }: Paths,
  action: ServiceAction,
  work: () => Promise<ServiceReport>,
): Promise<ServiceReport> {
  const startedAtMs = Date.now();
  const startedAt = performance.now();
  const write = (outcome: Record<string, unknown>) => {
    const time = new Date(startedAtMs).toISOString();
    const tookMs = Math.round(performance.now() - startedAt);
    append(logDir, { time, action, ...outcome, tookMs, by: process.pid });
  };
  try {
    const report = await work();
    const { pid, port } = report.gateway ?? {};
    write({ result: report.result, pid, port });
    return report;
  } catch (error) {
    write({ error: errorText(error) });
    throw error;
  }
}

function append(logDir: string, line: Record<string, unknown>): void {
  const file = join(logDir, "gateway-restart.log");
  try {
    ensureDirectory(logDir);
    rotateWhenLarge(file, { maxBytes: MAX_BYTES, keep: 1 });
    appendTo(file, `${JSON.stringify(line)}\n`);
  } catch {
    // The operation counts, not its record: a full disk must not keep a service from being stopped.
  }
}
