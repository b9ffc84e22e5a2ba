/**
 * A lock of the operating system on a file, which ends with the process that holds it, however it ends. SQLite's own
 * exclusive transaction is used for it, because it takes fcntl locks on Unix and LockFileEx on Windows, and Node brings it along.
 */
import { chmodSync, closeSync, existsSync, openSync } from "node:fs";
import { dirname } from "node:path";
import { systemCode } from "../errors.ts";
import type { Disposable } from "../lifecycle.ts";
import { ensureDirectory } from "./directory.ts";

/** Takes the lock and returns its release, or undefined when another process (or this one) holds it. Throws I/O errors. */
export async function acquireLock(file: string): Promise<Disposable | undefined> {
  ensureDirectory(dirname(file));
  createFile(file);
  const { DatabaseSync } = await withoutExperimentalWarning(() => import("node:sqlite"));
  const database = new DatabaseSync(file);
  try {
    chmodSync(file, 0o600);
    database.exec("PRAGMA journal_mode = MEMORY; PRAGMA busy_timeout = 0; BEGIN EXCLUSIVE");
  } catch (error) {
    database.close();
    if (error instanceof Error && "errcode" in error && error.errcode === SQLITE_BUSY) return undefined;
    throw error;
  }
  let held = true;
  return {
    dispose: () => {
      if (held) database.close();
      held = false;
    },
  };
}

/** Whether some process holds the lock. Creates nothing. Throws I/O errors. */
export async function isLockHeld(file: string): Promise<boolean> {
  if (!existsSync(file)) return false;
  const lock = await acquireLock(file);
  lock?.dispose();
  return lock === undefined;
}

/** Before SQLite does, whose errors do not tell a full disk from a missing permission. */
function createFile(file: string): void {
  try {
    closeSync(openSync(file, "wx", 0o600));
  } catch (error) {
    if (systemCode(error) !== "EEXIST") throw error;
  }
}

/** Result code 5 of sqlite.org/rescode.html: another connection holds the lock. */
const SQLITE_BUSY = 5;

/** Node announces `node:sqlite` as experimental on stderr at its first import; users cannot act on that. */
async function withoutExperimentalWarning<T>(load: () => Promise<T>): Promise<T> {
  const original = process.emitWarning;
  process.emitWarning = () => {};
  try {
    return await load();
  } finally {
    process.emitWarning = original;
  }
}
