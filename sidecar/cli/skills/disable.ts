/** `clawdbot skills disable <skill>`: no agent uses it. */
import type { skillsDisable } from "../definitions/skills.ts";
import type { Invocation } from "../invocation.ts";
import { switchSkill } from "./switch.ts";

export function run(invocation: Invocation<typeof skillsDisable>): Promise<number> {
  return switchSkill(invocation, false);
}
