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
import { isOwnService } from "../../../../shared/lineage.ts";
import { copyAside, moveAside } from "../../../../shared/node/set-aside.ts";
import { readSmallFile, smallText } from "../../../../shared/node/small-file.ts";
import { advice, type Remedy, whole } from "../../../../shared/remedy.ts";
import { parseUnit, unitCommand } from "./unit-file.ts";

/** Bytes; a unit has a few kilobytes. */
export const MAX_UNIT_BYTES = 1_048_576;

/** Where the link of a masked unit leads. */
export const MASK = "/dev/null";

/** Everybody may read it: it holds no secret. */
const UNIT_MODE = 0o644;

/** What `write` did, and how to undo it. */
export interface WrittenUnit {
  /** The copy of a unit that this program did not write. */
  kept: string | undefined;
  undo: () => void;
}

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
   * Puts the text in the place of the unit and keeps the one before it: one of ours as the only copy, those of others for good. Fails
   * with `SERVICE_FAILED`, leaving everything as it was.
   */
  write(text: string): WrittenUnit {
    const temporary = `${this.file}.${process.pid}.tmp`;
    const link = this.linkTarget();
    try {
      const before = link === undefined ? this.read() : undefined;
      mkdirSync(dirname(this.file), { recursive: true });
      const kept = before === undefined || before === "" || isOwn(before) ? undefined : copyAside(this.file);
      const isCopied = before !== undefined && kept === undefined && this.#mayReplaceBackup();
      if (isCopied) copyFileSync(this.file, this.backup);
      writeFileSync(temporary, text, { mode: UNIT_MODE, flush: true });
      chmodSync(temporary, UNIT_MODE);
      renameSync(temporary, this.file);
      const undo = () => {
        if (kept !== undefined) renameSync(kept, this.file);
        else if (isCopied) renameSync(this.backup, this.file);
        else if (before === undefined) rmSync(this.file, { force: true });
        else writeFileSync(this.file, before, { flush: true });
        if (link !== undefined) symlinkSync(link, this.file);
        this.#prune();
      };
      return { kept, undo };
    } catch (error) {
      if (existsSync(temporary)) rmSync(temporary);
      const reason = systemCode(error) ?? errorText(error);
      throw new SetupError("SERVICE_FAILED", advice`${this.file} cannot be written (${reason}).`, {
        cause: error,
        fix: "check the owner and mode of its directory, and the space on the disk",
      });
    }
  }

  /**
   * Deletes the unit and its copy, and what enabled it, and tells so. What people put beside it stays, and a unit that this program did
   * not write is kept under another name.
   */
  remove(): Remedy[] {
    const wanted = join(dirname(this.file), "default.target.wants", basename(this.file));
    const text = this.linkTarget() === undefined ? smallText(this.file, MAX_UNIT_BYTES) : undefined;
    const told: Remedy[] = [];
    if (text && !isOwn(text)) {
      told.push(advice`${this.file} was not made by the installation: it is kept as ${moveAside(this.file)}`);
    }
    const backup = this.#mayReplaceBackup() ? [this.backup] : [];
    const removed = [this.file, ...backup, wanted].filter(
      (path) => lstatSync(path, { throwIfNoEntry: false }) !== undefined,
    );
    for (const path of removed) rmSync(path, { force: true });
    this.#prune();
    return [...told, ...removed.map((path) => advice`${path} deleted`)];
  }

  /** There is none, or it is one of ours: others keep copies by this name too. */
  #mayReplaceBackup(): boolean {
    if (lstatSync(this.backup, { throwIfNoEntry: false }) === undefined) return true;
    const text = smallText(this.backup, MAX_UNIT_BYTES);
    return text !== undefined && (text === "" || isOwn(text));
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

function isOwn(text: string): boolean {
  return isOwnService(unitCommand(parseUnit(text), ""));
}
