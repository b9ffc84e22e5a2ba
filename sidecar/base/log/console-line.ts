/** One JSON log line as a person reads it on a terminal. */
import { neutralJson, neutralLine, neutralText } from "../../../shared/foreign-text.ts";
import { isRecord } from "../../../shared/protocol/frame.ts";

const LEVEL_NAMES: Record<number, string> = {
  10: "trace",
  20: "debug",
  30: "info",
  40: "warn",
  50: "error",
  60: "fatal",
};

/** `12:34:56 warn  text key=value`; a line that is not a JSON object comes back as it is. */
export function formatConsoleLine(line: string): string {
  let record: unknown;
  try {
    record = JSON.parse(line);
  } catch {
    return neutralText(line); // Not ours: show it rather than lose it.
  }
  if (!isRecord(record)) return neutralText(line);
  const { level, time, msg, ...rest } = record;
  const clock = typeof time === "number" ? new Date(time).toTimeString().slice(0, 8) : "--:--:--";
  const name = (typeof level === "number" ? (LEVEL_NAMES[level] ?? String(level)) : "info").padEnd(5);
  const fields = Object.entries(rest).map(([key, value]) => `${neutralLine(key)}=${fieldText(value)}`);
  return `${[clock, name, neutralLine(String(msg ?? "")), ...fields].join(" ").trimEnd()}\n`;
}

function fieldText(value: unknown): string {
  if (isRecord(value) && typeof value.message === "string") return quotedText(value.message);
  const isPlain = typeof value === "string" && !/[\s"]/.test(value) && neutralLine(value) === value;
  return isPlain ? value : quotedText(value);
}

function quotedText(value: unknown): string {
  return neutralJson(JSON.stringify(value));
}
