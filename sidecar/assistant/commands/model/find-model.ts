/** Which model a word means. */
import type { CommandContext } from "../context.ts";

export type Found =
  | { kind: "one"; ref: string; profile?: string }
  | { kind: "several"; refs: string[] }
  | { kind: "profile-unknown"; profile: string }
  | { kind: "none" };

/** A number of the list, a reference, an alias, or a part of a name that only one has; `@` names an account. */
export function findModel(written: string, { models }: CommandContext): Found {
  const [, name = "", profile] = /^(.*?)(?:@([^@]+))?$/.exec(written.trim()) ?? [];
  const refs = refsOf(name.toLowerCase(), models.choices());
  const [ref] = refs;
  if (ref === undefined) return { kind: "none" };
  if (refs.length > 1) return { kind: "several", refs };
  if (profile === undefined) return { kind: "one", ref };
  const known = models.profiles?.(ref.split("/", 1)[0] ?? "") ?? [];
  return known.includes(profile) ? { kind: "one", ref, profile } : { kind: "profile-unknown", profile };
}

function refsOf(name: string, choices: ReturnType<CommandContext["models"]["choices"]>): string[] {
  if (name === "") return [];
  const numbered = /^#?(\d+)$/.exec(name)?.[1];
  if (numbered !== undefined)
    return choices.slice(Number(numbered) - 1, Number(numbered)).map(({ ref }) => ref);
  const exact = choices.find(({ ref, alias }) => ref.toLowerCase() === name || alias?.toLowerCase() === name);
  if (exact !== undefined) return [exact.ref];
  const ends = choices.filter(({ ref }) => ref.toLowerCase().slice(ref.indexOf("/") + 1) === name);
  const found =
    ends.length > 0 ? ends : choices.filter(({ ref }) => name.length > 2 && ref.toLowerCase().includes(name));
  return found.map(({ ref }) => ref);
}
