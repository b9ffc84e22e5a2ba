/**
 * A log file: appended line by line, renamed away when it is full, repeated lines collapsed. Somebody may take the file or its
 * directory away at any time: it is then opened anew under its name. When the disk refuses, lines go to the fallback and the file is
 * tried again later, so that logging never stops the program and never stops itself.
 */
import { closeSync, fstatSync, ftruncateSync, lstatSync, readSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import type { Clock } from "../clock.ts";
import { errorText, systemCode } from "../errors.ts";
import { ensureDirectory, ensureLastDirectory } from "./directory.ts";
import { openForAppending, rotateFile } from "./log-files.ts";

export interface RotationOptions {
  /** Size in bytes at which the file is renamed to `.1`. */
  maxBytes: number;
  /** How many renamed files are kept. */
  keep: number;
  /** What two lines must share to count as the same, such as the line without its time. */
  sameness: (line: string) => string;
  /** The line that stands for `count` further repetitions of `line`. */
  repeated: (line: string, count: number) => string;
  /** Takes lines the file cannot take. */
  fallback: (line: string) => void;
}

/** Repetitions among lines that are JSON objects with a `time`. */
export const JSON_LINES: Pick<RotationOptions, "sameness" | "repeated"> = {
  sameness: (line) => line.replace(/"time":\d+,?/, ""),
  repeated: (line, count) => line.replace(/\}\n$/, `,"repeated":${count}}\n`),
};

/** How long after a failed write the file is tried again. */
const RETRY_MS = 10_000;
/** A run of repetitions is reported at least this often, so that a stuck loop is visible while it lasts. */
const REPEAT_REPORT_MS = 10_000;
/** How often it is looked whether the open file still is the one at the path. */
const LOOK_MS = 1_000;
/** At most this much of what went into a file that was deleted meanwhile is written again. */
const MAX_RESCUED_BYTES = 1024 * 1024;

export class RotatingFile {
  readonly path: string;
  #options: RotationOptions;
  #clock: Clock;
  #fd: number | undefined;
  #isFirstOpening = true;
  /** A device is never renamed. */
  #rotates = true;
  #size = 0;
  /** Size when the file was last seen at its path. */
  #seenSize = 0;
  /** All on the monotonic clock. */
  #lookAt = 0;
  #retryAt = 0;
  #rotateAt = 0;
  #problem: { reason: string; isOfOpening: boolean } | undefined;
  /** The newest line that only the fallback has. */
  #missed = "";
  #last = { key: "", line: "", repeats: 0, reportedAt: 0 };

  constructor(path: string, clock: Clock, options: RotationOptions) {
    this.path = path;
    this.#clock = clock;
    this.#options = options;
  }

  /** Why lines do not reach the file at the moment, such as `ENOSPC`; undefined while they do. */
  get problem(): string | undefined {
    return this.#problem?.reason;
  }

