/**
 * Which files of a state directory are its state: everything that would be missed on another machine. Logs, facts about what runs,
 * locks, half-written files, what lies in the trash, and what `gateway install` writes anew are not. Links are not followed.
 */

import { type Dirent, readdirSync, realpathSync, statSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { systemCode } from "../../../shared/errors.ts";
import { isAnyHalfWrite } from "../../../shared/node/half-writes.ts";
import type { Remedy } from "../../../shared/remedy.ts";
import { companionsOf } from "../../base/store/database.ts";
import { MACHINE_ENTRIES } from "../reset.ts";

/** The store of sessions, which SQLite reads and writes together with what it keeps beside it. */
export const STORE_NAME = "clawdbot.db";

/** The files of one directory that belong together. `source` is where the content is read; `path` is relative, with slashes. */
export interface StateFolder {
  /** Absolute. */
  directory: string;
  files: { path: string; source: string }[];
}

/** What is left out although it may be state, with the reason. */
export interface LeftOut {
  path: string;
  reason: Remedy;
}

export interface StateFiles {
  folders: StateFolder[];
  leftOut: LeftOut[];
}

/**
 * The files below `stateDir`, a path without links, in the order of their names. `logFile` is the log that the configuration names.
 * Throws the system's error for a directory that cannot be read.
 */
export function findStateFiles(stateDir: string, logFile: string | undefined): StateFiles {
  const found: StateFiles = { folders: [], leftOut: [] };
  const isLog = (path: string) =>
    logFile !== undefined && (path === logFile || path.startsWith(`${logFile}.`));
  const queue = [stateDir];
  for (let directory = queue.shift(); directory !== undefined; directory = queue.shift()) {
    const files: StateFolder["files"] = [];
    for (const entry of entriesOf(directory)) {
      const path = join(directory, entry.name);
      const name = relative(stateDir, path).split(sep).join("/");
      if (isNoState(entry.name) || isLog(path)) continue;
      if (directory === stateDir && (MACHINE_ENTRIES.includes(entry.name) || isCompanion(entry.name)))
        continue;
      if (entry.isDirectory()) queue.push(path);
      else if (entry.isFile()) files.push({ path: name, source: path });
      else if (entry.isSymbolicLink()) {
        const source = linkedFile(path, stateDir);
        if (source === undefined) found.leftOut.push({ path: name, reason: LINK });
        else files.push({ path: name, source });
      } else if (!entry.isSocket()) found.leftOut.push({ path: name, reason: "it is no regular file" });
    }
    if (files.length > 0) found.folders.push({ directory, files });
  }
  return found;
}

const LINK = "it is a symbolic link, which is only followed to a file inside of the state directory";

function entriesOf(directory: string): Dirent[] {
  try {
    return readdirSync(directory, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch (error) {
    if (systemCode(error) === "ENOENT") return []; // Gone since its parent was listed.
    throw error;
  }
}

function isCompanion(name: string): boolean {
  return companionsOf(STORE_NAME).includes(name);
}

function isNoState(name: string): boolean {
  return name.endsWith(".lock") || isAnyHalfWrite(name) || /\.trash-\d{8}-\d{6}(-\d+)?$/.test(name);
}

/** What a link leads to, if that is a regular file of the state directory. */
function linkedFile(path: string, stateDir: string): string | undefined {
  try {
    const target = realpathSync(path);
    return target.startsWith(stateDir + sep) && statSync(target).isFile() ? target : undefined;
  } catch {
    return undefined; // It leads nowhere, in a circle, or where this user may not look.
  }
}
