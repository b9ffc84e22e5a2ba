/** The text in lines of this width, broken between words only. */
export function wrap(text: string, width: number): string[] {
  return wrapWords(text.split(" "), width);
}

/** The same of words that stay in one piece. */
export function wrapWords(words: readonly string[], width: number): string[] {
  const lines = [""];
  for (const word of words) {
    const line = lines.at(-1) ?? "";
    if (line !== "" && line.length + 1 + word.length > width) lines.push(word);
    else lines[lines.length - 1] = line === "" ? word : `${line} ${word}`;
  }
  return lines;
}
