/** How text for people is laid out in the width of their terminal. */
import type { Environment } from "../../shared/node/paths.ts";
import { wrap, wrapWords } from "../base/wrap.ts";

/** As wide as text is still easy to read, and as it is where there is no terminal. */
export const WIDEST = 100;
const NARROWEST = 20;
/** What the right column of two needs at least; below that it stands under the left one. */
const RIGHT_COLUMN = 40;

/** The width for text on this stream in characters: that of the terminal, else what COLUMNS says, else the widest. */
export function textWidth(stream: { columns?: number | undefined }, env: Environment): number {
  const told = /^\d{1,4}$/.test(env.COLUMNS ?? "") ? Number(env.COLUMNS) : 0;
  return Math.max(NARROWEST, Math.min(stream.columns || told || WIDEST, WIDEST));
}

/** The text of a section, each pair as `left  right`, or as the left above the indented right where two columns are too narrow. */
export function columns(rows: readonly (readonly [left: string, right: string])[], width: number): string[] {
  const left = Math.max(0, ...rows.map(([text]) => text.length));
  const rest = width - left - 4;
  if (rest < RIGHT_COLUMN) {
    return rows.flatMap(([name, text]) => [
      `  ${name}`,
      ...wrap(text, width - 6).map((line) => `      ${line}`),
    ]);
  }
  return rows.flatMap(([name, text]) =>
    wrap(text, rest).map((line, index) => `  ${(index === 0 ? name : "").padEnd(left)}  ${line}`),
  );
}

/** A command line to copy: where it is too long it goes on in the next line as shells read it. */
export function commandLines(command: string, width: number): string[] {
  // What stands in quotes stays in one piece.
  const words = command.match(/(?:[^\s'"]|'[^']*'|"[^"]*")+/g) ?? [];
  const lines = wrapWords(words, width - 8);
  return lines.map((line, index) => {
    const indent = index === 0 ? "  " : "      ";
    return index < lines.length - 1 ? `${indent}${line} \\` : `${indent}${line}`;
  });
}
