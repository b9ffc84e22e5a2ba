/** `clawdbot skills info <skill>`: where it lies, what it asks for, and what of it is missing. */
import { EXIT } from "../../../shared/exit-codes.ts";
import { neutralLine } from "../../../shared/foreign-text.ts";
import { tildePath } from "../../../shared/node/paths.ts";
import { advice, ours } from "../../../shared/remedy.ts";
import { commandName } from "../../assistant/skills/command-names.ts";
import { skillsStatus } from "../../assistant/skills/status.ts";
import type { skillsInfo } from "../definitions/skills.ts";
import type { Invocation } from "../invocation.ts";
import { missingWords, skillNamed, skillsOf, stateOf } from "./known.ts";

export async function run(invocation: Invocation<typeof skillsInfo>): Promise<number> {
  const { context, output, values } = invocation;
  const [named = ""] = invocation.arguments;
  const known = await skillsOf(context, values.agent);
  const found = skillNamed(known, named);
  const { skill, eligibility, trust } = found;
  const status = await skillsStatus(known.catalogue, known.agentId);
  const told = status.skills.find(({ filePath }) => filePath === skill.file);
  output.document({ agentId: known.agentId, ...told });
  output.say(advice`${[skill.emoji, neutralLine(skill.name)].filter(Boolean).join(" ")}: ${stateOf(found)}`);
  output.repeat(`  ${neutralLine(skill.description)}`);
  output.say(advice`  file: ${tildePath(skill.file, context.paths.home)}`);
  if (skill.homepage !== undefined) output.say(advice`  homepage: ${neutralLine(skill.homepage)}`);
  if (skill.isCommand && commandName(skill.name) !== "")
    output.say(advice`  in a chat: /${commandName(skill.name)}`);
  for (const missing of missingWords(eligibility.missing)) output.say(advice`  missing: ${missing}`);
  if (skill.primaryEnv !== undefined)
    output.say(
      advice`  its key: ${ours`config set skills.entries.${skill.key.replaceAll(".", "\\.")}.apiKey <key>`}`,
    );
  const [install] = told?.install ?? [];
  if (install !== undefined) {
    output.say(advice`  to install: ${neutralLine(install.command)}`);
    output.say(advice`  do that: ${ours`skills install ${skill.name}`}`);
  }
  if (trust !== "trusted") output.say(advice`  give your word: ${ours`skills trust ${skill.name}`}`);
  return EXIT.ok;
}
