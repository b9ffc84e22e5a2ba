/**
 * Records by key in a small JSON file, written as a whole. What stands there and cannot be understood is never replaced by nothing:
 * a file that cannot be used is moved aside before the first write, and a record that is none of ours goes back as it came.
 */
import { renameSync } from "node:fs";
import { quoted } from "../../../shared/errors.ts";
import { isThere } from "../../../shared/node/is-there.ts";
import { readJsonObject } from "../../../shared/node/json-object.ts";
import { writeJsonFile } from "../../../shared/node/run-state.ts";

export class RecordFile<T> {
  readonly file: string;
  #read: (value: unknown, key: string) => T | undefined;
  #records = new Map<string, T>();
  /** Records of another program or version, and damaged ones. */
  #strange = new Map<string, unknown>();
  #state: "unread" | "read" | "unusable" = "unread";
  #problem: string | undefined;

  /** `read` returns what a stored value means, or undefined when it is none. */
  constructor(file: string, read: (value: unknown, key: string) => T | undefined) {
    this.file = file;
    this.#read = read;
    this.#load();
  }

  /** Why the file or a part of it cannot be used, naming it; undefined when all of it can. */
  get problem(): string | undefined {
    return this.#problem;
  }

  /** What the file holds, as far as it is understood. */
  get records(): ReadonlyMap<string, T> {
    this.#load();
    return this.#records;
  }

  /** Writes these and holds them from then on. Throws the system's error; nothing has changed then. */
  replace(records: ReadonlyMap<string, T>): void {
    this.#load();
    if (this.#state === "unread") throw new Error(this.#problem);
    if (this.#state === "unusable") {
      renameSync(this.file, asideName(this.file));
      this.#state = "read";
      this.#problem = undefined;
    }
    writeJsonFile(this.file, Object.fromEntries([...this.#strange, ...records]), { parents: false });
    this.#records = new Map(records);
  }

  /** Writes what is held once more, after a change in one of its records. Throws the system's error. */
  rewrite(): void {
    this.replace(this.#records);
  }

  /** A file that was only busy is tried again with the next use. */
  #load(): void {
    if (this.#state !== "unread") return;
    const stored = readJsonObject(this.file);
    const isUnusable = stored.state === "unusable";
    this.#problem = isUnusable ? `${this.file} cannot be used: ${stored.reason}; ${stored.fix}` : undefined;
    if (isUnusable) this.#state = stored.passing ? "unread" : "unusable";
    else this.#state = "read";
    if (stored.state === "object") this.#take(stored.value);
  }

  #take(content: Record<string, unknown>): void {
    for (const [key, value] of Object.entries(content)) {
      const record = this.#read(value, key);
      if (record === undefined) this.#strange.set(key, value);
      else this.#records.set(key, record);
    }
    const [first] = this.#strange.keys();
    if (first === undefined) return;
    const others = this.#strange.size === 1 ? "" : ` and ${this.#strange.size - 1} more`;
    this.#problem = `${this.file}: ${quoted(first)}${others} cannot be used and is kept as it is`;
  }
}

/** Where a file that cannot be used is kept: beside it, under a name that is free. */
function asideName(file: string): string {
  for (let count = 1; ; count += 1) {
    const name = `${file}.unusable${count === 1 ? "" : `-${count}`}`;
    if (!isThere(name)) return name;
  }
}
