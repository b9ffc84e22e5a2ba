/** Why something cannot be written, and what helps: the error of everything that writes files of a profile. */
import { existsSync, statfsSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { errorText, SetupError, systemCode } from "../../../shared/errors.ts";
import { isMountPoint } from "../../../shared/node/mounts.ts";

/** The error for a place that cannot be written, with the system's reason. */
export function unwritable(path: string, error: unknown): SetupError {
  const { reason, fix = ELSEWHERE } = causeOf(path, error);
  return new SetupError("STATE_UNWRITABLE", `Cannot write ${path}: ${reason}`, {
    cause: error,
    fix,
    details: { path },
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
  reason: string;
  fix?: string;
}

const ELSEWHERE = "make the directory writable for this user, or set CLAWDBOT_STATE_DIR to one that is";
const ROOM = "free some space, or set CLAWDBOT_STATE_DIR to another disk";

const REASONS: Record<string, string> = {
  EACCES: "permission denied (EACCES)",
  EPERM: "permission denied (EPERM)",
  EROFS: "the file system is read-only (EROFS)",
  ENOTDIR: "a part of the path is a file (ENOTDIR)",
  EEXIST: "a part of the path is a file (EEXIST)",
  ENOENT: "no directory can be created there (ENOENT)",
};

function causeOf(path: string, error: unknown): Cause {
  const code = systemCode(error) ?? "";
  switch (code) {
    case "ENOSPC":
      // The same code stands for two things that have different cures.
      return freeFilesAt(path) === 0
        ? {
            reason: "the file system takes no more files: all its inodes are used up (ENOSPC)",
            fix: "delete files that are not needed, however small, or set CLAWDBOT_STATE_DIR to another disk",
          }
        : { reason: "the disk is full (ENOSPC)", fix: ROOM };
    case "EDQUOT":
      return { reason: "the disk quota is used up (EDQUOT)", fix: ROOM };
    default:
      return mountCause(path, code) ?? { reason: REASONS[code] ?? errorText(error) };
  }
}

/** A file that is mounted by itself can only be written in place, if at all. */
function mountCause(path: string, code: string): Cause | undefined {
  const isOfMounts = ["EBUSY", "EXDEV", "EROFS", "EACCES", "EPERM"].includes(code);
  const isFile = statSync(path, { throwIfNoEntry: false })?.isFile() === true;
  if (!isOfMounts || !isFile || !isMountPoint(path)) return undefined;
  return {
    reason: `it is mounted by itself, and what is mounted cannot be changed (${code})`,
    fix: `mount the directory ${dirname(path)} instead of the file, and not read-only`,
  };
}
