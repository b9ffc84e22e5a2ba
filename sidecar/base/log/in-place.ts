/** Empties a log that another program keeps open and appends to, where renaming it would change nothing. */

import { existsSync, renameSync, truncateSync, writeFileSync } from "node:fs";
import { readEnd } from "../../../shared/node/log-files.ts";
import type { RotationOptions } from "./rotating-file.ts";

/** Copies the end of the file, at most `maxBytes` of it, to `.1`, moves that of before to `.2` and so on. Throws the system's error. */
export function rotateInPlace(
  path: string,
  { keep, maxBytes }: Pick<RotationOptions, "keep" | "maxBytes">,
): void {
  const end = readEnd(path, maxBytes);
  for (let index = keep - 1; index >= 1; index -= 1) {
    if (existsSync(`${path}.${index}`)) renameSync(`${path}.${index}`, `${path}.${index + 1}`);
  }
  writeFileSync(`${path}.1`, end, { mode: 0o600 });
  truncateSync(path);
}
