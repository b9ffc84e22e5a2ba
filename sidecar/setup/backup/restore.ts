/**
 * Puts a backup in the place of a state directory: everything is written beside it first and then gets its name at once, so that
 * whoever looks sees the old state or the new one.
 */

import { lstatSync, mkdirSync, readdirSync, realpathSync, renameSync, rmdirSync, rmSync } from "node:fs";
import { open } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { SetupError } from "../../../shared/errors.ts";
import { ensureDirectory } from "../../../shared/node/directory.ts";
import { isThere } from "../../../shared/node/is-there.ts";
import { isMountPoint } from "../../../shared/node/mounts.ts";
import { isAlive } from "../../../shared/node/process-identity.ts";
import { syncDirectory } from "../../../shared/node/replace-file.ts";
import { unwritable } from "../../../shared/node/unwritable.ts";
import { advice } from "../../../shared/remedy.ts";
import { moveToTrash, type Trashed } from "../../host/trash.ts";
import { assertDeletable, findUnsavedWork, unsavedWorkError } from "../deletion-guard.ts";
import {
  configFiles,
  isOwnDirectory,
  type ProfilePlace,
  refuseWhileRunning,
  STATE_ENTRIES,
} from "../reset.ts";
import { refuseWhileTrayRuns } from "../uninstall.ts";
import type { BackupManifest } from "./manifest.ts";
import { type OpenBackup, openBackup } from "./read.ts";

export interface RestoreOptions {
  /** Moves a state directory that holds something to the trash. */
  force: boolean;
  nowMs: number;
}

export interface RestoredBackup {
  stateDir: string;
  manifest: BackupManifest;
  /** Where the state that was there before is now. */
  moved: Trashed | undefined;
}

/**
 * Restores into the profile. Fails with `BACKUP_INVALID` or `BACKUP_NEWER` before anything is written, with `ALREADY_RUNNING`,
 * `PATH_TAKEN`, `PATH_PROTECTED`, `TRASH_FAILED`, or `BACKUP_FAILED` when the place cannot be written; the state is as it was then.
 */
export async function restoreBackup(
  file: string,
  place: ProfilePlace,
  { force, nowMs }: RestoreOptions,
): Promise<RestoredBackup> {
  const { paths } = place;
  await refuseWhileUsed(place);
  const stateDir = isThere(paths.stateDir) ? realpathSync(paths.stateDir) : paths.stateDir;
  if (isMountPoint(stateDir)) throw mounted(stateDir);
  // A path with a slip in it is told before what would have become of the state.
  await using backup = await openBackup(file);
  const isTaken = holdsSomething(stateDir);
  if (isTaken && !force) throw taken(paths.stateDir);
  if (isTaken) await refuseForeignContent(stateDir, place);

  await backup.read();
  const staged = stagingPlace(stateDir);
  try {
    const manifest = await stage(backup, staged);
    // Reading took its time: somebody may have started one meanwhile.
    await refuseWhileUsed(place);
    const moved = await exchange(staged, stateDir, { place, nowMs });
    return { stateDir, manifest, moved };
  } catch (error) {
    throw error instanceof SetupError ? error : failure(stateDir, error);
  } finally {
    rmSync(staged, { recursive: true, force: true });
  }
}

async function refuseWhileUsed(place: ProfilePlace): Promise<void> {
  await refuseWhileRunning(place, UNDONE);
  await refuseWhileTrayRuns(place.paths, TRAY_RUNS);
}

const UNDONE = advice`Nothing was restored`;
const TRAY_RUNS = "Nothing was restored: the tray runs and would write its files again.";

/** Reads it a second time: what is staged is what was checked, or an error. */
async function stage(backup: OpenBackup, staged: string): Promise<BackupManifest> {
  ensureDirectory(dirname(staged));
  removeLeftStages(staged);
  mkdirSync(staged, { mode: 0o700 });
  const folders = new Set([staged]);
  const manifest = await backup.read(async (path, body) => {
    const target = join(staged, ...path.split("/"));
    ensureDirectory(dirname(target));
    folders.add(dirname(target));
    await writeNew(target, body);
  });
  for (const folder of folders) syncDirectory(folder);
  return manifest;
}

