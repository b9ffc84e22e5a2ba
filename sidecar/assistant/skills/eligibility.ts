/** Whether a skill can be used here: pure, from what the configuration and the machine say. Nothing is started to find that out. */
import type { GatewayConfig } from "../../../shared/config/schema.ts";
import { isSecretPath } from "../../../shared/config/secrets.ts";
import type { Environment } from "../../../shared/node/paths.ts";
import { isRecord } from "../../../shared/protocol/frame.ts";
import type { FoundSkill, SkillNeeds } from "./skill.ts";

/** What skills are judged by. */
export interface SkillSituation {
  config: GatewayConfig;
  env: Environment;
  /** Of this machine, and of others that run programs for it. */
  platforms: readonly string[];
  hasProgram(name: string, skill: Pick<FoundSkill, "key">): boolean;
}

/** A value of the configuration that a skill asks for. Of a text or a secret only whether it is there. */
export interface ConfigCheck {
  path: string;
  value: boolean | number | null;
  satisfied: boolean;
}

export interface Eligibility {
  isDisabled: boolean;
  /** It comes with the program, and `skills.allowBundled` does not name it. */
  isBlocked: boolean;
  missing: SkillNeeds;
  configChecks: readonly ConfigCheck[];
  isEligible: boolean;
}

export function eligibilityOf(skill: FoundSkill, situation: SkillSituation): Eligibility {
  const { config, env, platforms } = situation;
  const { needs } = skill;
  const entry = entryOf(config, skill);
  const isDisabled = entry.enabled === false;
  const isBlocked = skill.source === "bundled" && isNotAllowed(skill, config.skills?.allowBundled);
  const has = (name: string) => situation.hasProgram(name, skill);
  const configChecks = needs.config.map((path) => configCheck(path, config));
  const isKnown = (name: string) =>
    [env[name], entry.env?.[name], name === skill.primaryEnv ? entry.apiKey : undefined].some(isFilled);
  const missing: SkillNeeds = {
    bins: needs.bins.filter((name) => !has(name)),
    anyBins: needs.anyBins.some(has) ? [] : needs.anyBins,
    env: needs.env.filter((name) => !isKnown(name)),
    config: configChecks.filter(({ satisfied }) => !satisfied).map(({ path }) => path),
    os: needs.os.length === 0 || needs.os.some((each) => platforms.includes(each)) ? [] : needs.os,
  };
  const { os, ...others } = missing;
  const isComplete = skill.always || Object.values(others).every((each) => each.length === 0);
  return {
    isDisabled,
    isBlocked,
    missing,
    configChecks,
    isEligible: !isDisabled && !isBlocked && os.length === 0 && isComplete,
  };
}

/** What the configuration says of the skill. */
export function entryOf(config: GatewayConfig, { key }: Pick<FoundSkill, "key">) {
  const entries = config.skills?.entries ?? {};
  return (Object.hasOwn(entries, key) ? entries[key] : undefined) ?? {};
}

function isNotAllowed({ key, name }: FoundSkill, allowed: readonly string[] | undefined): boolean {
  return allowed !== undefined && !allowed.includes(key) && !allowed.includes(name);
}

function isFilled(value: string | undefined): boolean {
  return value !== undefined && value.trim() !== "";
}

/** What holds where the configuration says nothing. */
const TRUE_WITHOUT = ["browser.enabled"];

function configCheck(path: string, config: GatewayConfig): ConfigCheck {
  const keys = path.split(".");
  const written = keys.reduce<unknown>(
    (value, key) => (isRecord(value) && Object.hasOwn(value, key) ? value[key] : undefined),
    config,
  );
  const value = written ?? (TRUE_WITHOUT.includes(path) ? true : undefined);
  const satisfied = typeof value === "string" ? value.trim() !== "" : Boolean(value);
  const isShown = (typeof value === "boolean" || typeof value === "number") && !isSecretPath(keys);
  return { path, value: isShown ? value : satisfied ? true : null, satisfied };
}
