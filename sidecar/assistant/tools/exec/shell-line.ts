/**
 * A line of a POSIX shell, understood or not: pipelines and chains of programs whose words say all that there is to say. Whatever else a
 * shell can do is named, and nobody guesses what it would come to.
 */

/** One word, after quotes are gone. */
export interface Word {
  text: string;
  /** The same with a backslash before each character that stands for itself; there where a shell would look for files. */
  glob?: string;
}

export type Operator = "&&" | "||" | "|" | ";" | "&";

/** A program with its arguments. */
export interface Segment {
  words: readonly Word[];
  /** Where its output goes besides, as a shell reads it: only away, or to where the rest goes. */
  redirections: readonly string[];
  /** What stands behind it; undefined at the end. */
  operator: Operator | undefined;
}

/** What makes a line one that nobody can judge. */
export type Unclear =
  | "expansion"
  | "redirection"
  | "subshell"
  | "assignment"
  | "character"
  | "keyword"
  | "quoting"
  | "operator"
  | "empty"
  | "wrapper"
  | "program"
  /** Another shell than those of this file. */
  | "shell";

export type ShellLine = { segments: readonly Segment[] } | { unclear: Unclear };

/** Words that a shell does not look for on its path. */
const KEYWORDS = new Set(
  "if then else elif fi for while until do done case esac in select function time coproc { } ! [[ ]]".split(
    " ",
  ),
);
/** What is written here and means nothing to a shell. */
const ODD = /[\p{C}\p{Zl}\p{Zp}]/u;
const ODD_SPACE = /(?! )\p{Zs}/u;
/** Redirections that write nothing anywhere, without blanks in them. */
const HARMLESS = /^(?:[12]?>\/dev\/null|2>&1|1>&2|>&2|<\/dev\/null)(?=[\s;&|]|$)/;

export function parseShellLine(line: string): ShellLine {
  try {
    return { segments: new Reader(line).segments() };
  } catch (error) {
    if (error instanceof NotClear) return { unclear: error.what };
    throw error;
  }
}

class NotClear extends Error {
  readonly what: Unclear;

  constructor(what: Unclear) {
    super(what);
    this.what = what;
  }
}

class Reader {
  #line: string;
  #at = 0;

