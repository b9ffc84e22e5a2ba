/** Looks for a program as a shell would, without one and without starting anything. */
import { accessSync, constants, statSync } from "node:fs";
import { isAbsolute, join } from "node:path";
import type { Environment } from "../../../shared/node/paths.ts";

/** Where programs are looked for: `folders` first, then what the PATH of `env` names. */
export interface ProgramPlaces {
  env: Environment;
  platform: NodeJS.Platform;
  folders?: readonly string[];
}

/** The file of the program; undefined where there is none, and for what is no plain name. */
export function programOnPath(
  name: string,
  { env, platform, folders = [] }: ProgramPlaces,
): string | undefined {
  if (name === "" || name.startsWith(".") || /[/\\\p{Cc}]/u.test(name)) return undefined;
  const isWindows = platform === "win32";
  const path = isWindows ? variable(env, "PATH") : (env.PATH ?? "");
  // A relative folder is another one for everybody who looks.
  const all = [...folders, ...path.split(isWindows ? ";" : ":")].filter((each) => isAbsolute(each));
  const endings = isWindows ? ["", ...(variable(env, "PATHEXT") || ".COM;.EXE;.BAT;.CMD").split(";")] : [""];
  for (const folder of all)
    for (const ending of endings) {
      const file = join(folder, `${name}${ending}`);
      if (isProgram(file, isWindows)) return file;
    }
  return undefined;
}

/** Names of variables have no case there. */
function variable(env: Environment, name: string): string {
  const key = Object.keys(env).find((each) => each.toUpperCase() === name);
  return (key === undefined ? undefined : env[key]) ?? "";
}

function isProgram(file: string, isWindows: boolean): boolean {
  try {
    if (!statSync(file).isFile()) return false;
    if (!isWindows) accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false; // It is not there, or lies there and cannot be started.
  }
}
