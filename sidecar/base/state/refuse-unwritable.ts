/** Whether a gateway can keep its state, found out before it says that it runs. */
import { accessSync, closeSync, constants, openSync, rmSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { systemCode } from "../../../shared/errors.ts";
import { nearestThere } from "../../../shared/node/is-there.ts";
import { unwritable } from "../../../shared/node/unwritable.ts";

/** Places of the state, of which any may not be there yet. */
export interface StatePlaces {
  stateDir: string;
  lockFile: string;
  storeFile: string;
}

/**
 * Fails with `STATE_UNWRITABLE` where nothing may be written. A disk that is full is no such place: a gateway that runs is what
 * tells of it, and has room again later.
 */
export function refuseUnwritable({ stateDir, lockFile, storeFile }: StatePlaces): void {
  for (const place of new Set([nearestThere(stateDir), stateDir, dirname(lockFile), storeFile])) {
    try {
      const found = statSync(place, { throwIfNoEntry: false });
      if (found !== undefined) write(place, found.isDirectory());
    } catch (error) {
      throw unwritable(place, error);
    }
  }
}

function write(place: string, isDirectory: boolean): void {
  try {
    accessSync(place, isDirectory ? constants.W_OK | constants.X_OK : constants.W_OK);
  } catch (error) {
    // That knows nothing of capabilities (access(2)): then only trying tells.
    if (systemCode(error) !== "EACCES" || !canWrite(place, isDirectory)) throw error;
  }
}

function canWrite(place: string, isDirectory: boolean): boolean {
  const file = isDirectory ? join(place, `.writable-${process.pid}`) : place;
  try {
    closeSync(openSync(file, isDirectory ? "wx" : "r+"));
    if (isDirectory) rmSync(file);
    return true;
  } catch (error) {
    return systemCode(error) === "ENOSPC";
  }
}
