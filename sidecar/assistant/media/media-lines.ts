/** Lines of an answer with which a model sends a file: `MEDIA:` and where it is. What stands in a block of code is talked about. */

/** With the path, which may stand in backquotes. */
export const MEDIA_LINE = /^[ \t]*MEDIA:[ \t]*`?([^\s`](?:[^\n`]*[^\s`])?)`?[ \t]*$/gim;

/** The paths and addresses in the order they are named, each once. */
export function mediaPathsIn(text: string): string[] {
  const found = new Set<string>();
  // Most answers send nothing.
  if (!/MEDIA:/i.test(text)) return [];
  outsideCode(text, (part) => {
    for (const [, path] of part.matchAll(MEDIA_LINE)) if (path !== undefined) found.add(path);
    return part;
  });
  return [...found];
}

/** Changes a text but for what it shows as code: a tag in there is talked about. A path in backquotes is one all the same. */
export function outsideCode(text: string, change: (part: string) => string): string {
  return text
    .split(
      /(^[ \t]*(?:```|~~~)[\s\S]*?(?:^[ \t]*(?:```|~~~)[ \t]*$|$(?![\s\S]))|(?<!^[ \t]*MEDIA:[ \t]*)`[^`\n]+`)/im,
    )
    .map((part, index) => (index % 2 === 1 ? part : change(part)))
    .join("");
}
