/** Whether one place lies in another. */
import { isAbsolute, relative } from "node:path";

/** The place itself counts. Both are paths without links. */
export function isWithin(path: string, directory: string): boolean {
  const way = relative(directory, path);
  return way === "" || (!/^\.\.(?:[\\/]|$)/.test(way) && !isAbsolute(way));
}
