/** Reads the end of a log file and then what is appended to it, also across rotation. Fails with `LOG_UNREADABLE`. */

import { closeSync, fstatSync, openSync, readSync, statSync } from "node:fs";
import { SetupError, systemCode } from "../../shared/errors.ts";
import { noFile, READ_WITHOUT_WAITING, type ReadFailure, readFailure } from "../../shared/node/small-file.ts";
import { advice, whole } from "../../shared/remedy.ts";

/** How far back the end of the file reaches, in bytes. */
const TAIL_BYTES = 1_000_000;
const NEWLINE = 0x0a;

export class LogFile {
  readonly path: string;
  #fd: number | undefined;
  #position = 0;
  /** The start of a line whose end is not written yet. */
  #rest: Buffer = Buffer.alloc(0);

  constructor(path: string) {
    this.path = path;
  }

  /** The last `limit` lines; undefined when there is no file yet. Later calls of `readNew` go on from here. */
  readTail(limit: number): string[] | undefined {
    if (!this.#open()) return undefined;
    const size = this.#size();
    this.#position = Math.max(0, size - TAIL_BYTES);
    const startsMidway = this.#position > 0;
    const lines = this.#readLines();
    return (startsMidway ? lines.slice(1) : lines).slice(-limit);
  }

  /** Goes on from a byte position that somebody else has read up to. False when there is no file. */
  continueFrom(position: number): boolean {
    if (!this.#open()) return false;
    this.#position = position;
    return true;
  }

  /** Lines that were completed since the last call, in order. */
  readNew(): string[] {
    if (this.#fd === undefined && !this.#open()) return [];
    const lines = this.#size() < this.#position ? this.#fromStart() : this.#readLines();
    if (!this.#wasReplaced()) return lines;
    // Everything of the old file is read: go on with the new one of the same name.
    this.close();
    return this.#open() ? [...lines, ...this.#readLines()] : lines;
  }

  close(): void {
    if (this.#fd !== undefined) closeSync(this.#fd);
    this.#fd = undefined;
    this.#position = 0;
    this.#rest = Buffer.alloc(0);
  }

  #open(): boolean {
    this.close();
    let failure: ReadFailure | undefined;
    let cause: unknown;
    try {
      failure = noFile(statSync(this.path));
      if (failure === undefined) this.#fd = openSync(this.path, READ_WITHOUT_WAITING);
    } catch (error) {
      if (systemCode(error) === "ENOENT") return false;
      failure = readFailure(error);
      cause = error;
    }
    if (failure === undefined) return true;
    const { reason, fix } = failure;
    throw new SetupError("LOG_UNREADABLE", advice`Cannot read ${this.path}: ${whole(reason)}`, {
      cause,
      fix,
      details: { path: this.path },
    });
  }

  #size(): number {
    return this.#fd === undefined ? 0 : fstatSync(this.#fd).size;
  }

  #fromStart(): string[] {
    this.#position = 0;
    this.#rest = Buffer.alloc(0);
    return this.#readLines();
  }

  #readLines(): string[] {
    if (this.#fd === undefined) return [];
    const chunk = Buffer.alloc(Math.max(0, this.#size() - this.#position));
    const length = readSync(this.#fd, chunk, 0, chunk.length, this.#position);
    this.#position += length;
    const bytes = Buffer.concat([this.#rest, chunk.subarray(0, length)]);
    const end = bytes.lastIndexOf(NEWLINE) + 1;
    this.#rest = bytes.subarray(end);
    const lines = bytes.subarray(0, end).toString("utf8").split("\n");
    return lines.filter((line) => line !== "");
  }

  #wasReplaced(): boolean {
    if (this.#fd === undefined) return false;
    const now = statSync(this.path, { throwIfNoEntry: false });
    const open = fstatSync(this.#fd);
    return now !== undefined && (now.ino !== open.ino || now.dev !== open.dev);
  }
}
