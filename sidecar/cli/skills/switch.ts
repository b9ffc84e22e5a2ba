/** What `clawdbot skills enable` and `disable` have in common. */
import { EXIT } from "../../../shared/exit-codes.ts";
import { neutralLine } from "../../../shared/foreign-text.ts";
import { advice } from "../../../shared/remedy.ts";
import { changeValue } from "../config/change.ts";
import type { skillsEnable } from "../definitions/skills.ts";
import type { Invocation } from "../invocation.ts";
import { skillNamed, skillsOf } from "./known.ts";

/** Writes into the configuration whether the skill may be used. */
export async function switchSkill(
  invocation: Invocation<typeof skillsEnable>,
  isOn: boolean,
): Promise<number> {
  const { context, values } = invocation;
  const [named = ""] = invocation.arguments;
  const { skill } = skillNamed(await skillsOf(context, values.agent), named);
  const name = neutralLine(skill.name);
  await changeValue(
    invocation,
    `skills.entries.${skill.key.replaceAll(".", "\\.")}.enabled`,
    (file) => (isOn ? advice`${name} is switched on in ${file}` : advice`${name} is switched off in ${file}`),
    (_reading, preview) => {
      const edit = { kind: "set", keys: ["skills", "entries", skill.key, "enabled"], value: isOn } as const;
      return { edit, next: preview([edit]), told: { name: skill.name, key: skill.key, enabled: isOn } };
    },
  );
  return EXIT.ok;
}
