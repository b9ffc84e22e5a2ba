/** A logger that keeps its records in memory, for tests that look at what was logged or at nothing. */
import { pino } from "pino";
import type { Logger } from "../../../sidecar/base/log/logger.ts";

export function memoryLog(): { logger: Logger; records: Record<string, unknown>[] } {
  const records: Record<string, unknown>[] = [];
  const stream = { write: (line: string) => records.push(JSON.parse(line)) };
  return { logger: pino({ level: "debug", base: null }, stream), records };
}
