/** Help texts, made from the definitions of the commands. */
import { advice, english, type Remedy } from "../../shared/remedy.ts";
import { APP_VERSION } from "../../shared/version.ts";
import { type OptionSpec, type OptionSpecs, shownOptions } from "../base/options.ts";
import { wrap } from "../base/wrap.ts";
import { type Definition, ROOT_OPTIONS, SHORTCUTS } from "./definition.ts";
import { columns, commandLines, WIDEST } from "./layout.ts";

/** A sentence as the reader's language has it. */
export type Spell = (sentence: Remedy) => string;

/** Help for the whole program, or for the group that `topic` names, in lines of `width` characters. */
export function programHelp(
  commands: readonly Definition[],
  topic: readonly string[] = [],
  width = WIDEST,
  spell: Spell = english,
): string {
  const prefix = topic.length > 0 ? `${topic.join(" ")} ` : "";
  const listed = commands.filter(({ name }) => name.startsWith(prefix));
  const shortcuts = Object.entries(SHORTCUTS).map(([word, name]) => spell(advice`${word} alone is ${name}.`));
  return [
    ...(prefix ? [] : [...wrap(`clawdbot ${APP_VERSION}: ${spell(TAGLINE)}`, width), ""]),
    spell(advice`Usage: clawdbot ${prefix}<command> [options]`),
    "",
    spell(advice`Commands:`),
    ...columns(
      listed.map(({ name, summary, arguments: names }) => [
        [name, ...names.map(spell)].join(" "),
        spell(summary),
      ]),
      width,
    ),
    "",
    spell(EVERYWHERE),
    ...optionLines(ROOT_OPTIONS, width, spell),
    "",
    ...wrap(spell(advice`clawdbot <command> --help shows the options of a command.`), width),
    ...(prefix ? [] : wrap(shortcuts.join(" "), width)),
  ].join("\n");
}

/** What the program is, in half a sentence. */
export const TAGLINE = advice`a personal AI gateway you leave running, and the tray that keeps it running`;

const EVERYWHERE = advice`Options for every command:`;

/** Help for one command, in lines of `width` characters. */
export function commandHelp(
  command: Definition,
  commands: readonly Definition[],
  width = WIDEST,
  spell: Spell = english,
): string {
  const verbs = commands.filter(({ name }) => name.startsWith(`${command.name} `));
  return [
    ...wrap(`${spell(command.summary)}.`, width),
    "",
    ...wrap(spell(advice`Usage: clawdbot ${usageOf(command, spell)}`), width),
    ...section(spell(advice`Options:`), optionLines(command.options, width, spell)),
    ...section(spell(EVERYWHERE), optionLines(ROOT_OPTIONS, width, spell)),
    ...section(
      spell(advice`Further commands:`),
      columns(
        verbs.map(({ name, summary }) => [name, spell(summary)]),
        width,
      ),
    ),
    ...(command.notes ?? []).flatMap((note) => ["", ...wrap(spell(note), width)]),
    ...section(
      spell(advice`Examples:`),
      (command.examples ?? []).flatMap((example) => commandLines(example, width)),
    ),
  ].join("\n");
}

/** The words of a command as they are typed, such as `config set <path> <value> [options]`. */
export function usageOf({ name, arguments: names, options }: Definition, spell: Spell = english): string {
  const some = shownOptions(options).length > 0 ? [spell(advice`[options]`)] : [];
  return [name, ...names.map(spell), ...some].join(" ");
}

/** What an option does, with its default. */
export function optionHelp(spec: OptionSpec, spell: Spell = english): string {
  const help = spell(spec.help);
  if (!("default" in spec) || spec.default === undefined) return help;
  return spell(advice`${help} (default ${spec.default})`);
}

function section(title: string, lines: string[]): string[] {
  return lines.length > 0 ? ["", title, ...lines] : [];
}

function optionLines(options: OptionSpecs, width: number, spell: Spell): string[] {
  return columns(
    shownOptions(options).map(([name, spec]) => {
      const names = spec.short === undefined ? `--${name}` : `-${spec.short}, --${name}`;
      return ["value" in spec ? `${names} ${spell(spec.value)}` : names, optionHelp(spec, spell)];
    }),
    width,
  );
}
