/** Names of files as strangers give them: a name is shown and never a path. */
import { neutralLine, shortened } from "../../../shared/foreign-text.ts";

const MOST_CHARS = 120;

/** The last part of the name, on one line and without what drives a terminal or begins a hidden file; undefined where nothing is left. */
export function plainFileName(name: string | undefined): string | undefined {
  const last = neutralLine((name ?? "").slice(-4_096))
    .split(/[/\\]/)
    .at(-1);
  const plain = (last ?? "")
    .replace(/["<>|*?:]/g, "_")
    .replace(/^[.\s]+|(?<![.\s])[.\s]+$/g, "")
    .trim();
  if (plain === "") return undefined;
  // The end says what it is.
  const dot = plain.lastIndexOf(".");
  const ending = dot > 0 && plain.length - dot <= 12 ? plain.slice(dot) : "";
  return plain.length <= MOST_CHARS
    ? plain
    : shortened(plain.slice(0, plain.length - ending.length), MOST_CHARS - ending.length) + ending;
}
