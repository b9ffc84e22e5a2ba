/** Paths that still lead to the same program after its next update. */
import { realpathSync } from "node:fs";

/** Homebrew keeps `opt/<name>` beside the versions in its Cellar; undefined for paths elsewhere. */
export function withoutVersion(path: string): string | undefined {
  const stable = path.replace(/\/Cellar\/([^/]+)\/[^/]+\//, "/opt/$1/");
  const place = realPathOf(path);
  return stable !== path && place !== undefined && realPathOf(stable) === place ? stable : undefined;
}

/** The path without links; undefined when nothing is there. */
export function realPathOf(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined; // Not there, or a link to nothing.
  }
}