  constructor(line: string) {
    // A line that goes on below is one line.
    this.#line = line.replaceAll("\t", " ").replace(/\\\n/g, "").trim();
    if (ODD.test(this.#line.replaceAll("\n", "")) || ODD_SPACE.test(this.#line))
      throw new NotClear("character");
  }

  segments(): Segment[] {
    const segments: Segment[] = [];
    for (;;) {
      const segment = this.#segment();
      if (segment.words.length === 0)
        throw new NotClear(segment.operator === undefined ? "empty" : "operator");
      segments.push(segment);
      this.#skipBlank(true);
      if (this.#at >= this.#line.length) break;
    }
    const last = segments.at(-1);
    if (last === undefined) throw new NotClear("empty");
    if (last.operator !== undefined && last.operator !== ";" && last.operator !== "&")
      throw new NotClear("operator");
    return segments;
  }

  #segment(): Segment {
    const words: Word[] = [];
    const redirections: string[] = [];
    for (;;) {
      this.#skipBlank(words.length === 0 && redirections.length === 0);
      const rest = this.#line.slice(this.#at);
      if (rest === "") return finished(words, redirections, undefined);
      const harmless = HARMLESS.exec(rest.replace(/^([012]?[<>]) +(?=\/dev\/null)/, "$1"));
      if (harmless !== null) {
        const written = /^(?:[012]?[<>]) +(?=\/dev\/null)/.exec(rest);
        const blanks = written === null ? 0 : written[0].length - written[0].trimEnd().length;
        redirections.push(harmless[0]);
        this.#at += harmless[0].length + blanks;
        continue;
      }
      const operator = this.#operator(rest);
      if (operator !== undefined) return finished(words, redirections, operator);
      words.push(this.#word());
    }
  }

  #operator(rest: string): Operator | undefined {
    const [written] = /^(?:&&|\|\||;;|\|&|&>|[;|&\n])/.exec(rest) ?? [];
    if (written === undefined) return undefined;
    if (written === ";;" || written === "|&") throw new NotClear("operator");
    if (written === "&>") throw new NotClear("redirection");
    this.#at += written.length;
    return written === "\n" ? ";" : (written as Operator);
  }

  #word(): Word {
    let text = "";
    let glob = "";
    let isGlob = false;
    let isQuoted = false;
    const literal = (character: string) => {
      text += character;
      glob += `\\${character}`;
    };
    for (; this.#at < this.#line.length; this.#at += 1) {
      const character = this.#line.charAt(this.#at);
      if (/[\s;&|]/.test(character)) break;
      if (character === "'") {
        isQuoted = true;
        const end = this.#line.indexOf("'", this.#at + 1);
        if (end === -1) throw new NotClear("quoting");
        for (const each of this.#line.slice(this.#at + 1, end)) literal(each);
        this.#at = end;
      } else if (character === '"') {
        isQuoted = true;
        this.#doubleQuoted(literal);
      } else if (character === "\\") {
        this.#at += 1;
        if (this.#at >= this.#line.length) throw new NotClear("quoting");
        isQuoted = true;
        literal(this.#line.charAt(this.#at));
      } else {
        refuseUnquoted(character, text === "" && !isQuoted, this.#line.slice(this.#at));
        if (/[*?[]/.test(character)) {
          isGlob = true;
          text += character;
          glob += character;
        } else if (character === "]") {
          text += character;
          glob += character;
        } else literal(character);
      }
    }
    return isGlob ? { text, glob } : { text };
  }

  #doubleQuoted(literal: (character: string) => void): void {
    for (this.#at += 1; this.#at < this.#line.length; this.#at += 1) {
      const character = this.#line.charAt(this.#at);
      if (character === '"') return;
      if (character === "$" || character === "`") throw new NotClear("expansion");
      if (character === "\\" && /["\\$`]/.test(this.#line.charAt(this.#at + 1))) {
        this.#at += 1;
        literal(this.#line.charAt(this.#at));
      } else literal(character);
    }
    throw new NotClear("quoting");
  }

  /** Blanks, and a remark to the end of its line; between commands empty lines as well. */
  #skipBlank(isBetween: boolean): void {
    for (;;) {
      const character = this.#line.charAt(this.#at);
      if (character === " " || (isBetween && character === "\n")) this.#at += 1;
      else if (character === "#" && this.#isAtWord()) {
        const end = this.#line.indexOf("\n", this.#at);
        this.#at = end === -1 ? this.#line.length : end;
      } else return;
    }
  }

  #isAtWord(): boolean {
    return this.#at === 0 || /[\s;&|]/.test(this.#line.charAt(this.#at - 1));
  }
}

function refuseUnquoted(character: string, isFirst: boolean, rest: string): void {
  if (character === "$" || character === "`" || (character === "~" && isFirst))
    throw new NotClear("expansion");
  if (character === "<" || character === ">") throw new NotClear("redirection");
  if (character === "(" || character === ")") throw new NotClear("subshell");
  if (/[{}]/.test(character) && !(isFirst && /^\{\}(?=[\s;&|]|$)/.test(rest)) && !(character === "}"))
    throw new NotClear("expansion");
  if (character === "}" && isFirst) throw new NotClear("keyword");
}

/** The words of a program are all that is known of it. */
function finished(
  words: readonly Word[],
  redirections: readonly string[],
  operator: Operator | undefined,
): Segment {
  const [first] = words;
  if (first !== undefined) {
    if (/^[A-Za-z_]\w*(?:\[[^\]]*\])?\+?=/.test(first.text)) throw new NotClear("assignment");
    if (KEYWORDS.has(first.text)) throw new NotClear("keyword");
    // Letters that look like others are no name of a program here.
    if (first.glob !== undefined || !/^[\w./+@:,%-]+$/.test(first.text)) throw new NotClear("character");
  }
  return { words, redirections, operator };
}

/** The text as one word of a shell that stands for nothing but itself. */
export function quotedWord(text: string): string {
  return /^[\w./+@:,%=-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
