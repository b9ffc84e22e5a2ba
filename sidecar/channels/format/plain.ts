/** Markdown as people read it where nothing is shown in bold: the marks go, the words, lists and code stay. */

const FENCE = /^(\s*)(`{3,}|~{3,})/;

/** The text without its marks. Code keeps every character; links keep their address behind their text. */
export function plainOf(markdown: string): string {
  let fence: string | undefined;
  const lines: string[] = [];
  for (const line of markdown.split("\n")) {
    const mark = FENCE.exec(line)?.[2];
    if (mark !== undefined && (fence === undefined || closes(mark, fence))) {
      fence = fence === undefined ? mark : undefined;
      continue;
    }
    lines.push(fence === undefined ? plainLine(line) : line);
  }
  return lines.join("\n").trim();
}

/** Whether the mark ends a block that began with the other one. */
export function closes(mark: string, opening: string): boolean {
  return mark[0] === opening[0] && mark.length >= opening.length;
}

function plainLine(line: string): string {
  const text = withoutHeading(line)
    .replace(/^(\s*)[*+]\s+/, "$1- ")
    .replace(/^\s{0,3}([-*_])(\s*\1){2,}\s*$/, "---");
  // What stands between backticks is nobody's mark.
  return text
    .split(/(`+[^`]*`+)/)
    .map((part, index) => (index % 2 === 1 ? part.replace(/^`+\s?|\s?`+$/g, "") : withoutMarks(part)))
    .join("");
}

function withoutHeading(line: string): string {
  const [, indent, words] = /^(\s{0,3})#{1,6}\s+(\S.*)$/.exec(line) ?? [];
  if (indent === undefined || words === undefined) return line;
  return (
    indent +
    words
      .trimEnd()
      .replace(/(?<=\s)#+$/, "")
      .trimEnd()
  );
}

/** A mark that is not closed within this many characters is none: an answer may be full of them. */
const MARK_CHARS = 2_000;
const LINK = new RegExp(`!?\\[([^\\][]*)\\]\\((\\S{1,${MARK_CHARS}}?)(?:\\s+"[^"]*")?\\)`, "g");
const BOLD = new RegExp(`(\\*\\*|__)(?=\\S)(.{1,${MARK_CHARS}}?)(?<=\\S)\\1`, "g");
const STARS = new RegExp(
  `(?<![\\p{L}\\p{N}*])\\*(?=[^\\s*])(.{1,${MARK_CHARS}}?)(?<=[^\\s*])\\*(?![\\p{L}\\p{N}*])`,
  "gu",
);
const UNDERSCORES = new RegExp(
  `(?<![\\p{L}\\p{N}_])_(?=[^\\s_])(.{1,${MARK_CHARS}}?)(?<=[^\\s_])_(?![\\p{L}\\p{N}_])`,
  "gu",
);
const STRUCK = new RegExp(`~~(?=\\S)(.{1,${MARK_CHARS}}?)(?<=\\S)~~`, "g");

function withoutMarks(text: string): string {
  return text
    .replace(LINK, (_, label: string, address: string) =>
      label === "" || label === address ? address : `${label} (${address})`,
    )
    .replace(BOLD, "$2")
    .replace(STARS, "$1")
    .replace(UNDERSCORES, "$1")
    .replace(STRUCK, "$1")
    .replace(/\\([\\`*_{}[\]()#+\-.!~>|])/g, "$1");
}
