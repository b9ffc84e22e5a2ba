/** Which file a name stands for, as a shell would find it, and how to tell that file from another one later. */
import { accessSync, constants, realpathSync, statSync } from "node:fs";
import { delimiter, isAbsolute, join } from "node:path";

/** A program, and what would be different if it were another one. */
export interface Program {
  /** As it was found on the path: what it is run by. */
  path: string;
  /** Without links. */
  real: string;
  /** Device, number, size and time of the file. */
  identity: string;
}

/** The program of that name; undefined where there is none. Names with a slash are paths. Places on the path that are relative do not count. */
export function findProgram(name: string, cwd: string, path: string): Program | undefined {
  if (name.includes("/")) return programAt(isAbsolute(name) ? name : join(cwd, name));
  for (const directory of path.split(delimiter)) {
    const found = isAbsolute(directory) ? programAt(join(directory, name)) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}

function programAt(path: string): Program | undefined {
  try {
    accessSync(path, constants.X_OK);
    const { dev, ino, size, mtimeNs, ctimeNs, mode } = statSync(path, { bigint: true });
    if (!statSync(path).isFile()) return undefined;
    const identity = [dev, ino, size, mtimeNs, ctimeNs, mode].join(":");
    return { path, real: realpathSync.native(path), identity };
  } catch {
    return undefined; // Not there, or not to be run.
  }
}

/** Whether anybody besides its owner may put another file in its place. */
export function isOpenToAll({ real }: Program): boolean {
  try {
    return (statSync(real).mode & 0o002) !== 0;
  } catch {
    return true;
  }
}
