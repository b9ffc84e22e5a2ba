/** `clawdbot skills list`: every skill of the agent with what becomes of it. */
import { EXIT } from "../../../shared/exit-codes.ts";
import { neutralLine } from "../../../shared/foreign-text.ts";
import { advice, ours } from "../../../shared/remedy.ts";
import { skillsStatus } from "../../assistant/skills/status.ts";
import type { skillsList } from "../definitions/skills.ts";
import type { Invocation } from "../invocation.ts";
import { columns } from "../layout.ts";
import { skillsOf, stateOf } from "./known.ts";

export async function run({ context, output, values }: Invocation<typeof skillsList>): Promise<number> {
  const known = await skillsOf(context, values.agent);
  const { agentId, catalogue, view } = known;
  const status = await skillsStatus(catalogue, agentId);
  const skills = status.skills.filter(({ eligible }) => eligible || !values.eligible);
  output.document({ agentId, ...status, skills });
  const shown = view.skills.filter(({ isReady, isReplaced, trust }) =>
    values.eligible ? isReady : !isReplaced || trust !== "trusted",
  );
  if (shown.length === 0) output.say("There is no skill.");
  const rows = shown.map(
    (each) =>
      [
        [each.skill.emoji, neutralLine(each.skill.name)].filter(Boolean).join(" "),
        output.spell(stateOf(each)),
      ] as const,
  );
  for (const line of columns(rows, output.width)) output.repeat(line);
  const { length } = view.problems;
  if (length > 0) output.say(advice`Files that cannot be used: ${length}. See ${ours`skills check`}`);
  return EXIT.ok;
}
