/** Paths in commands that people paste into a shell. */
import { neutralText } from "./foreign-text.ts";

/** The text as one word of a POSIX shell, quoted only where it has to be. What a terminal would obey is spelled out, see ANSI-C quoting of bash. */
export function shellWord(text: string): string {
  if (/^[\w./~:@%+=-]+$/.test(text)) return text;
  if (/[\n\t]/.test(text) || neutralText(text) !== text) return `$'${[...text].map(spelled).join("")}'`;
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

function spelled(character: string): string {
  if (character === "'" || character === "\\") return `\\${character}`;
  const isPlain = neutralText(character) === character && !/[\n\t]/.test(character);
  if (isPlain) return character;
  return [...new TextEncoder().encode(character)]
    .map((byte) => `\\x${byte.toString(16).padStart(2, "0")}`)
    .join("");
}
