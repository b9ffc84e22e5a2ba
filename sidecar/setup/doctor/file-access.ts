/** Owners and modes of files, and how they are put right. */

import { chmodSync, type Stats, statSync } from "node:fs";
import { SetupError } from "../../../shared/errors.ts";
import { modeText } from "../../../shared/node/mode-text.ts";
import { unwritable } from "../../../shared/node/unwritable.ts";
import { advice } from "../../../shared/remedy.ts";
import { shellWord } from "../../../shared/shell-word.ts";
import type { Repair } from "./check.ts";

/** Whether the file belongs to this user; always where files have no such owners. */
export function isOurs({ uid }: Pick<Stats, "uid">): boolean {
  return process.getuid === undefined || process.getuid() === uid;
}

/** Takes away what others may do with the file; never gives the owner more than `mode`. */
export function closing(path: string, mode: 0o600 | 0o700): Repair {
  const text = modeText(mode);
  return {
    kind: "safe",
    describe: advice`set its mode to ${text}`,
    apply: async () => {
      try {
        chmodSync(path, mode);
      } catch (error) {
        throw unwritable(path, error);
      }
      // Some file systems take the call and keep their own mode.
      const after = statSync(path);
      if ((after.mode & 0o077) !== 0) {
        throw new SetupError("STATE_UNWRITABLE", advice`${path} keeps mode ${modeText(after.mode)}`);
      }
      return advice`set the mode of ${path} to ${text}`;
    },
  };
}

/** The command that gives a file, or a directory with everything in it, back to this user. */
export function chownRemedy(path: string, platform: NodeJS.Platform, whole = false): string {
  const group = platform === "darwin" ? "staff" : '"$(id -gn)"';
  return `sudo chown ${whole ? "-R " : ""}"$(id -un)":${group} ${shellWord(path)}`;
}
