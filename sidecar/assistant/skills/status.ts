/** The skills of an agent as clients and the command line are told of them. */
import { english } from "../../../shared/remedy.ts";
import { programOnPath } from "../../host/process/program-on-path.ts";
import { workspaceOf } from "../workspace/place.ts";
import type { ListedSkill, SkillCatalogue } from "./catalogue.ts";
import { planOf, planText, preferredInstall } from "./install/plan.ts";
import { ownSkills, skillPrograms } from "./places.ts";
import type { SkillNeeds, SkillSource } from "./skill.ts";

/** As other programs name them. */
const SOURCES: Readonly<Record<SkillSource, string>> = {
  extra: "clawdbot-extra",
  bundled: "clawdbot-bundled",
  own: "clawdbot-managed",
  workspace: "clawdbot-workspace",
};

/** Without those whose place another one takes, unless they wait for the owner's word. */
export async function skillsStatus(catalogue: SkillCatalogue, agentId: string) {
  const { config, paths, stateDir } = catalogue.place;
  const { skills, problems } = await catalogue.look(agentId);
  return {
    workspaceDir: workspaceOf(config(), agentId, paths),
    managedSkillsDir: ownSkills(stateDir),
    skills: skills
      .filter(({ isReplaced, trust }) => !isReplaced || trust !== "trusted")
      .map((each) => statusOf(each, catalogue)),
    problems: problems.map(({ file, line, message }) => ({
      file,
      ...(line === undefined ? {} : { line }),
      message: english(message),
    })),
  };
}

function statusOf({ skill, eligibility, trust, hash, isReady }: ListedSkill, catalogue: SkillCatalogue) {
  const { primaryEnv, emoji, homepage } = skill;
  return {
    name: skill.name,
    description: skill.description,
    source: SOURCES[skill.source],
    filePath: skill.file,
    baseDir: skill.folder,
    skillKey: skill.key,
    ...(primaryEnv === undefined ? {} : { primaryEnv }),
    ...(emoji === undefined ? {} : { emoji }),
    ...(homepage === undefined ? {} : { homepage }),
    always: skill.always,
    disabled: eligibility.isDisabled,
    blockedByAllowlist: eligibility.isBlocked,
    eligible: isReady,
    requirements: namesIn(skill.needs),
    missing: namesIn(eligibility.missing),
    configChecks: eligibility.configChecks.map((each) => ({ ...each })),
    install: offeredInstall({ skill, eligibility }, catalogue),
    trust,
    ...(hash === undefined ? {} : { hash }),
  };
}

/** Only where a program is missing. */
function offeredInstall(
  { skill, eligibility: { missing } }: Pick<ListedSkill, "skill" | "eligibility">,
  { place }: SkillCatalogue,
) {
  if (missing.bins.length + missing.anyBins.length === 0) return [];
  const { config, env, platform, stateDir } = place;
  const hasProgram = (name: string) => programOnPath(name, { env, platform }) !== undefined;
  const option = preferredInstall(skill, config(), { platform, hasProgram });
  const plan = option && planOf(option, config());
  if (option === undefined || plan === undefined) return [];
  const { id, kind, label, bins } = option;
  return [{ id, kind, label, bins: [...bins], command: planText(plan, skillPrograms(stateDir, skill.key)) }];
}

function namesIn({ bins, anyBins, env, config, os }: SkillNeeds) {
  return { bins: [...bins], anyBins: [...anyBins], env: [...env], config: [...config], os: [...os] };
}
