/** The manual page clawdbot(1), made from the definitions of the commands. The build writes it; nothing else loads this. */
import { english } from "../../shared/remedy.ts";
import { APP_VERSION } from "../../shared/version.ts";
import { type OptionSpecs, shownOptions } from "../base/options.ts";
import { wrap } from "../base/wrap.ts";
import { COMMANDS } from "./commands.ts";
import { type Definition, ROOT_OPTIONS, SHORTCUTS } from "./definition.ts";
import { optionHelp, TAGLINE, usageOf } from "./help.ts";
import { commandLines } from "./layout.ts";

/** The page in the language of man(7), in ASCII. `date` is the day of this build, as YYYY-MM-DD. */
export function manualPage(date: string): string {
  return `${[
    `.TH CLAWDBOT 1 ${date} ${quoted(`clawdbot ${APP_VERSION}`)} "User Commands"`,
    // Neither hyphens that nobody wrote nor gaps between words.
    ".nh",
    ".ad l",
    ".SH NAME",
    "clawdbot \\-",
    ...text(english(TAGLINE)),
    ".SH SYNOPSIS",
    ".B clawdbot",
    "command [options]",
    ".SH DESCRIPTION",
    ...text(
      "Runs a gateway on this machine, keeps it running, and says how it is. Without a command it shows help.",
    ),
    ".SH OPTIONS",
    ...text("Every command takes these, before or after its name:"),
    ...options(ROOT_OPTIONS),
    ".SH COMMANDS",
    ...COMMANDS.flatMap(commandSection),
    ".SH SHORTCUTS",
    ...text(
      Object.entries(SHORTCUTS)
        .map(([word, name]) => `clawdbot ${word} is clawdbot ${name}.`)
        .join(" "),
    ),
    ".SH EXIT STATUS",
    ...EXIT_CODES.flatMap(([code, meaning]) => [".TP", `.B ${code}`, ...text(meaning)]),
    ".SH ENVIRONMENT",
    ...VARIABLES.flatMap(([name, meaning]) => [".TP", `.B ${name}`, ...text(meaning)]),
    ".SH FILES",
    ...FILES.flatMap(([path, meaning]) => [".TP", `.I ${escaped(path)}`, ...text(meaning)]),
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
  const { summary, options: own, notes = [] } = command;
  const first = COMMANDS.find(({ options: theirs }) => theirs === own);
  const isAnotherName = first !== command;
  const examples = isAnotherName ? [] : (command.examples ?? []);
  return [
    `.SS ${quoted(usageOf(command))}`,
    ...text(`${summary}.`),
    ...(isAnotherName ? [] : [...options(own), ...paragraphs(notes)]),
    ...(examples.length > 0 ? [".PP", "Examples:", ".PP", ".nf"] : []),
    ...examples.flatMap((example) => commandLines(example, EXAMPLE_WIDTH).map(escaped)),
    ...(examples.length > 0 ? [".fi"] : []),
  ];
}

function options(specs: OptionSpecs): string[] {
  return shownOptions(specs).flatMap(([name, spec]) => {
    const short = spec.short === undefined ? "" : `\\-${spec.short}\\fR, \\fB`;
    const value = "value" in spec ? ` \\fI${escaped(spec.value.slice(1, -1))}\\fR` : "";
    return [".TP", `\\fB${short}\\-\\-${escaped(name)}\\fR${value}`, ...text(`${optionHelp(spec)}.`)];
  });
}

function paragraphs(texts: readonly string[]): string[] {
  return texts.flatMap((each) => [".PP", ...text(each)]);
}

/** Each sentence begins a line, as formatters want it to see where sentences end; none is longer than an editor shows. */
function text(plain: string): string[] {
  const sentences = plain.split(/(?<=[.:;])\s+(?=[A-Z])/);
  return sentences.flatMap((sentence) => wrap(sentence, SOURCE_WIDTH)).map(escaped);
}

/** Leaves room for what a hyphen becomes. */
const SOURCE_WIDTH = 66;
/** What is left of a narrow terminal beside the margins. */
const EXAMPLE_WIDTH = 52;

/** Text that means nothing to the formatter: a hyphen that is typed stays one, and no line begins with a request. */
function escaped(plain: string): string {
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
  return `"${escaped(plain).replaceAll('"', "\\(dq")}"`;
}
