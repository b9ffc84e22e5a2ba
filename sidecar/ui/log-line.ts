/** One line of the gateway's log file as the page shows it: level, time, message, and the remaining fields as text. */
import { isRecord } from "../../shared/protocol/frame.ts";

export const LEVELS = ["trace", "debug", "info", "warn", "error", "fatal"] as const;
export type Level = (typeof LEVELS)[number];

export interface LogLine {
  level: Level;
  /** Epoch milliseconds; undefined when the line does not say. */
  timeMs: number | undefined;
  message: string;
  /** Everything else the line carries, in its order. */
  fields: readonly (readonly [name: string, text: string])[];
  /** How often the line stands for itself in a row, 1 or more. */
  repeated: number;
}

/** Reads a JSON log line; any other text becomes the message of an `info` line, so that nothing is lost. */
export function parseLogLine(line: string): LogLine {
  const record = parseRecord(line);
  if (record === undefined) {
    return { level: "info", timeMs: undefined, message: line, fields: [], repeated: 1 };
  }
  const { level, time, msg, repeated, ...rest } = record;
  return {
    level: levelOf(level),
    timeMs: timeOf(time),
    message: typeof msg === "string" ? msg : "",
    fields: Object.entries(rest).map(([name, value]) => [name, fieldText(value)]),
    repeated: typeof repeated === "number" && repeated > 1 ? repeated : 1,
  };
}

function parseRecord(line: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined; // Plain text, such as a crash report of the runtime: shown as it is.
  }
}

/** pino writes 10, 20, … 60; levels in between belong to the one below. */
function levelOf(level: unknown): Level {
  if (typeof level === "string") return LEVELS.find((name) => name === level.toLowerCase()) ?? "info";
  if (typeof level !== "number") return "info";
  const index = Math.min(LEVELS.length, Math.max(1, Math.floor(level / 10))) - 1;
  return LEVELS[index] ?? "info";
}

function timeOf(time: unknown): number | undefined {
  const timeMs = typeof time === "string" ? Date.parse(time) : time;
  return typeof timeMs === "number" && Number.isFinite(timeMs) ? timeMs : undefined;
}

/** An error is told by its stack or message, a list by its items; other structures as JSON. */
function fieldText(value: unknown): string {
  if (typeof value === "string") return value;
  if (Array.isArray(value)) return value.map(fieldText).join(", ");
  if (isRecord(value)) {
    if (typeof value.stack === "string") return value.stack;
    if (typeof value.message === "string") return value.message;
  }
  return JSON.stringify(value);
}
