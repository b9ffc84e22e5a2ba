/** The tray's own log: one JSON object per line in `<state>/logs/tray.log`, readable by its owner alone. */
// Before pino, see there.
import "../shared/node/machine.ts";
import { join } from "node:path";
import { type Logger, pino } from "pino";
import { systemClock } from "../shared/clock.ts";
import { LOG_ROTATION } from "../shared/node/log-files.ts";
import { JSON_LINES, RotatingFile } from "../shared/node/rotating-file.ts";
import type { Tell } from "./model/texts/index.ts";

export const LOG_NAME = "tray.log";

/** Opens the log in the folder. While it cannot be written the tray goes on without one, after saying so by `warn`. */
export function openTrayLog(folder: string, warn: (tell: Tell) => void): Logger {
  const path = join(folder, LOG_NAME);
  let saidProblem: string | undefined;
  const file = new RotatingFile(path, systemClock, {
    ...LOG_ROTATION,
    keep: 1,
    ...JSON_LINES,
    // A full disk costs log lines, not the tray.
    fallback: () => {
      const { problem = "" } = file;
      if (problem !== saidProblem) warn((texts) => texts.file.unwritable(path, problem));
      saidProblem = problem;
    },
  });
  process.once("exit", () => file.close());
  return pino({ base: { pid: process.pid } }, { write: (line) => file.write(line) });
}
