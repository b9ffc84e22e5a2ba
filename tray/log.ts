/** The tray's own log: one JSON object per line in `<state>/logs/tray.log`, readable by its owner alone. */

import { join } from "node:path";
import { type Logger, pino } from "pino";
import { ensureDirectory } from "../shared/node/directory.ts";
import { LOG_ROTATION, rotateWhenLarge } from "../shared/node/log-files.ts";

export const LOG_NAME = "tray.log";

/** Opens the log in the folder. Where it cannot be written the tray goes on without one, after saying so by `warn`. */
export function openTrayLog(folder: string, warn: (message: string) => void): Logger {
  const path = join(folder, LOG_NAME);
  try {
    ensureDirectory(folder);
    rotateWhenLarge(path, { maxBytes: LOG_ROTATION.maxBytes, keep: 1 });
    const destination = pino.destination({ dest: path, sync: true, mode: 0o600 });
    // A full disk costs log lines, not the tray.
    destination.on("error", () => {});
    return pino({ base: { pid: process.pid } }, destination);
  } catch (error) {
    warn(`${path} cannot be written (${error instanceof Error ? error.message : String(error)})`);
    return pino({ enabled: false });
  }
}
