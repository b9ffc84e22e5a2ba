/**
 * A lock of the operating system on a file, which ends with the process that holds it, however it ends. SQLite's own
 * exclusive transaction is used for it, because it takes fcntl locks on Unix and LockFileEx on Windows, and Node brings it along.
 * Closing any descriptor of the file would end the lock of this process, so that nothing but SQLite opens it.
 */

import { accessSync, chmodSync, closeSync, constants, lstatSync, openSync, rmSync } from "node:fs";
import { dirname } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import { systemCode } from "../errors.ts";
import type { Disposable } from "../lifecycle.ts";
import { ensureDirectory, ensureLastDirectory } from "./directory.ts";
import { isThere } from "./is-there.ts";
import { loadSqlite, sqliteCode } from "./sqlite.ts";

/** A lock that is held until it is disposed of. */
export interface Lock extends Disposable {
  /** Whether the file at the path still is the locked one. Others see a lock only by its path. */
  isInPlace(): boolean;
}

/**
 * Takes the lock and returns it, or undefined when another process (or this one) holds it. Throws the system's error, also for
 * anything but a regular file at the path, and `RUNTIME_MISSING` where Node was built without SQLite. Without `parents` nothing above its directory is made.
 */
export async function acquireLock(file: string, { parents = true } = {}): Promise<Lock | undefined> {
  const { DatabaseSync } = await loadSqlite();
  if (parents) ensureDirectory(dirname(file));
  else ensureLastDirectory(dirname(file));
  for (let attempt = 1; ; attempt += 1) {
    const identity = lockable(file);
    const database = openedBy(() => new DatabaseSync(file), file);
    try {
      database.exec("PRAGMA journal_mode = MEMORY; PRAGMA busy_timeout = 0; BEGIN EXCLUSIVE");
    } catch (error) {
      database.close();
      const code = sqliteCode(error);
      if (code === SQLITE_BUSY) return undefined;
      if (code === SQLITE_READONLY) throw refusalOf(file, error);
      if (code !== SQLITE_NOTADB || attempt > 1) throw error;
      // Whatever stands in it, no lock of ours does.
      rmSync(file, { force: true });
      continue;
    }
    // Somebody may have taken the file away between the look and the lock.
    if (identityAt(file) === identity || attempt > MOST_ATTEMPTS) return held(file, identity, database);
    database.close();
  }
}

/** Whether some process holds the lock. Creates nothing. Throws I/O errors. */
export async function isLockHeld(file: string): Promise<boolean> {
  if (!isThere(file)) return false;
  const lock = await acquireLock(file);
  lock?.dispose();
  return lock === undefined;
}

const MOST_ATTEMPTS = 3;

/** Result codes of sqlite.org/rescode.html: another connection holds the lock; the file is something else. */
const SQLITE_BUSY = 5;
const SQLITE_READONLY = 8;
const SQLITE_NOTADB = 26;

function held(file: string, identity: string, database: DatabaseSync): Lock {
  let isHeld = true;
  return {
    isInPlace: () => isHeld && identityAt(file) === identity,
    dispose: () => {
      if (isHeld) database.close();
      isHeld = false;
    },
  };
}

/**
 * Creates the file where there is none, before SQLite does, whose errors do not tell a full disk from a missing permission; and makes
 * sure that SQLite meets a file that it can open without waiting and that is ours to change. Returns its identity.
 */
function lockable(file: string): string {
  try {
    closeSync(openSync(file, "wx", 0o600));
  } catch (error) {
    if (systemCode(error) !== "EEXIST") throw error;
  }
  const status = lstatSync(file);
  if (status.isSymbolicLink())
    throw Object.assign(new Error(`${file} is a symbolic link`), { code: "ELOOP", path: file });
  if (status.isDirectory())
    throw Object.assign(new Error(`${file} is a directory`), { code: "EISDIR", path: file });
  if (!status.isFile()) throw new Error(`${file} is not a regular file`);
  if (process.platform !== "win32" && (status.mode & 0o077) !== 0) chmodSync(file, 0o600);
  return identityOf(status);
}

function openedBy(open: () => DatabaseSync, file: string): DatabaseSync {
  try {
    return open();
  } catch (error) {
    throw refusalOf(file, error);
  }
}

/**
 * The system's reason for what SQLite only calls unopened or read-only. It is asked afterwards, because it answers for the real user
 * and not for the one, or the capabilities, that count when a file is opened.
 */
function refusalOf(file: string, error: unknown): unknown {
  try {
    accessSync(file, constants.R_OK | constants.W_OK);
    return error;
  } catch (reason) {
    return reason;
  }
}

function identityAt(file: string): string | undefined {
  try {
    return identityOf(lstatSync(file));
  } catch {
    return undefined; // Gone, or no longer to be reached by its path.
  }
}

function identityOf({ dev, ino }: { dev: number; ino: number }): string {
  return `${dev}:${ino}`;
}
