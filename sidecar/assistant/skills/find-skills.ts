/** Finds the skills in a folder of them. A file is read again when it has changed; one that cannot be used is named, and keeps no other from being used. */
import { lstatSync, readdirSync, type Stats, statSync } from "node:fs";
import { join } from "node:path";
import { errorText, systemCode } from "../../../shared/errors.ts";
import { loadPart } from "../../../shared/node/part.ts";
import { readFailure, readSmallFile } from "../../../shared/node/small-file.ts";
import { advice, whole } from "../../../shared/remedy.ts";
import type { ReadManifest } from "./front-matter.ts";
import { isWithin, type SkillRoot } from "./places.ts";
import type { FoundSkill, SkillProblem } from "./skill.ts";

/** What lies in a root. */
export interface FoundSkills {
  skills: FoundSkill[];
  problems: SkillProblem[];
}

const FILE = "SKILL.md";
const MOST_BYTES = 256 * 1024;
/** Folders of one root. */
const MOST_SKILLS = 300;

export class SkillFinder {
  #read = new Map<string, { stamp: string; manifest: ReadManifest }>();

  /** In the order of their folders' names. A root that is not there holds none. */
  async find({ source, folder }: SkillRoot): Promise<FoundSkills> {
    const found: FoundSkills = { skills: [], problems: [] };
    for (const each of this.#folders(folder, found.problems)) {
      const file = join(each, FILE);
      const refused = (message: SkillProblem["message"], line?: number) =>
        found.problems.push({ file, message, ...(line === undefined ? {} : { line }) });
      if (!isWithin(each, folder) || !isWithin(file, each)) {
        refused(advice`it is a link that leads out of ${folder}`);
        continue;
      }
      const read = await this.#manifest(file);
      if (read === undefined) continue;
      if (typeof read === "string") refused(advice`it cannot be read: ${whole(read)}`);
      else if ("problem" in read) refused(read.problem.message, read.problem.line);
      else if (found.skills.some(({ name }) => name === read.manifest.name))
        refused(advice`another skill in ${folder} has the same name: ${read.manifest.name}`);
      else found.skills.push({ ...read.manifest, source, folder: each, file });
    }
    return found;
  }

  /** The root itself where it is a skill. */
  #folders(root: string, problems: SkillProblem[]): string[] {
    if (isFile(join(root, FILE))) return [root];
    let names: string[];
    try {
      names = readdirSync(root).filter((name) => !name.startsWith(".") && name !== "node_modules");
    } catch (error) {
      if (systemCode(error) !== "ENOENT")
        problems.push({
          file: root,
          message: advice`it cannot be read: ${whole(readFailure(error).reason)}`,
        });
      return [];
    }
    const folders = names
      .sort()
      .map((name) => join(root, name))
      .filter(isSkillFolder);
    if (folders.length > MOST_SKILLS)
      problems.push({
        file: root,
        message: advice`it holds ${folders.length} skills; the first ${MOST_SKILLS} are looked at`,
      });
    return folders.slice(0, MOST_SKILLS);
  }

  /** A text says why it cannot be read; undefined where there is none any more. */
  async #manifest(file: string): Promise<ReadManifest | string | undefined> {
    let status: Stats;
    try {
      status = statSync(file);
    } catch (error) {
      return systemCode(error) === "ENOENT" && lstatSync(file, { throwIfNoEntry: false }) === undefined
        ? undefined
        : errorText(error);
    }
    const stamp = `${status.ino} ${status.size} ${status.mtimeMs} ${status.ctimeMs}`;
    const known = this.#read.get(file);
    if (known?.stamp === stamp) return known.manifest;
    const content = readSmallFile(file, MOST_BYTES);
    if (content.state === "missing") return undefined;
    if (content.state === "unreadable") return content.reason;
    const { readManifest } = await loadPart(() => import("./front-matter.ts"));
    const manifest = readManifest(content.bytes.toString("utf8"));
    this.#read.set(file, { stamp, manifest });
    return manifest;
  }
}

function isFile(path: string): boolean {
  try {
    return statSync(path).isFile();
  } catch {
    return false; // It is not there, or not for us.
  }
}

/** A folder, or a link to one, with something of that name in it; a link that leads nowhere is told. */
function isSkillFolder(folder: string): boolean {
  try {
    return (
      statSync(folder).isDirectory() && lstatSync(join(folder, FILE), { throwIfNoEntry: false }) !== undefined
    );
  } catch {
    return false; // A link to nothing, or a folder of somebody else: no skill of anybody's.
  }
}
