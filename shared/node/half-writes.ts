/**
 * Files that a writer left behind because it was ended halfway. They hold what the file itself was to hold, secrets included, so
 * whoever writes next removes them. Only names that writers of ours give are taken for such files.
 */
import { type Dirent, readdirSync, rmSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { isAlive } from "./process-identity.ts";

/** No write of ours takes that long, in ms. */
const PATIENCE_MS = 60_000;

/** Where a process writes what is to become `file`. */
export function halfWriteOf(file: string, ending: "tmp" | "new" = "tmp"): string {
  return `${file}.${process.pid}.${ending}`;
}

/** The leftovers beside a file, each with its path. Those of a writer that may still be at work are none. */
export function leftoversOf(file: string): string[] {
  return namesIn(dirname(file))
    .filter((name) => isHalfWrite(name, basename(file)))
    .map((name) => join(dirname(file), name))
    .filter((path) => isLeft(path));
}

/** The leftovers in a directory in which all files are ours and end in `.json`. */
export function leftoversIn(directory: string): string[] {
  return namesIn(directory)
    .filter((name) => isHalfWrite(name, `${name.split(".json.")[0]}.json`))
    .map((name) => join(directory, name))
    .filter((path) => isLeft(path));
}

/** Whether nobody is writing a half-written file any more. */
export function isLeft(path: string): boolean {
  const status = statSync(path, { throwIfNoEntry: false });
  if (status === undefined || !status.isFile()) return false;
  const pid = Number(WRITER.exec(basename(path))?.[1] ?? Number.NaN);
  if (pid === process.pid) return false;
  // The number of a process that was ended may belong to another one by now.
  return (Number.isInteger(pid) && !isAlive(pid)) || Date.now() - status.ctimeMs > PATIENCE_MS;
}

/** Removes them; what cannot be removed stays for doctor to name. */
export function removeLeftovers(file: string): void {
  for (const path of leftoversOf(file)) {
    try {
      rmSync(path, { force: true });
    } catch {
      // The write itself is what matters now, and it will say what is wrong with the directory.
    }
  }
}

/** Whether the name is that of a half-written file of ours that was to become `target`, a name without its directory. */
export function isHalfWrite(name: string, target: string): boolean {
  return name.startsWith(`${target}.`) && ENDING.test(name.slice(target.length));
}

/** Whether the name is that of a half-written file of ours, whatever it was to become. */
export function isAnyHalfWrite(name: string): boolean {
  return [...name.matchAll(/\./g)].some(({ index }) => index > 0 && ENDING.test(name.slice(index)));
}

/** `.123.tmp`, `.123.new`, `.bak.123.new`, and those of the library that earlier versions wrote with: `.tmp-17000000000a1b2c`. */
const ENDING = /^(\.bak)?(\.\d+\.(tmp|new)(\.tmp-\d{10}[0-9a-f]{6})?|\.tmp-\d{10}[0-9a-f]{6})$/;
const WRITER = /\.(\d+)\.(?:tmp|new)(?:\.tmp-\d{10}[0-9a-f]{6})?$/;

function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory, { withFileTypes: true })
      .filter((entry: Dirent) => entry.isFile())
      .map(({ name }) => name);
  } catch {
    return []; // Not there or not for us: then nothing can be removed either.
  }
}
