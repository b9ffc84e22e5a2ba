/** The files a child writes its output to. */

import { fchmodSync, fstatSync } from "node:fs";
import { join } from "node:path";
import { ensureDirectory } from "../../shared/node/directory.ts";
import { LOG_ROTATION, openForAppending, readEnd, rotateWhenLarge } from "../../shared/node/log-files.ts";

/** A file larger than this is put aside at the next start. */
const ROTATION = { maxBytes: LOG_ROTATION.maxBytes, keep: 1 };

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
  rotateWhenLarge(path, ROTATION);
  const fd = openForAppending(path);
  fchmodSync(fd, 0o600);
  return { fd, path, sizeBytes: fstatSync(fd).size };
}

/** The last `maxBytes` of what the file holds after `fromByte`; empty when it cannot be read. */
export function readTail(path: string, fromByte: number, maxBytes: number): string {
  try {
    return readEnd(path, maxBytes, fromByte).toString("utf8");
  } catch {
    return ""; // Removed or unreadable: there is no more evidence than that.
  }
}
