/** One JSON log line as a person reads it on a terminal. */
import { neutralJson, neutralLine, neutralText } from "../../../shared/foreign-text.ts";
import { isRecord } from "../../../shared/protocol/frame.ts";
import { localClock, localDate } from "../local-time.ts";
import { levelName } from "./levels.ts";

/**
 * `12:34:56 warn  text key=value`, dated `2026-11-29 12:34:56 warn  text key=value`, in local time; a line that is not a JSON
 * object comes back as it is.
 */
export function formatConsoleLine(line: string, { dated = false } = {}): string {
  let record: unknown;
  try {
    record = JSON.parse(line);
  } catch {
    return neutralText(line); // Not ours: show it rather than lose it.
  }
  if (!isRecord(record)) return neutralText(line);
  const { level, time, msg, ...rest } = record;
  const clock = [...(dated ? [dateText(time)] : []), timeText(time)].join(" ");
  const name = (typeof level === "number" ? levelName(level) : "info").padEnd(5);
  const fields = Object.entries(rest).map(([key, value]) => `${neutralLine(key)}=${fieldText(value)}`);
  return `${[clock, name, neutralLine(String(msg ?? "")), ...fields].join(" ").trimEnd()}\n`;
}

function timeText(time: unknown): string {
  return isTime(time) ? localClock(time) : "--:--:--";
}

function dateText(time: unknown): string {
  return isTime(time) ? localDate(time) : "----------";
}

/** Within what a date can say. */
function isTime(time: unknown): time is number {
  return typeof time === "number" && Math.abs(time) <= 8.64e15;
}

function fieldText(value: unknown): string {
  if (isRecord(value) && typeof value.message === "string") return quotedText(value.message);
  const isPlain = typeof value === "string" && !/[\s"]/.test(value) && neutralLine(value) === value;
  return isPlain ? value : quotedText(value);
}

function quotedText(value: unknown): string {
  return neutralJson(JSON.stringify(value));
}
