/** What the parser of JSON5 finds wrong in a text, in words of ours: it says one of two things, or something rare. */
import { errorText } from "../errors.ts";
import { advice, type Remedy, whole } from "../remedy.ts";

/** Place and mistake; line and column count from 1, and are absent where the parser names none. */
export function syntaxMistake(error: unknown): { message: Remedy; line?: number; column?: number } {
  const place = placeOf(error);
  const reason = reasonOf(errorText(error));
  if (place === undefined) return { message: whole(reason) };
  return { message: advice`line ${place.line}, column ${place.column}: ${whole(reason)}`, ...place };
}

function reasonOf(said: string): Remedy {
  const text = said.replace(/^JSON5: /, "").replace(/ at \d+:\d+$/, "");
  if (text === "invalid end of input")
    return advice`the text ends too early; a bracket or a quote is not closed`;
  const [, sign] = /^invalid character '(.*)'$/su.exec(text) ?? [];
  return sign === undefined ? text : advice`invalid character '${sign}'`;
}

function placeOf(error: unknown): { line: number; column: number } | undefined {
  if (typeof error !== "object" || error === null) return undefined;
  const { lineNumber: line, columnNumber: column } = error as Record<string, unknown>;
  return typeof line === "number" && typeof column === "number" ? { line, column } : undefined;
}
