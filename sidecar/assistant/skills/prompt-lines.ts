/** The skills as a prompt lists them, within the room that they have: descriptions of those are shortened first that were used longest ago. */
import { neutralLine, shortened } from "../../../shared/foreign-text.ts";
import { tildePath } from "../../../shared/node/paths.ts";
import { type SkillLine, skillsText } from "../prompt/skills-text.ts";
import type { FoundSkill } from "./skill.ts";

/** Characters of the whole list. */
export const SKILLS_BUDGET = 6_000;
/** What is left of a description, one after the other. */
const LENGTHS = [300, 160, 80, 0];

/** Who is listed, and how. */
export interface ListPlace {
  home: string;
  /** When a skill was used last, by its file; undefined where it never was. */
  lastUsedMs(file: string): number | undefined;
  budget?: number;
}

/** The lines by name, and the names of those for which there is no room at all. */
export function skillLines(
  skills: readonly FoundSkill[],
  { home, lastUsedMs, budget = SKILLS_BUDGET }: ListPlace,
): { lines: SkillLine[]; leftOut: string[] } {
  const offered = skills.filter(({ isOffered }) => isOffered);
  const lines = new Map(offered.map((skill) => [skill.file, lineOf(skill, home)]));
  const oldestFirst = [...offered]
    .map((skill, index) => ({
      file: skill.file,
      name: skill.name,
      usedMs: lastUsedMs(skill.file) ?? 0,
      index,
    }))
    .sort((one, other) => one.usedMs - other.usedMs || other.index - one.index);
  let size = skillsText([...lines.values()]).length;
  const replace = (file: string, line: SkillLine | undefined) => {
    const before = lines.get(file);
    size += (line === undefined ? 0 : sizeOf(line)) - (before === undefined ? 0 : sizeOf(before));
    if (line === undefined) lines.delete(file);
    else lines.set(file, line);
  };
  for (const length of LENGTHS)
    for (const { file } of oldestFirst) {
      const line = lines.get(file);
      if (size <= budget || line === undefined) break;
      replace(file, { ...line, description: cut(line.description, length) });
    }
  const leftOut: string[] = [];
  for (const { file, name } of oldestFirst) {
    if (size <= budget) break;
    replace(file, undefined);
    leftOut.push(name);
  }
  return { lines: [...lines.values()], leftOut: leftOut.sort() };
}

/** What the line adds to the list. */
function sizeOf(line: SkillLine): number {
  return skillsText([line]).length - skillsText([]).length;
}

function cut(description: string, length: number): string {
  return length === 0 ? "" : shortened(description, length);
}

function lineOf({ name, description, file }: FoundSkill, home: string): SkillLine {
  return { name: neutralLine(name), description: neutralLine(description), location: tildePath(file, home) };
}
