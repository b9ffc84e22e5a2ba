/** `clawdbot skills trust <skill>`: shows what it is made of and asks for, and keeps the owner's word for exactly that. */
import { RequestError } from "../../../shared/errors.ts";
import { EXIT } from "../../../shared/exit-codes.ts";
import { neutralLine, neutralLines } from "../../../shared/foreign-text.ts";
import { tildePath } from "../../../shared/node/paths.ts";
import { smallText } from "../../../shared/node/small-file.ts";
import { advice } from "../../../shared/remedy.ts";
import type { ListedSkill } from "../../assistant/skills/catalogue.ts";
import { contentOf } from "../../assistant/skills/trust.ts";
import { ask, canAsk, leftUnchanged } from "../confirm.ts";
import type { skillsTrust } from "../definitions/skills.ts";
import type { Invocation } from "../invocation.ts";
import { skillNamed, skillsOf } from "./known.ts";

const MOST_CHARS = 20_000;
const MOST_FILES = 50;

export async function run(invocation: Invocation<typeof skillsTrust>): Promise<number> {
  const { context, output, values } = invocation;
  const [named = ""] = invocation.arguments;
  const known = await skillsOf(context, values.agent);
  const found = skillNamed(known, named, ({ trust }) => trust !== "trusted");
  const { skill, hash } = found;
  const told = { ok: true, name: skill.name, file: skill.file, ...(hash === undefined ? {} : { hash }) };
  if (hash === undefined || found.trust === "trusted") {
    output.say(advice`${neutralLine(skill.name)} has your word already.`);
    output.document({ ...told, changed: false });
    return EXIT.ok;
  }
  if (!values.yes) {
    if (!canAsk(output)) throw new RequestError("USAGE", "skills trust shows a skill and asks: pass --yes");
    show(found, invocation);
    const answer = await ask(output, advice`Do you give your word for it, as it is?`, false);
    if (answer !== true) return leftUnchanged(output);
  }
  known.catalogue.trust.give(skill.folder, skill.name, { hash, atMs: Date.now() });
  output.tick(advice`${neutralLine(skill.name)} has your word, until one of its files changes`);
  output.document({ ...told, changed: true });
  return EXIT.ok;
}

function show(
  { skill, hash, trust }: ListedSkill,
  { context, output }: Invocation<typeof skillsTrust>,
): void {
  const { bins, anyBins, env, config } = skill.needs;
  const programs = [...bins, ...anyBins].map((name) => neutralLine(name)).join(", ");
  const variables = [...env, ...(skill.primaryEnv === undefined ? [] : [skill.primaryEnv])];
  const content = contentOf(skill.folder);
  const files = "files" in content ? content.files : [];
  if (trust === "changed") output.say("It changed since you gave your word.");
  output.say(advice`Folder: ${tildePath(skill.folder, context.paths.home)}`);
  output.say(advice`Hash: ${hash ?? ""}`);
  output.say(advice`Programs that it asks for: ${programs || "–"}`);
  output.say(
    advice`Variables that it is given: ${[...new Set(variables)].map((name) => neutralLine(name)).join(", ") || "–"}`,
  );
  if (config.length > 0)
    output.say(advice`Settings that it asks for: ${config.map((name) => neutralLine(name)).join(", ")}`);
  output.say(advice`Files: ${files.length}`);
  for (const file of files.slice(0, MOST_FILES)) output.repeat(`  ${neutralLine(file)}`);
  if (files.length > MOST_FILES) output.say(advice`  … and ${files.length - MOST_FILES} more`);
  output.say("SKILL.md:");
  output.repeat(neutralLines(smallText(skill.file) ?? "", MOST_CHARS));
}
