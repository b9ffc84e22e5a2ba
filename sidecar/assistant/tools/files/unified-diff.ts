/** What changed in a file, as a unified diff of one hunk: from the first line that is another one to the last. */

const CONTEXT_LINES = 3;
/** More lines of a change are counted. */
const MOST_LINES = 120;

/** Empty where both are the same. */
export function unifiedDiff(name: string, before: string, after: string): string {
  const [old, fresh] = [before.split("\n"), after.split("\n")];
  const most = Math.min(old.length, fresh.length);
  let start = 0;
  while (start < most && old[start] === fresh[start]) start += 1;
  if (start === old.length && start === fresh.length) return "";
  let end = 0;
  while (end < most - start && old[old.length - 1 - end] === fresh[fresh.length - 1 - end]) end += 1;
  const from = Math.max(0, start - CONTEXT_LINES);
  const rest = Math.min(end, CONTEXT_LINES);
  const [oldEnd, freshEnd] = [old.length - end + rest, fresh.length - end + rest];
  const lines = [
    ...marked(" ", old.slice(from, start)),
    ...marked("-", old.slice(start, old.length - end)),
    ...marked("+", fresh.slice(start, fresh.length - end)),
    ...marked(" ", old.slice(old.length - end, oldEnd)),
  ];
  return [
    `--- ${name}`,
    `+++ ${name}`,
    `@@ -${from + 1},${oldEnd - from} +${from + 1},${freshEnd - from} @@`,
    ...lines,
  ].join("\n");
}

function marked(mark: string, lines: readonly string[]): string[] {
  const shown = lines.slice(0, MOST_LINES).map((line) => `${mark}${line}`);
  return lines.length > MOST_LINES
    ? [...shown, `${mark}(and ${lines.length - MOST_LINES} more lines)`]
    : shown;
}
