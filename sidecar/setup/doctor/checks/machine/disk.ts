/** Whether there is room left for configuration, log and chats. */
import { statfs } from "node:fs/promises";
import { dirname } from "node:path";
import type { Check, Finding } from "../../check.ts";

const MIB = 1024 * 1024;
const LEAST_BYTES = 200 * MIB;

export const disk: Check = {
  id: "disk",
  examine: async ({ surroundings: { paths } }) => {
    const freeBytes = await freeAt(paths.stateDir);
    return freeBytes === undefined ? [] : roomFindings(paths.stateDir, freeBytes);
  },
};

/** What to say about this much room. */
export function roomFindings(path: string, freeBytes: number): Finding[] {
  if (freeBytes >= LEAST_BYTES) return [];
  const message = `only ${Math.floor(freeBytes / MIB)} MiB are free where ${path} lies`;
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
