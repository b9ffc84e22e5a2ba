/** The unit file on the disk: written whole or not at all, with one copy of the one before it. */

import {
  chmodSync,
  copyFileSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { errorText, SetupError, systemCode } from "../../../../shared/errors.ts";
import { readSmallFile } from "../../../../shared/node/small-file.ts";
import { advice, type Remedy, whole } from "../../../../shared/remedy.ts";

/** Bytes; a unit has a few kilobytes. */
export const MAX_UNIT_BYTES = 1_048_576;

/** Where the link of a masked unit leads. */
export const MASK = "/dev/null";

/** Everybody may read it: it holds no secret. */
const UNIT_MODE = 0o644;

export class UnitStorage {
  readonly file: string;

  constructor(file: string) {
    this.file = file;
  }

  get backup(): string {
    return `${this.file}.bak`;
  }

  /** Where `systemctl edit` puts what people change. */
  get dropInDir(): string {
    return `${this.file}.d`;
  }

  /** The text of the unit, also through a link; undefined when there is none. */
  read(): string | undefined {
    // A unit that systemd masked: there is nothing in it.
    if (this.linkTarget() === MASK) return "";
    const content = readSmallFile(this.file, MAX_UNIT_BYTES);
    if (content.state === "bytes") return content.bytes.toString("utf8");
    if (content.state === "missing" || content.reason.endsWith("(ENOTDIR)")) return undefined;
    const isDirectory = content.reason.endsWith("(EISDIR)");
    const what = isDirectory
      ? advice`is a directory instead of a unit`
      : advice`cannot be read (${whole(content.reason)})`;
    throw new SetupError("SERVICE_FAILED", advice`${this.file} ${what}.`, {
      fix: isDirectory ? "move it away" : content.fix,
    });
  }

  /** Where the unit really lies when a link stands in its place. */
  linkTarget(): string | undefined {
    try {
      return readlinkSync(this.file);
    } catch {
      return undefined; // A file, or nothing.
    }
  }

  /** Why others decide what the unit runs; undefined when only its owner does. */
  exposure(uid: number): Remedy | undefined {
    const status = statSync(this.file, { throwIfNoEntry: false });
    if (status === undefined) return undefined;
    const mode = status.mode & 0o777;
    if (mode & 0o022) return advice`can be changed by other users (mode ${mode.toString(8)})`;
    return status.uid === uid || status.uid === 0
      ? undefined
      : advice`belongs to another user (uid ${status.uid})`;
  }

  /** Drop-ins beside the unit, in the order in which they count. */
  dropIns(): string[] {
    try {
      const names = readdirSync(this.dropInDir).filter((name) => name.endsWith(".conf"));
      return names.sort().map((name) => join(this.dropInDir, name));
    } catch {
      return []; // There is no such directory.
    }
  }

  /**
   * Puts the text in the place of the unit and keeps the one before it. Returns how to undo that. Fails with `SERVICE_FAILED`,
   * leaving everything as it was.
   */
  write(text: string): () => void {
    const temporary = `${this.file}.${process.pid}.tmp`;
    const link = this.linkTarget();
    try {
      const isFile = link === undefined && this.read() !== undefined;
      mkdirSync(dirname(this.file), { recursive: true });
      if (isFile) copyFileSync(this.file, this.backup);
      writeFileSync(temporary, text, { mode: UNIT_MODE, flush: true });
      chmodSync(temporary, UNIT_MODE);
      renameSync(temporary, this.file);
      return () => {
        if (isFile) renameSync(this.backup, this.file);
        else rmSync(this.file, { force: true });
        if (link !== undefined) symlinkSync(link, this.file);
        this.#prune();
      };
    } catch (error) {
      if (existsSync(temporary)) rmSync(temporary);
      const reason = systemCode(error) ?? errorText(error);
      throw new SetupError("SERVICE_FAILED", advice`${this.file} cannot be written (${reason}).`, {
        cause: error,
        fix: "check the owner and mode of its directory, and the space on the disk",
      });
    }
  }

  /** Deletes the unit and its copy, and what enabled it; returns their paths. What people put beside it stays. */
  remove(): string[] {
    const wanted = join(dirname(this.file), "default.target.wants", basename(this.file));
    const removed = [this.file, this.backup, wanted].filter(
      (path) => lstatSync(path, { throwIfNoEntry: false }) !== undefined,
    );
    for (const path of removed) rmSync(path, { force: true });
    this.#prune();
    return removed;
  }

  /** Directories that an installation makes where there are none; `~/.config` belongs to everybody. */
  #prune(): void {
    const directory = dirname(this.file);
    try {
      rmdirSync(join(directory, "default.target.wants"));
    } catch {
      // There is none, or it enables something else.
    }
    try {
      rmdirSync(directory);
      rmdirSync(dirname(directory));
    } catch {
      // Other units live there.
    }
  }
}
