/** What all logs have in common: making room, reading the end, and never through a link. */
import {
  closeSync,
  constants,
  fstatSync,
  ftruncateSync,
  lstatSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { systemCode } from "../errors.ts";

/** 10 MiB and five old files, as the log section of the lifecycle reference has it. */
export const LOG_ROTATION = { maxBytes: 10 * 1024 * 1024, keep: 5 } as const;

/** When a log is too large, and how many old files stay. */
export interface LogLimits {
  maxBytes: number;
  keep: number;
}

/** Renames the file to `.1`, that one to `.2` and so on; the last of `keep` goes. Throws the system's error. */
export function rotateFile(path: string, keep: number): void {
  renameOldOnes(path, keep);
  renameIfThere(path, `${path}.1`);
}

/** Rotates a file of more than `maxBytes`. Throws the system's error. */
export function rotateWhenLarge(path: string, { maxBytes, keep }: LogLimits): void {
  if (sizeOf(path) > maxBytes) rotateFile(path, keep);
}

/**
 * Makes room in a file that a program keeps open and appends to, where renaming it would change nothing: the end of it, at most
 * `maxBytes`, becomes `.1`, that one `.2` and so on, and the file is emptied. Throws the system's error.
 */
export function rotateInPlace(path: string, { maxBytes, keep }: LogLimits): void {
  const fd = openSync(path, constants.O_RDWR | NOT_THROUGH_LINKS);
  try {
    const end = endOf(fd, maxBytes, 0);
    renameOldOnes(path, keep);
    rmSync(`${path}.1`, { force: true });
    writeFileSync(`${path}.1`, end, { mode: 0o600, flag: "wx" });
    ftruncateSync(fd);
  } finally {
    closeSync(fd);
  }
}

/** Does so for a file of more than `maxBytes`. Throws the system's error. */
export function rotateInPlaceWhenLarge(path: string, limits: LogLimits): void {
  if (sizeOf(path) > limits.maxBytes) rotateInPlace(path, limits);
}

/**
 * Opens the file for appending (and reading), readable by its owner alone, and never through a link, which somebody could have laid
 * to a file of yours. Throws the system's error, `ELOOP` for a link, and for a pipe that nobody may read from.
 */
export function openForAppending(path: string): number {
  const fd = openSync(
    path,
    constants.O_RDWR | constants.O_APPEND | constants.O_CREAT | NOT_THROUGH_LINKS,
    0o600,
  );
  const status = fstatSync(fd);
  if (status.isFile() || status.isCharacterDevice()) return fd;
  closeSync(fd);
  throw new Error(`${path} is not a regular file`);
}

/** Appends the text to the file, opened likewise. Throws the system's error. */
export function appendTo(path: string, text: string): void {
  const fd = openForAppending(path);
  try {
    writeFileSync(fd, text);
  } finally {
    closeSync(fd);
  }
}

/** The last `maxBytes` of what the file holds after `fromByte`. Throws the system's error. */
export function readEnd(path: string, maxBytes: number, fromByte = 0): Buffer {
  const fd = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    return endOf(fd, maxBytes, fromByte);
  } finally {
    closeSync(fd);
  }
}

/** Windows has none of them; opening a pipe would wait for its other end. */
const NOT_THROUGH_LINKS =
  (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0) | (constants.O_NOCTTY ?? 0);

function endOf(fd: number, maxBytes: number, fromByte: number): Buffer {
  const status = fstatSync(fd);
  if (!status.isFile()) throw new Error("it is not a regular file");
  const { size } = status;
  const start = Math.max(fromByte > size ? 0 : fromByte, size - maxBytes);
  const bytes = Buffer.alloc(size - start);
  return bytes.subarray(0, readSync(fd, bytes, 0, bytes.length, start));
}

/** Of a regular file, links not followed; 0 where there is none. */
function sizeOf(path: string): number {
  const status = lstatSync(path, { throwIfNoEntry: false });
  return status?.isFile() ? status.size : 0;
}

/** Makes room for a new `.1`. */
function renameOldOnes(path: string, keep: number): void {
  rmSync(`${path}.${keep}`, { force: true });
  for (let index = keep - 1; index >= 1; index -= 1) {
    renameIfThere(`${path}.${index}`, `${path}.${index + 1}`);
  }
}

function renameIfThere(from: string, to: string): void {
  try {
    renameSync(from, to);
  } catch (error) {
    if (systemCode(error) !== "ENOENT") throw error;
  }
}
