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
  const text = line
    .replace(/^(\s{0,3})#{1,6}\s+(.*?)\s*#*\s*$/, "$1$2")
    .replace(/^(\s*)[*+]\s+/, "$1- ")
    .replace(/^\s{0,3}([-*_])(\s*\1){2,}\s*$/, "---");
  // What stands between backticks is nobody's mark.
  return text
    .split(/(`+[^`]*`+)/)
    .map((part, index) => (index % 2 === 1 ? part.replace(/^`+\s?|\s?`+$/g, "") : withoutMarks(part)))
    .join("");
}

function withoutMarks(text: string): string {
  return text
    .replace(/!?\[([^\]]*)\]\((\S+?)(?:\s+"[^"]*")?\)/g, (_, label: string, address: string) =>
      label === "" || label === address ? address : `${label} (${address})`,
    )
    .replace(/(\*\*|__)(?=\S)(.+?)(?<=\S)\1/g, "$2")
    .replace(/(?<![\p{L}\p{N}*])\*(?=[^\s*])(.+?)(?<=[^\s*])\*(?![\p{L}\p{N}*])/gu, "$1")
    .replace(/(?<![\p{L}\p{N}_])_(?=[^\s_])(.+?)(?<=[^\s_])_(?![\p{L}\p{N}_])/gu, "$1")
    .replace(/~~(?=\S)(.+?)(?<=\S)~~/g, "$1")
    .replace(/\\([\\`*_{}[\]()#+\-.!~>|])/g, "$1");
}
