/** `/skill <name> [input]` and a command for each skill: what is to be done with its instructions, by the model or by one tool. */
import { nearestName } from "../../../../shared/config/near-name.ts";
import { plainText } from "../../../../shared/errors.ts";
import { neutralLine } from "../../../../shared/foreign-text.ts";
import { anyText, type Command, type CommandReply } from "../command.ts";
import type { CommandContext, SkillChoice } from "../context.ts";
import { textsIn } from "../texts/index.ts";

const MOST_CHARS = { name: 64, text: 100, line: 160 } as const;

export const skill: Command = {
  name: "skill",
  aliases: [],
  group: "skills",
  who: "trusted",
  text: { en: "do something with a skill", de: "etwas mit einem Skill tun" },
  args: ({ skills }) => [
    { name: "name", isOptional: true, choices: (skills?.choices ?? []).map(({ name }) => name) },
    { name: "input", isOptional: true, choices: [] },
  ],
  isAvailable: ({ skills }) => skills !== undefined,
  isFollowed: true,
  run: async (args, context) => {
    const texts = textsIn(context.language);
    const choices = context.skills?.choices ?? [];
    if (args === "") {
      const lines = choices.map(({ name, about }) => `- /${name} – ${neutralLine(about, MOST_CHARS.line)}`);
      return { text: lines.length === 0 ? texts.noSkills : [texts.skills, ...lines].join("\n") };
    }
    const chosen = chosenIn(args, choices);
    if (chosen !== undefined) return await used(chosen.choice, chosen.input, context);
    const written = plainText(args.split(/\s/, 1)[0] ?? "", MOST_CHARS.name);
    const near = nearestName(
      written.toLowerCase(),
      choices.map(({ name }) => name),
    );
    return { text: texts.noSkill(written, near) };
  },
};

/** Those of the skills that are there. */
export function skillCommands({ skills }: CommandContext): Command[] {
  return (skills?.choices ?? []).map((choice) => {
    const about = neutralLine(choice.about, MOST_CHARS.text);
    return {
      name: choice.name,
      aliases: [],
      group: "skills",
      kind: "skill",
      who: "trusted",
      text: { en: about, de: about },
      args: anyText("input"),
      isFollowed: choice.tool === undefined,
      run: (args, context) => used(choice, args, context),
    };
  });
}

/** By the name of its command, or by its own, which may have blanks. */
function chosenIn(
  args: string,
  choices: readonly SkillChoice[],
): { choice: SkillChoice; input: string } | undefined {
  const written = args.toLowerCase();
  const named = choices
    .flatMap((choice) => [choice.name, choice.skillName].map((name) => ({ choice, name })))
    .filter(
      ({ name }) =>
        written === name.toLowerCase() ||
        (/^\s/.test(written.slice(name.length)) && written.startsWith(name.toLowerCase())),
    )
    .sort((one, other) => other.name.length - one.name.length);
  const [found] = named;
  return found && { choice: found.choice, input: args.slice(found.name.length).trim() };
}

async function used(choice: SkillChoice, input: string, context: CommandContext): Promise<CommandReply> {
  const { skills, language } = context;
  const texts = textsIn(language);
  if (choice.tool !== undefined) {
    const told = await skills?.runTool(choice, input);
    return { text: told ?? texts.skillWithoutTool(choice.skillName, choice.tool) };
  }
  await skills?.used(choice);
  return { text: "", follow: texts.useSkill(choice.skillName, choice.location, input) };
}
