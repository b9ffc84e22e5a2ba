/**
 * The interlock before anything of the user's is deleted: every target is resolved and judged before the first one goes, and
 * whatever is not plainly inside the profile that was meant is refused by name.
 */
import { execFile } from "node:child_process";
import { lstatSync, readdirSync, realpathSync } from "node:fs";
import { basename, dirname, join, parse, relative, sep } from "node:path";
import { SetupError, systemCode } from "../../shared/errors.ts";
import type { Environment } from "../../shared/node/paths.ts";

/** A path that must survive, and what it is to the user. */
export interface KeptPath {
  /** Such as `the work directory of the default profile`. */
  what: string;
  path: string;
}

/** What may be deleted. All paths are absolute. */
export interface DeletionRules {
  /** Directories whose contents may be deleted, though not they themselves. */
  inside: readonly string[];
  /** Directories that may be deleted as a whole, with anything in them. */
  whole: readonly string[];
  /** Must not be deleted with a target, nor hold one. */
  kept: readonly KeptPath[];
  home: string;
  env: Environment;
  /** What the user can look at or change when something is refused. */
  remedy: string;
  /** Asks about uncommitted work where somebody can answer; without it, that is a refusal. */
  confirm?: (question: string) => Promise<boolean>;
}

/**
 * Returns the targets that exist, in order. Fails with `DELETION_REFUSED` when any of them, existing or not, lies outside the
 * rules, is or holds something kept, is reached through a symbolic link, or holds a git repository with uncommitted work that
 * nobody agreed to lose.
 */
export async function checkDeletion(targets: readonly string[], rules: DeletionRules): Promise<string[]> {
  for (const target of targets) refuseOutside(target, rules);
  const existing = targets.filter(exists);
  for (const root of [...rules.inside, ...rules.whole].filter(exists)) refuseLinks(root, rules);
  for (const target of existing) refuseLinks(target, rules);
  for (const target of existing) refuseKept(target, rules);
  for (const target of existing) await refuseUncommitted(target, rules);
  return existing;
}

function refuseOutside(target: string, { inside, whole, remedy }: DeletionRules): void {
  const isAllowed =
    inside.some((root) => root !== target && holds(root, target)) ||
    whole.some((root) => holds(root, target));
  const limits = `it is neither inside ${inside.join(", ")} nor ${whole.join(", ")}`;
  if (!isAllowed) throw refusal(target, limits, remedy);
}

/** Below the directory that holds an allowed root, nothing may lead elsewhere. */
function refuseLinks(target: string, { inside, whole, remedy }: DeletionRules): void {
  const root = [...inside, ...whole].find((each) => holds(each, target)) ?? target;
  const base = dirname(root);
  const expected = join(realpathSync(base), relative(base, target));
  const actual = realpathSync(target);
  if (actual !== expected) throw refusal(target, `a symbolic link leads to ${actual}`, remedy);
}

function refuseKept(target: string, { kept, home, remedy }: DeletionRules): void {
  const real = realpathSync(target);
  const above: KeptPath[] = [
    { what: "the root of the file system", path: parse(real).root },
    { what: "the home directory", path: home },
  ];
  for (const { what, path } of [...above, ...kept]) {
    const spared = resolveAsFarAsPossible(path);
    if (spared === real) throw refusal(target, `it is ${what}`, remedy);
    if (holds(real, spared)) throw refusal(target, `it holds ${what} (${path})`, remedy);
  }
  for (const { what, path } of kept) {
    const spared = resolveAsFarAsPossible(path);
    // Whoever works in the home directory itself has everything in it.
    if (holds(spared, resolveAsFarAsPossible(home))) continue;
    if (holds(spared, real)) throw refusal(target, `it lies in ${what} (${path})`, remedy);
  }
}

async function refuseUncommitted(target: string, { env, confirm }: DeletionRules): Promise<void> {
  for (const repository of repositoriesIn(target)) {
    if (!(await hasUncommittedWork(repository, env))) continue;
    if (await confirm?.(`${repository} is a git repository with uncommitted work. Delete it all the same?`))
      continue;
    throw refusal(target, `the git repository ${repository} has uncommitted work`, "commit or move it first");
  }
}

/** The directories at and below `directory` that are a git repository or one of its worktrees. */
function repositoriesIn(directory: string): string[] {
  if (!lstatSync(directory).isDirectory()) return [];
  const entries = readdirSync(directory, { withFileTypes: true });
  const below = entries
    .filter((entry) => entry.isDirectory() && entry.name !== ".git" && entry.name !== "node_modules")
    .flatMap((entry) => repositoriesIn(join(directory, entry.name)));
  return entries.some(({ name }) => name === ".git") ? [directory, ...below] : below;
}

/** What cannot be found out counts as work that would be lost. */
function hasUncommittedWork(repository: string, env: Environment): Promise<boolean> {
  // A hook's GIT_DIR would point git elsewhere, and a file system monitor is a program of the repository's choosing.
  const own = Object.entries(env).filter(([name]) => !name.startsWith("GIT_"));
  const options = { env: { ...Object.fromEntries(own), GIT_OPTIONAL_LOCKS: "0" }, timeout: GIT_TIMEOUT_MS };
  const args = ["-C", repository, "-c", "core.fsmonitor=false", "status", "--porcelain"];
  return new Promise((resolve) => {
    execFile("git", args, options, (error, stdout) => resolve(error !== null || stdout.trim() !== ""));
  });
}

const GIT_TIMEOUT_MS = 10_000;

/** Whether `path` is `directory` or lies below it. */
function holds(directory: string, path: string): boolean {
  const prefix = directory.endsWith(sep) ? directory : `${directory}${sep}`;
  return path === directory || path.startsWith(prefix);
}

function exists(path: string): boolean {
  try {
    lstatSync(path);
    return true;
  } catch (error) {
    if (systemCode(error) === "ENOENT" || systemCode(error) === "ENOTDIR") return false;
    throw error;
  }
}

/** What exists of the path without symbolic links, and the rest as it is. */
function resolveAsFarAsPossible(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    const parent = dirname(path);
    return parent === path ? path : join(resolveAsFarAsPossible(parent), basename(path));
  }
}

function refusal(target: string, why: string, fix: string): SetupError {
  return new SetupError("DELETION_REFUSED", `Refusing to delete ${target}: ${why}.`, { fix });
}
