import { expect, test } from "@playwright/test";
import type { GatewayConfig } from "../../../../../shared/config/schema.ts";
import { eligibilityOf } from "../../../../../sidecar/assistant/skills/eligibility.ts";
import type { FoundSkill, SkillNeeds } from "../../../../../sidecar/assistant/skills/skill.ts";
import { foundSkill } from "../../../../helpers/assistant/skills.ts";

const NOTHING: SkillNeeds = { bins: [], anyBins: [], env: [], config: [], os: [] };
const needing = (needs: Partial<SkillNeeds>, more: Partial<FoundSkill> = {}) =>
  foundSkill("gh", { needs: { ...NOTHING, ...needs }, ...more });

function judged(skill: FoundSkill, config: GatewayConfig = {}, env: Record<string, string> = {}) {
  const hasProgram = (name: string) => ["git", "node"].includes(name);
  return eligibilityOf(skill, { config, env, platforms: ["linux"], hasProgram });
}

const entry = (value: Record<string, unknown>): GatewayConfig => ({ skills: { entries: { gh: value } } });

for (const [what, skill, config, env, isEligible, missing] of [
  ["nothing", needing({}), {}, {}, true, {}],
  ["its platform", needing({ os: ["linux", "darwin"] }), {}, {}, true, {}],
  ["another platform", needing({ os: ["darwin"] }), {}, {}, false, { os: ["darwin"] }],
  ["programs that are there", needing({ bins: ["git", "node"] }), {}, {}, true, {}],
  ["a program that is not", needing({ bins: ["git", "gh"] }), {}, {}, false, { bins: ["gh"] }],
  ["one of two programs", needing({ anyBins: ["hub", "git"] }), {}, {}, true, {}],
  ["one of none", needing({ anyBins: ["hub", "gh"] }), {}, {}, false, { anyBins: ["hub", "gh"] }],
  ["a variable", needing({ env: ["T"] }), {}, { T: "x" }, true, {}],
  ["an empty variable", needing({ env: ["T"] }), {}, { T: " " }, false, { env: ["T"] }],
  ["a variable of its entry", needing({ env: ["T"] }), entry({ env: { T: "x" } }), {}, true, {}],
  [
    "a key as its variable",
    needing({ env: ["T"] }, { primaryEnv: "T" }),
    entry({ apiKey: "k" }),
    {},
    true,
    {},
  ],
  [
    "a key as another variable",
    needing({ env: ["T"] }, { primaryEnv: "U" }),
    entry({ apiKey: "k" }),
    {},
    false,
    { env: ["T"] },
  ],
  ["a browser", needing({ config: ["browser.enabled"] }), {}, {}, true, {}],
  [
    "a browser that is off",
    needing({ config: ["browser.enabled"] }),
    { browser: { enabled: false } },
    {},
    false,
    { config: ["browser.enabled"] },
  ],
  ["a section", needing({ config: ["channels.slack"] }), { channels: { slack: {} } }, {}, true, {}],
  [
    "a section that is not there",
    needing({ config: ["channels.slack"] }),
    {},
    {},
    false,
    { config: ["channels.slack"] },
  ],
  [
    "what every object has",
    needing({ config: ["constructor.name"] }),
    {},
    {},
    false,
    { config: ["constructor.name"] },
  ],
  ["to be switched on", needing({}), entry({ enabled: false }), {}, false, {}],
  ["nothing, whatever it says", needing({ bins: ["gh"] }, { always: true }), {}, {}, true, { bins: ["gh"] }],
  ["its platform even then", needing({ os: ["win32"] }, { always: true }), {}, {}, false, { os: ["win32"] }],
  ["to be allowed", needing({}, { source: "bundled" }), { skills: { allowBundled: ["x"] } }, {}, false, {}],
  [
    "to be allowed, and is by its key",
    needing({}, { source: "bundled", name: "GitHub" }),
    { skills: { allowBundled: ["gh"] } },
    {},
    true,
    {},
  ],
  ["no allowance where it is the owner's", needing({}), { skills: { allowBundled: [] } }, {}, true, {}],
] as [string, FoundSkill, GatewayConfig, Record<string, string>, boolean, Partial<SkillNeeds>][])
  test(`a skill that needs ${what} ${isEligible ? "can" : "cannot"} be used`, () => {
    const found = judged(skill, config, env);
    expect([found.isEligible, found.missing]).toEqual([isEligible, { ...NOTHING, ...missing }]);
  });

test("a secret of the configuration is told as something that is there", () => {
  const config = { channels: { slack: { botToken: 12_345, port: 3, on: true, name: "x" } } };
  const paths = ["botToken", "port", "on", "name", "none"].map((each) => `channels.slack.${each}`);
  expect(judged(needing({ config: paths }), config).configChecks.map(({ value }) => value)).toEqual([
    true,
    3,
    true,
    true,
    null,
  ]);
});
