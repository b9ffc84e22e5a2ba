/** Help texts, made from the command table. */
import { APP_VERSION } from "../../shared/version.ts";
import { type Command, type OptionSpecs, ROOT_OPTIONS } from "./options.ts";

/** Help for the whole program, or for the group that `topic` names. */
export function programHelp(commands: readonly Command[], topic: readonly string[] = []): string {
  const prefix = topic.length > 0 ? `${topic.join(" ")} ` : "";
  const listed = commands.filter(({ name }) => name.startsWith(prefix));
  return [
    ...(prefix
      ? []
      : [
          `clawdbot ${APP_VERSION}: a personal AI gateway you leave running, and the tray that keeps it running`,
          "",
        ]),
    `Usage: clawdbot ${prefix}<command> [options]`,
    "",
    "Commands:",
    ...columns(listed.map(({ name, summary, arguments: names }) => [[name, ...names].join(" "), summary])),
    "",
    "Options for every command:",
    ...optionLines(ROOT_OPTIONS),
    "",
    "clawdbot <command> --help shows the options of a command. daemon is another word for gateway.",
    ...(prefix ? [] : ["status and health alone are gateway status and gateway health."]),
  ].join("\n");
}

/** Help for one command. */
export function commandHelp(command: Command, commands: readonly Command[]): string {
  const verbs = commands.filter(({ name }) => name.startsWith(`${command.name} `));
  const usage = ["clawdbot", command.name, ...command.arguments];
  if (Object.keys(command.options).length > 0) usage.push("[options]");
  return [
    `${command.summary}.`,
    "",
    `Usage: ${usage.join(" ")}`,
    ...section("Options:", optionLines(command.options)),
    ...section("Options for every command:", optionLines(ROOT_OPTIONS)),
    ...section("Further commands:", columns(verbs.map(({ name, summary }) => [name, summary]))),
    ...(command.notes ?? []).flatMap((note) => ["", ...wrap(note, LINE_WIDTH)]),
    ...section(
      "Examples:",
      (command.examples ?? []).map((example) => `  ${example}`),
    ),
  ].join("\n");
}

const LINE_WIDTH = 100;

function section(title: string, lines: string[]): string[] {
  return lines.length > 0 ? ["", title, ...lines] : [];
}

function optionLines(options: OptionSpecs): string[] {
  return columns(
    Object.entries(options).map(([name, { short, value, help }]) => {
      const names = short === undefined ? `--${name}` : `-${short}, --${name}`;
      return [value === undefined ? names : `${names} ${value}`, help];
    }),
  );
}

function columns(rows: (readonly [string, string])[]): string[] {
  const width = Math.max(0, ...rows.map(([left]) => left.length));
  return rows.flatMap(([left, right]) =>
    wrap(right, LINE_WIDTH - width - 4).map(
      (line, index) => `  ${(index === 0 ? left : "").padEnd(width)}  ${line}`,
    ),
  );
}

function wrap(text: string, width: number): string[] {
  const lines = [""];
  for (const word of text.split(" ")) {
    const line = lines.at(-1) ?? "";
    if (line !== "" && line.length + 1 + word.length > width) lines.push(word);
    else lines[lines.length - 1] = line === "" ? word : `${line} ${word}`;
  }
  return lines;
}
