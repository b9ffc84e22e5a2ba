/**
 * Files that somebody may touch, and no others: whatever a path is made of, and wherever links lead. What is written is there whole or not
 * at all. Every refusal is one sentence for a model, which says what would do.
 */
import { lstatSync, readdirSync, realpathSync, type Stats } from "node:fs";
import { basename, dirname, isAbsolute, join, parse, relative } from "node:path";
import { errorText, systemCode } from "../../../../shared/errors.ts";
import { readFailure } from "../../../../shared/node/small-file.ts";
import { fileType, HEAD_BYTES, mediaKind } from "../../../base/media/file-type.ts";
import { type FileScope, slashed } from "./file-scope.ts";
import { type Judge, NotReadable, OpenedFolder, readJudged } from "./opened.ts";
import { isWithin } from "./protected-places.ts";

export type { FileScope } from "./file-scope.ts";

/** What stands at a path. */
export type FileContent =
  | { kind: "text"; text: string }
  | { kind: "folder"; names: readonly string[] }
  | { kind: "picture"; bytes: Buffer; mimeType: string };

/** A file as it is to be; undefined where it is to go. */
export interface FileChange {
  path: string;
  text: string | undefined;
}

/** Bytes of one file, and of what is written in all, unless the scope says otherwise. */
const LIMITS = { fileBytes: 256 * 1024, writtenBytes: 1024 * 1024 } as const;
const MOST_LISTED = 200;
const MOST_NAME_CHARS = 200;
const MOST_PATH_CHARS = 4_096;
const MOST_SAME = 1_000;

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
    const content = this.content(path);
    if (content.kind === "text") return content.text;
    if (content.kind === "folder") return listOf(content.names);
    throw new Error(`${path.trim()} cannot be used: it is no text in UTF-8.`);
  }

  /** What is there, whatever it is. */
  content(path: string): FileContent {
    const { name, file, judge } = this.#place(path, "read");
    const folder = this.#folder(file, name, judge);
    if (folder !== undefined) return { kind: "folder", names: folder };
    const bytes = this.#bytes(file, name, judge);
    if (bytes === undefined) throw new Error(`There is no ${name}.`);
    const mimeType = fileType(bytes.subarray(0, HEAD_BYTES));
    if (mediaKind(mimeType) === "image") return { kind: "picture", bytes, mimeType };
    const text = textIn(bytes, name);
    this.#seen.set(file, text);
    return { kind: "text", text };
  }

  /** The bytes of the file, whatever they are. */
  bytes(path: string): Buffer {
    const { name, file, judge } = this.#place(path, "read");
    const bytes = this.#bytes(file, name, judge);
    if (bytes === undefined) throw new Error(`There is no ${name}.`);
    return bytes;
  }

  /** Takes over a file of ours, and gives it a name in the folder that nothing has yet; its path below the directory. `from` is gone then. */
  take(from: string, folder: string, name: string): string {
    const place = this.#place(`${folder}/${name}`, "write");
    const { ext, name: stem } = parse(place.file);
    let taken = "";
    this.#inFolder(place, (opened, judge) => {
      for (let count = 1; taken === "" && count <= MOST_SAME; count += 1) {
        const each = count === 1 ? `${stem}${ext}` : `${stem}-${count}${ext}`;
        if (opened.add(each, from, judge)) taken = each;
      }
    });
    if (taken === "") throw new Error(`There are too many files called ${name} in ${folder}.`);
    return `${folder}/${taken}`;
  }

  /** The text of the file, which counts as read; undefined where there is none. */
  current(path: string): string | undefined {
    const { name, file, judge } = this.#place(path, "write");
    const text = this.#text(file, name, judge);
    if (text !== undefined) this.#seen.set(file, text);
    return text;
  }

  /** Replaces the whole file, or makes it. What was there has to have been read, unless whoever asks is no model. */
  write(path: string, text: string, { isUnseenFine = false }: { isUnseenFine?: boolean } = {}): void {
    const place = this.#place(path, "write");
    const { name, file, judge } = place;
    const before = this.#text(file, name, judge);
    const seen = this.#seen.get(file);
    if (before !== undefined && !isUnseenFine) {
      if (seen === undefined)
        throw new Error(`There is ${name} already: read it first, or change a part of it with edit.`);
      if (seen !== before) throw new Error(`${name} has changed since you read it: read it again.`);
    }
    this.#replace(place, text);
  }

  /** Replaces the one place where `from` stands. */
  edit(path: string, from: string, to: string): { before: string; after: string } {
    const place = this.#place(path, "write");
    const { name, file, judge } = place;
    const before = this.#text(file, name, judge);
    if (before === undefined) throw new Error(`There is no ${name}: make it with write.`);
    if (from === "") throw new Error("The text to replace is empty.");
    const [old, fresh] = inLinesOf(before, from, to);
    const count = before.split(old).length - 1;
    if (count === 0) throw new Error(`${name} has no such text; read it and give the text exactly.`);
    if (count > 1)
      throw new Error(`The text stands ${count} times in ${name}; give more of what is around it.`);
    if (from === to) throw new Error("Both texts are the same: nothing would change.");
    const after = before.replace(old, () => fresh);
    this.#replace(place, after);
    return { before, after };
  }

  /** Makes all of the changes or, where one of them cannot be made, none. */
  changeAll(changes: readonly FileChange[]): void {
    const places = changes.map(({ path, text }) => ({ place: this.#place(path, "write"), text }));
    const before = places.map(({ place }) => this.#text(place.file, place.name, place.judge));
    const budget = this.#written;
    let done = 0;
    try {
      for (const { place, text } of places) {
        this.#become(place, text);
        done += 1;
      }
    } catch (error) {
      this.#written = Number.NEGATIVE_INFINITY;
      for (let index = done - 1; index >= 0; index -= 1) {
        const change = places[index];
        if (change !== undefined) this.#become(change.place, before[index]);
      }
      this.#written = budget;
      throw error;
    }
  }

  #become(place: Place, text: string | undefined): void {
    if (text !== undefined) this.#replace(place, text);
    else this.#remove(place);
  }

  #replace(place: Place, text: string): void {
    const { name, file } = place;
    const { fileBytes, writtenBytes } = this.#scope.limits ?? LIMITS;
    const size = Buffer.byteLength(text);
    if (size > fileBytes)
      throw new Error(`${name} would be larger than ${fileBytes / 1024} KB; split it up.`);
    this.#written += size;
    if (this.#written > writtenBytes) throw new Error("Too much was written already; nothing more is.");
    this.#inFolder(place, (folder, judge) => folder.write(basename(file), text, judge));
    this.#seen.set(file, text);
  }

  #remove(place: Place): void {
    const { file } = place;
    this.#inFolder(place, (folder, judge) => folder.remove(basename(file), judge));
    this.#seen.delete(file);
  }

  #inFolder({ name, file, judge }: Place, act: (folder: OpenedFolder, judge: Judge) => void): void {
    try {
      const folder = OpenedFolder.at(dirname(file), (path, status) => judge(path, status, true), true);
      try {
        act(folder, judge);
      } finally {
        folder.close();
      }
    } catch (error) {
      if (error instanceof Refused) throw error;
      throw new Error(`${name} cannot be written: ${reasonOf(error)}.`);
    }
  }

  #text(file: string, name: string, judge: Judge): string | undefined {
    const bytes = this.#bytes(file, name, judge);
    return bytes === undefined ? undefined : textIn(bytes, name);
  }

  #bytes(file: string, name: string, judge: Judge): Buffer | undefined {
    try {
      return readJudged(file, judge, (this.#scope.limits ?? LIMITS).fileBytes);
    } catch (error) {
      if (error instanceof Refused) throw error;
      if (["ENOENT", "ENOTDIR"].includes(systemCode(error) ?? "")) return undefined;
      throw new Error(`${name} cannot be used: ${reasonOf(error)}.`);
    }
  }

  /** The names in the directory; undefined where none is. */
  #folder(file: string, name: string, judge: Judge): string[] | undefined {
    if (lstatSync(file, { throwIfNoEntry: false })?.isDirectory() !== true) return undefined;
    try {
      const folder = OpenedFolder.at(file, judge);
      try {
        return readdirSync(folder.place, { withFileTypes: true })
          .map((each) => (each.isDirectory() ? `${each.name}/` : each.name))
          .filter((each) => this.#scope.hasHidden === true || !each.startsWith("."))
          .sort();
      } finally {
        folder.close();
      }
    } catch (error) {
      if (error instanceof Refused) throw error;
      throw new Error(`${name} cannot be used: ${reasonOf(error)}.`);
    }
  }

  /** Where the path leads in the end; it is not given to whoever asks. */
  #place(path: string, use: "read" | "write"): Place {
    const { directory, told, elsewhere, hasHidden = false } = this.#scope;
    const name = this.#named(plainPath(path));
    const refused = (why: string) =>
      new Refused(`${JSON.stringify(path.slice(0, MOST_NAME_CHARS))} ${why}. You may use ${told}.`);
    const isFine = name === "." || (hasHidden ? isPossible(name) : isPlain(name));
    if (!isFine && !(elsewhere !== undefined && isPossible(name)))
      throw refused("is no path that can be used here");
    const given = elsewhere === undefined ? name : name.replace(/^~(?=$|[\\/])/, () => elsewhere.home);
    if (elsewhere === undefined && !this.#allows(name === "." ? "" : name, use))
      throw refused("is not yours to use");
    const root = rootOf(directory);
    const file = ledTo(isAbsolute(given) ? given : join(root, given), refused);
    const judge = this.#judge(root, use, refused);
    judge(file);
    return { name, file, judge };
  }

  /** Whole paths of the directory, as somebody knows it who sees it elsewhere, are names in it. */
  #named(path: string): string {
    const { shownAt } = this.#scope;
    if (shownAt === undefined) return path;
    const given = path.replace(/^~(?=$|[\\/])/, () => shownAt.home);
    if (!isAbsolute(given) || !isWithin(given, shownAt.directory)) return path;
    return slashed(relative(shownAt.directory, given)) || ".";
  }

  #allows(name: string, use: "read" | "write"): boolean {
    const { allows, listed } = this.#scope;
    return allows(name, use) || (use === "read" && listed.includes(name));
  }

  /** `leadsThere`: it is a directory on the way, of which nothing is touched. */
  #judge(root: string, use: "read" | "write", refused: (why: string) => Error): FolderJudge {
    const { elsewhere, protectedPlaces, limits, hasHidden = false } = this.#scope;
    return (path, status, leadsThere = false) => {
      const name = slashed(relative(root, path));
      const isInside = isWithin(path, root);
      const fits = name === "" || hasHidden || isPlain(name);
      if (!isInside && elsewhere === undefined) throw refused("leads to another place");
      if (isInside && !fits) throw refused("leads to another place");
      if (isInside && !leadsThere && !this.#allows(name, use)) throw refused("leads to another place");
      if (protectedPlaces?.holds(path)) throw refused("is nobody's to use");
      if (status?.isFile() !== true || status.nlink < 2) return;
      // Who has only part of the files could have been given another name of one that is none of them.
      if (elsewhere === undefined && limits !== undefined)
        throw refused("has another name elsewhere, and is not used for that");
      if (protectedPlaces?.holdsFile(path, status)) throw refused("is nobody's to use");
    };
  }
}

