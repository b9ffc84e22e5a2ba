/**
 * Creates directories one level at a time. Node's own recursive creation never ends where the system answers ENOENT to a
 * directory whose parent exists, as it does in /proc.
 */
import { mkdirSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { systemCode } from "../errors.ts";

/** Creates what is missing of the path, for the owner only unless `mode` says otherwise. Throws the system's error. */
export function ensureDirectory(path: string, mode = 0o700): void {
  const missing: string[] = [];
  for (let at = resolve(path); !isDirectory(at) && at !== dirname(at); at = dirname(at)) missing.unshift(at);
  for (const directory of missing) ensureLastDirectory(directory, mode);
}

/** Creates the last directory of a path where it is missing. Throws the system's error, `ENOENT` where those above are missing. */
export function ensureLastDirectory(directory: string, mode = 0o700): void {
  try {
    mkdirSync(directory, { mode });
  } catch (error) {
    // Another process may have been faster.
    if (systemCode(error) !== "EEXIST" || !isDirectory(directory)) throw error;
  }
}

function isDirectory(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