  /** Appends one line that ends in a newline. Never throws. */
  write(line: string): void {
    const key = this.#options.sameness(line);
    if (key === this.#last.key) {
      this.#last.line = line;
      this.#last.repeats += 1;
      if (this.#clock.monotonicMs() - this.#last.reportedAt >= REPEAT_REPORT_MS) this.#reportRepeats();
      return;
    }
    this.#reportRepeats();
    this.#last = { key, line, repeats: 0, reportedAt: this.#clock.monotonicMs() };
    this.#append(line);
  }

  /** Finds out, also while there is nothing to write, whether the file is still there and takes lines. Never throws. */
  look(): void {
    if (this.#fd !== undefined) this.#lookForFile();
    else if (this.#problem?.isOfOpening === true) this.#tryToOpen();
    else if (this.#problem !== undefined && this.#clock.monotonicMs() >= this.#retryAt)
      this.#put(this.#missed);
  }

  /** Writes what is pending and closes the file. */
  close(): void {
    this.#reportRepeats();
    this.#release();
  }

  #tryToOpen(): void {
    try {
      this.#open();
      this.#problem = undefined;
    } catch (error) {
      this.#problem = { reason: reasonOf(error), isOfOpening: true };
    }
  }

  #reportRepeats(): void {
    const { line, repeats } = this.#last;
    if (repeats === 0) return;
    this.#last.repeats = 0;
    this.#last.reportedAt = this.#clock.monotonicMs();
    this.#append(repeats === 1 ? line : this.#options.repeated(line, repeats));
  }

  #append(line: string): void {
    const now = this.#clock.monotonicMs();
    if (this.#fd !== undefined && now >= this.#lookAt) this.#lookForFile();
    const isWritten = (this.#fd !== undefined || now >= this.#retryAt) && this.#put(line);
    if (!isWritten) {
      this.#missed = line;
      this.#options.fallback(line);
    } else if (this.#rotates && this.#size >= this.#options.maxBytes && now >= this.#rotateAt) this.#rotate();
  }

  /** Whether the text is in the file. */
  #put(text: string): boolean {
    let isOfOpening = true;
    try {
      const fd = this.#fd ?? this.#open();
      isOfOpening = false;
      this.#size += writeWhole(fd, text, this.#size);
      this.#problem = undefined;
      return true;
    } catch (error) {
      this.#problem = { reason: reasonOf(error), isOfOpening };
      this.#retryAt = this.#clock.monotonicMs() + RETRY_MS;
      this.#release();
      return false;
    }
  }

  /** A file that no longer is at the path is let go; the next line opens one there. */
  #lookForFile(): void {
    const fd = this.#fd;
    if (fd === undefined) return;
    this.#lookAt = this.#clock.monotonicMs() + LOOK_MS;
    const lost = lostLines(this.path, fd, this.#seenSize);
    if (lost === undefined) {
      // Somebody may have emptied it.
      this.#size = fstatSync(fd).size;
      this.#seenSize = this.#size;
      return;
    }
    this.#release();
    if (this.#put(lost)) return;
    for (const line of lost.match(/.*\n/g) ?? []) this.#options.fallback(line);
  }

  /** A directory that somebody took away is made again, but nothing above it: that may be a disk which comes back. */
  #open(): number {
    const folder = dirname(this.path);
    if (this.#isFirstOpening) ensureDirectory(folder);
    else ensureLastDirectory(folder);
    const fd = openForAppending(this.path);
    const status = fstatSync(fd);
    this.#isFirstOpening = false;
    this.#rotates = status.isFile();
    this.#size = status.size;
    this.#seenSize = status.size;
    this.#lookAt = this.#clock.monotonicMs() + LOOK_MS;
    this.#fd = fd;
    return fd;
  }

  /** A file that cannot be renamed goes on growing: too long a log is better than none. */
  #rotate(): void {
    this.#release();
    try {
      rotateFile(this.path, this.#options.keep);
    } catch {
      this.#rotateAt = this.#clock.monotonicMs() + RETRY_MS;
    }
  }

  #release(): void {
    if (this.#fd === undefined) return;
    try {
      closeSync(this.#fd);
    } catch {
      // The descriptor is of no use either way; the error of the write before is the one that counts.
    }
    this.#fd = undefined;
  }
}

function reasonOf(error: unknown): string {
  return systemCode(error) ?? errorText(error);
}

/**
 * Undefined while the open file is the one at the path. Else the lines after `fromByte` that nobody can read any more: those of a file
 * that was moved are still to be found in it.
 */
function lostLines(path: string, fd: number, fromByte: number): string | undefined {
  const open = fstatSync(fd);
  if (!open.isFile() || isAt(path, open)) return undefined;
  const length = Math.min(open.size - fromByte, MAX_RESCUED_BYTES);
  if (open.nlink > 0 || length <= 0) return "";
  const bytes = Buffer.alloc(length);
  return bytes.toString("utf8", 0, readSync(fd, bytes, 0, length, open.size - length));
}

/** What cannot be looked at counts as there: a directory that was closed to us still takes lines through the open file. */
function isAt(path: string, { ino, dev }: { ino: number; dev: number }): boolean {
  try {
    const there = lstatSync(path);
    return there.ino === ino && there.dev === dev;
  } catch (error) {
    return !["ENOENT", "ENOTDIR"].includes(systemCode(error) ?? "");
  }
}

/** Writes the text or nothing: on a disk that fills up meanwhile, half a line would spoil the next one too. */
function writeWhole(fd: number, text: string, sizeBefore: number): number {
  const bytes = Buffer.from(text);
  const written = writeSync(fd, bytes);
  if (written === bytes.length) return written;
  ftruncateSync(fd, sizeBefore);
  throw Object.assign(new Error("the disk is full"), { code: "ENOSPC" });
}