async function writeNew(target: string, body: AsyncIterable<Buffer>): Promise<void> {
  const handle = await open(target, "wx", 0o600);
  try {
    for await (const chunk of body) await handle.writeFile(chunk);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** A state that was there goes to the trash and comes back when the new one cannot take its place. */
async function exchange(
  staged: string,
  stateDir: string,
  { place, nowMs }: { place: ProfilePlace; nowMs: number },
): Promise<Trashed | undefined> {
  const { env, platform, paths } = place;
  const trash = { env, platform, home: paths.home };
  const moved = holdsSomething(stateDir) ? await moveToTrash(stateDir, trash, nowMs) : undefined;
  try {
    // Windows renames nothing onto an empty directory.
    if (platform === "win32" && isThere(stateDir)) rmdirSync(stateDir);
    renameSync(staged, stateDir);
  } catch (error) {
    if (moved?.place !== undefined && !isThere(stateDir)) renameSync(moved.place, stateDir);
    throw error;
  }
  syncDirectory(dirname(stateDir));
  return moved;
}

/** Beside the state directory, so that it can be renamed to it. */
function stagingPlace(stateDir: string): string {
  return `${stateDir}.restore.${process.pid}.tmp`;
}

/** What a restore left that was ended halfway holds secrets. */
function removeLeftStages(staged: string): void {
  const prefix = basename(staged).replace(/\d+\.tmp$/, "");
  for (const name of readdirSync(dirname(staged))) {
    const pid = name.startsWith(prefix) ? /^(\d+)\.tmp$/.exec(name.slice(prefix.length))?.[1] : undefined;
    if (pid === undefined || (Number(pid) !== process.pid && isAlive(Number(pid)))) continue;
    rmSync(join(dirname(staged), name), { recursive: true, force: true });
  }
}

function holdsSomething(stateDir: string): boolean {
  const status = lstatSync(stateDir, { throwIfNoEntry: false });
  if (status === undefined) return false;
  try {
    return !status.isDirectory() || readdirSync(stateDir).length > 0;
  } catch (error) {
    throw failure(stateDir, error);
  }
}

/** A directory that was chosen by hand may hold what is not ours, and a repository what nobody wants to lose. */
async function refuseForeignContent(stateDir: string, { paths, env }: ProfilePlace): Promise<void> {
  assertDeletable({ targets: [stateDir], roots: [stateDir], keep: [], home: paths.home });
  const ours = [...STATE_ENTRIES, ...configFiles(paths).map((path) => basename(path))];
  const foreign = isOwnDirectory(paths)
    ? undefined
    : readdirSync(stateDir).find((name) => !ours.includes(name));
  if (foreign !== undefined) {
    throw new SetupError(
      "PATH_PROTECTED",
      advice`Nothing was restored: ${join(stateDir, foreign)} is none of our files.`,
      {
        fix: advice`move it, or the whole of ${stateDir}, away yourself`,
        details: { path: join(stateDir, foreign) },
      },
    );
  }
  const unsaved = await findUnsavedWork([stateDir], env);
  if (unsaved.length > 0) throw unsavedWorkError(unsaved);
}

function taken(stateDir: string): SetupError {
  return new SetupError("PATH_TAKEN", advice`Nothing was restored: ${stateDir} is not empty.`, {
    fix: "--force moves what is there to the trash first",
    details: { path: stateDir },
  });
}

function mounted(stateDir: string): SetupError {
  return new SetupError(
    "BACKUP_FAILED",
    advice`Nothing was restored: ${stateDir} is a mount point, which nothing can replace.`,
    {
      fix: "mount the directory above it, or set CLAWDBOT_STATE_DIR to a directory inside of it",
      details: { path: stateDir },
    },
  );
}

function failure(stateDir: string, error: unknown): SetupError {
  const { sentence, cause, fix } = unwritable(stateDir, error);
  return new SetupError("BACKUP_FAILED", advice`${sentence}. Nothing was restored.`, {
    cause,
    ...(fix === undefined ? {} : { fix }),
    details: { path: stateDir },
  });
}
