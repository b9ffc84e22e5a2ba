/** What a skill is: a folder with instructions for a model in `SKILL.md`, and what it needs of the machine. */
import type { Remedy } from "../../../shared/remedy.ts";

/** Where a skill lies; of two with one name the one counts that stands later here. */
export const SKILL_SOURCES = ["extra", "bundled", "own", "workspace"] as const;
export type SkillSource = (typeof SKILL_SOURCES)[number];

/** What a skill asks for. `anyBins` are programs of which one will do, `config` paths whose value is to be true. */
export interface SkillNeeds {
  bins: readonly string[];
  anyBins: readonly string[];
  env: readonly string[];
  config: readonly string[];
  /** As Node names platforms; none means each. */
  os: readonly string[];
}

export const INSTALL_KINDS = ["brew", "node", "go", "uv", "download"] as const;
export type InstallKind = (typeof INSTALL_KINDS)[number];

/** One way to install what a skill needs. Which of the texts there are depends on the kind. */
export interface InstallOption {
  id: string;
  kind: InstallKind;
  label: string;
  bins: readonly string[];
  os: readonly string[];
  /** Of `brew`. */
  formula?: string;
  /** Of `node` and `uv`. */
  package?: string;
  /** Of `go`. */
  module?: string;
  download?: DownloadOption;
  /** Why it is never carried out. */
  refused?: Remedy;
}

export interface DownloadOption {
  url: string;
  /** Hex, of what is downloaded. */
  sha256: string;
  /** How it is packed; undefined for a file that is used as it is. */
  archive?: "tar" | "zip";
  /** Folders around what is packed that are left out. */
  stripComponents: number;
}

/** What `SKILL.md` says. */
export interface SkillManifest {
  name: string;
  description: string;
  homepage?: string;
  emoji?: string;
  /** What the configuration knows it by; its name unless it says something else. */
  key: string;
  /** Whether people can call it with a slash. */
  isCommand: boolean;
  /** Whether the model is told of it without being asked. */
  isOffered: boolean;
  /** The tool that its command calls, without a model. */
  tool?: string;
  /** Needs nothing but its platform. */
  always: boolean;
  needs: SkillNeeds;
  /** The variable that `apiKey` of the configuration is given as. */
  primaryEnv?: string;
  install: readonly InstallOption[];
  /** What stands below the front matter. */
  instructions: string;
}

/** A skill with its place. */
export interface FoundSkill extends SkillManifest {
  source: SkillSource;
  /** Absolute, with the links on the way to its root. */
  folder: string;
  file: string;
}

/** A folder that holds no usable skill, or not all of one. `line` is counted from 1. */
export interface SkillProblem {
  file: string;
  line?: number;
  message: Remedy;
}

/** The text of a skill with its own folder in place of `{baseDir}`. */
export function withOwnFolder(text: string, { folder }: Pick<FoundSkill, "folder">): string {
  return text.replaceAll("{baseDir}", () => folder);
}
