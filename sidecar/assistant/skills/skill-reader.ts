/** Files of skills that a turn may read although they lie elsewhere: of those that are ready, and nothing beside them. */
import { realpathSync } from "node:fs";
import { isAbsolute, relative, sep } from "node:path";
import { ScopedFiles } from "../tools/files/scoped-files.ts";
import { withOwnFolder } from "./skill.ts";
import type { SkillBook } from "./skill-book.ts";

/** The text of what the path names in a skill of the agent, with the skill's own folder put in; undefined for a path that names none. */
export type SkillReader = (path: string, agentId: string) => Promise<string | undefined>;

export function skillReader(skills: Pick<SkillBook, "ready">, home: string): SkillReader {
  return async (path, agentId) => {
    const place = placeOf(path.trim().replace(/^~(?=[\\/])/, () => home));
    if (place === undefined) return undefined;
    const found = (await skills.ready(agentId))
      .map(({ folder }) => ({ folder, real: placeOf(folder) }))
      .find(({ real }) => real !== undefined && place.startsWith(real + sep));
    if (found?.real === undefined) return undefined;
    const files = new ScopedFiles({
      directory: found.real,
      allows: (_name, use) => use === "read",
      listed: [],
      told: "the files of the skill",
    });
    const content = files.content(relative(found.real, place).split(sep).join("/"));
    if (content.kind === "folder") return content.names.join("\n");
    return content.kind === "text" ? withOwnFolder(content.text, found) : undefined;
  };
}

/** Without links; undefined for what is not there, and for a path that begins elsewhere. */
function placeOf(path: string): string | undefined {
  if (!isAbsolute(path)) return undefined;
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
}
