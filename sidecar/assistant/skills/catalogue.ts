/** All skills of an agent, and what becomes of each: what the prompt, the commands, clients and doctor go by. */
import { agentIds } from "../../../shared/config/agents.ts";
import type { Environment } from "../../../shared/node/paths.ts";
import { advice } from "../../../shared/remedy.ts";
import { programOnPath } from "../../host/process/program-on-path.ts";
import { type Eligibility, eligibilityOf } from "./eligibility.ts";
import { SkillFinder } from "./find-skills.ts";
import { programFolders, type SkillPlace, type SkillRoot, skillRoots } from "./places.ts";
import type { FoundSkill, SkillProblem } from "./skill.ts";
import { contentOf, SkillTrust, type Trust } from "./trust.ts";

/** What skills are looked for with, and what the machine is. */
export interface CataloguePlace extends SkillPlace {
  /** Of the gateway itself. */
  env: Environment;
  platform: NodeJS.Platform;
}

/** A skill, and what becomes of it. */
export interface ListedSkill {
  skill: FoundSkill;
  eligibility: Eligibility;
  trust: Trust;
  /** Of what it is made of; only of one that needs the owner's word. */
  hash?: string;
  /** Another one of its name counts. */
  isReplaced: boolean;
  /** The agent is told of it: it is trusted, can be used here, and none takes its place. */
  isReady: boolean;
}

/** What was found for an agent. */
export interface SkillsView {
  /** By name, those first that count. */
  skills: readonly ListedSkill[];
  problems: readonly SkillProblem[];
}

export class SkillCatalogue {
  readonly trust: SkillTrust;
  #place: CataloguePlace;
  #finder = new SkillFinder();

  constructor(place: CataloguePlace) {
    this.#place = place;
    this.trust = new SkillTrust(place.stateDir);
  }

  get place(): CataloguePlace {
    return this.#place;
  }

  /** Looks at the files as they are now. */
  async look(agentId: string): Promise<SkillsView> {
    const skills: ListedSkill[] = [];
    const problems: SkillProblem[] = [];
    const trustOf = this.trust.read();
    for (const root of skillRoots(this.#place, agentId)) {
      const found = await this.#finder.find(root);
      problems.push(...found.problems);
      for (const skill of found.skills) {
        const trust = this.#trust(skill, root, trustOf);
        if ("problem" in trust) problems.push(trust.problem);
        else skills.push(this.#listed(skill, trust));
      }
    }
    return { skills: withReplaced(skills), problems };
  }

  /** The same for every agent, each place once. */
  async lookAtAll(): Promise<SkillsView> {
    const views = await Promise.all(agentIds(this.#place.config()).map((id) => this.look(id)));
    const skills = new Map(views.flatMap((view) => view.skills).map((each) => [each.skill.file, each]));
    const problems = new Map(
      views.flatMap((view) => view.problems).map((each) => [`${each.file} ${each.line}`, each]),
    );
    return { skills: [...skills.values()], problems: [...problems.values()] };
  }

  #trust(
    skill: FoundSkill,
    { isTrusted }: SkillRoot,
    trustOf: ReturnType<SkillTrust["read"]>,
  ): { trust: Trust; hash?: string } | { problem: SkillProblem } {
    if (isTrusted) return { trust: "trusted" };
    const content = contentOf(skill.folder);
    if ("refused" in content)
      return { problem: { file: skill.file, message: advice`nobody can vouch for it: ${content.refused}` } };
    return { trust: trustOf(skill.folder, content.hash), hash: content.hash };
  }

  #listed(skill: FoundSkill, trust: { trust: Trust; hash?: string }): ListedSkill {
    const { config, env, platform, stateDir } = this.#place;
    const pathPrepend = pathsBefore(config().tools);
    const eligibility = eligibilityOf(skill, {
      config: config(),
      env,
      platforms: [platform],
      hasProgram: (name, { key }) =>
        programOnPath(name, {
          env,
          platform,
          folders: [...programFolders(stateDir, key), ...pathPrepend],
        }) !== undefined,
    });
    return { skill, eligibility, ...trust, isReplaced: false, isReady: false };
  }
}

/** The section belongs to the tools, which say what is right in it. */
function pathsBefore(tools: unknown): string[] {
  const { exec } = (tools ?? {}) as { exec?: { pathPrepend?: unknown } };
  const paths = exec?.pathPrepend;
  return Array.isArray(paths) ? paths.filter((each): each is string => typeof each === "string") : [];
}

/** The last of a name counts, but one without the owner's word takes nobody's place. */
function withReplaced(found: readonly ListedSkill[]): ListedSkill[] {
  const inForce = new Map<string, ListedSkill>();
  for (const each of found) {
    const before = inForce.get(each.skill.name);
    if (before === undefined || each.trust === "trusted" || before.trust !== "trusted")
      inForce.set(each.skill.name, each);
  }
  return found
    .map((each) => {
      const isReplaced = inForce.get(each.skill.name) !== each;
      const isReady = !isReplaced && each.trust === "trusted" && each.eligibility.isEligible;
      return { ...each, isReplaced, isReady };
    })
    .sort(
      (one, other) =>
        compared(one.skill.name, other.skill.name) || Number(one.isReplaced) - Number(other.isReplaced),
    );
}

/** The same order on every machine. */
function compared(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
