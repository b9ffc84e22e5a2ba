/**
 * Walks over the tokens of a JSON5 text without parsing it: in one pass, without recursion, whatever the text is. It tells how
 * deep and how large something is before a parser is given it, and where each value of a text stands.
 */

/** `[start, end)` are offsets. `word` is everything that is neither text in quotes nor one of `{}[]:,`: a key, a number, a literal. */
export interface Token {
  kind: "punctuator" | "string" | "word" | "comment";
  start: number;
  end: number;
}

/** Objects and lists inside each other, and values in all: more than any configuration needs, and little enough to be checked at once. */
export const MAX_DEPTH = 100;
export const MAX_VALUES = 100_000;

/** All tokens in their order, comments included. A string or a comment that is not closed ends with the text. */
export function* tokensOf(text: string): Generator<Token> {
  let at = 0;
  for (;;) {
    at = afterSpace(text, at);
    if (at >= text.length) return;
    const start = at;
    const code = text.charCodeAt(at);
    const kind = kindOf(text, at, code);
    at = END_OF[kind](text, at);
    yield { kind, start, end: at };
  }
}

/** What keeps a text from being parsed in good time; undefined when nothing does. Looks no further than it has to. */
export function boundsProblem(text: string): string | undefined {
  let depth = 0;
  let values = 1;
  for (const { kind, start } of tokensOf(text)) {
    if (kind !== "punctuator") continue;
    const sign = text[start];
    if (sign === "{" || sign === "[") depth += 1;
    else if (sign === "}" || sign === "]") depth -= 1;
    else if (sign === ",") values += 1;
    if (depth > MAX_DEPTH) return `is nested deeper than ${MAX_DEPTH} levels`;
    if (values > MAX_VALUES) return `has more than ${MAX_VALUES} values`;
  }
  return undefined;
}

/** Whether the character ends a line in JSON5. */
export function isLineEnd(character: string | undefined): boolean {
  return character !== undefined && LINE_ENDS.includes(character);
}

const LINE_ENDS = "\n\r\u2028\u2029";
const PUNCTUATORS = "{}[]:,";
/** JSON5 takes those of ECMAScript 5.1 (section 7.2) and the byte order mark; `\s` is the same set. */
const SPACE = /\s/;

function afterSpace(text: string, from: number): number {
  let at = from;
  while (at < text.length && isSpace(text, at)) at += 1;
  return at;
}

function isSpace(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  if (code === 0x20 || (code >= 0x09 && code <= 0x0d)) return true;
  return code >= 0x80 && SPACE.test(text[at] ?? "");
}

function kindOf(text: string, at: number, code: number): Token["kind"] {
  if (code === 0x22 || code === 0x27) return "string";
  if (code === 0x2f) {
    const next = text[at + 1];
    return next === "/" || next === "*" ? "comment" : "word";
  }
  return PUNCTUATORS.includes(text[at] ?? "") ? "punctuator" : "word";
}

const END_OF: Record<Token["kind"], (text: string, start: number) => number> = {
  punctuator: (_text, start) => start + 1,
  string: endOfString,
  comment: endOfComment,
  word: endOfWord,
};

function endOfString(text: string, start: number): number {
  const quote = text.charCodeAt(start);
  for (let at = start + 1; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === quote) return at + 1;
    if (code === 0x5c) at += 1;
  }
  return text.length;
}

function endOfComment(text: string, start: number): number {
  if (text[start + 1] === "*") {
    const end = text.indexOf("*/", start + 2);
    return end === -1 ? text.length : end + 2;
  }
  let at = start + 2;
  while (at < text.length && !isLineEnd(text[at])) at += 1;
  return at;
}

function endOfWord(text: string, start: number): number {
  let at = start + 1;
  while (at < text.length && !isSpace(text, at) && !endsWord(text, at)) at += 1;
  return at;
}

function endsWord(text: string, at: number): boolean {
  return kindOf(text, at, text.charCodeAt(at)) !== "word";
}
