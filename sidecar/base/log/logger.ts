/** The gateway's log: JSON lines in the rotating file, and the same events readable on the console as far as asked for. */

// Before pino, see there.
import "../../../shared/node/machine.ts";
import { type Logger, multistream, pino, type StreamEntry } from "pino";
import type { Clock } from "../../../shared/clock.ts";
import type { LogLevel } from "../../../shared/config/schema.ts";
import { neutralJson } from "../../../shared/foreign-text.ts";
import { LOG_ROTATION } from "../../../shared/node/log-files.ts";
import { JSON_LINES, RotatingFile } from "../../../shared/node/rotating-file.ts";
import { formatConsoleLine } from "./console-line.ts";

export type { Logger } from "pino";

export interface LogOptions {
  file: string;
  level: LogLevel;
  /** Smallest level shown on the console; `silent` for none. */
  consoleLevel: LogLevel;
  /** Where console lines go. */
  console: (line: string) => void;
  clock: Clock;
}

export interface GatewayLog {
  logger: Logger;
  /** Why the file takes no lines at the moment; undefined while it does. */
  readonly problem: string | undefined;
  /** Finds out, also while nothing is logged, whether the file is still at its place. */
  look(): void;
  /** Sets the smallest level that reaches the file. */
  setLevel(level: LogLevel): void;
  close(): void;
}

/** Fields that may hold a secret wherever they appear in a logged object. */
const REDACTED_FIELDS = ["token", "password", "authorization", "deviceToken"].flatMap((name) => [
  name,
  `*.${name}`,
  `*.*.${name}`,
]);

/** Opens the log. The file is created with the first line; a disk that refuses is reported on the console once per try. */
export function openLog(options: LogOptions): GatewayLog {
  const file = new RotatingFile(options.file, options.clock, {
    ...LOG_ROTATION,
    ...JSON_LINES,
    // What the console gets anyway, it gets once.
    fallback: (line) => {
      if (severityOf(line) < severity(options.consoleLevel)) options.console(formatConsoleLine(line));
    },
  });
  let smallest = severity(options.level);
  const toFile = {
    write: (line: string) => {
      // Clients choose many of the texts in it, and people read it with other programs too.
      if (severityOf(line) >= smallest) file.write(neutralJson(line));
    },
  };
  const streams: StreamEntry[] = [{ level: "trace", stream: toFile }];
  if (options.consoleLevel !== "silent") {
    const stream = { write: (line: string) => options.console(formatConsoleLine(line)) };
    streams.push({ level: options.consoleLevel, stream });
  }
  const logger = pino(
    {
      level: lowest(options.level, options.consoleLevel),
      base: null,
      redact: { paths: REDACTED_FIELDS, censor: "[secret]" },
      timestamp: () => `,"time":${options.clock.now()}`,
    },
    multistream(streams),
  );
  return {
    logger,
    get problem() {
      return file.problem;
    },
    look: () => file.look(),
    setLevel: (level) => {
      smallest = severity(level);
      logger.level = lowest(level, options.consoleLevel);
    },
    close: () => file.close(),
  };
}

function severity(level: LogLevel): number {
  return pino.levels.values[level] ?? Number.POSITIVE_INFINITY;
}

/** Every line begins with its level. */
function severityOf(line: string): number {
  return Number(/^\{"level":(\d+)/.exec(line)?.[1]);
}

function lowest(a: LogLevel, b: LogLevel): LogLevel {
  const order: LogLevel[] = ["trace", "debug", "info", "warn", "error", "fatal", "silent"];
  return order.indexOf(a) < order.indexOf(b) ? a : b;
}
