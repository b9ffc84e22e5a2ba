/** Skills in folders of a test, and as values where no file is needed. */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { FoundSkill } from "../../../sidecar/assistant/skills/skill.ts";

/** Writes `SKILL.md` of the folder below `root`, and files beside it; returns the skill's folder. */
export function writeSkill(
  root: string,
  name: string,
  text?: string,
  files: Record<string, string> = {},
): string {
  const folder = join(root, name);
  for (const [path, content] of Object.entries({ "SKILL.md": text ?? skillText(name), ...files })) {
    const file = join(folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
  }
  return folder;
}

/** A whole `SKILL.md`; `more` are lines of its front matter. */
export function skillText(name: string, more = "", instructions = "Do it well."): string {
  return `---\nname: ${name}\ndescription: Knows all about ${name}.\n${more === "" ? "" : `${more}\n`}---\n\n${instructions}\n`;
}

/** A skill that needs nothing. */
export function foundSkill(name: string, more: Partial<FoundSkill> = {}): FoundSkill {
  return {
    name,
    description: `Knows all about ${name}.`,
    key: name,
    isCommand: true,
    isOffered: true,
    always: false,
    needs: { bins: [], anyBins: [], env: [], config: [], os: [] },
    install: [],
    instructions: "Do it well.",
    source: "own",
    folder: `/home/ada/.clawdbot/skills/${name}`,
    file: `/home/ada/.clawdbot/skills/${name}/SKILL.md`,
    ...more,
  };
}
