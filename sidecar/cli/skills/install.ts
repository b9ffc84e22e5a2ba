/** `clawdbot skills install <skill>`: shows the command that installs what the skill asks for, and runs it. */
import { quoted, RequestError, UnavailableError } from "../../../shared/errors.ts";
import { EXIT } from "../../../shared/exit-codes.ts";
import { neutralLine, neutralLines } from "../../../shared/foreign-text.ts";
import { advice, ours } from "../../../shared/remedy.ts";
import { installFor } from "../../assistant/skills/install/install.ts";
import { planOf, planText, preferredInstall } from "../../assistant/skills/install/plan.ts";
import { skillPrograms } from "../../assistant/skills/places.ts";
import type { InstallOption } from "../../assistant/skills/skill.ts";
import { programOnPath } from "../../host/process/program-on-path.ts";
import { ask, canAsk, leftUnchanged } from "../confirm.ts";
import type { skillsInstall } from "../definitions/skills.ts";
import type { Invocation } from "../invocation.ts";
import { type KnownSkills, skillNamed, skillsOf } from "./known.ts";

const MOST_CHARS = 4_000;

export async function run(invocation: Invocation<typeof skillsInstall>): Promise<number> {
  const { context, output, values, readerGone } = invocation;
  const [named = ""] = invocation.arguments;
  const known = await skillsOf(context, values.agent);
  const { skill, trust } = skillNamed(known, named, (each) => each.trust === "trusted" && !each.isReplaced);
  if (trust !== "trusted")
    throw new RequestError(
      "SKILL_UNTRUSTED",
      advice`${neutralLine(skill.name)} needs your word first: ${ours`skills trust ${skill.name}`}`,
    );
  const option = optionOf(skill.name, { known, id: values.id });
  const { place } = known.catalogue;
  const plan = planOf(option, place.config());
  if (plan === undefined)
    throw new RequestError(
      "SKILL_INSTALL_FAILED",
      advice`${option.id} is not carried out: ${option.refused ?? ""}`,
    );
  const command = planText(plan, skillPrograms(place.stateDir, skill.key));
  output.say(advice`To be carried out: ${neutralLine(command)}`);
  if (!values.yes) {
    if (!canAsk(output))
      throw new RequestError("USAGE", "skills install shows a command and asks: pass --yes");
    if ((await ask(output, advice`Run it?`, false)) !== true) return leftUnchanged(output);
  }
  const result = await output.during(
    advice`Installing`,
    installFor(skill, option.id, { place, signal: readerGone }, values.timeout),
  );
  if (!result.ok) {
    if (!output.json) output.repeat(neutralLines(result.stderr.slice(-MOST_CHARS), MOST_CHARS));
    throw new UnavailableError("SKILL_INSTALL_FAILED", neutralLine(result.message, 500), {
      details: { command, ...result },
    });
  }
  output.tick(neutralLine(result.message));
  output.document({ ...result, name: skill.name, installId: option.id, command });
  return EXIT.ok;
}

function optionOf(
  name: string,
  { known, id }: { known: KnownSkills; id: string | undefined },
): InstallOption {
  const { skill } = skillNamed(known, name, (each) => each.trust === "trusted" && !each.isReplaced);
  const { config, env, platform } = known.catalogue.place;
  const hasProgram = (program: string) => programOnPath(program, { env, platform }) !== undefined;
  const option =
    id === undefined
      ? preferredInstall(skill, config(), { platform, hasProgram })
      : skill.install.find((each) => each.id === id);
  if (option !== undefined) return option;
  const ways = skill.install.map((each) => each.id).join(", ") || "–";
  throw new RequestError(
    "SKILL_INSTALL_FAILED",
    id === undefined
      ? advice`${neutralLine(skill.name)} names no way to install something here`
      : advice`${neutralLine(skill.name)} has no way ${quoted(id)}; there is ${neutralLine(ways)}`,
  );
}
