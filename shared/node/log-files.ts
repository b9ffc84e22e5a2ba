/** What all logs have in common: making room by renaming, and reading the end. */
import { closeSync, constants, fstatSync, openSync, readSync, renameSync, rmSync, statSync } from "node:fs";
import { systemCode } from "../errors.ts";

/** 10 MiB and five old files, as the log section of the lifecycle reference has it. */
export const LOG_ROTATION = { maxBytes: 10 * 1024 * 1024, keep: 5 } as const;

/** Renames the file to `.1`, that one to `.2` and so on; the last of `keep` goes. Throws the system's error. */
export function rotateFile(path: string, keep: number): void {
  rmSync(`${path}.${keep}`, { force: true });
  for (let index = keep - 1; index >= 0; index -= 1) {
    renameIfThere(index === 0 ? path : `${path}.${index}`, `${path}.${index + 1}`);
  }
}

/** Rotates a file of more than `maxBytes`. Throws the system's error. */
export function rotateWhenLarge(path: string, { maxBytes, keep }: { maxBytes: number; keep: number }): void {
  const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  if (size > maxBytes) rotateFile(path, keep);
}

/**
 * Opens the file for appending, readable by its owner alone, and never through a link, which somebody could have laid to a file of
 * yours. Throws the system's error, `ELOOP` for a link.
 */
export function openForAppending(path: string): number {
  return openSync(path, APPEND, 0o600);
}

/** The last `maxBytes` of what the file holds after `fromByte`. Throws the system's error. */
export function readEnd(path: string, maxBytes: number, fromByte = 0): Buffer {
  const fd = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    const { size } = fstatSync(fd);
    const start = Math.max(fromByte > size ? 0 : fromByte, size - maxBytes);
    const bytes = Buffer.alloc(size - start);
    return bytes.subarray(0, readSync(fd, bytes, 0, bytes.length, start));
  } finally {
    closeSync(fd);
  }
}

const { O_APPEND, O_CREAT, O_NOFOLLOW = 0, O_NONBLOCK = 0, O_WRONLY } = constants;
const APPEND = O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_WRONLY;

function renameIfThere(from: string, to: string): void {
  try {
    renameSync(from, to);
  } catch (error) {
    if (systemCode(error) !== "ENOENT") throw error;
  }
}
