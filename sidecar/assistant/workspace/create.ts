/** Makes a workspace at the first run. What is there already is left as it is. */
import { accessSync, constants, existsSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { errorText, SetupError, systemCode } from "../../../shared/errors.ts";
import { ensureDirectory } from "../../../shared/node/directory.ts";
import { runTool } from "../../../shared/node/run-tool.ts";
import { advice, ours, type Remedy, whole } from "../../../shared/remedy.ts";
import { BOOTSTRAP, BOOTSTRAP_FILE, TEMPLATES } from "./templates.ts";

export interface CreateOptions {
  /** `agents.defaults.skipBootstrap`: the directory alone is made. */
  skipBootstrap: boolean;
  /** How another directory is chosen. */
  choose?: Remedy;
  /** Makes a repository of the directory; tests say how. */
  initRepository?: (directory: string) => Promise<unknown>;
}

/** What was made: the whole, templates in a directory that others made, or nothing. */
export type Created = "workspace" | "files" | "nothing";

/**
 * Writes the templates where none of them is yet, and makes a repository of a directory that was empty, if git is installed. A workspace
 * that has files and cannot be written serves for reading. Fails with `WORKSPACE_UNUSABLE`.
 */
export async function createWorkspace(directory: string, options: CreateOptions): Promise<Created> {
  try {
    const isNew = !existsSync(directory) || readdirSync(directory).length === 0;
    ensureDirectory(directory);
    if (options.skipBootstrap || hasFiles(directory)) return "nothing";
    const files = isNew ? { ...TEMPLATES, [BOOTSTRAP_FILE]: BOOTSTRAP } : TEMPLATES;
    for (const [name, text] of Object.entries(files)) write(join(directory, name), text);
    if (!isNew) return "files";
    await (options.initRepository ?? initRepository)(directory);
    return "workspace";
  } catch (error) {
    throw unusable(directory, error, options.choose);
  }
}

/** Why files cannot be written there, as an error to be shown; undefined where they can, and where there is nothing yet. */
export function unwritableWorkspace(directory: string, choose?: Remedy): SetupError | undefined {
  try {
    const found = statSync(directory, { throwIfNoEntry: false });
    if (found === undefined) return undefined;
    if (!found.isDirectory()) return unusable(directory, NO_DIRECTORY, choose);
    accessSync(directory, constants.R_OK | constants.W_OK | constants.X_OK);
    return undefined;
  } catch (error) {
    return unusable(directory, error, choose);
  }
}

const NO_DIRECTORY = Object.assign(new Error("it is a file (ENOTDIR)"), { code: "ENOTDIR" });

const REASONS: Readonly<Record<string, string>> = {
  EACCES: "permission denied (EACCES)",
  EPERM: "permission denied (EPERM)",
  EROFS: "the file system is read-only (EROFS)",
  ENOSPC: "the disk is full (ENOSPC)",
  EDQUOT: "the disk quota is used up (EDQUOT)",
  ENOTDIR: "a part of the path is a file (ENOTDIR)",
  EEXIST: "a part of the path is a file (EEXIST)",
  ENOENT: "no directory can be created there (ENOENT)",
  ELOOP: "its symbolic links lead in a circle (ELOOP)",
};

function unusable(
  directory: string,
  error: unknown,
  choose: Remedy = ours`config set agents.defaults.workspace <path>`,
): SetupError {
  const reason = REASONS[systemCode(error) ?? ""] ?? errorText(error);
  return new SetupError(
    "WORKSPACE_UNUSABLE",
    advice`Cannot use the work directory ${directory}: ${whole(reason)}.`,
    {
      cause: error,
      fix: advice`make it writable for this user, or choose another: ${choose}`,
      details: { path: directory },
    },
  );
}

/** Whoever has one of them has been here before; what is missing then was taken away on purpose. */
function hasFiles(directory: string): boolean {
  return Object.keys(TEMPLATES).some((name) => existsSync(join(directory, name)));
}

function write(file: string, text: string): void {
  try {
    writeFileSync(file, text, { mode: 0o600, flag: "wx" });
  } catch (error) {
    if (systemCode(error) !== "EEXIST") throw error;
  }
}

/** Without git there is none. */
function initRepository(directory: string): Promise<unknown> {
  return runTool("git", ["init", "--quiet", directory]);
}
