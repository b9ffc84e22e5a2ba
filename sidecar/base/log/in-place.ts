/** Empties a log that another program keeps open and appends to, where renaming it would change nothing. */
import {
  closeSync,
  existsSync,
  openSync,
  readSync,
  renameSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import type { RotationOptions } from "./rotating-file.ts";

/** Copies the end of the file, at most `maxBytes` of it, to `.1`, moves that of before to `.2` and so on. Throws the system's error. */
export function rotateInPlace(
  path: string,
  { keep, maxBytes }: Pick<RotationOptions, "keep" | "maxBytes">,
): void {
  const end = endOf(path, maxBytes);
  for (let index = keep - 1; index >= 1; index -= 1) {
    if (existsSync(`${path}.${index}`)) renameSync(`${path}.${index}`, `${path}.${index + 1}`);
  }
  writeFileSync(`${path}.1`, end, { mode: 0o600 });
  truncateSync(path);
}

function endOf(path: string, maxBytes: number): Buffer {
  const { size } = statSync(path);
  const bytes = Buffer.alloc(Math.min(size, maxBytes));
  const file = openSync(path, "r");
  try {
    return bytes.subarray(0, readSync(file, bytes, 0, bytes.length, size - bytes.length));
  } finally {
    closeSync(file);
  }
}
