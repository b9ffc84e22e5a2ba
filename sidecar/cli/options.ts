/**
 * Turns the words of the command line into a command, its options and its arguments. An option after the verb belongs to the
 * verb; one before it is handed down when the verb knows it and is an error otherwise, so that nothing is swallowed silently.
 */

import { parseArgs } from "node:util";
import { quoted, RequestError } from "../../shared/errors.ts";
import { advice, type Remedy, whole } from "../../shared/remedy.ts";
import type { OptionSpec, OptionSpecs, Typed } from "../base/options.ts";
import { shownOptions } from "../base/options.ts";
import { type Definition, ROOT_OPTIONS, SHORTCUTS } from "./definition.ts";

/** A parsed command line. `command` is undefined for the bare program, `topic` is what help was asked about. */
export interface ParsedLine<Command extends Definition> {
  command: Command | undefined;
  topic: readonly string[];
  values: Typed;
  arguments: readonly string[];
}

const COMMAND_ALIASES: Record<string, string> = { daemon: "gateway" };
/** Other ways to ask for the version, each as the whole command line or beside `--json`. */
const VERSION_WORDS: readonly string[] = ["version", "-v"];

/**
 * Parses the command line (without node and script) against the table. Fails with `USAGE` on an unknown command or option, a missing or
 * superfluous value or argument, and an option that has no effect on the command.
 */
export async function parseLine<Command extends Definition>(
  line: readonly string[],
  commands: readonly Command[],
): Promise<ParsedLine<Command>> {
  const argv = VERSION_WORDS.includes(line[0] ?? "") ? ["--version", ...line.slice(1)] : line;
  const everywhere = allOptions(commands);
  const first = findCommand(commandWords(tokensOf(argv, everywhere)), commands);
  // A name that another command takes with a value, or without one, has the meaning of this command.
  const known = { ...everywhere, ...first.command?.options };
  const tokens = tokensOf(argv, known);
  const words = tokens.flatMap((token) => (token.kind === "positional" ? [token] : []));
  const asksHelp = words[0]?.value === "help";
  if (asksHelp) words.shift();

  const found = findCommand(commandWords(tokens), commands);
  const values: Record<string, string | true | string[]> = asksHelp ? { help: true } : {};
  const unknownWord = found.command === undefined ? words[found.length] : undefined;
  for (const token of tokens) {
    if (token.kind !== "option") continue;
    if (unknownWord !== undefined && token.index > unknownWord.index) break;
    const spec = known[token.name];
    if (spec === undefined) throw await unknownOption(token.rawName, found.command ?? commands);
    const value = optionValue(token, spec);
    const before = values[token.name];
    if (spec.type !== "texts" || value === true) values[token.name] = value;
    else values[token.name] = [...(Array.isArray(before) ? before : []), value];
    const command = found.command;
    if (command && !(token.name in ROOT_OPTIONS) && !(token.name in command.options)) {
      throw new RequestError("USAGE", advice`${token.rawName} has no effect on "${verbOf(command)}"`);
    }
  }
  const rest = words.slice(found.length).map((word) => word.value);
  const topic = words.slice(0, found.length).map((word) => word.value);
  if (values.help || values.version) return { command: found.command, topic, values, arguments: rest };
  if (found.command === undefined && words.length > 0) {
    throw await unknownCommand(topic, rest[0], commands);
  }
  const idle = Object.keys(values).find((name) => !(name in ROOT_OPTIONS));
  if (found.command === undefined && idle !== undefined) {
    throw new RequestError("USAGE", advice`--${idle} needs a command; clawdbot --help lists them`);
  }
  if (found.command) await checkArguments(found.command, rest, commands);
  return { command: found.command, topic, values, arguments: rest };
}

/** All options of all commands; of those with one name the last counts. */
function allOptions(commands: readonly Definition[]): OptionSpecs {
  return Object.assign({}, ROOT_OPTIONS, ...commands.map((command) => command.options));
}

function tokensOf(argv: readonly string[], known: OptionSpecs) {
  const { tokens } = parseArgs({
    args: argv.map((word) => (isBelowZero(word) ? `${MARK}${word}` : word)),
    options: parserOptions(known),
    strict: false,
    tokens: true,
  });
  return tokens.map((token) =>
    "value" in token && token.value?.startsWith(MARK) === true
      ? { ...token, value: token.value.slice(MARK.length) }
      : token,
  );
}

/** Keeps the parser from taking a number below zero for options: it is a value. No word of a command line holds it. */
const MARK = "\0";

function isBelowZero(word: string): boolean {
  return /^-\d+(\.\d+)?$/.test(word);
}

/** The words without options, from the command on. */
function commandWords(tokens: ReturnType<typeof tokensOf>): string[] {
  const words = tokens.flatMap((token) => (token.kind === "positional" ? [token.value] : []));
  return words[0] === "help" ? words.slice(1) : words;
}

function parserOptions(known: OptionSpecs): Record<string, { type: "string" | "boolean"; short?: string }> {
  return Object.fromEntries(
    Object.entries(known).map(([name, { type, short }]) => [
      name,
      { type: type === "flag" ? ("boolean" as const) : ("string" as const), ...(short ? { short } : {}) },
    ]),
  );
}

