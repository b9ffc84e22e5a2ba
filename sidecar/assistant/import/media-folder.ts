/** Images of imported histories: each once, under the hash of its bytes. */
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { ensureDirectory } from "../../../shared/node/directory.ts";
import { replaceFile } from "../../../shared/node/replace-file.ts";

export class MediaFolder {
  readonly #folder: string;

  /** `folder` is `media` in the state directory. */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Keeps the bytes of base64 text and returns their name; undefined for a text that is none. Throws the system's error. */
  keep(data: string): string | undefined {
    const bytes = Buffer.from(data, "base64");
    // An export gives back the text as it was, or not at all.
    if (bytes.toString("base64") !== data) return undefined;
    const name = createHash("sha256").update(bytes).digest("hex");
    const file = this.#fileOf(name);
    if (existsSync(file)) return name;
    ensureDirectory(dirname(file));
    replaceFile(file, bytes);
    return name;
  }

  /** The bytes as base64 text; undefined where they are gone. */
  read(name: string): string | undefined {
    if (!/^[0-9a-f]{64}$/.test(name)) return undefined;
    const file = this.#fileOf(name);
    return existsSync(file) ? readFileSync(file).toString("base64") : undefined;
  }

  #fileOf(name: string): string {
    return join(this.#folder, name.slice(0, 2), name);
  }
}
