/** The unit file on the disk: written whole or not at all, with one copy of the one before it. */
import {
  chmodSync,
  copyFileSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { SetupError, systemCode } from "../../../../shared/errors.ts";

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
    try {
      return readFileSync(this.file, "utf8");
    } catch (error) {
      const code = systemCode(error);
      if (code === "ENOENT" || code === "ENOTDIR") return undefined;
      throw new SetupError("SERVICE_FAILED", `${this.file} cannot be read (${code}).`, {
        cause: error,
        fix: "check its owner and mode",
      });
    }
  }

  /** Where the unit really lies when a link stands in its place. */
  linkTarget(): string | undefined {
    try {
      return readlinkSync(this.file);
    } catch {
      return undefined; // A file, or nothing.
    }
  }

  /** Permission bits of the unit file. */
  mode(): number {
    return (lstatSync(this.file, { throwIfNoEntry: false })?.mode ?? UNIT_MODE) & 0o777;
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

  /** Puts the text in the place of the unit and keeps the one before it. Fails with `SERVICE_FAILED`. */
  write(text: string): void {
    const temporary = `${this.file}.${process.pid}.tmp`;
    try {
      mkdirSync(dirname(this.file), { recursive: true });
      if (this.linkTarget() === undefined && this.read() !== undefined) copyFileSync(this.file, this.backup);
      writeFileSync(temporary, text, { mode: UNIT_MODE, flush: true });
      chmodSync(temporary, UNIT_MODE);
      renameSync(temporary, this.file);
    } catch (error) {
      if (existsSync(temporary)) rmSync(temporary);
      throw new SetupError(
        "SERVICE_FAILED",
        `${this.file} cannot be written (${systemCode(error) ?? "unknown"}).`,
        {
          cause: error,
          fix: "check the owner and mode of its directory, and the space on the disk",
        },
      );
    }
  }

  /** Undoes `write`: the text before it, or none. */
  restore(previous: string | undefined): void {
    if (previous === undefined) {
      rmSync(this.file, { force: true });
    } else {
      rmSync(this.backup, { force: true });
      writeFileSync(this.file, previous, { flush: true });
    }
  }

  /** Deletes the unit and its copy, and what enabled it. What people put beside it stays. */
  remove(): string[] {
    const wanted = join(
      dirname(this.file),
      "default.target.wants",
      this.file.slice(dirname(this.file).length + 1),
    );
    const removed = [this.file, this.backup, wanted].filter(
      (path) => lstatSync(path, { throwIfNoEntry: false }) !== undefined,
    );
    for (const path of removed) rmSync(path, { force: true });
    return removed;
  }
}
