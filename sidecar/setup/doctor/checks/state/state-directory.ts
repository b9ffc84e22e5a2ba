/** Whether the state directory is there, ours, writable and closed to others. */

import { accessSync, constants, existsSync, lstatSync, type Stats, statSync } from "node:fs";
import { systemCode } from "../../../../../shared/errors.ts";
import { ensureDirectory } from "../../../../../shared/node/directory.ts";
import { ALLOW_ROOT, asOwner, foreignPlace } from "../../../../../shared/node/foreign-state.ts";
import { modeText } from "../../../../../shared/node/mode-text.ts";
import { unwritable } from "../../../../../shared/node/unwritable.ts";
import { advice, ours } from "../../../../../shared/remedy.ts";
import { shellWord } from "../../../../../shared/shell-word.ts";
import type { Check, CheckContext, Finding } from "../../check.ts";
import { chownRemedy, closing, isOurs } from "../../file-access.ts";

export const stateDirectory: Check = {
  id: "state-directory",
  examine: async (context) => {
    const { stateDir } = context.profile.paths;
    const stats = statusOf(stateDir);
    // Where nothing was ever configured there is nothing to miss.
    if (stats === undefined) return context.reading.state === "missing" ? [] : [missing(stateDir)];
    if (!stats.isDirectory()) return [inTheWay(stateDir)];
    return [
      ...ownership(stateDir, stats, context),
      ...writability(stateDir),
      ...openness(stateDir, stats, context),
    ];
  },
};

function statusOf(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false }) ?? danglingLink(path);
  } catch (error) {
    // A file further up: nothing can be there.
    if (systemCode(error) === "ENOTDIR") return undefined;
    throw error;
  }
}

/** A symbolic link to a disk that is not there is something other than no directory. */
function danglingLink(path: string): Stats | undefined {
  return lstatSync(path, { throwIfNoEntry: false });
}

function missing(stateDir: string): Finding {
  return {
    code: "state-directory-missing",
    level: "error",
    message: advice`the state directory ${stateDir} is missing`,
    repair: {
      kind: "safe",
      describe: "create it, for this user only",
      apply: async () => {
        try {
          ensureDirectory(stateDir);
        } catch (error) {
          throw unwritable(stateDir, error);
        }
        return advice`created ${stateDir}`;
      },
    },
  };
}

function inTheWay(stateDir: string): Finding {
  const isLink = lstatSync(stateDir).isSymbolicLink() && !existsSync(stateDir);
  const what = isLink
    ? advice`is a symbolic link to something that is not there`
    : advice`is not a directory`;
  return {
    code: "state-directory-missing",
    level: "error",
    message: advice`the state directory ${stateDir} ${what}`,
    remedy: isLink
      ? advice`mount or create what ${stateDir} leads to`
      : advice`move it away: mv ${shellWord(stateDir)} ${shellWord(`${stateDir}.old`)}`,
  };
}

function ownership(stateDir: string, stats: Stats, { profile }: CheckContext): Finding[] {
  if (isOurs(stats) || profile.env[ALLOW_ROOT] === "1") return [];
  const message = advice`the state directory ${stateDir} belongs to another user (uid ${stats.uid})`;
  const foreign = foreignPlace(profile);
  const remedy =
    foreign === undefined
      ? chownRemedy(stateDir, profile.platform, true)
      : advice`run clawdbot as that user: ${asOwner(foreign)} ${ours`doctor`}`;
  return [{ code: "state-directory-owner", level: "error", message, remedy }];
}

function writability(stateDir: string): Finding[] {
  try {
    accessSync(stateDir, constants.W_OK | constants.X_OK);
    return [];
  } catch (error) {
    const { message, fix } = unwritable(stateDir, error);
    const code = systemCode(error) === "EROFS" ? "state-read-only" : "state-directory-unwritable";
    return [{ code, level: "error", message, ...(fix === undefined ? {} : { remedy: fix }) }];
  }
}

function openness(stateDir: string, stats: Stats, { profile: { platform } }: CheckContext): Finding[] {
  if (platform === "win32" || !isOurs(stats) || (stats.mode & 0o077) === 0) return [];
  return [
    {
      code: "state-directory-open",
      level: "warning",
      message: advice`other users can look into the state directory ${stateDir} (mode ${modeText(stats.mode)})`,
      repair: closing(stateDir, 0o700),
    },
  ];
}
