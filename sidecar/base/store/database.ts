/** The one database file of a profile: opened with the settings that keep what was acknowledged, and brought up to date. */
import { closeSync, existsSync, openSync, renameSync, statSync } from "node:fs";
import { dirname } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import { errorText, SetupError } from "../../../shared/errors.ts";
import { ensureDirectory } from "../../../shared/node/directory.ts";
import { moveAside } from "../../../shared/node/set-aside.ts";
import { loadSqlite, sqliteCode } from "../../../shared/node/sqlite.ts";
import { unwritable } from "../../../shared/node/unwritable.ts";
import { advice, ours } from "../../../shared/remedy.ts";
import { MIGRATIONS } from "./migrations.ts";

/**
 * Opens the file, or makes it, readable by its owner alone. Fails with `STORE_NEWER` for a file of a later version, which is left
 * alone; with `STORE_DAMAGED` for one that is no database, which is put aside; and with `STATE_UNWRITABLE`.
 */
export async function openDatabase(file: string): Promise<DatabaseSync> {
  const { DatabaseSync } = await loadSqlite();
  prepareFile(file);
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(file);
    // The first statement that reads the file tells whether it is one.
    for (const setting of SETTINGS) database.exec(`PRAGMA ${setting}`);
    migrate(database, file);
    return database;
  } catch (error) {
    database?.close();
    throw failureOf(file, error);
  }
}

/**
 * Opens the file only to look at it; the file stays as it is. Fails with `STORE_DAMAGED`, and with `STORE_NEWER` for one of a later
 * version unless `anyVersion` will do.
 */
export async function lookIntoDatabase(
  file: string,
  { anyVersion = false }: { anyVersion?: boolean } = {},
): Promise<DatabaseSync> {
  const { DatabaseSync } = await loadSqlite();
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(file, { readOnly: true });
    database.exec("PRAGMA busy_timeout = 5000");
    if (anyVersion) database.exec("PRAGMA schema_version");
    else refuseNewer(database, file);
    return database;
  } catch (error) {
    database?.close();
    throw DAMAGE.includes(sqliteCode(error) ?? 0) ? damaged(file, file, error) : error;
  }
}

/** What SQLite keeps beside the file while it is open. */
export function companionsOf(file: string): string[] {
  return ["-wal", "-shm"].map((suffix) => file + suffix);
}

/** What is wrong with the pages of the file, or of one table in it, line by line; empty when all are sound. Reads all of them. */
export function problemsIn(database: DatabaseSync, table?: string): string[] {
  const what = table === undefined ? "20" : `"${table.replaceAll('"', '""')}"`;
  try {
    const rows = database.prepare(`PRAGMA quick_check(${what})`).all();
    return rows.map((row) => String(Object.values(row)[0])).filter((line) => line !== "ok");
  } catch (error) {
    // Of some damage SQLite makes no list.
    if (DAMAGE.includes(sqliteCode(error) ?? 0)) return [errorText(error)];
    throw error;
  }
}

/** Writes a consistent copy to a file that does not exist, whoever writes meanwhile. Throws SQLite's error. */
export function copyDatabase(database: DatabaseSync, to: string): void {
  database.prepare("VACUUM INTO ?").run(to);
}

/** Carries the work out as one: all of it or nothing. Fails with `STATE_UNWRITABLE` when the disk takes no more, and with what `work` throws. */
export function together<T>(database: DatabaseSync, work: () => T): T {
  database.exec("BEGIN IMMEDIATE");
  try {
    const result = work();
    database.exec("COMMIT");
    return result;
  } catch (error) {
    // A full disk may have ended the transaction already.
    if (database.isTransaction) database.exec("ROLLBACK");
    throw OF_THE_DISK.has(sqliteCode(error) ?? 0)
      ? unwritable(database.location() ?? "", diskError(error))
      : error;
  }
}

const SETTINGS = [
  "busy_timeout = 5000",
  "journal_mode = WAL",
  // What was acknowledged survives a power cut.
  "synchronous = FULL",
  "foreign_keys = ON",
  "temp_store = MEMORY",
];

/** Of SQLite: the file is damaged, or is no database. */
const DAMAGE = [11, 26];

function prepareFile(file: string): void {
  try {
    ensureDirectory(dirname(file));
    // SQLite would make one that others may read.
    if (!existsSync(file)) closeSync(openSync(file, "a", 0o600));
  } catch (error) {
    throw unwritable(file, error);
  }
}

function migrate(database: DatabaseSync, file: string): void {
  const version = refuseNewer(database, file);
  if (version === MIGRATIONS.length) return;
  if (version > 0) keepFormer(database, file, version);
  for (const [index, step] of MIGRATIONS.entries()) {
    if (index < version) continue;
    together(database, () => {
      database.exec(step);
      database.exec(`PRAGMA user_version = ${index + 1}`);
    });
  }
}

function refuseNewer(database: DatabaseSync, file: string): number {
  const version = Number(database.prepare("PRAGMA user_version").get()?.user_version ?? 0);
  if (version <= MIGRATIONS.length) return version;
  throw new SetupError(
    "STORE_NEWER",
    advice`${file} was written by a later version (tables ${version}, this version knows ${MIGRATIONS.length}).`,
    {
      fix: advice`run the later version here too, or restore a backup of before: ${ours`backup restore <file>`}`,
      details: { file, version },
    },
  );
}

/** The way back to the version before. */
function keepFormer(database: DatabaseSync, file: string, version: number): void {
  const copy = `${file}.v${version}.bak`;
  if (!existsSync(copy)) copyDatabase(database, copy);
}

function failureOf(file: string, error: unknown): unknown {
  if (error instanceof SetupError) return error;
  const code = sqliteCode(error);
  if (code !== undefined && DAMAGE.includes(code)) return damaged(file, putAside(file), error);
  return statSync(file, { throwIfNoEntry: false })?.isFile() === true && code === undefined
    ? error
    : unwritable(file, diskError(error));
}

/** Of SQLite: read-only, an error of the disk, and a full one, each with the system's name for it. */
const OF_THE_DISK = new Map([
  [8, "EROFS"],
  [10, "EIO"],
  [13, "ENOSPC"],
]);

/** The same in the system's words. */
function diskError(error: unknown): unknown {
  const code = OF_THE_DISK.get(sqliteCode(error) ?? 0);
  return code === undefined ? error : Object.assign(new Error(errorText(error), { cause: error }), { code });
}

/** With the files that belong to it, which another one would take for its own. */
function putAside(file: string): string {
  const place = moveAside(file);
  for (const suffix of ["-wal", "-shm"]) {
    if (existsSync(file + suffix)) renameSync(file + suffix, place + suffix);
  }
  return place;
}

function damaged(file: string, place: string, error: unknown): SetupError {
  const where = place === file ? advice`it was left as it is` : advice`it is kept as ${place}`;
  return new SetupError("STORE_DAMAGED", advice`${file} is damaged (${errorText(error)}); ${where}.`, {
    cause: error,
    fix: advice`put back the newest backup: ${ours`backup restore <file>`}`,
    details: { file, place },
  });
}
