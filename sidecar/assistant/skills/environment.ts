/**
 * What the skills of an agent give to the programs that its runs start: keys and variables of the configuration, as an environment of
 * its own for each run. It is made of values and handed on; the environment of the gateway is read by name and never changed, so that
 * what one agent's skills are given no other one's programs can see.
 */
import type { GatewayConfig } from "../../../shared/config/schema.ts";
import type { Environment } from "../../../shared/node/paths.ts";
import { entryOf } from "./eligibility.ts";
import { programFolders } from "./places.ts";
import type { FoundSkill } from "./skill.ts";

/** What child processes of a run get besides what every one gets. */
export interface SkillEnvironment {
  env: Readonly<Record<string, string>>;
  /** Folders of programs that were downloaded for the skills, to stand before the PATH. */
  path: readonly string[];
}

/** Variables that change how programs are started, and are nobody's key. */
const NEVER =
  /^(?:LD_|DYLD_|NODE_OPTIONS$|NODE_PATH$|PATH$|PATHEXT$|SHELL$|BASH_ENV$|ENV$|IFS$|PYTHONPATH$|PYTHONSTARTUP$|PERL5(?:LIB|OPT)$|RUBYOPT$|CLAWDBOT_)/i;
const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

/**
 * Of the skills that are ready for the agent, in the order of their list: the first one that gives a variable counts. What a skill asks
 * for by name and the configuration does not give comes from `gatewayEnv`.
 */
export function skillEnvironment(
  ready: readonly FoundSkill[],
  { config, gatewayEnv, stateDir }: { config: GatewayConfig; gatewayEnv: Environment; stateDir: string },
): SkillEnvironment {
  const env = new Map<string, string>();
  const give = (name: string, value: string | undefined) => {
    if (value !== undefined && value !== "" && NAME.test(name) && !NEVER.test(name) && !env.has(name))
      env.set(name, value);
  };
  for (const skill of ready) {
    const entry = entryOf(config, skill);
    for (const [name, value] of Object.entries(entry.env ?? {})) give(name, value);
    if (skill.primaryEnv !== undefined) give(skill.primaryEnv, entry.apiKey);
  }
  for (const { needs, primaryEnv } of ready)
    for (const name of [...needs.env, ...(primaryEnv === undefined ? [] : [primaryEnv])])
      give(name, gatewayEnv[name]);
  const path = ready
    .filter(({ install }) => install.some(({ download }) => download !== undefined))
    .flatMap(({ key }) => programFolders(stateDir, key));
  return { env: Object.fromEntries(env), path };
}
