/**
 * Where launchd puts what the gateway prints, and how that is kept small: launchd appends to these files for ever, and through a
 * file it keeps open, so that renaming them would change nothing.
 */
import {
  closeSync,
  existsSync,
  openSync,
  readSync,
  renameSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import type { Paths } from "../../../../shared/node/paths.ts";
import { LOG_ROTATION } from "../../../base/log/rotating-file.ts";

/** What is printed to stdout and to stderr. */
export const OUTPUT_FILES = ["gateway.out.log", "gateway.err.log"] as const;

/** Where they go when the log directory is on a volume that launchd may not find at login. */
export function fallbackLogDir({ home, profile }: Pick<Paths, "home" | "profile">): string {
  return join(home, "Library", "Logs", profile === undefined ? "clawdbot" : `clawdbot-${profile}`);
}

/** Moves the end of what grew too large to `.1`, that to `.2` and so on, and empties the file. Never fails. */
export function rotateOutput(paths: Pick<Paths, "home" | "profile" | "logDir">): void {
  for (const folder of [paths.logDir, fallbackLogDir(paths)]) {
    for (const name of OUTPUT_FILES) rotate(join(folder, name));
  }
}

function rotate(path: string): void {
  try {
    const { size } = statSync(path);
    if (size <= LOG_ROTATION.maxBytes) return;
    for (let index = LOG_ROTATION.keep - 1; index >= 1; index -= 1) {
      if (existsSync(`${path}.${index}`)) renameSync(`${path}.${index}`, `${path}.${index + 1}`);
    }
    writeFileSync(`${path}.1`, endOf(path, size), { mode: 0o600 });
    truncateSync(path);
  } catch {
    // Not there, or not to be written just now: the gateway starts all the same.
  }
}

function endOf(path: string, size: number): Buffer {
  const bytes = Buffer.alloc(Math.min(size, LOG_ROTATION.maxBytes));
  const file = openSync(path, "r");
  try {
    const read = readSync(file, bytes, 0, bytes.length, size - bytes.length);
    return bytes.subarray(0, read);
  } finally {
    closeSync(file);
  }
}
