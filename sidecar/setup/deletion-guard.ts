/**
 * The interlock before anything is thrown away: what a reset may touch is told by place, not by what the caller believes to
 * have computed. Reads the disk, changes nothing.
 */

import { lstatSync, readdirSync, realpathSync } from "node:fs";
import { basename, dirname, isAbsolute, join, parse, relative, resolve, sep } from "node:path";
import { SetupError, systemCode } from "../../shared/errors.ts";
import type { Environment } from "../../shared/node/paths.ts";
import { advice, joined, type Remedy, whole } from "../../shared/remedy.ts";
import { run } from "../host/process/run.ts";

/** What somebody wants to delete, and the limits for it. All paths are absolute. */
export interface Deletion {
  targets: readonly string[];
  /** Every target has to be one of these or lie inside one. */
  roots: readonly string[];
  /** Must survive whole: no target may be one of these, hold one, or lie inside one. */
  keep: readonly string[];
  /** May neither be a target nor lie inside one. */
  home: string;
}

/** A git repository whose work would go with a target. */
export interface UnsavedWork {
  repository: string;
  /** Number of changed or untracked files; undefined when git could not tell. */
  changes: number | undefined;
}

const GIT_TIMEOUT_MS = 10_000;

/**
 * Fails with `PATH_PROTECTED` at the first target that must not be deleted: outside of `roots`, a file system root, the home
 * directory or around it, touching what has to be kept, a symbolic link, or reached through one. Targets that do not exist pass.
 */
export function assertDeletable({ targets, roots, keep, home }: Deletion): void {
  const realHome = realPlace(home);
  for (const target of targets) {
    const refuse = (reason: Remedy) => {
      throw new SetupError("PATH_PROTECTED", advice`${target} is not deleted: ${whole(reason)}.`, {
        details: { path: target },
      });
    };
    if (!isAbsolute(target) || resolve(target) !== stripped(target)) refuse("it is no plain absolute path");
    const place = placeOf(target);
    if (place === parse(place).root) refuse("it is the root of a file system");
    if (holds(place, realHome)) refuse("it is the home directory or holds it");
    if (isLink(target)) refuse("it is a symbolic link; remove it yourself");
    const kept = keep.find((path) => holds(place, realPlace(path)) || holds(realPlace(path), place));
    if (kept !== undefined) refuse(advice`it touches ${kept}, which belongs to another profile`);
    const root = roots.find((path) => holds(path, target));
    if (root === undefined) refuse("it lies outside of what this command may delete");
    else if (holds(placeOf(root), realHome)) refuse(advice`${root} is the home directory or holds it`);
    else if (isLink(root)) refuse(advice`${root} is a symbolic link; remove it yourself`);
    else if (place !== join(placeOf(root), relative(root, target))) {
      refuse(advice`a symbolic link on the way leads to ${place}`);
    }
  }
}

/** The git repositories in and below the targets whose work is not committed. Links are not followed. */
export async function findUnsavedWork(targets: readonly string[], env: Environment): Promise<UnsavedWork[]> {
  const repositories = [...new Set(targets.flatMap((target) => repositoriesIn(target)))];
  const checked = await Promise.all(
    repositories.map(async (repository) => ({ repository, changes: await countChanges(repository, env) })),
  );
  return checked.filter(({ changes }) => changes !== 0);
}

/** The refusal for work that nobody agreed to lose. */
export function unsavedWorkError(unsaved: readonly UnsavedWork[]): SetupError {
  const places = joined(unsaved.map(describeUnsaved), "; ");
  return new SetupError("PATH_PROTECTED", advice`Nothing was deleted: ${places}.`, {
    fix: "commit that work or move it away, or answer in a terminal",
    details: { unsaved },
  });
}

/** `~/x is a git repository with 3 uncommitted changes`. */
export function describeUnsaved({ repository, changes }: UnsavedWork): Remedy {
  if (changes === undefined) return advice`${repository} is a git repository that git cannot read`;
  return advice`${repository} is a git repository with ${changes} uncommitted ${changes === 1 ? advice`change` : advice`changes`}`;
}

/** Whether `inner` is `outer` or lies inside it. Windows and macOS do not tell upper from lower case. */
function holds(outer: string, inner: string): boolean {
  const fold = (path: string) => (process.platform === "linux" ? path : path.toLowerCase());
  const way = relative(fold(outer), fold(inner));
  return way === "" || (way !== ".." && !way.startsWith(`..${sep}`) && !isAbsolute(way));
}

/** Where the directory entry itself is: links on the way are resolved, the last name is not. */
function placeOf(path: string): string {
  const parent = dirname(path);
  return parent === path ? path : join(realPlace(parent), basename(path));
}

/** The path without links, as far as it exists. */
function realPlace(path: string): string {
  try {
    return realpathSync.native(path);
  } catch (error) {
    const parent = dirname(path);
    if (parent === path || !isAbsence(error)) throw error;
    return join(realPlace(parent), basename(path));
  }
}

function isLink(path: string): boolean {
  try {
    return lstatSync(path).isSymbolicLink();
  } catch (error) {
    if (isAbsence(error)) return false;
    throw error;
  }
}

function isAbsence(error: unknown): boolean {
  return systemCode(error) === "ENOENT" || systemCode(error) === "ENOTDIR";
}

function stripped(path: string): string {
  return path.length > 1 && path.endsWith(sep) && path !== parse(path).root ? path.slice(0, -1) : path;
}

function repositoriesIn(target: string): string[] {
  const found: string[] = [];
  const queue = [target];
  for (let directory = queue.pop(); directory !== undefined; directory = queue.pop()) {
    for (const entry of entriesOf(directory)) {
      if (entry.name === ".git") found.push(directory);
      else if (entry.isDirectory()) queue.push(join(directory, entry.name));
    }
  }
  return found;
}

function entriesOf(directory: string) {
  try {
    return readdirSync(directory, { withFileTypes: true });
  } catch (error) {
    if (isAbsence(error)) return []; // A file, or gone meanwhile.
    throw error;
  }
}

async function countChanges(repository: string, env: Environment): Promise<number | undefined> {
  // Neither variables nor settings of the repository may point git elsewhere or make it run a program, and it only looks.
  const clean = Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith("GIT_")));
  const args = [
    "-c",
    "core.fsmonitor=false",
    "-C",
    repository,
    "status",
    "--porcelain",
    "--untracked-files=all",
  ];
  const { end, stdout } = await run("git", args, {
    timeoutMs: GIT_TIMEOUT_MS,
    env: { ...clean, GIT_OPTIONAL_LOCKS: "0" },
  });
  if (end.kind !== "exited" || end.code !== 0) return undefined;
  return stdout.split("\n").filter((line) => line !== "").length;
}
