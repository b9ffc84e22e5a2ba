/** Moves files and directories to where the system keeps what was thrown away, so that a mistake can be undone. */

import { lstat, mkdir, open, rename, rm } from "node:fs/promises";
import { basename, dirname, isAbsolute, join } from "node:path";
import { errorText, SetupError, systemCode } from "../../shared/errors.ts";
import type { Environment } from "../../shared/node/paths.ts";
import { advice } from "../../shared/remedy.ts";
import { localTime } from "../base/local-time.ts";
import { run } from "./process/run.ts";

/** Whose trash it is. */
export interface TrashOwner {
  env: Environment;
  platform: NodeJS.Platform;
  home: string;
}

/** Where something went. `place` is undefined in the Windows Recycle Bin, which has its own names. */
export interface Trashed {
  path: string;
  kind: "trash" | "renamed";
  place: string | undefined;
}

/** Names with a number are tried up to this one. */
const MAX_SAME_NAMES = 1_000;
const POWERSHELL_TIMEOUT_MS = 60_000;

/**
 * Moves `path`, never what a symbolic link points to, to the trash; where that is impossible it is renamed to
 * `<path>.trash-<timestamp>`. Fails with `TRASH_FAILED`; the path is then where it was, and the caller must not go on.
 */
export async function moveToTrash(path: string, owner: TrashOwner, nowMs: number): Promise<Trashed> {
  const failures: string[] = [];
  for (const attempt of [moveToSystemTrash, renameAside]) {
    try {
      return await attempt(path, owner, nowMs);
    } catch (error) {
      failures.push(systemCode(error) ?? errorText(error));
    }
  }
  const reason = [...new Set(failures)].join(", then ");
  throw new SetupError(
    "TRASH_FAILED",
    advice`${path} cannot be moved to the trash (${reason}). Nothing more was done.`,
    {
      fix: advice`move ${path} away yourself, then try again`,
      details: { path },
    },
  );
}

function moveToSystemTrash(path: string, owner: TrashOwner, nowMs: number): Promise<Trashed> {
  if (owner.platform === "win32") return moveToRecycleBin(path, owner);
  return owner.platform === "darwin"
    ? moveToMacTrash(path, owner, nowMs)
    : moveToXdgTrash(path, owner, nowMs);
}

/** The home trash of the freedesktop.org Trash specification, version 1.0. */
async function moveToXdgTrash(path: string, { env, home }: TrashOwner, nowMs: number): Promise<Trashed> {
  const { XDG_DATA_HOME } = env;
  const dataHome = XDG_DATA_HOME && isAbsolute(XDG_DATA_HOME) ? XDG_DATA_HOME : join(home, ".local", "share");
  const trash = join(dataHome, "Trash");
  refuseInside(trash, path);
  await mkdir(join(trash, "files"), { recursive: true, mode: 0o700 });
  await mkdir(join(trash, "info"), { recursive: true, mode: 0o700 });
  const deleted = localTime(nowMs).replace(" ", "T");
  const location = path.split("/").map(encodeURIComponent).join("/");
  const { name, info } = await reserveInfo(join(trash, "info"), basename(path), [
    "[Trash Info]",
    `Path=${location}`,
    `DeletionDate=${deleted}`,
  ]);
  const place = join(trash, "files", name);
  try {
    if (await exists(place)) throw new Error(`${place} exists already`);
    await rename(path, place);
  } catch (error) {
    await rm(info, { force: true });
    throw error;
  }
  return { path, kind: "trash", place };
}

/** Creating the info file is what reserves the name. */
async function reserveInfo(
  folder: string,
  wanted: string,
  lines: readonly string[],
): Promise<{ name: string; info: string }> {
  for (let number = 1; number <= MAX_SAME_NAMES; number += 1) {
    const name = number === 1 ? wanted : `${wanted}.${number}`;
    const info = join(folder, `${name}.trashinfo`);
    if (await created(info, `${lines.join("\n")}\n`)) return { name, info };
  }
  throw new Error(`the trash holds too many files named ${wanted}`);
}

/** False when there is such a file already; one that cannot be written whole is taken away again. */
async function created(path: string, text: string): Promise<boolean> {
  const file = await open(path, "wx", 0o600).catch((error: unknown) => {
    if (systemCode(error) === "EEXIST") return undefined;
    throw error;
  });
  if (file === undefined) return false;
  try {
    await file.writeFile(text);
    return true;
  } catch (error) {
    await rm(path, { force: true });
    throw error;
  } finally {
    await file.close();
  }
}

async function moveToMacTrash(path: string, { home }: TrashOwner, nowMs: number): Promise<Trashed> {
  const trash = join(home, ".Trash");
  refuseInside(trash, path);
  await mkdir(trash, { recursive: true, mode: 0o700 });
  const time = localTime(nowMs).slice(11).replaceAll(":", ".");
  const name = basename(path);
  for (const place of [
    join(trash, name),
    join(trash, `${name} ${time}`),
    join(trash, `${name} ${time} ${nowMs}`),
  ]) {
    if (await exists(place)) continue;
    await rename(path, place);
    return { path, kind: "trash", place };
  }
  throw new Error(`the trash holds too many files named ${name}`);
}

/** The path travels in the environment, so that no character of it is read as a command. */
async function moveToRecycleBin(path: string, { env }: TrashOwner): Promise<Trashed> {
  const call = (method: string) =>
    `[Microsoft.VisualBasic.FileIO.FileSystem]::${method}($env:CLAWDBOT_TRASH_PATH, 'OnlyErrorDialogs', 'SendToRecycleBin')`;
  const script = [
    "$ErrorActionPreference = 'Stop'",
    "Add-Type -AssemblyName Microsoft.VisualBasic",
    `if (Test-Path -LiteralPath $env:CLAWDBOT_TRASH_PATH -PathType Container) { ${call("DeleteDirectory")} } else { ${call("DeleteFile")} }`,
  ].join("; ");
  const args = ["-NoProfile", "-NonInteractive", "-Command", script];
  const options = { timeoutMs: POWERSHELL_TIMEOUT_MS, env: { ...env, CLAWDBOT_TRASH_PATH: path } };
  await run("powershell.exe", args, options);
  if (await exists(path)) throw new Error("the Recycle Bin did not take it");
  return { path, kind: "trash", place: undefined };
}

async function renameAside(path: string, _owner: TrashOwner, nowMs: number): Promise<Trashed> {
  const stamp = localTime(nowMs)
    .replace(/\D/g, "")
    .replace(/^(\d{8})/, "$1-");
  let place = `${path}.trash-${stamp}`;
  for (let number = 2; await exists(place); number += 1) place = `${path}.trash-${stamp}-${number}`;
  await rename(path, place);
  return { path, kind: "renamed", place };
}

/** A directory cannot be moved into itself, and what holds the trash is too much to throw away. */
function refuseInside(trash: string, path: string): void {
  for (let at = trash; at !== dirname(at); at = dirname(at)) {
    if (at === path) throw new Error("it holds the trash itself");
  }
}

async function exists(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return true;
  } catch (error) {
    if (systemCode(error) === "ENOENT") return false;
    throw error;
  }
}
