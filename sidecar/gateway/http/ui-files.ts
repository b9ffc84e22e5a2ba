/** The files of the built page: kept in memory, because an upgrade takes them away under a gateway that goes on. */
import { readdir, readFile } from "node:fs/promises";
import { systemCode } from "../../../shared/errors.ts";

export class UiFiles {
  readonly #folder: URL;
  readonly #isKept: boolean;
  #kept: Promise<Map<string, Buffer>> | undefined;

  /** Without `isKept` every file is read anew each time, so that a rebuild shows. */
  constructor(folder: URL, { isKept }: { isKept: boolean }) {
    this.#folder = folder;
    this.#isKept = isKept;
  }

  /** Reads what is to be kept; later calls do nothing. Never rejects. */
  async load(): Promise<void> {
    if (this.#isKept) await this.#all().catch(() => {});
  }

  /** The content of a file; undefined when the page has none of that name. Fails with I/O errors. */
  async read(name: string): Promise<Buffer | undefined> {
    try {
      return this.#isKept ? (await this.#all()).get(name) : await readFile(new URL(name, this.#folder));
    } catch (error) {
      if (systemCode(error) === "ENOENT") return undefined;
      throw error;
    }
  }

  #all(): Promise<Map<string, Buffer>> {
    this.#kept ??= readAll(this.#folder).catch((error: unknown) => {
      this.#kept = undefined; // It may work the next time.
      throw error;
    });
    return this.#kept;
  }
}

async function readAll(folder: URL): Promise<Map<string, Buffer>> {
  const entries = await readdir(folder, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isFile()).map(({ name }) => name);
  return new Map(
    await Promise.all(names.map(async (name) => [name, await readFile(new URL(name, folder))] as const)),
  );
}
