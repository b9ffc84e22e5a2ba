/** Replaces what a file holds: whole, so that readers see the old or the new content and never half of it. */
import {
  chmodSync,
  chownSync,
  closeSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { dirname } from "node:path";
import { systemCode } from "../errors.ts";
import { halfWriteOf, removeLeftovers } from "./half-writes.ts";
import { isThere } from "./is-there.ts";

export interface ReplaceOptions {
  /** Wait until the disk has it; what is worthless after a power cut does without. */
  durable?: boolean;
  /** Where a link stands, replace what it leads to: for files that people keep elsewhere. Else the link itself is replaced. */
  follow?: boolean;
  /** Whom else it is for, as the system's bits; without it for the owner alone. */
  mode?: number;
}

/**
 * Writes the text, for the owner only unless more is asked for, beside the file first. A file that is mounted by itself cannot be
 * replaced: its content is. Throws the system's error; the file is then as it was.
 */
export function replaceFile(
  file: string,
  text: string | Uint8Array,
  { durable = true, follow = false, mode }: ReplaceOptions = {},
): void {
  const target = follow && isThere(file) ? realpathSync(file) : file;
  removeLeftovers(target);
  const fresh = halfWriteOf(target);
  try {
    // Whoever may write there could have put a link in its place.
    rmSync(fresh, { force: true });
    writeFileSync(fresh, text, { mode: 0o600, flush: durable, flag: "wx" });
    if (mode !== undefined) chmodSync(fresh, mode);
    if (isThere(target)) keepOwner(target, fresh);
    takePlace(fresh, target, text);
  } finally {
    rmSync(fresh, { force: true });
  }
  if (durable) syncDirectory(dirname(target));
}

/** Gives the file at `fresh`, which holds `text`, the name `target`, or its content to what is mounted there. Throws the system's error. */
export function takePlace(fresh: string, target: string, text: string | Uint8Array): void {
  try {
    renamePatiently(fresh, target);
  } catch (error) {
    // A mount point is busy, and nothing is renamed from one file system to another; see rename(2).
    const isMounted = ["EBUSY", "EXDEV"].includes(systemCode(error) ?? "");
    if (!isMounted || !isThere(target)) throw error;
    overwrite(target, text);
    rmSync(fresh, { force: true });
  }
}

/** Whoever a file belongs to could not read it any more after a change by root. Throws the system's error. */
export function keepOwner(from: string, to: string): void {
  if (process.getuid?.() !== 0) return;
  const { uid, gid } = statSync(from);
  if (uid !== 0) chownSync(to, uid, gid);
}

/** Makes a new name in the directory outlast a power cut, where the system can. */
export function syncDirectory(directory: string): void {
  try {
    const fd = openSync(directory, "r");
    try {
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
  } catch {
    // Windows does not open directories, and some file systems do not sync them: then there is no more to be done.
  }
}

/** On Windows whoever looks into a file, such as a virus scanner, keeps it from being replaced for a moment. */
function renamePatiently(from: string, to: string): void {
  for (let attempt = 1; ; attempt += 1) {
    try {
      renameSync(from, to);
      return;
    } catch (error) {
      const isHeld = process.platform === "win32" && HELD.includes(systemCode(error) ?? "");
      if (!isHeld || attempt >= ATTEMPTS) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, attempt * ATTEMPT_MS);
    }
  }
}

const HELD = ["EPERM", "EACCES", "EBUSY"];
const ATTEMPTS = 5;
const ATTEMPT_MS = 10;

/** The new content first, then what is too much of the old one: a reader in between does not see an empty file. */
function overwrite(target: string, text: string | Uint8Array): void {
  const before = readFileSync(target);
  const fd = openSync(target, "r+");
  try {
    writeAll(fd, typeof text === "string" ? Buffer.from(text) : text);
    fsyncSync(fd);
  } catch (error) {
    writeAll(fd, before);
    throw error;
  } finally {
    closeSync(fd);
  }
  try {
    chmodSync(target, 0o600);
  } catch {
    // Whoever mounted it decides who may read it.
  }
}

function writeAll(fd: number, bytes: Uint8Array): void {
  let written = 0;
  while (written < bytes.length) written += writeSync(fd, bytes, written, bytes.length - written, written);
  ftruncateSync(fd, bytes.length);
}
