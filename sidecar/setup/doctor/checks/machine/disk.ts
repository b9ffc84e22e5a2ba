/** Whether there is room left for configuration, log and chats. */

import { statfs } from "node:fs/promises";
import { dirname } from "node:path";
import { freeFilesAt } from "../../../../../shared/node/unwritable.ts";
import { advice } from "../../../../../shared/remedy.ts";
import type { Check, Finding } from "../../check.ts";

const MIB = 1024 * 1024;
const LEAST_BYTES = 200 * MIB;
/** A write needs a file beside the old one, and a log turns over. */
const LEAST_FILES = 1_000;
const FEWEST_FILES = 10;

export const disk: Check = {
  id: "disk",
  examine: async ({ profile: { paths } }) => {
    const freeBytes = await freeAt(paths.stateDir);
    const room = freeBytes === undefined ? [] : roomFindings(paths.stateDir, freeBytes);
    return [...room, ...fileFindings(paths.stateDir, freeFilesAt(paths.stateDir))];
  },
};

/** What to say about this many further files; undefined where they are not limited. */
function fileFindings(path: string, freeFiles: number | undefined): Finding[] {
  if (freeFiles === undefined || freeFiles >= LEAST_FILES) return [];
  const many = freeFiles === 1 ? advice`1 more file` : advice`${freeFiles} more files`;
  const message = advice`the file system of ${path} takes only ${many}, whatever their size (inodes)`;
  const level = freeFiles < FEWEST_FILES ? "error" : "warning";
  return [{ code: "inodes-low", level, message, remedy: "delete files that are not needed, however small" }];
}

/** What to say about this much room. */
export function roomFindings(path: string, freeBytes: number): Finding[] {
  if (freeBytes >= LEAST_BYTES) return [];
  const message = advice`only ${Math.floor(freeBytes / MIB)} MiB are free where ${path} lies`;
  const level = freeBytes < MIB ? "error" : "warning";
  return [{ code: "disk-low", level, message, remedy: "free some space; 200 MiB are enough" }];
}

/** Bytes this user may still write; undefined where the system does not tell. */
async function freeAt(path: string): Promise<number | undefined> {
  try {
    const { bavail, bsize } = await statfs(path);
    return bavail * bsize;
  } catch {
    // Not there yet: it will lie where its parent does.
    return dirname(path) === path ? undefined : freeAt(dirname(path));
  }
}
