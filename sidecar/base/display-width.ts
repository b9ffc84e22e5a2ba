/** How many columns of a terminal a text takes, and where it is broken: wide characters take two, marks on another one take none. */

/** What stands in the place of a tab has as many blanks. */
export const TAB_COLUMNS = 4;

/** What people take for one character each: letters with their marks, an emoji of several parts. */
export function graphemes(text: string): string[] {
  if (PLAIN.test(text)) return [...text];
  return Array.from(SEGMENTER.segment(text), ({ segment }) => segment);
}

/** In columns, for a text without control characters but tabs, which count as `TAB_COLUMNS`. */
export function displayWidth(text: string): number {
  if (PLAIN.test(text)) return text.length;
  return graphemes(text).reduce((sum, each) => sum + widthOf(each), 0);
}

/**
 * The first row of a line that is at least two columns wide, and what is left of the line. Breaks between words where it can, and with
 * `keepBlanks` between any two characters, so that every blank stays.
 */
export function takeRow(
  line: string,
  width: number,
  { keepBlanks = false }: { keepBlanks?: boolean } = {},
): { row: string; rest: string } {
  if (line.length <= width && PLAIN.test(line)) return { row: line, rest: "" };
  let columns = 0;
  let end = 0;
  for (const each of graphemes(line)) {
    columns += widthOf(each);
    if (columns > width) return brokenAt(line, end, keepBlanks);
    end += each.length;
  }
  return { row: line, rest: "" };
}

/** All rows of a line. */
export function rowsOf(line: string, width: number, options: { keepBlanks?: boolean } = {}): string[] {
  const rows: string[] = [];
  for (let rest = line; ; ) {
    const next = takeRow(rest, width, options);
    rows.push(next.row);
    if (next.rest === "") return rows;
    rest = next.rest;
  }
}

const SEGMENTER = new Intl.Segmenter(undefined, { granularity: "grapheme" });
const PLAIN = /^[\x20-\x7e]*$/;
/** East Asian wide and full-width characters (UAX 11), and whatever is shown as an emoji without being asked to. */
const WIDE =
  /[\u1100-\u115f\u2329\u232a\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\ufe10-\ufe19\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{16fe0}-\u{1b2ff}\u{1f200}-\u{1f265}\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}|\ufe0f/u;
const NOTHING = /^[\p{M}\u200b-\u200d\u00ad]+$/u;

function widthOf(grapheme: string): number {
  if (PLAIN.test(grapheme)) return grapheme.length;
  if (grapheme === "\t") return TAB_COLUMNS;
  if (WIDE.test(grapheme)) return 2;
  return NOTHING.test(grapheme) ? 0 : 1;
}

function brokenAt(line: string, end: number, keepBlanks: boolean): { row: string; rest: string } {
  // A row takes one character at least, however wide it is.
  const most = end === 0 ? (graphemes(line)[0] ?? "").length : end;
  if (keepBlanks || line[most] === " ") {
    const rest = line.slice(most);
    return { row: line.slice(0, most), rest: keepBlanks ? rest : rest.trimStart() };
  }
  const blank = line.lastIndexOf(" ", most - 1);
  const isIndent = line.slice(0, blank + 1).trim() === "";
  const at = blank === -1 || isIndent ? most : blank + 1;
  return { row: line.slice(0, at).trimEnd(), rest: line.slice(at) };
}
