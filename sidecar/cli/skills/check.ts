/** `clawdbot skills check`: which skills can be used, which cannot and why, and which files are broken. */
import { EXIT } from "../../../shared/exit-codes.ts";
import { neutralLine } from "../../../shared/foreign-text.ts";
import { tildePath } from "../../../shared/node/paths.ts";
import { advice } from "../../../shared/remedy.ts";
import { skillLines } from "../../assistant/skills/prompt-lines.ts";
import { skillsStatus } from "../../assistant/skills/status.ts";
import type { skillsCheck } from "../definitions/skills.ts";
import type { Invocation } from "../invocation.ts";
import { skillsOf, stateOf } from "./known.ts";

export async function run({ context, output, values }: Invocation<typeof skillsCheck>): Promise<number> {
  const { agentId, catalogue, view } = await skillsOf(context, values.agent);
  const { home } = context.paths;
  const ready = view.skills.filter(({ isReady }) => isReady).map(({ skill }) => skill);
  const { leftOut } = skillLines(ready, { home, lastUsedMs: () => undefined });
  const { problems } = await skillsStatus(catalogue, agentId);
  const ok = problems.length === 0;
  const waiting = view.skills.filter(
    ({ isReady, isReplaced, trust }) => !isReady && (!isReplaced || trust !== "trusted"),
  );
  output.document({
    ok,
    agentId,
    ready: ready.map(({ name }) => name),
    notReady: waiting.map((each) => ({ name: each.skill.name, why: stateOf(each) })),
    leftOut,
    problems,
  });
  output.say(
    advice`Ready: ${ready.length === 0 ? "–" : ready.map(({ name }) => neutralLine(name)).join(", ")}`,
  );
  for (const each of waiting) output.say(advice`${neutralLine(each.skill.name)}: ${stateOf(each)}`);
  if (leftOut.length > 0)
    output.say(
      advice`Not listed for the model, as there is no room: ${leftOut.map((name) => neutralLine(name)).join(", ")}`,
    );
  for (const { file, line, message } of view.problems)
    output.say(
      output.mark(
        "failed",
        advice`${tildePath(file, home)}${line === undefined ? "" : `:${line}`}: ${message}`,
      ),
    );
  return ok ? EXIT.ok : EXIT.failure;
}
