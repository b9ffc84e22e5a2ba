/** Finds programs as a shell would, and tells which of them the rules of this machine allow. */
import { accessSync, constants, statSync } from "node:fs";
import { delimiter, isAbsolute, join, resolve } from "node:path";
import type { Environment } from "../../../shared/node/paths.ts";

const WINDOWS_ENDINGS = [".com", ".exe"];

/** The file that the name starts: found on the PATH, or where it says itself, from `directory`. Undefined where there is none. */
export function findProgram(
  name: string,
  { env, platform, directory }: { env: Environment; platform: NodeJS.Platform; directory: string },
): string | undefined {
  const isPath = name.includes("/") || (platform === "win32" && name.includes("\\"));
  const folders = isPath ? [directory] : (env.PATH ?? env.Path ?? "").split(delimiter).filter(isAbsolute);
  const endings = platform === "win32" ? ["", ...WINDOWS_ENDINGS] : [""];
  for (const folder of folders) {
    for (const ending of endings) {
      const file = isPath ? resolve(folder, `${name}${ending}`) : join(folder, `${name}${ending}`);
      if (isExecutable(file, platform)) return file;
    }
  }
  return undefined;
}

/**
 * Whether one of the patterns allows the file. A bare name allows the program that this machine finds by it; a path allows that file,
 * `*` in it standing for any part of a name and `**` for any folders.
 */
export function isAllowed(
  file: string,
  patterns: readonly string[],
  findByName: (name: string) => string | undefined,
): boolean {
  const path = slashed(file);
  return patterns.some((pattern) => {
    const wanted = slashed(pattern.trim());
    if (wanted.includes("/")) return expressionOf(wanted).test(path);
    return wanted !== "" && !wanted.includes("*") && findByName(wanted) === file;
  });
}

function isExecutable(file: string, platform: NodeJS.Platform): boolean {
  try {
    if (!statSync(file).isFile()) return false;
    if (platform !== "win32") accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false; // Not there, or not ours to start: the next folder may have it.
  }
}

function slashed(path: string): string {
  return process.platform === "win32" ? path.replaceAll("\\", "/").toLowerCase() : path;
}

/** Built of single characters, so that nothing in a name has another meaning. */
function expressionOf(pattern: string): RegExp {
  const parts = pattern.split(/(\*\*\/|\*\*|\*)/).map((part) => {
    if (part === "**/") return "(?:[^/]*/)*";
    if (part === "**") return ".*";
    return part === "*" ? "[^/]*" : part.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");
  });
  return new RegExp(`^${parts.join("")}$`);
}
