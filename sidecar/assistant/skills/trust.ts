/**
 * The owner's word for skills that he did not put where they lie: what a skill is made of is one hash, and the word is good for that
 * hash alone. It is kept in a file of the state directory, where no tool of an agent writes.
 */
import { createHash } from "node:crypto";
import { lstatSync, readdirSync, readlinkSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { errorText } from "../../../shared/errors.ts";
import { readJsonObject } from "../../../shared/node/json-object.ts";
import { writePrivateFile } from "../../../shared/node/private-file.ts";
import { readSmallFile } from "../../../shared/node/small-file.ts";
import { unwritable } from "../../../shared/node/unwritable.ts";
import { isRecord } from "../../../shared/protocol/frame.ts";
import { advice, type Remedy, whole } from "../../../shared/remedy.ts";
import { isWithin, realPath } from "./places.ts";

/** What a skill is made of. */
export interface SkillContent {
  /** Hex SHA-256 over the names and the bytes of its files. */
  hash: string;
  /** With `/`, in their order. */
  files: readonly string[];
  bytes: number;
}

const MOST = { files: 1_000, bytes: 20 * 1024 * 1024, depth: 12 } as const;

/** What lies in the folder; a sentence where that is too much to be vouched for, or cannot be read. */
export function contentOf(folder: string): SkillContent | { refused: Remedy } {
  const files: string[] = [];
  const hash = createHash("sha256");
  let bytes = 0;
  const walk = (place: string, depth: number): Remedy | undefined => {
    if (depth > MOST.depth) return advice`its folders are nested too deep`;
    for (const name of readdirSync(place).sort()) {
      const path = join(place, name);
      const shown = relative(folder, path).split(sep).join("/");
      const status = lstatSync(path);
      if (status.isDirectory()) {
        const refused = walk(path, depth + 1);
        if (refused !== undefined) return refused;
        continue;
      }
      files.push(shown);
      if (files.length > MOST.files) return advice`it holds more than ${MOST.files} files`;
      hash.update(`${shown}\0`);
      if (status.isSymbolicLink()) {
        // What it leads to could become something else, and the hash would stay.
        if (!isWithin(path, folder)) return advice`${shown} is a link that leads out of it`;
        hash.update(`link ${readlinkSync(path)}\0`);
        continue;
      }
      const read = readSmallFile(path, MOST.bytes - bytes);
      if (read.state !== "bytes")
        return advice`${shown} cannot be read: ${whole(read.state === "missing" ? "it is gone" : read.reason)}`;
      bytes += read.bytes.length;
      hash.update(`file ${read.bytes.length} ${(status.mode & 0o111) === 0 ? "" : "x"}\0`).update(read.bytes);
    }
    return undefined;
  };
  try {
    const refused = walk(folder, 0);
    return refused === undefined ? { hash: hash.digest("hex"), files, bytes } : { refused };
  } catch (error) {
    return { refused: advice`it cannot be read: ${errorText(error)}` };
  }
}

/** `new`: nobody gave his word for it yet. `changed`: it is not what he gave it for. */
export type Trust = "trusted" | "new" | "changed";

/** A skill that somebody gave his word for. */
interface Word {
  hash: string;
  name: string;
  atMs: number;
}

export class SkillTrust {
  readonly file: string;

  constructor(stateDir: string) {
    this.file = join(stateDir, "skill-trust.json");
  }

  /** What holds for each folder. A record that cannot be read is none: then everything asks again. */
  read(): (folder: string, hash: string) => Trust {
    const words = this.#words();
    return (folder, hash) => {
      const word = words[realPath(folder)];
      if (word === undefined) return "new";
      return word.hash === hash ? "trusted" : "changed";
    };
  }

  /** Keeps the owner's word for what the skill is now. Fails with `STATE_UNWRITABLE`. */
  give(folder: string, name: string, { hash, atMs }: { hash: string; atMs: number }): void {
    const words = { ...this.#words(), [realPath(folder)]: { hash, name, atMs } };
    try {
      writePrivateFile(this.file, `${JSON.stringify({ version: 1, skills: words }, null, 2)}\n`);
    } catch (error) {
      throw unwritable(this.file, error);
    }
  }

  #words(): Record<string, Word> {
    const read = readJsonObject(this.file);
    const skills = read.state === "object" && isRecord(read.value.skills) ? read.value.skills : {};
    return Object.fromEntries(
      Object.entries(skills).flatMap(([folder, word]) =>
        isRecord(word) && typeof word.hash === "string"
          ? [[folder, { hash: word.hash, name: String(word.name ?? ""), atMs: Number(word.atMs ?? 0) }]]
          : [],
      ),
    );
  }
}
