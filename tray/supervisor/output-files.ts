/** The files a child writes its output to. */
import { chmodSync, closeSync, fstatSync, openSync, readSync, renameSync, statSync } from "node:fs";
import { join } from "node:path";
import { ensureDirectory } from "../../shared/node/directory.ts";

/** A file larger than this is put aside at the next start. */
const MAX_BYTES = 10 * 1024 * 1024;

export interface OutputFile {
  /** Open for appending; to be closed by whoever opened it. */
  readonly fd: number;
  readonly path: string;
  /** Size when it was opened: what comes later was written since. */
  readonly sizeBytes: number;
}

/** Opens `<folder>/<name>` for appending, readable by its owner alone. Throws the system's error. */
export function openOutput(folder: string, name: string): OutputFile {
  ensureDirectory(folder);
  const path = join(folder, name);
  rotateWhenLarge(path);
  const fd = openSync(path, "a", 0o600);
  chmodSync(path, 0o600);
  return { fd, path, sizeBytes: fstatSync(fd).size };
}

/** Renames a file of more than 10 MiB to `<path>.1`. */
export function rotateWhenLarge(path: string): void {
  const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  if (size > MAX_BYTES) renameSync(path, `${path}.1`);
}

/** The last `maxBytes` of what the file holds after `fromByte`; empty when it cannot be read. */
export function readTail(path: string, fromByte: number, maxBytes: number): string {
  try {
    const fd = openSync(path, "r");
    try {
      const { size } = fstatSync(fd);
      const start = Math.max(fromByte > size ? 0 : fromByte, size - maxBytes);
      const bytes = Buffer.alloc(size - start);
      const count = readSync(fd, bytes, 0, bytes.length, start);
      return bytes.subarray(0, count).toString("utf8");
    } finally {
      closeSync(fd);
    }
  } catch {
    return ""; // Removed or unreadable: there is no more evidence than that.
  }
}
