/** Whether the program that runs is still the one that is installed: an upgrade replaces the files of a process that goes on. */
import { createHash } from "node:crypto";
import { statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { readJson } from "./run-state.ts";
import { smallText } from "./small-file.ts";

/** What lies on the disk now. `version` is null while nothing does, as in the middle of an installation. */
export interface Replacement {
  readonly version: string | null;
}

/** The entry of a bundle names its parts by what is in them, so that its text stands for the whole program. */
export class InstalledProgram {
  readonly #entry: string | undefined;
  #stamp: string;
  readonly #digest: string;

  /** `module` is the `import.meta.url` of any part of the program, `entry` the name of its entry beside it, such as `tray.js`. */
  constructor(module: string, entry: string) {
    const folder = dirname(fileURLToPath(module));
    // Run from its source, it is not installed at all.
    this.#entry = basename(folder) === "dist" ? join(folder, entry) : undefined;
    this.#stamp = this.#stampNow();
    this.#digest = this.#digestNow();
  }

  /** What has taken the place of this program; undefined while nothing has. */
  replacement(): Replacement | undefined {
    if (this.#entry === undefined) return undefined;
    const stamp = this.#stampNow();
    if (stamp === this.#stamp) return undefined;
    if (this.#digestNow() === this.#digest) {
      // The same one once more.
      this.#stamp = stamp;
      return undefined;
    }
    const version = readJson(join(dirname(this.#entry), "..", "package.json"))?.version;
    const isThere = stamp !== "" && typeof version === "string";
    return { version: isThere ? version : null };
  }

  #stampNow(): string {
    const facts = this.#entry === undefined ? undefined : statSync(this.#entry, { throwIfNoEntry: false });
    return facts === undefined ? "" : `${facts.dev}:${facts.ino}:${facts.size}:${facts.mtimeMs}`;
  }

  #digestNow(): string {
    const text = this.#entry === undefined ? "" : (smallText(this.#entry) ?? "");
    return createHash("sha256").update(text).digest("hex");
  }
}
