/** Whether something is at a path, by the rights that count when it is opened. */
import { statSync } from "node:fs";
import { dirname } from "node:path";

/**
 * Like `existsSync`, which asks for the real user and so misses what a process reaches by its effective user or a capability. False for
 * a link to nowhere and for what cannot be reached.
 */
export function isThere(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch {
    return false; // A closed directory or a file on the way.
  }
}

/** The path itself, or the closest one around it that exists. Fails where the system does not say. */
export function nearestThere(path: string): string {
  const exists = statSync(path, { throwIfNoEntry: false }) !== undefined;
  return exists || dirname(path) === path ? path : nearestThere(dirname(path));
}
