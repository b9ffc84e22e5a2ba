/** Which files of this machine an answer may send: what lies in folders that were named for it. */
import { realpathSync } from "node:fs";
import { isAbsolute, relative, resolve } from "node:path";

/**
 * Where the file really lies; undefined where that is in none of the folders: a link that leads out of them is out of them. Paths that
 * are not absolute begin in the first folder.
 */
export function attachablePath(path: string, folders: readonly string[]): string | undefined {
  const [first] = folders;
  if (first === undefined || isAddress(path)) return undefined;
  try {
    const file = realpathSync(isAbsolute(path) ? path : resolve(first, path));
    return folders.some((folder) => isWithin(file, folder)) ? file : undefined;
  } catch {
    return undefined; // It is not there, or not to be looked at.
  }
}

/** An address on the web, which is handed on as it is. */
export function isWebAddress(path: string): boolean {
  return /^https?:\/\//i.test(path);
}

function isAddress(path: string): boolean {
  return /^[a-z][a-z0-9+.-]+:/i.test(path);
}

function isWithin(file: string, folder: string): boolean {
  try {
    const way = relative(realpathSync(folder), file);
    return way !== "" && !way.startsWith("..") && !isAbsolute(way);
  } catch {
    return false; // The folder was not made yet.
  }
}
