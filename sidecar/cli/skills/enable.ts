/** `clawdbot skills enable <skill>`: agents may use it again. */
import type { skillsEnable } from "../definitions/skills.ts";
import type { Invocation } from "../invocation.ts";
import { switchSkill } from "./switch.ts";

export function run(invocation: Invocation<typeof skillsEnable>): Promise<number> {
  return switchSkill(invocation, true);
}
