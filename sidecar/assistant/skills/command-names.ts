/** How skills are called with a slash. */
import type { FoundSkill } from "./skill.ts";

/** Of every messenger that has commands. */
const MOST_CHARS = 32;

/** A skill under the name of its command, without the slash. */
export interface NamedSkill {
  name: string;
  skill: FoundSkill;
}

/** Those that people can call, in the order of the list; a name that is `taken` or stands before gets a number. */
export function namedSkills(skills: readonly FoundSkill[], taken: readonly string[]): NamedSkill[] {
  const used = new Set(taken);
  return skills
    .filter(({ isCommand }) => isCommand)
    .flatMap((skill) => {
      const name = freeName(commandName(skill.name), used);
      if (name === undefined) return [];
      used.add(name);
      return [{ name, skill }];
    });
}

/** The name in the letters that commands have; empty where none is left. */
export function commandName(name: string): string {
  return name
    .normalize("NFKD")
    .toLowerCase()
    .replace(/\p{M}+/gu, "")
    .replace(/[^a-z0-9_]+/g, "_")
    .slice(0, MOST_CHARS)
    .replace(/^_+|_+$/g, "");
}

function freeName(name: string, used: ReadonlySet<string>): string | undefined {
  if (name === "") return undefined;
  if (!used.has(name)) return name;
  for (let number = 2; number < 100; number += 1) {
    const ending = `_${number}`;
    const numbered = `${name.slice(0, MOST_CHARS - ending.length)}${ending}`;
    if (!used.has(numbered)) return numbered;
  }
  return undefined;
}
