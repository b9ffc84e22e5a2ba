/** What a shell makes of a word with `*`, `?` or `[`: looked up here, so that what was judged is what is run. */
import { readdirSync } from "node:fs";
import { join } from "node:path";

/** More names than this are not looked at. */
const MOST_NAMES = 2_000;

/** The names in order, none of which can be taken for an option; undefined where there are too many. The pattern is that of a `Word`. */
export function expandGlob(glob: string, cwd: string): string[] | undefined {
  const isAbsolute = glob.startsWith("\\/");
  const parts = glob.split("\\/").filter((part) => part !== "");
  let found = [isAbsolute ? "/" : ""];
  for (const part of parts) {
    const plain = plainOf(part);
    const next: string[] = [];
    for (const each of found) {
      if (plain !== undefined) next.push(below(each, plain));
      else next.push(...namesIn(isAbsolute ? each : join(cwd, each), part).map((name) => below(each, name)));
      if (next.length > MOST_NAMES) return undefined;
    }
    found = next;
  }
  return found.map((name) => (name.startsWith("-") ? `./${name}` : name));
}

function below(directory: string, name: string): string {
  if (directory === "" || directory.endsWith("/")) return `${directory}${name}`;
  return `${directory}/${name}`;
}

/** Undefined for a part that stands for several names. */
function plainOf(part: string): string | undefined {
  return /(?<!\\)(?:\\\\)*[*?[]/.test(part) ? undefined : part.replace(/\\([\s\S])/g, "$1");
}

function namesIn(directory: string, part: string): string[] {
  const pattern = patternOf(part);
  const isHidden = part.startsWith("\\.");
  try {
    return readdirSync(directory)
      .filter((name) => (isHidden || !name.startsWith(".")) && pattern.test(name))
      .sort();
  } catch {
    return []; // What cannot be read holds nothing.
  }
}

function patternOf(part: string): RegExp {
  let source = "";
  for (let at = 0; at < part.length; at += 1) {
    const character = part.charAt(at);
    const range = /^\[([!^]?)(\]?(?:\\.|[^\]\\])*)\]/.exec(part.slice(at));
    if (character === "*") source += "[^/]*";
    else if (character === "?") source += "[^/]";
    else if (character === "[" && range !== null) {
      const [all, not, members = ""] = range;
      source += `[${not === "" ? "" : "^"}${members.replace(/\\(.)/g, "$1").replace(/[\\\]^[]/g, "\\$&")}]`;
      at += all.length - 1;
    } else if (character === "\\") {
      at += 1;
      source += escaped(part.charAt(at));
    } else source += escaped(character);
  }
  try {
    return new RegExp(`^${source}$`, "su");
  } catch {
    return /^(?!)/; // A range that is none fits nothing.
  }
}

function escaped(character: string): string {
  return character.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
}