/** The command the leading words name, and how many words that took (also of a group that lacks its verb). */
function findCommand<Command extends Definition>(
  words: readonly string[],
  commands: readonly Command[],
): { command: Command | undefined; length: number } {
  const [first = "", second] = words;
  const group = COMMAND_ALIASES[first] ?? first;
  const named = (name: string) => commands.find((command) => command.name === name);
  const both = second === undefined ? undefined : named(`${group} ${second}`);
  if (both) return { command: both, length: 2 };
  const one = named(SHORTCUTS[first] ?? group);
  if (one) return { command: one, length: 1 };
  return { command: undefined, length: commands.some(({ name }) => name.startsWith(`${group} `)) ? 1 : 0 };
}

function optionValue(
  token: { name: string; rawName: string; value: string | undefined; inlineValue: boolean | undefined },
  spec: OptionSpec,
): string | true {
  if (spec.type === "flag") {
    if (token.value === undefined) return true;
    throw new RequestError("USAGE", advice`${token.rawName} takes no value, got ${quoted(token.value)}`);
  }
  if (token.value === undefined) {
    throw new RequestError(
      "USAGE",
      advice`${token.rawName} needs a value: ${token.rawName} ${whole(spec.value)}`,
    );
  }
  if (!token.inlineValue && token.value.startsWith("-") && token.value !== "-" && !isBelowZero(token.value)) {
    const typed = `${token.rawName}=${plain(token.value)}`;
    throw new RequestError(
      "USAGE",
      advice`${token.rawName} needs a value; write ${typed} if that is the value`,
    );
  }
  return token.value;
}

async function unknownOption(
  rawName: string,
  scope: Definition | readonly Definition[],
): Promise<RequestError> {
  const options = "options" in scope ? { ...ROOT_OPTIONS, ...scope.options } : allOptions(scope);
  const name = rawName.replace(/^-+/, "");
  const hint = await nearest(
    name,
    shownOptions(options).map(([shown]) => shown),
    "--",
  );
  const isNumber = /^-\d/.test(rawName);
  const remedy = isNumber ? advice`; write -- before an argument that begins with -` : hint;
  return new RequestError("USAGE", advice`Unknown option ${plain(rawName)}${remedy}`);
}

async function unknownCommand(
  group: readonly string[],
  word: string | undefined,
  commands: readonly Definition[],
): Promise<RequestError> {
  const verbs = verbsOf(group, commands);
  if (word === undefined) {
    return new RequestError("USAGE", advice`"${group.join(" ")}" needs a command: ${verbs.join(", ")}`);
  }
  const typed = group.length === 0 ? [...verbs, ...Object.keys(SHORTCUTS), "version"] : verbs;
  const similar = inGroup(group, word, commands) ?? (await nearest(word, typed, ""));
  const help = ["clawdbot", ...group, "--help"].join(" ");
  const remedy = similar === "" ? advice`; ${help} lists them` : similar;
  const message =
    group.length > 0
      ? advice`Unknown ${group.join(" ")} command ${quoted(word)}${remedy}`
      : advice`Unknown command ${quoted(word)}${remedy}`;
  return new RequestError("USAGE", message);
}

/** Of a verb without its group, such as `stop`: the command that has it, which is nearer than any other word. */
function inGroup(
  group: readonly string[],
  word: string,
  commands: readonly Definition[],
): Remedy | undefined {
  const named = commands.find(({ name }) => group.length === 0 && name.endsWith(` ${word}`));
  return named && advice`; did you mean "${named.name}"?`;
}

async function checkArguments(
  command: Definition,
  given: readonly string[],
  commands: readonly Definition[],
): Promise<void> {
  const missing = command.arguments.find((name, index) => name.startsWith("<") && !given[index]?.trim());
  if (missing) {
    const help = { command: [...command.name.split(" "), "--help"] };
    throw new RequestError("USAGE", advice`"${command.name}" needs ${whole(missing)}; see ${help}`);
  }
  const extra = given[command.arguments.length];
  const takesRest = /\.\.\.[>\]]$/.test(command.arguments.at(-1) ?? "");
  if (extra === undefined || takesRest) return;
  const group = command.name.split(" ");
  if (group.length === 1 && verbsOf(group, commands).length > 0)
    throw await unknownCommand(group, extra, commands);
  throw new RequestError("USAGE", advice`"${command.name}" takes no argument ${quoted(extra)}`);
}

/** The words that may follow `group`: the first words of all commands, or the verbs of one group. */
function verbsOf(group: readonly string[], commands: readonly Definition[]): string[] {
  const prefix = group.map((word) => `${COMMAND_ALIASES[word] ?? word} `).join("");
  const words = commands
    .filter(({ name }) => name.startsWith(prefix))
    .flatMap(({ name }) => name.slice(prefix.length).split(" ").slice(0, 1));
  return [...new Set(words)];
}

function verbOf(command: Definition): string {
  return command.name.split(" ").at(-1) ?? command.name;
}

/** A word that speaks for itself, without quotes. */
function plain(word: string): string {
  return quoted(word).slice(1, -1);
}

/** Loaded only when something was mistyped. */
async function nearest(name: string, known: readonly string[], prefix: string): Promise<Remedy> {
  const { nearestName } = await import("../../shared/config/near-name.ts");
  const found = nearestName(name, known);
  return found === undefined ? "" : advice`; did you mean "${prefix}${found}"?`;
}
