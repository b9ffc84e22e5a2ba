/** Why something cannot be written, and what helps: the error of everything that writes files of a profile. */

import { accessSync, constants, existsSync, statfsSync, statSync } from "node:fs";
import { dirname, sep } from "node:path";
import { errorText, SetupError, systemCode } from "../errors.ts";
import { advice, type Remedy, whole } from "../remedy.ts";
import { shellWord } from "../shell-word.ts";
import { accountName } from "./accounts.ts";
import { modeText } from "./mode-text.ts";
import { isMountPoint } from "./mounts.ts";

/**
 * The error for a place that cannot be written: it names the very path that stands in the way, the system's reason and the cure. An
 * error that says all that already stays as it is.
 */
export function unwritable(path: string, error: unknown): SetupError {
  if (error instanceof SetupError) return error;
  const place = placeOf(path, error);
  const { reason, fix = ELSEWHERE } = causeOf(place, error);
  return new SetupError("STATE_UNWRITABLE", advice`Cannot write ${place}: ${whole(reason)}`, {
    cause: error,
    fix,
    details: { path: place },
  });
}

/** How many further files the file system takes; undefined where that is not limited, or not told. */
export function freeFilesAt(path: string): number | undefined {
  try {
    const { files, ffree } = statfsSync(existsSync(path) ? path : dirname(path));
    return files === 0 ? undefined : ffree;
  } catch {
    return undefined; // No such directory: whoever writes there says so.
  }
}

interface Cause {
  reason: Remedy;
  fix?: Remedy;
}

const ELSEWHERE = "make the directory writable for this user, or set CLAWDBOT_STATE_DIR to one that is";
const ROOM = "free some space, or set CLAWDBOT_STATE_DIR to another disk";
const DRIVE = "bring that drive back, or set CLAWDBOT_STATE_DIR to another one";

const CAUSES: Record<string, Cause> = {
  EROFS: { reason: "the file system is read-only (EROFS)" },
  EDQUOT: { reason: "the disk quota is used up (EDQUOT)", fix: ROOM },
  EFBIG: {
    reason: "it would exceed the limit of this user on the size of files (EFBIG)",
    fix: "raise it: ulimit -f",
  },
  ENOTDIR: { reason: "a part of the path is a file (ENOTDIR)" },
  EEXIST: { reason: "a part of the path is a file (EEXIST)" },
  EISDIR: { reason: "it is a directory (EISDIR)", fix: "move that directory away" },
  ENOENT: { reason: "no directory can be created there (ENOENT)" },
  ELOOP: {
    reason: "it is a symbolic link, which is not followed here (ELOOP)",
    fix: "put a file in the place of the link",
  },
  EIO: {
    reason: "the disk reports an error (EIO)",
    fix: "see the log of the system, and look after the disk",
  },
  ESTALE: { reason: "the network drive no longer knows it (ESTALE)", fix: DRIVE },
  ENODEV: { reason: "the drive is gone (ENODEV)", fix: DRIVE },
  ENOTCONN: { reason: "the drive is not connected (ENOTCONN)", fix: DRIVE },
  EMFILE: { reason: "too many files are open (EMFILE)", fix: "raise the limit: ulimit -n" },
  ENFILE: {
    reason: "too many files are open on this machine (ENFILE)",
    fix: "end programs that are not needed",
  },
  ETXTBSY: { reason: "it is in use (ETXTBSY)", fix: "try again in a moment" },
  EBUSY: { reason: "it is in use (EBUSY)", fix: "try again in a moment" },
};

/** The system's error tells more exactly what below the path it is about. */
function placeOf(path: string, error: unknown): string {
  if (typeof error !== "object" || error === null || !("path" in error)) return path;
  return typeof error.path === "string" && error.path.startsWith(path + sep) ? error.path : path;
}

function causeOf(path: string, error: unknown): Cause {
  const code = systemCode(error) ?? "";
  const mounted = mountCause(path, code);
  if (mounted !== undefined) return mounted;
  switch (code) {
    case "EACCES":
    case "EPERM":
      return denied(path, code);
    case "ENOSPC":
      // The same code stands for two things that have different cures.
      return freeFilesAt(path) === 0
        ? {
            reason: "the file system takes no more files: all its inodes are used up (ENOSPC)",
            fix: "delete files that are not needed, however small, or set CLAWDBOT_STATE_DIR to another disk",
          }
        : { reason: "the disk is full (ENOSPC)", fix: ROOM };
    case "ERR_ACCESS_DENIED":
      return {
        reason: "Node's permission model forbids it (--permission)",
        fix: advice`start Node without --permission, or with --allow-fs-write=${shellWord(dirname(path))}`,
      };
    default:
      return CAUSES[code] ?? { reason: errorText(error) };
  }
}

/** A file that is mounted by itself can only be written in place, if at all. */
function mountCause(path: string, code: string): Cause | undefined {
  const isOfMounts = ["EBUSY", "EXDEV", "EROFS", "EACCES", "EPERM"].includes(code);
  const isFile = statSync(path, { throwIfNoEntry: false })?.isFile() === true;
  if (!isOfMounts || !isFile || !isMountPoint(path)) return undefined;
  return {
    reason: advice`it is mounted by itself, and what is mounted cannot be changed (${code})`,
    fix: advice`mount the directory ${dirname(path)} instead of the file, and not read-only`,
  };
}

/** Often it is not the path itself but what `sudo` left on the way to it. */
function denied(path: string, code: string): Cause {
  const reason = advice`permission denied (${code})`;
  const closed = closedOnTheWay(path);
  if (closed === undefined) return { reason };
  const what = closed.path === path ? advice`it` : closed.path;
  if (process.geteuid === undefined || closed.uid === process.geteuid()) {
    return { reason: advice`${reason}: ${what} has mode ${closed.mode}` };
  }
  return {
    reason: advice`${reason}: ${what} belongs to ${accountName(closed.uid)}`,
    fix: advice`give it back to this user: sudo chown -R "$(id -un)" ${shellWord(closed.path)}`,
  };
}

/** The thing nearest to the path, or the path itself, that keeps this user from writing. */
function closedOnTheWay(path: string): { path: string; uid: number; mode: string } | undefined {
  try {
    for (let at = path; ; at = dirname(at)) {
      const status = statSync(at, { throwIfNoEntry: false });
      const isParent = at !== path;
      const wanted = isParent ? constants.W_OK | constants.X_OK : constants.W_OK;
      if (status !== undefined && !permits(at, wanted)) {
        return { path: at, uid: status.uid, mode: modeText(status.mode) };
      }
      // A directory that can be written is as far as it matters.
      if ((status !== undefined && isParent) || dirname(at) === at) return undefined;
    }
  } catch {
    return undefined; // A directory that may not even be looked into.
  }
}

function permits(path: string, mode: number): boolean {
  try {
    accessSync(path, mode);
    return true;
  } catch {
    return false;
  }
}
