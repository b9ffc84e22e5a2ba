/** Where launchd puts what the gateway prints, and how that is kept small: launchd appends to these files for ever. */
import { join } from "node:path";
import { LOG_ROTATION, rotateInPlaceWhenLarge } from "../../../../shared/node/log-files.ts";
import type { Paths } from "../../../../shared/node/paths.ts";

/** What is printed to stdout and to stderr. */
export const OUTPUT_FILES = ["gateway.out.log", "gateway.err.log"] as const;

/** Where they go when the log directory is on a volume that launchd may not find at login. */
export function fallbackLogDir({ home, profile }: Pick<Paths, "home" | "profile">): string {
  return join(home, "Library", "Logs", profile === undefined ? "clawdbot" : `clawdbot-${profile}`);
}

/** Moves the end of what grew too large to `.1`, that to `.2` and so on, and empties the file. Never fails. */
export function rotateOutput(paths: Pick<Paths, "home" | "profile" | "logDir">): void {
  for (const folder of [paths.logDir, fallbackLogDir(paths)]) {
    for (const name of OUTPUT_FILES) keepSmall(join(folder, name));
  }
}

function keepSmall(path: string): void {
  try {
    rotateInPlaceWhenLarge(path, LOG_ROTATION);
  } catch {
    // Not there, or not to be written just now: the gateway starts all the same.
  }
}
