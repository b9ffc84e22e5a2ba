/**
 * Reads files while programs write them, so that what is read was there at one moment. Files of ours are replaced as a whole or
 * appended to, so one that is open stays what it was; of several, as the lists of devices, it is made sure that none changed
 * meanwhile. The store of sessions is copied by its own engine, which knows what is half written.
 */

import { lstatSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CodedError, errorText, SetupError, systemCode } from "../../../shared/errors.ts";
import { noFile, READ_WITHOUT_WAITING, readFailure, readSmallFile } from "../../../shared/node/small-file.ts";
import { advice, whole } from "../../../shared/remedy.ts";
import { copyDatabase, lookIntoDatabase } from "../../base/store/database.ts";
import { STORE_NAME, type StateFolder } from "./state-files.ts";

/** One file: its size is fixed before its content is read. */
export interface Snapshot {
  path: string;
  sizeBytes: number;
  modifiedAtMs: number;
  body: AsyncIterable<Buffer> | Iterable<Buffer>;
}

/**
 * The files of the folder. Those that are gone meanwhile are left out. Fails with `BACKUP_FAILED` at one that cannot be read, and at a
 * large one that becomes shorter.
 */
export async function* snapshots({ files: all }: StateFolder): AsyncGenerator<Snapshot> {
  const files = all.filter((file) => !isStore(file));
  for (const store of all.filter(isStore)) yield* copyOf(store);
  const sizes = files.map(({ source }) => statSync(source, { throwIfNoEntry: false })?.size ?? 0);
  const isSmall = sizes.reduce((sum, size) => sum + size, 0) <= MAX_TOGETHER_BYTES;
  if (isSmall) yield* readTogether(files);
  else for (const file of files) yield* readAlone(file);
}

const MAX_TOGETHER_BYTES = 16 * 1024 * 1024;
/** A folder that never comes to rest is taken as it was read last: each file of it is whole all the same. */
const MOST_READINGS = 20;
const CHUNK_BYTES = 256 * 1024;

type Source = StateFolder["files"][number];

function isStore({ path }: Source): boolean {
  return path === STORE_NAME;
}

/** A store that is no database any more is taken as it is: whoever puts it back has what there was. */
async function* copyOf(store: Source): AsyncGenerator<Snapshot> {
  const folder = mkdtempSync(join(tmpdir(), "clawdbot-backup-"));
  try {
    const copy = join(folder, STORE_NAME);
    const isWhole = await copyStore(store.source, copy);
    yield* readAlone(isWhole ? { ...store, source: copy } : store);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function copyStore(source: string, copy: string): Promise<boolean> {
  try {
    const database = await lookIntoDatabase(source, { anyVersion: true });
    try {
      copyDatabase(database, copy);
    } finally {
      database.close();
    }
    return true;
  } catch (error) {
    if (error instanceof CodedError && error.code === "STORE_DAMAGED") return false;
    throw new SetupError(
      "BACKUP_FAILED",
      advice`Cannot copy ${source}: ${errorText(error)}. No backup was made.`,
      {
        cause: error,
        fix: advice`free some space in ${tmpdir()}, or set TMPDIR to another directory`,
        details: { path: source },
      },
    );
  }
}

function readTogether(files: readonly Source[]): Snapshot[] {
  for (let reading = 1; ; reading += 1) {
    const before = signatureOf(files);
    const found = files.flatMap(readWhole);
    if (reading >= MOST_READINGS || signatureOf(files) === before) return found;
  }
}

function signatureOf(files: readonly Source[]): string {
  return files
    .map(({ source }) => {
      const status = lstatSync(source, { bigint: true, throwIfNoEntry: false });
      return status === undefined ? "" : `${status.ino} ${status.size} ${status.mtimeNs} ${status.ctimeNs}`;
    })
    .join("\n");
}

function readWhole({ path, source }: Source): Snapshot[] {
  // One that grows meanwhile is still read to its end.
  const file = readSmallFile(source, 2 * MAX_TOGETHER_BYTES);
  if (file.state === "missing") return [];
  if (file.state === "unreadable") throw unreadable(source, file);
  const modifiedAtMs = statSync(source, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  return [{ path, sizeBytes: file.bytes.length, modifiedAtMs, body: [file.bytes] }];
}

async function* readAlone({ path, source }: Source): AsyncGenerator<Snapshot> {
  const handle = await opened(source);
  if (handle === undefined) return;
  try {
    const status = await handle.stat();
    const problem = noFile(status);
    if (problem !== undefined) throw unreadable(source, problem);
    const { size: sizeBytes, mtimeMs: modifiedAtMs } = status;
    yield { path, sizeBytes, modifiedAtMs, body: contentOf(handle, sizeBytes, source) };
  } finally {
    await handle.close();
  }
}

async function opened(source: string): Promise<FileHandle | undefined> {
  try {
    return await open(source, READ_WITHOUT_WAITING);
  } catch (error) {
    if (systemCode(error) === "ENOENT") return undefined;
    throw unreadable(source, readFailure(error));
  }
}

/** As many bytes as it had at first: what is appended later belongs to the next backup. */
async function* contentOf(handle: FileHandle, sizeBytes: number, source: string): AsyncGenerator<Buffer> {
  for (let position = 0; position < sizeBytes; ) {
    const buffer = Buffer.allocUnsafe(Math.min(CHUNK_BYTES, sizeBytes - position));
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, position);
    if (bytesRead === 0) {
      throw new SetupError(
        "BACKUP_FAILED",
        advice`${source} became shorter while it was read. No backup was made.`,
        {
          fix: "try again",
          details: { path: source },
        },
      );
    }
    position += bytesRead;
    yield buffer.subarray(0, bytesRead);
  }
}

function unreadable(path: string, { reason, fix }: { reason: string; fix: string }): SetupError {
  return new SetupError("BACKUP_FAILED", advice`Cannot read ${path}: ${whole(reason)}. No backup was made.`, {
    fix,
    details: { path },
  });
}
