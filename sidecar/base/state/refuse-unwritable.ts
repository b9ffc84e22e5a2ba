/** Whether a gateway can keep its state, found out before it says that it runs. */
import { accessSync, constants, statSync } from "node:fs";
import { dirname } from "node:path";
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
      if (found === undefined) continue;
      accessSync(place, found.isDirectory() ? constants.W_OK | constants.X_OK : constants.W_OK);
    } catch (error) {
      throw unwritable(place, error);
    }
  }
}
