/**
 * The log file: appended line by line, renamed away when it is full, repeated lines collapsed. When the disk refuses, lines go
 * to the fallback and the file is tried again later, so that logging never stops the gateway and never stops itself.
 */

import { closeSync, fstatSync, ftruncateSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import type { Clock } from "../../../shared/clock.ts";
import { errorText, systemCode } from "../../../shared/errors.ts";
import { ensureDirectory } from "../../../shared/node/directory.ts";
import { openForAppending, rotateFile } from "../../../shared/node/log-files.ts";

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

/** How long after a failed write the file is tried again. */
const RETRY_MS = 10_000;
/** A run of repetitions is reported at least this often, so that a stuck loop is visible while it lasts. */
const REPEAT_REPORT_MS = 10_000;

export class RotatingFile {
  readonly path: string;
  #options: RotationOptions;
  #clock: Clock;
  #fd: number | undefined;
  #size = 0;
  #retryAtMs = 0;
  #rotateAtMs = 0;
  #problem: string | undefined;
  #last = { key: "", line: "", repeats: 0, reportedAtMs: 0 };

  constructor(path: string, clock: Clock, options: RotationOptions) {
    this.path = path;
    this.#clock = clock;
    this.#options = options;
  }

  /** Why lines do not reach the file at the moment, such as `ENOSPC`; undefined while they do. */
  get problem(): string | undefined {
    return this.#problem;
  }

  /** Appends one line that ends in a newline. Never throws. */
  write(line: string): void {
    const key = this.#options.sameness(line);
    if (key === this.#last.key) {
      this.#last.line = line;
      this.#last.repeats += 1;
      if (this.#clock.now() - this.#last.reportedAtMs >= REPEAT_REPORT_MS) this.#reportRepeats();
      return;
    }
    this.#reportRepeats();
    this.#last = { key, line, repeats: 0, reportedAtMs: this.#clock.now() };
    this.#append(line);
  }

  /** Writes what is pending and closes the file. */
  close(): void {
    this.#reportRepeats();
    this.#release();
  }

  #reportRepeats(): void {
    const { line, repeats } = this.#last;
    if (repeats === 0) return;
    this.#last.repeats = 0;
    this.#last.reportedAtMs = this.#clock.now();
    this.#append(repeats === 1 ? line : this.#options.repeated(line, repeats));
  }

  #append(line: string): void {
    if (this.#fd === undefined && this.#clock.now() < this.#retryAtMs) {
      this.#options.fallback(line);
      return;
    }
    try {
      const fd = this.#fd ?? this.#open();
      this.#size += writeWhole(fd, line, this.#size);
      this.#problem = undefined;
    } catch (error) {
      this.#fail(error);
      this.#options.fallback(line);
      return;
    }
    if (this.#size >= this.#options.maxBytes && this.#clock.now() >= this.#rotateAtMs) this.#rotate();
  }

  #open(): number {
    ensureDirectory(dirname(this.path));
    this.#fd = openForAppending(this.path);
    this.#size = fstatSync(this.#fd).size;
    return this.#fd;
  }

  /** A file that cannot be renamed goes on growing: too long a log is better than none. */
  #rotate(): void {
    this.#release();
    try {
      rotateFile(this.path, this.#options.keep);
    } catch {
      this.#rotateAtMs = this.#clock.now() + RETRY_MS;
    }
  }

  #fail(error: unknown): void {
    this.#problem = systemCode(error) ?? errorText(error);
    this.#retryAtMs = this.#clock.now() + RETRY_MS;
    this.#release();
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

/** Writes the line or nothing: on a disk that fills up meanwhile, half a line would spoil the next one too. */
function writeWhole(fd: number, line: string, sizeBefore: number): number {
  const bytes = Buffer.from(line);
  const written = writeSync(fd, bytes);
  if (written === bytes.length) return written;
  ftruncateSync(fd, sizeBefore);
  throw Object.assign(new Error("the disk is full"), { code: "ENOSPC" });
}
