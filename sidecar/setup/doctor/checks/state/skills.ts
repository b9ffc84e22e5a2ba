/** Whether every skill can be used: files that are none, and skills that wait for the owner's word. */
import { neutralLine } from "../../../../../shared/foreign-text.ts";
import { advice, ours } from "../../../../../shared/remedy.ts";
import { SkillCatalogue } from "../../../../assistant/skills/catalogue.ts";
import type { Check } from "../../check.ts";

export const skills: Check = {
  id: "skills",
  examine: async ({ profile, reading }) => {
    const config = reading.state === "valid" ? reading.config : {};
    const { env, paths, platform } = profile;
    const place = { config: () => config, paths, stateDir: paths.stateDir, env, platform };
    const view = await new SkillCatalogue(place).lookAtAll();
    return [
      ...view.problems.map(({ file, line, message }) => ({
        code: "skill-broken",
        level: "warning" as const,
        subject: file,
        message: advice`the skill ${line === undefined ? file : `${file}:${line}`} cannot be used: ${message}`,
        remedy: advice`correct it, or move it away; assets/docs/en/assistant.md shows what a skill looks like`,
      })),
      ...view.skills
        .filter(({ trust }) => trust !== "trusted")
        .map(({ skill: { name, file }, trust }) => ({
          code: "skill-needs-word",
          level: "hint" as const,
          subject: file,
          message:
            trust === "new"
              ? advice`the skill ${neutralLine(name)} in ${file} waits for your word: an agent may have written it`
              : advice`the skill ${neutralLine(name)} in ${file} changed since you gave your word`,
          remedy: advice`look at it: ${ours`skills trust ${name}`}; or take its folder away`,
        })),
    ];
  },
};
