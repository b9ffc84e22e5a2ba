/** Files of a workspace take a bounded part of what a model can read. */
import { headAndTail } from "../prompt/cut.ts";

export interface Caps {
  /** Characters of one file. */
  fileChars: number;
  /** Characters of all of them. */
  totalChars: number;
}

/** Each file keeps this much, whatever there is besides. */
export const LEAST_CHARS = 1_000;

/** How much of each file is shown: none more than its cap, and later ones give way first when all are too much. */
export function sharesOf(lengths: readonly number[], { fileChars, totalChars }: Caps): number[] {
  const shares = lengths.map((length) => Math.min(length, fileChars));
  let over = shares.reduce((sum, each) => sum + each, 0) - totalChars;
  for (let index = shares.length - 1; index >= 0 && over > 0; index -= 1) {
    const share = shares[index] ?? 0;
    const given = Math.max(0, Math.min(over, share - LEAST_CHARS));
    shares[index] = share - given;
    over -= given;
  }
  return shares;
}

/** A file that is longer than its share: most of it from the beginning, some from the end, and a line that names it. */
export function cutFile(name: string, text: string, share: number): string {
  if (text.length <= share) return text;
  const kept = { head: Math.floor(share * 0.7), tail: Math.floor(share * 0.2) };
  return headAndTail(
    text,
    kept,
    (missing) =>
      `[… ${missing} of ${text.length} characters of ${name} are left out here; read the file for all of it …]`,
  );
}
