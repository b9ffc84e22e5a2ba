/** The source files a gateway was started from: where they are, and which of them changed. */
import { type FSWatcher, readdirSync, statSync, watch } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Disposable } from "../../../shared/lifecycle.ts";

/** The root of the source tree this program runs from; undefined in an installed or bundled one. */
export function sourceRoot(moduleUrl: string = import.meta.url): string | undefined {
  const isSource = moduleUrl.endsWith(".ts") && !moduleUrl.includes("/node_modules/");
  return isSource ? fileURLToPath(new URL("../../../", moduleUrl)) : undefined;
}

const SOURCE = /(?<!\.d)\.ts$|\.js$/;
const NOT_SOURCE = /^(node_modules|dist|test|\..*)$/;

/** Knows the source files of a tree. Each directory is watched by itself, which works alike on every system. */
export class SourceTree implements Disposable {
  readonly #root: string;
  readonly #onEvent: () => void;
  #watchers: FSWatcher[] = [];
  #files: Map<string, string>;

  /** `onEvent` is called for anything that happens in a watched directory. */
  constructor(root: string, onEvent: () => void) {
    this.#root = root;
    this.#onEvent = onEvent;
    this.#files = this.#scan();
  }

  /** The files that were written, added or removed since the last call. */
  takeChanges(): string[] {
    const before = this.#files;
    this.#files = this.#scan();
    const all = new Set([...before.keys(), ...this.#files.keys()]);
    return [...all].filter((file) => before.get(file) !== this.#files.get(file));
  }

  dispose(): void {
    for (const watcher of this.#watchers.splice(0)) watcher.close();
  }

  /** Watches afresh before it looks: a directory that was replaced is another one to the system. */
  #scan(): Map<string, string> {
    this.dispose();
    const files = new Map<string, string>();
    const directories = [this.#root];
    for (let folder = directories.pop(); folder !== undefined; folder = directories.pop()) {
      this.#watch(folder);
      for (const entry of entriesOf(folder)) {
        const path = join(folder, entry.name);
        if (entry.isDirectory() && !NOT_SOURCE.test(entry.name)) directories.push(path);
        else if (entry.isFile() && SOURCE.test(entry.name)) files.set(path, stampOf(path));
      }
    }
    return files;
  }

  #watch(folder: string): void {
    try {
      const watcher = watch(folder, { persistent: false }, () => this.#onEvent());
      // A directory that was removed is seen from the one above.
      this.#watchers.push(watcher.on("error", () => watcher.close()));
    } catch {
      // Removed meanwhile, or the system has no more watches: its changes are found with the next elsewhere.
    }
  }
}

function entriesOf(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return []; // Removed meanwhile.
  }
}

/** Differs whenever the file was written. */
function stampOf(path: string): string {
  const stat = statSync(path, { bigint: true, throwIfNoEntry: false });
  return stat === undefined ? "" : `${stat.mtimeNs}:${stat.size}:${stat.ino}`;
}
