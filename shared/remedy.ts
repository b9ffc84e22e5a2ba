/**
 * What helps, as data: sentences in which commands of ours stand as their words. How those are typed here, with which name, profile
 * and quoting, is put in where the sentence is printed, and nowhere else.
 */
import { shellWord } from "./shell-word.ts";

/** A command of ours without its name and profile: `["gateway", "start"]`. A word such as `<port>` is for the reader to fill in. */
export interface OurCommand {
  readonly command: readonly string[];
  /** Variables that stand before it and choose the profile in its place. */
  readonly variables?: Readonly<Record<string, string>>;
}

/** A sentence, or nothing but the command; a plain text names no command of ours. */
export type Remedy = string | OurCommand | readonly (string | OurCommand)[];

/** How our commands are typed here. */
export interface Launcher {
  /** `clawdbot`, or what stands for it. */
  name: string;
  /** Undefined for the default one, which needs no word. */
  profile: string | undefined;
}

/** The command of the words in a template, each value one word or a part of one: ours`config set gateway.port ${port}`. */
export function ours(texts: TemplateStringsArray, ...values: readonly (string | number)[]): OurCommand {
  const words = texts.join(HOLE).match(/(?:<[^>]*>|\S)+/g) ?? [];
  const rest = values.map(String);
  return { command: words.map((word) => word.replaceAll(HOLE, () => rest.shift() ?? "")) };
}

/** The sentence of a template whose values are words, commands or sentences: advice`start it: ${ours`gateway start`}`. */
export function advice(texts: TemplateStringsArray, ...values: readonly (number | Remedy)[]): Remedy {
  return texts
    .flatMap((text, index) => [text, ...partsOf(values[index] ?? "")])
    .filter((part) => part !== "");
}

/** The sentence as people read it, its commands as they type them. */
export function spell(sentence: Remedy, launcher: Launcher): string {
  return partsOf(sentence)
    .map((part) => (typeof part === "string" ? part : spellCommand(part, launcher)))
    .join("");
}

/** `clawdbot --profile work gateway start`, ready to be pasted into a shell. */
export function spellCommand({ command, variables }: OurCommand, { name, profile }: Launcher): string {
  const settings = Object.entries(variables ?? {}).map(([key, value]) => `${key}=${shellWord(value)}`);
  // An option would overrule the variables.
  const choice = profile === undefined || variables !== undefined ? [] : ["--profile", profile];
  const words = [...choice, ...command].map((word) => (/^<.*>$/.test(word) ? word : shellWord(word)));
  return [...settings, name, ...words].join(" ");
}

/** Stands for a value while words are told apart; no text of ours holds it. */
const HOLE = "\u0000";

function partsOf(sentence: number | Remedy): readonly (string | OurCommand)[] {
  if (typeof sentence === "number") return [String(sentence)];
  return typeof sentence === "string" || "command" in sentence ? [sentence] : sentence;
}