type FolderJudge = (path: string, status?: Stats, leadsThere?: boolean) => void;

interface Place {
  name: string;
  /** Without links. */
  file: string;
  judge: FolderJudge;
}

/** It is not for this scope; the sentence says what is. */
class Refused extends Error {}

function plainPath(path: string): string {
  const plain = path.trim().replace(/^(?:\.\/+)+/, "");
  return /^\/+$/.test(plain) ? plain : plain.replace(/(?<!\/)\/+$/, "");
}

/** Below the directory, without a way up, without hidden names, and with none that some system takes for something else. */
function isPlain(name: string): boolean {
  if (name.length > MOST_NAME_CHARS) return false;
  return name
    .split("/")
    .every((part) => /^[^.~\p{Cc}\\:*?"<>|][^\p{Cc}\\:*?"<>|]*$/u.test(part) && !/[. ]$/.test(part));
}

/** What a system can open. Windows has names that are devices, streams of files, and names that end in what it leaves out. */
function isPossible(path: string): boolean {
  if (path === "" || path.length > MOST_PATH_CHARS || /\p{Cc}/u.test(path)) return false;
  if (process.platform !== "win32") return true;
  const parts = path.replace(/^[A-Za-z]:/, "").split(/[\\/]/);
  return parts.every(
    (part) =>
      /^\.{1,2}$/.test(part) ||
      (!/[:*?"<>|]|[. ]$/.test(part) && !/^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i.test(part)),
  );
}

function rootOf(directory: string): string {
  try {
    return realpathSync(directory);
  } catch (error) {
    throw new Error(`The work directory cannot be used: ${readFailure(error).reason}.`);
  }
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

function listOf(names: readonly string[]): string {
  const more = names.length > MOST_LISTED ? [`(and ${names.length - MOST_LISTED} before them)`] : [];
  return names.length === 0 ? "(empty)" : [...more, ...names.slice(-MOST_LISTED)].join("\n");
}

/** A file whose lines end as on Windows has them so in its changed part, too. */
function inLinesOf(text: string, from: string, to: string): [from: string, to: string] {
  if (text.includes(from) || !text.includes("\r\n")) return [from, to];
  const withReturns = (each: string) => each.replace(/\r?\n/g, "\r\n");
  return [withReturns(from), withReturns(to)];
}

function textIn(bytes: Buffer, name: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new Error(`${name} cannot be used: it is no text in UTF-8.`);
  }
}

function reasonOf(error: unknown): string {
  return error instanceof NotReadable ? error.message : readFailure(error).reason;
}
