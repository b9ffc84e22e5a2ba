/** Which files an answer may send: addresses on the web, and what lies in folders that were named for it. */
import { realpathSync } from "node:fs";
import { isAbsolute, relative, resolve } from "node:path";

/** A link that leads out of the folders is out of them. Paths that are not absolute begin in the first folder. */
export function mayAttach(path: string, folders: readonly string[]): boolean {
  if (/^https?:\/\//i.test(path)) return true;
  if (/^[a-z][a-z0-9+.-]+:/i.test(path)) return false;
  const [first] = folders;
  if (first === undefined) return false;
  try {
    const file = realpathSync(isAbsolute(path) ? path : resolve(first, path));
    return folders.some((folder) => isWithin(file, realpathSync(folder)));
  } catch {
    return false; // It is not there, or not to be looked at.
  }
}

function isWithin(file: string, folder: string): boolean {
  const way = relative(folder, file);
  return way !== "" && !way.startsWith("..") && !isAbsolute(way);
}
