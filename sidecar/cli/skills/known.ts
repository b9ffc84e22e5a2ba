/** What the commands about skills start from: the skills of the agent that is meant, as its files are now. */
import { defaultAgentId } from "../../../shared/config/agents.ts";
import { nearestName } from "../../../shared/config/near-name.ts";
import { quoted, RequestError } from "../../../shared/errors.ts";
import { advice, joined, ours, type Remedy, whole } from "../../../shared/remedy.ts";
import { type ListedSkill, SkillCatalogue, type SkillsView } from "../../assistant/skills/catalogue.ts";
import type { SkillNeeds } from "../../assistant/skills/skill.ts";
import { configOf, knownAgent } from "../agents/known.ts";
import type { ProfileContext } from "../invocation.ts";

/** The agent, where its skills are, and what they are. */
export interface KnownSkills {
  agentId: string;
  catalogue: SkillCatalogue;
  view: SkillsView;
}

/** Fails with `CONFIG_INVALID` and `AGENT_UNKNOWN`. */
export async function skillsOf(context: ProfileContext, agent: string | undefined): Promise<KnownSkills> {
  const config = configOf(context);
  const { env, paths, platform } = context;
  const agentId = knownAgent(agent ?? defaultAgentId(config), config);
  const { stateDir } = paths;
  const catalogue = new SkillCatalogue({ config: () => config, paths, stateDir, env, platform });
  return { agentId, catalogue, view: await catalogue.look(agentId) };
}

/** The skill of the name or key; of several those that `isMeant` first. Fails with `SKILL_UNKNOWN`. */
export function skillNamed(
  { view: { skills, problems } }: KnownSkills,
  named: string,
  isMeant: (each: ListedSkill) => boolean = ({ isReplaced }) => !isReplaced,
): ListedSkill {
  const matching = skills.filter(({ skill }) => skill.name === named || skill.key === named);
  const found = matching.find(isMeant) ?? matching[0];
  if (found !== undefined) return found;
  const near = nearestName(
    named,
    skills.map(({ skill }) => skill.name),
  );
  const meant = near === undefined ? "" : advice`; did you mean ${quoted(near)}?`;
  const broken =
    problems.length === 0 ? "" : advice` Files that cannot be used are listed by ${ours`skills check`}.`;
  throw new RequestError("SKILL_UNKNOWN", advice`There is no skill ${quoted(named)}${meant}${broken}`);
}

/** What becomes of it, in a few words. */
export function stateOf({ trust, eligibility, isReplaced, isReady }: ListedSkill): Remedy {
  if (trust === "new") return whole("needs your word");
  if (trust === "changed") return whole("changed since you gave your word");
  if (isReplaced) return whole("another one of its name counts");
  if (eligibility.isDisabled) return whole("switched off");
  if (eligibility.isBlocked) return whole("not in skills.allowBundled");
  if (isReady) return whole("ready");
  return joined([whole("lacks"), " ", joined(missingWords(eligibility.missing), ", ")], "");
}

/** Each thing that is missing. */
export function missingWords({ bins, anyBins, env, config, os }: SkillNeeds): Remedy[] {
  const [first, ...others] = anyBins;
  return [
    ...(os.length === 0 ? [] : [advice`the system ${os.join(", ")}`]),
    ...bins.map((name) => advice`the program ${name}`),
    ...(first === undefined ? [] : [advice`one of the programs ${[first, ...others].join(", ")}`]),
    ...env.map((name) => advice`the variable ${name}`),
    ...config.map((path) => advice`the setting ${path}`),
  ];
}
