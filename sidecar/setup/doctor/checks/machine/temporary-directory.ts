/** Whether there is a place for temporary files, which editors, package managers and the tray need. */

import { accessSync, constants, statSync } from "node:fs";
import { isAbsolute } from "node:path";
import { systemCode } from "../../../../../shared/errors.ts";
import { advice, whole } from "../../../../../shared/remedy.ts";
import type { Check, CheckContext } from "../../check.ts";

export const temporaryDirectory: Check = {
  id: "temporary-directory",
  examine: async ({ profile }) => {
    const { path, source } = temporaryPlace(profile);
    const problem = problemWith(path);
    if (problem === undefined) return [];
    return [
      {
        code: "tmpdir-unusable",
        level: "warning",
        message: advice`${source} cannot be used for temporary files: ${whole(problem)}`,
        remedy:
          source === path
            ? advice`make ${path} a directory with mode 1777`
            : "point it to a directory of this user, or unset it",
      },
    ];
  },
};

/** The way Node finds it. */
function temporaryPlace({ env, platform }: CheckContext["profile"]): { path: string; source: string } {
  const names = platform === "win32" ? ["TEMP", "TMP"] : ["TMPDIR", "TMP", "TEMP"];
  for (const name of names) {
    const path = env[name];
    if (path) return { path, source: `${name}=${path}` };
  }
  const path = platform === "win32" ? `${env.SystemRoot ?? env.windir ?? "C:\\Windows"}\\temp` : "/tmp";
  return { path, source: path };
}

function problemWith(path: string): string | undefined {
  if (!isAbsolute(path)) return "it is not an absolute path";
  try {
    if (!statSync(path).isDirectory()) return "it is not a directory";
    accessSync(path, constants.W_OK | constants.X_OK);
    return undefined;
  } catch (error) {
    return PROBLEMS[systemCode(error) ?? ""] ?? systemCode(error) ?? "it cannot be looked at";
  }
}

const PROBLEMS: Record<string, string> = {
  ENOENT: "it does not exist",
  ENOTDIR: "a part of the path is a file",
  EACCES: "this user may not write there",
  EPERM: "this user may not write there",
  EROFS: "the file system is read-only",
};
