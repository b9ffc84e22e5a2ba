/** Where skills lie, and which of these places are the owner's word. */
import { existsSync, realpathSync } from "node:fs";
import { join, relative, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import type { GatewayConfig } from "../../../shared/config/schema.ts";
import { type WorkspacePaths, workspaceOf, workspacesOf } from "../workspace/place.ts";
import type { SkillSource } from "./skill.ts";

/** What skills are looked for with. */
export interface SkillPlace {
  config: () => GatewayConfig;
  paths: WorkspacePaths;
  stateDir: string;
  /** Those that come with the program; the ones of this installation without it. */
  bundledDir?: string;
}

/** A folder with a folder for each skill. */
export interface SkillRoot {
  source: SkillSource;
  folder: string;
  /** Whoever writes there is the owner: what lies there needs no further word. */
  isTrusted: boolean;
}

/**
 * The roots of an agent, in the order in which later ones count more. What lies in a work directory an agent could have written itself;
 * everything else somebody put there, or named in the configuration.
 */
export function skillRoots(place: SkillPlace, agentId: string): SkillRoot[] {
  const config = place.config();
  const workspaces = workspacesOf(config, place.paths);
  const extra = (config.skills?.load?.extraDirs ?? []).map((each) => expanded(each, place.paths.home));
  return [
    ...extra.map((folder) => ({
      source: "extra" as const,
      folder,
      isTrusted: !workspaces.some((workspace) => isWithin(folder, workspace)),
    })),
    { source: "bundled", folder: place.bundledDir ?? bundledSkills(), isTrusted: true },
    { source: "own", folder: ownSkills(place.stateDir), isTrusted: true },
    {
      source: "workspace",
      folder: join(workspaceOf(config, agentId, place.paths), "skills"),
      isTrusted: false,
    },
  ];
}

/** Where the owner puts skills for all agents. */
export function ownSkills(stateDir: string): string {
  return join(stateDir, "skills");
}

/** Where a download puts the programs of a skill. */
export function skillPrograms(stateDir: string, key: string): string {
  return join(stateDir, "tools", key.replace(/[^\w.-]+/g, "_").replace(/^\.+/, "_"));
}

/** Where programs of the skill lie that were downloaded. */
export function programFolders(stateDir: string, key: string): string[] {
  const folder = skillPrograms(stateDir, key);
  return [folder, join(folder, "bin")];
}

/** Beside `dist/` in the package, and some floors higher in the repository. */
export function bundledSkills(): string {
  const above = ["../assets/skills", "../../../assets/skills"].map((each) =>
    fileURLToPath(new URL(each, import.meta.url)),
  );
  return above.find((each) => existsSync(each)) ?? above[0] ?? "";
}

/** Whether the path lies in the folder, wherever links lead. */
export function isWithin(path: string, folder: string): boolean {
  const inner = relative(realPath(folder), realPath(path));
  return (
    inner === "" ||
    (inner !== ".." && !inner.startsWith(`..${sep}`) && resolve(realPath(folder), inner) !== inner)
  );
}

/** Where the path leads, without links. */
export function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return resolve(path); // It is not there, or somebody else's.
  }
}

function expanded(path: string, home: string): string {
  return resolve(
    home,
    path.trim().replace(/^~(?=$|[\\/])/, () => home),
  );
}
