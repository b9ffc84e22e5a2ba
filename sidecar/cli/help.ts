/** Help texts, made from the definitions of the commands. */
import { APP_VERSION } from "../../shared/version.ts";
import { type OptionSpec, type OptionSpecs, shownOptions } from "../base/options.ts";
import { type Definition, ROOT_OPTIONS, SHORTCUTS } from "./definition.ts";
import { columns, commandLines, WIDEST, wrap } from "./layout.ts";

/** Help for the whole program, or for the group that `topic` names, in lines of `width` characters. */
export function programHelp(
  commands: readonly Definition[],
  topic: readonly string[] = [],
  width = WIDEST,
): string {
  const prefix = topic.length > 0 ? `${topic.join(" ")} ` : "";
  const listed = commands.filter(({ name }) => name.startsWith(prefix));
  const shortcuts = Object.entries(SHORTCUTS).map(([word, name]) => `${word} alone is ${name}.`);
  return [
    ...(prefix ? [] : [...wrap(`clawdbot ${APP_VERSION}: ${TAGLINE}`, width), ""]),
    `Usage: clawdbot ${prefix}<command> [options]`,
    "",
    "Commands:",
    ...columns(
      listed.map(({ name, summary, arguments: names }) => [[name, ...names].join(" "), summary]),
      width,
    ),
    "",
    "Options for every command:",
    ...optionLines(ROOT_OPTIONS, width),
    "",
    ...wrap("clawdbot <command> --help shows the options of a command.", width),
    ...(prefix ? [] : wrap(shortcuts.join(" "), width)),
  ].join("\n");
}

/** What the program is, in half a sentence. */
export const TAGLINE = "a personal AI gateway you leave running, and the tray that keeps it running";

/** Help for one command, in lines of `width` characters. */
export function commandHelp(command: Definition, commands: readonly Definition[], width = WIDEST): string {
  const verbs = commands.filter(({ name }) => name.startsWith(`${command.name} `));
  return [
    ...wrap(`${command.summary}.`, width),
    "",
    ...wrap(`Usage: clawdbot ${usageOf(command)}`, width),
    ...section("Options:", optionLines(command.options, width)),
    ...section("Options for every command:", optionLines(ROOT_OPTIONS, width)),
    ...section(
      "Further commands:",
      columns(
        verbs.map(({ name, summary }) => [name, summary]),
        width,
      ),
    ),
    ...(command.notes ?? []).flatMap((note) => ["", ...wrap(note, width)]),
    ...section(
      "Examples:",
      (command.examples ?? []).flatMap((example) => commandLines(example, width)),
    ),
  ].join("\n");
}

/** The words of a command as they are typed, such as `config set <path> <value> [options]`. */
export function usageOf({ name, arguments: names, options }: Definition): string {
  return [name, ...names, ...(shownOptions(options).length > 0 ? ["[options]"] : [])].join(" ");
}

/** What an option does, with its default. */
export function optionHelp(spec: OptionSpec): string {
  const byDefault = "default" in spec ? ` (default ${spec.default})` : "";
  return `${spec.help}${byDefault}`;
}

function section(title: string, lines: string[]): string[] {
  return lines.length > 0 ? ["", title, ...lines] : [];
}

function optionLines(options: OptionSpecs, width: number): string[] {
  return columns(
    shownOptions(options).map(([name, spec]) => {
      const names = spec.short === undefined ? `--${name}` : `-${spec.short}, --${name}`;
      return ["value" in spec ? `${names} ${spec.value}` : names, optionHelp(spec)];
    }),
    width,
  );
}
