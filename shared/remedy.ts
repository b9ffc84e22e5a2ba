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

/** A sentence with holes and what stands in them. Values that are plain text stand as they are; a word to be translated is a sentence. */
export interface Sentence {
  readonly texts: readonly string[];
  readonly values: readonly (number | Remedy)[];
  /** Where it is told in every language in one place: the text by language. It has no holes then. */
  readonly told?: Readonly<Record<string, string>>;
}

/** A sentence, or nothing but the command; a plain text has no holes. */
export type Remedy = string | OurCommand | Sentence;

/** Sentences of another language by the English one, whose holes are written {0}, {1} …; the other one may turn their order round. */
export type Translation = Readonly<Record<string, string>>;

/** How our commands are typed here, and what language is read. */
export interface Launcher {
  /** `clawdbot`, or what stands for it. */
  name: string;
  /** Undefined for the default one, which needs no word. */
  profile: string | undefined;
  /** Absent for English. */
  translation?: { language: string; sentences: Translation } | undefined;
}

/** The command of the words in a template, each value one word or a part of one: ours`config set gateway.port ${port}`. */
export function ours(texts: TemplateStringsArray, ...values: readonly (string | number)[]): OurCommand {
  const words = texts.join(HOLE).match(/(?:<[^>]*>|\S)+/g) ?? [];
  const rest = values.map(String);
  return { command: words.map((word) => word.replaceAll(HOLE, () => rest.shift() ?? "")) };
}

/** The sentence of a template whose values are words, commands or sentences: advice`start it: ${ours`gateway start`}`. */
export function advice(texts: TemplateStringsArray, ...values: readonly (number | Remedy)[]): Sentence {
  return { texts, values };
}

/** A text of ours that is a sentence in itself, to stand in another one: it is translated there, as a plain value is not. */
export function whole(text: Remedy): Remedy {
  return typeof text === "string" ? { texts: [text], values: [] } : text;
}

/** A text that stands with its other languages where it is declared. */
export function told(inLanguages: Readonly<Record<string, string>> & { readonly en: string }): Sentence {
  return { texts: [inLanguages.en], values: [], told: inLanguages };
}

/** A sentence that goes on within another one: without its full stop. */
export function withoutStop(sentence: Remedy): Remedy {
  if (typeof sentence === "string") return whole(sentence.replace(/\.$/, ""));
  if ("command" in sentence) return sentence;
  const { texts, values } = sentence;
  return { texts: [...texts.slice(0, -1), (texts.at(-1) ?? "").replace(/\.$/, "")], values };
}

/** Whether a part of a document is a sentence, which stands there as its text. */
export function isSentence(part: unknown): part is Sentence {
  return typeof part === "object" && part !== null && "texts" in part && "values" in part;
}

/** Sentences in a row, as a list within another one. */
export function joined(parts: readonly Remedy[], separator: string): Sentence {
  const between = parts.slice(1).map(() => separator);
  return { texts: parts.length === 0 ? [""] : ["", ...between, ""], values: parts };
}

/** How translations name the sentence: its text with {0}, {1} … for what is filled in. */
export function keyOf({ texts }: Pick<Sentence, "texts">): string {
  return texts.map((text, index) => (index === 0 ? text : `{${index - 1}}${text}`)).join("");
}

/** The sentence as people read it: in their language, its commands as they type them. */
export function spell(sentence: Remedy, launcher: Launcher): string {
  if (typeof sentence === "string") return translated(sentence, launcher);
  if ("command" in sentence) return spellCommand(sentence, launcher);
  const own = launcher.translation && sentence.told?.[launcher.translation.language];
  if (own !== undefined) return own;
  const fill = (value: number | Remedy | undefined) =>
    typeof value === "object" ? spell(value, launcher) : String(value ?? "");
  return translated(keyOf(sentence), launcher).replace(/\{(\d+)\}/g, (_hole, index: string) =>
    fill(sentence.values[Number(index)]),
  );
}

/** The sentence in English, for logs, documents and other programs. */
export function english(sentence: Remedy): string {
  return spell(sentence, { name: "clawdbot", profile: undefined });
}

function translated(text: string, { translation }: Launcher): string {
  if (translation === undefined) return text;
  const found = (key: string) =>
    Object.hasOwn(translation.sentences, key) ? translation.sentences[key] : undefined;
  // Within another one, a sentence stands without its full stop.
  return found(text) ?? found(`${text}.`)?.replace(/\.$/, "") ?? text;
}

/** `clawdbot --profile work gateway start`, ready to be pasted into a shell. */
export function spellCommand({ command, variables }: OurCommand, launcher: Launcher): string {
  const { name, profile } = launcher;
  const settings = Object.entries(variables ?? {}).map(([key, value]) => `${key}=${shellWord(value)}`);
  // An option would overrule the variables.
  const choice = profile === undefined || variables !== undefined ? [] : ["--profile", profile];
  const words = [...choice, ...command].map((word) =>
    /^<.*>$/.test(word) ? translated(word, launcher) : shellWord(word),
  );
  return [...settings, name, ...words].join(" ");
}

/** Stands for a value while words are told apart; no text of ours holds it. */
const HOLE = "\u0000";
