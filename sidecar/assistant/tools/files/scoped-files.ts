/**
 * Files of a work directory that somebody may touch, and no others: whatever a path is made of, and wherever links lead. What is
 * written is there whole or not at all. Every refusal is one sentence for a model, which says what would do.
 */
import { lstatSync, mkdirSync, readdirSync, realpathSync, statSync } from "node:fs";
import { basename, dirname, join, relative, sep } from "node:path";
import { errorText, systemCode } from "../../../../shared/errors.ts";
import { isThere } from "../../../../shared/node/is-there.ts";
import { replaceFile } from "../../../../shared/node/replace-file.ts";
import { noFile, readFailure, readSmallFile } from "../../../../shared/node/small-file.ts";

/** Which files. Names are below the directory, with `/`. */
export interface FileScope {
  directory: string;
  allows(name: string): boolean;
  /** Directories whose names may be read. */
  listed: readonly string[];
  /** What may be touched, in words. */
  told: string;
}

/** Bytes of one file. */
const MOST_BYTES = 256 * 1024;
/** Bytes that are written in all. */
const MOST_WRITTEN = 1024 * 1024;
const MOST_LISTED = 200;
const MOST_NAME_CHARS = 200;

export class ScopedFiles {
  #scope: FileScope;
  /** What was read or written of each file: nobody overwrites what he has not seen. */
  #seen = new Map<string, string>();
  #written = 0;

  constructor(scope: FileScope) {
    this.#scope = scope;
  }

  /** The text of the file; of a directory the names in it. */
  read(path: string): string {
    const { name, file } = this.#place(path, this.#scope.listed);
    if (statSync(file, { throwIfNoEntry: false })?.isDirectory()) return listOf(file);
    const text = textAt(file, name);
    if (text === undefined) throw new Error(`There is no ${name}.`);
    this.#seen.set(file, text);
    return text;
  }

  /** Replaces the whole file, or makes it. */
  write(path: string, text: string): void {
    const { name, file } = this.#place(path);
    const before = textAt(file, name);
    const seen = this.#seen.get(file);
    if (before !== undefined && seen === undefined)
      throw new Error(`There is ${name} already: read it first, or change a part of it with edit.`);
    if (before !== undefined && seen !== before)
      throw new Error(`${name} has changed since you read it: read it again.`);
    this.#replace({ name, file }, text);
  }

  /** Replaces the one place where `from` stands. */
  edit(path: string, from: string, to: string): void {
    const { name, file } = this.#place(path);
    const before = textAt(file, name);
    if (before === undefined) throw new Error(`There is no ${name}: make it with write.`);
    if (from === "") throw new Error("The text to replace is empty.");
    const count = before.split(from).length - 1;
    if (count === 0) throw new Error(`${name} has no such text; read it and give the text exactly.`);
    if (count > 1)
      throw new Error(`The text stands ${count} times in ${name}; give more of what is around it.`);
    if (from === to) throw new Error("Both texts are the same: nothing would change.");
    this.#replace(
      { name, file },
      before.replace(from, () => to),
    );
  }

  #replace({ name, file }: Place, text: string): void {
    const size = Buffer.byteLength(text);
    if (size > MOST_BYTES)
      throw new Error(`${name} would be larger than ${MOST_BYTES / 1024} KB; split it up.`);
    this.#written += size;
    if (this.#written > MOST_WRITTEN) throw new Error("Too much was written already; nothing more is.");
    try {
      mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
      replaceFile(file, text);
    } catch (error) {
      throw new Error(`${name} cannot be written: ${readFailure(error).reason}.`);
    }
    this.#seen.set(file, text);
  }

  /** Where the path leads in the end; it is not given to whoever asks. */
  #place(path: string, besides: readonly string[] = []): Place {
    const { directory, told } = this.#scope;
    const allows = (name: string) => this.#scope.allows(name) || besides.includes(name);
    const name = path
      .trim()
      .replace(/^(?:\.\/+)+/, "")
      .replace(/(?<!\/)\/+$/, "");
    const refused = (why: string) =>
      new Error(`${JSON.stringify(path.slice(0, MOST_NAME_CHARS))} ${why}. You may use ${told}.`);
    if (!isPlain(name)) throw refused("is no path that can be used here");
    if (!allows(name)) throw refused("is not yours to use");
    const root = realpathSync(directory);
    const file = ledTo(join(root, name), refused);
    if (!allows(relative(root, file).split(sep).join("/"))) throw refused("leads to another place");
    return { name, file };
  }
}

interface Place {
  name: string;
  /** Without links. */
  file: string;
}

/** Below the directory, without a way up, without hidden names, and with none that some system takes for something else. */
function isPlain(name: string): boolean {
  if (name.length > MOST_NAME_CHARS) return false;
  return name
    .split("/")
    .every((part) => /^[^.~\p{Cc}\\:*?"<>|][^\p{Cc}\\:*?"<>|]*$/u.test(part) && !/[. ]$/.test(part));
}

/** With every link on the way followed; what is not there yet is below what is. */
function ledTo(path: string, refused: (why: string) => Error): string {
  try {
    return realpathSync(path);
  } catch (error) {
    if (systemCode(error) !== "ENOENT") throw refused(`cannot be reached: ${errorText(error)}`);
    if (lstatSync(path, { throwIfNoEntry: false }) !== undefined) throw refused("is a link to nothing");
    return join(ledTo(dirname(path), refused), basename(path));
  }
}

function listOf(directory: string): string {
  const names = readdirSync(directory, { withFileTypes: true })
    .map((each) => (each.isDirectory() ? `${each.name}/` : each.name))
    .filter((name) => !name.startsWith("."))
    .sort();
  const more = names.length > MOST_LISTED ? [`(and ${names.length - MOST_LISTED} before them)`] : [];
  return names.length === 0 ? "(empty)" : [...more, ...names.slice(-MOST_LISTED)].join("\n");
}

/** Undefined where there is no such file. */
function textAt(file: string, name: string): string | undefined {
  if (!isThere(file)) return undefined;
  const odd = noFile(statSync(file));
  const read = odd === undefined ? readSmallFile(file, MOST_BYTES) : { state: "unreadable" as const, ...odd };
  if (read.state === "missing") return undefined;
  if (read.state === "unreadable") throw new Error(`${name} cannot be used: ${read.reason}.`);
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(read.bytes);
  } catch {
    throw new Error(`${name} cannot be used: it is no text in UTF-8.`);
  }
}
