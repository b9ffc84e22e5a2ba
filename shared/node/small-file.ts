/**
 * Reads a file that should be small and may be anything: a directory, a pipe nobody writes into, a device without an end. It
 * never waits, never fills the memory, and tells what stands in the way.
 */
import { closeSync, constants, fstatSync, openSync, readSync, type Stats, statSync } from "node:fs";
import { errorText, systemCode } from "../errors.ts";

/** What stands at a path. `fix` is a sentence that says what to do about the reason. */
export type SmallFile =
  | { state: "bytes"; bytes: Buffer }
  | { state: "missing" }
  | ({ state: "unreadable" } & ReadFailure);

/** Why a file cannot be read, such as `permission denied (EACCES)`, and the remedy. */
export interface ReadFailure {
  reason: string;
  fix: string;
  /** It may work in a moment: too many open files, a drive that is busy. */
  passing?: boolean;
}

/** Largest of the files in which programs of ours keep their state, in bytes. */
export const MAX_STATE_BYTES = 16 * 1024 * 1024;

/** The content of a regular file of at most `maxBytes`; links are followed. Does not throw. */
export function readSmallFile(path: string, maxBytes: number): SmallFile {
  try {
    const before = noFile(statSync(path));
    if (before !== undefined) return { state: "unreadable", ...before };
    return readOpened(openSync(path, READ_WITHOUT_WAITING), maxBytes);
  } catch (error) {
    if (systemCode(error) === "ENOENT") return { state: "missing" };
    return { state: "unreadable", ...readFailure(error) };
  }
}

/** The text of such a file; undefined when it is missing or cannot be read. Bytes that are no UTF-8 are replaced. */
export function smallText(path: string, maxBytes = MAX_STATE_BYTES): string | undefined {
  const file = readSmallFile(path, maxBytes);
  return file.state === "bytes" ? file.bytes.toString("utf8") : undefined;
}

/** Why something that exists is not opened; undefined for a regular file. Opening a pipe would wait for somebody who writes into it. */
export function noFile(status: Stats): ReadFailure | undefined {
  if (status.isDirectory()) return { reason: "it is a directory (EISDIR)", fix: "put a file in its place" };
  if (status.isFile()) return undefined;
  return { reason: "it is not a regular file", fix: "put a regular file in its place" };
}

/** The reason and remedy for a failed attempt to read a file. */
export function readFailure(error: unknown): ReadFailure {
  const code = systemCode(error) ?? "";
  return FAILURES[code] ?? { reason: errorText(error), fix: "check the disk and the path" };
}

/** How a file is opened that may have become a pipe between the look and the opening. Windows has neither. */
export const READ_WITHOUT_WAITING =
  constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | (constants.O_NOCTTY ?? 0);

const MIB = 1024 * 1024;

function readOpened(fd: number, maxBytes: number): SmallFile {
  try {
    const status = fstatSync(fd);
    const failure = noFile(status);
    if (failure !== undefined) return { state: "unreadable", ...failure };
    if (status.size > maxBytes) return tooLarge(maxBytes);
    // One byte more tells a file that grows meanwhile.
    const buffer = Buffer.allocUnsafe(Math.min(status.size, maxBytes) + 1);
    const chunks: Buffer[] = [];
    let length = 0;
    for (;;) {
      const count = readSync(fd, buffer, 0, buffer.length, null);
      if (count === 0) break;
      length += count;
      if (length > maxBytes) return tooLarge(maxBytes);
      chunks.push(Buffer.from(buffer.subarray(0, count)));
    }
    return { state: "bytes", bytes: Buffer.concat(chunks) };
  } finally {
    closeSync(fd);
  }
}

function tooLarge(maxBytes: number): SmallFile {
  const size = maxBytes >= MIB ? `${maxBytes / MIB} MiB` : `${maxBytes / 1024} KiB`;
  return {
    state: "unreadable",
    reason: `it is larger than ${size}`,
    fix: "check whether this is the right file",
  };
}

const NOT_PERMITTED = "make it readable for this user: check owner and mode of the file and its directories";
const BUSY = "try again in a moment";

const FAILURES: Record<string, ReadFailure> = {
  EACCES: { reason: "permission denied (EACCES)", fix: NOT_PERMITTED },
  EPERM: { reason: "permission denied (EPERM)", fix: NOT_PERMITTED },
  ENOTDIR: {
    reason: "a part of the path is a file (ENOTDIR)",
    fix: "move that file away, or choose another path",
  },
  ELOOP: { reason: "its symbolic links lead in a circle (ELOOP)", fix: "repair the symbolic link" },
  EMFILE: { reason: "too many files are open (EMFILE)", fix: BUSY, passing: true },
  ENFILE: { reason: "too many files are open on this machine (ENFILE)", fix: BUSY, passing: true },
  EBUSY: { reason: "it is in use (EBUSY)", fix: BUSY, passing: true },
  EAGAIN: { reason: "it is in use (EAGAIN)", fix: BUSY, passing: true },
  EINTR: { reason: "the reading was interrupted (EINTR)", fix: BUSY, passing: true },
};
