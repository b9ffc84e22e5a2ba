/**
 * Files and directories that were judged by what was opened, and not by what a path said before: whoever exchanges a directory for a link
 * in between wins nothing.
 */
import {
  closeSync,
  constants,
  copyFileSync,
  fstatSync,
  linkSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmSync,
  type Stats,
  statSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { systemCode } from "../../../../shared/errors.ts";
import { replaceFile } from "../../../../shared/node/replace-file.ts";
import { noFile, READ_WITHOUT_WAITING } from "../../../../shared/node/small-file.ts";

/** Throws where what is at the path, in which no link is left, may not be touched. `status` is missing for what is not there yet. */
export type Judge = (path: string, status?: Stats) => void;

const NO_LINK = constants.O_NOFOLLOW ?? 0;
const FOLDER = constants.O_RDONLY | (constants.O_DIRECTORY ?? 0) | NO_LINK;

/** The bytes of a regular file; undefined where there is none. Throws the system's error, the judge's, or why it is no file to be read. */
export function readJudged(path: string, judge: Judge, maxBytes: number): Buffer | undefined {
  const before = lstatSync(path, { throwIfNoEntry: false });
  if (before === undefined) return undefined;
  refuseOdd(before);
  const fd = openSync(path, READ_WITHOUT_WAITING | NO_LINK);
  try {
    const status = fstatSync(fd);
    refuseOdd(status);
    judge(pathOf(fd, path, status), status);
    if (status.size > maxBytes) throw new NotReadable(`it is larger than ${sizeText(maxBytes)}`);
    const bytes = readFileSync(fd);
    // It grows while it is read.
    if (bytes.length > maxBytes) throw new NotReadable(`it is larger than ${sizeText(maxBytes)}`);
    return bytes;
  } finally {
    closeSync(fd);
  }
}

/** Something is there, and it is nothing to read. */
export class NotReadable extends Error {
  override name = "NotReadable";
}

/** A directory that stays the same whatever happens to its path. */
export class OpenedFolder {
  /** Undefined where the system opens no directories. */
  #fd: number | undefined;
  #path: string;

  private constructor(path: string, fd: number | undefined) {
    this.#path = path;
    this.#fd = fd;
  }

  /** Opens the directory, whose path holds no link, and makes what is missing of it. Throws as the judge does, and the system's error. */
  static at(path: string, judge: Judge, makes = false): OpenedFolder {
    const found = lstatSync(path, { throwIfNoEntry: false });
    if (found !== undefined || !makes) return OpenedFolder.#opened(path, path, judge);
    const parent = OpenedFolder.at(dirname(path), judge, true);
    try {
      const name = basename(path);
      judge(join(parent.#path, name));
      makeFolder(parent.#within(name));
      return OpenedFolder.#opened(parent.#within(name), join(parent.#path, name), judge);
    } finally {
      parent.close();
    }
  }

  static #opened(path: string, named: string, judge: Judge): OpenedFolder {
    const fd = openFolder(path);
    try {
      const real = fd === undefined ? realpathSync(path) : pathOf(fd, named, fstatSync(fd));
      judge(real, fd === undefined ? statSync(real) : fstatSync(fd));
      return new OpenedFolder(real, fd);
    } catch (error) {
      if (fd !== undefined) closeSync(fd);
      throw error;
    }
  }

  /** Where the entries of it are reached. */
  get place(): string {
    return isReachable(this.#fd) ? `/proc/self/fd/${this.#fd}` : this.#path;
  }

  /** Replaces the file of that name, or makes it, whole or not at all. */
  write(name: string, text: string, judge: Judge): void {
    const found = lstatSync(this.#within(name), { throwIfNoEntry: false });
    if (found !== undefined) refuseOdd(found);
    judge(join(this.#path, name), found);
    this.#confirm();
    replaceFile(this.#within(name), text, found === undefined ? {} : { mode: found.mode & 0o777 });
  }

  /** Moves the file there under a name that nothing has; false where something has it. */
  add(name: string, from: string, judge: Judge): boolean {
    const target = this.#within(name);
    if (lstatSync(target, { throwIfNoEntry: false }) !== undefined) return false;
    judge(join(this.#path, name));
    this.#confirm();
    try {
      linkSync(from, target);
    } catch (error) {
      const code = systemCode(error) ?? "";
      if (code === "EEXIST") return false;
      // Another disk, or one that knows no second names.
      if (!["EXDEV", "EPERM", "ENOTSUP", "EOPNOTSUPP"].includes(code)) throw error;
      copyFileSync(from, target, constants.COPYFILE_EXCL);
    }
    rmSync(from, { force: true });
    return true;
  }

  /** Removes the file of that name. */
  remove(name: string, judge: Judge): void {
    const found = lstatSync(this.#within(name));
    refuseOdd(found);
    judge(join(this.#path, name), found);
    this.#confirm();
    rmSync(this.#within(name));
  }

  close(): void {
    if (this.#fd !== undefined) closeSync(this.#fd);
    this.#fd = undefined;
  }

  #within(name: string): string {
    return join(this.place, name);
  }

  /** Where a directory is only known by its path, that path has to lead there still. */
  #confirm(): void {
    if (!isReachable(this.#fd) && realpathSync(this.#path) !== this.#path)
      throw new NotReadable("it is being changed by somebody else");
  }
}

function makeFolder(path: string): void {
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    if (systemCode(error) !== "EEXIST") throw error;
  }
}

/** Linux alone reaches what is in a directory by its descriptor. */
function isReachable(fd: number | undefined): boolean {
  return fd !== undefined && process.platform === "linux";
}

function openFolder(path: string): number | undefined {
  return process.platform === "win32" ? undefined : openSync(path, FOLDER);
}

/** Where the kernel says that the descriptor leads; elsewhere the path, if that leads to the same thing now. */
function pathOf(fd: number, path: string, status: Stats): string {
  if (process.platform === "linux") {
    const real = readlinkSync(`/proc/self/fd/${fd}`);
    if (real.startsWith("/") && lstatSync(real, { throwIfNoEntry: false })?.ino === status.ino) return real;
    throw new NotReadable("it is being changed by somebody else");
  }
  const real = realpathSync(path);
  const there = lstatSync(real);
  if (there.ino !== status.ino || there.dev !== status.dev)
    throw new NotReadable("it is being changed by somebody else");
  return real;
}

function refuseOdd(status: Stats): void {
  const odd = noFile(status);
  if (odd !== undefined) throw new NotReadable(odd.reason);
}

function sizeText(bytes: number): string {
  return bytes >= 1024 * 1024 ? `${bytes / 1024 / 1024} MB` : `${bytes / 1024} KB`;
}
