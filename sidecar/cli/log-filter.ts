/** Which lines of a log are wanted, by level, time and text. */
import { isRecord } from "../../shared/protocol/frame.ts";
import { type LineLevel, levelNumber } from "../base/log/levels.ts";
import type { Moment } from "../base/options.ts";

export interface LogFilter {
  /** This level and worse. */
  level?: LineLevel | undefined;
  since?: Moment | undefined;
  /** Searched for in the line as it is printed. */
  grep?: RegExp | undefined;
}

/** Whether anything is left out at all. */
export function isFiltering({ level, since, grep }: LogFilter): boolean {
  return level !== undefined || since !== undefined || grep !== undefined;
}

/**
 * A test for lines, given one as it stands in the log and as it is printed. A line that something else wrote into the log has
 * neither level nor time, and is wanted only where neither is asked for. `nowMs` is what ages count from.
 */
export function lineFilter(
  { level, since, grep }: LogFilter,
  nowMs: number,
): (line: string, printed: string) => boolean {
  const least = level === undefined ? undefined : levelNumber(level);
  const fromMs = since === undefined ? undefined : "atMs" in since ? since.atMs : nowMs - since.agoMs;
  return (line, printed) => {
    if (grep !== undefined && !grep.test(printed)) return false;
    if (least === undefined && fromMs === undefined) return true;
    const record = recordOf(line);
    const isBad = least === undefined || (typeof record.level === "number" && record.level >= least);
    return isBad && (fromMs === undefined || (typeof record.time === "number" && record.time >= fromMs));
  };
}

function recordOf(line: string): Record<string, unknown> {
  try {
    const record: unknown = JSON.parse(line);
    return isRecord(record) ? record : {};
  } catch {
    return {}; // Not a line of ours.
  }
}
