/** What may be typed where, made from the command table: the one source of every shell's completion. */
import { english } from "../../../shared/remedy.ts";
import { type OptionSpecs, shownOptions } from "../../base/options.ts";
import { type Definition, ROOT_OPTIONS, SHORTCUTS } from "../definition.ts";

/** A word or an option that may come next. */
export interface Candidate {
  name: string;
  help: string;
}

/** What may follow the words of a command. */
export interface Place {
  /** The words so far without `clawdbot`; "" at the beginning. */
  path: string;
  words: Candidate[];
  options: Candidate[];
}

export interface Vocabulary {
  places: Place[];
  /** Options, with their dashes, that take the next word as their value. */
  valued: string[];
}

/** Every place of a command line, the beginning first. */
export function vocabularyOf(commands: readonly Definition[]): Vocabulary {
  const shortcuts = Object.entries(SHORTCUTS).flatMap(([word, name]) => {
    const command = commands.find((each) => each.name === name);
    return command === undefined ? [] : [{ ...command, name: word }];
  });
  const all = [...commands, ...shortcuts];
  const groups = all.flatMap(({ name }) => name.split(" ").slice(0, -1).join(" "));
  const paths = [...new Set(["", ...groups, ...all.map(({ name }) => name)])];
  return {
    places: paths.map((path) => placeAt(path, all)),
    valued: [...new Set(all.flatMap(({ options }) => valuedIn({ ...ROOT_OPTIONS, ...options })))].sort(),
  };
}

function placeAt(path: string, commands: readonly Definition[]): Place {
  const prefix = path === "" ? "" : `${path} `;
  const below = commands.filter(({ name }) => name !== path && name.startsWith(prefix));
  const words = new Map<string, string>();
  for (const { name, summary } of below) {
    const [word = "", ...rest] = name.slice(prefix.length).split(" ");
    if (rest.length === 0 || !words.has(word))
      words.set(word, rest.length === 0 ? summary : `Commands of ${word}`);
  }
  const own = commands.find(({ name }) => name === path)?.options ?? {};
  return {
    path,
    words: [...words].map(([name, help]) => ({ name, help })),
    options: shownOptions({ ...own, ...ROOT_OPTIONS }).map(([name, { help }]) => ({
      name: `--${name}`,
      help: english(help),
    })),
  };
}

function valuedIn(options: OptionSpecs): string[] {
  return Object.entries(options).flatMap(([name, { type }]) => (type === "flag" ? [] : [`--${name}`]));
}
