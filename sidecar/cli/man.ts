/** The manual page clawdbot(1), made from the definitions of the commands. The build writes it; nothing else loads this. */
import { type OptionSpecs, shownOptions } from "../base/options.ts";
import { type Definition, ROOT_OPTIONS, SHORTCUTS } from "./definition.ts";
import { optionHelp, TAGLINE, usageOf } from "./help.ts";

/** The page in the language of man(7), in ASCII. `date` is the day of the release, as YYYY-MM-DD. */
export function manPage(commands: readonly Definition[], version: string, date: string): string {
  return `${[
    `.TH CLAWDBOT 1 ${date} ${quoted(`clawdbot ${version}`)} "User Commands"`,
    ".SH NAME",
    `clawdbot \\- ${text(TAGLINE)}`,
    ".SH SYNOPSIS",
    ...line(".B clawdbot", "command [options]"),
    ".SH DESCRIPTION",
    text(
      "Runs a gateway on this machine, keeps it running, and says how it is. Without a command it shows help.",
    ),
    ".SH OPTIONS",
    text("Every command takes these, before or after its name:"),
    ...options(ROOT_OPTIONS),
    ".SH COMMANDS",
    ...commands.flatMap(commandSection),
    ".SH SHORTCUTS",
    ...paragraphs(Object.entries(SHORTCUTS).map(([word, name]) => `clawdbot ${word} is clawdbot ${name}.`)),
    ".SH EXIT STATUS",
    ...EXIT_CODES.flatMap(([code, meaning]) => [".TP", `.B ${code}`, text(meaning)]),
    ".SH ENVIRONMENT",
    ...VARIABLES.flatMap(([name, meaning]) => [".TP", `.B ${name}`, text(meaning)]),
    ".SH FILES",
    ...FILES.flatMap(([path, meaning]) => [".TP", `.I ${text(path)}`, text(meaning)]),
  ].join("\n")}\n`;
}

const EXIT_CODES: readonly (readonly [code: string, meaning: string])[] = [
  ["0", "It is done, or runs and answers."],
  ["1", "It failed; stderr says why, and with --json the document on stdout."],
  ["2", "The command line is wrong."],
  ["75", "Not now: trying again later makes sense."],
  ["78", "A supervised gateway may not start; trying again changes nothing."],
  ["130", "Interrupted from the terminal; nothing was changed."],
];

const VARIABLES: readonly (readonly [name: string, meaning: string])[] = [
  ["CLAWDBOT_PROFILE", "The profile, as --profile."],
  ["CLAWDBOT_STATE_DIR", "Where the state is kept instead of ~/.clawdbot."],
  ["CLAWDBOT_CONFIG_PATH", "The configuration file."],
  ["CLAWDBOT_GATEWAY_PORT", "The port of the gateway."],
  ["CLAWDBOT_GATEWAY_TOKEN, CLAWDBOT_GATEWAY_PASSWORD", "The secret, for the gateway and for its clients."],
  ["NO_COLOR", "Print no colours."],
  ["COLUMNS", "How wide help is where the terminal does not say it."],
];

const FILES: readonly (readonly [path: string, meaning: string])[] = [
  ["~/.clawdbot/clawdbot.json", "The configuration."],
  ["~/.clawdbot/logs/gateway.log", "The log; clawdbot logs shows its end."],
  ["~/.clawdbot-NAME", "The state of the profile NAME."],
];

function commandSection(command: Definition): string[] {
  const { summary, options: own, notes = [], examples = [] } = command;
  return [
    `.SS ${quoted(usageOf(command))}`,
    text(`${summary}.`),
    ...options(own),
    ...paragraphs(notes),
    ...(examples.length > 0 ? [".PP", "Examples:"] : []),
    ...examples.flatMap((example) => [".PP", ".RS 4", ".nf", text(example), ".fi", ".RE"]),
  ];
}

function options(specs: OptionSpecs): string[] {
  return shownOptions(specs).flatMap(([name, spec]) => {
    const short = spec.short === undefined ? "" : `\\-${spec.short}\\fR, \\fB`;
    const value = "value" in spec ? ` \\fI${text(spec.value.slice(1, -1))}\\fR` : "";
    return [".TP", `\\fB${short}\\-\\-${text(name)}\\fR${value}`, text(`${optionHelp(spec)}.`)];
  });
}

function paragraphs(texts: readonly string[]): string[] {
  return texts.flatMap((each) => [".PP", text(each)]);
}

function line(...parts: readonly string[]): string[] {
  return parts.map((part, index) => (index === 0 ? part : text(part)));
}

/** Text that means nothing to the formatter: a hyphen that is typed stays one, and no line begins with a request. */
function text(plain: string): string {
  return plain
    .replaceAll("\\", "\\e")
    .replaceAll("-", "\\-")
    .replaceAll("~", "\\(ti")
    .replaceAll("^", "\\(ha")
    .replaceAll("`", "\\(ga")
    .replaceAll("'", "\\(aq")
    .replace(/^[.]/, "\\&.");
}

/** One argument of a request. */
function quoted(plain: string): string {
  return `"${text(plain).replaceAll('"', "\\(dq")}"`;
}
