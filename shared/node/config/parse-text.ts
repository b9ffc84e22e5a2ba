/** Turns the text of a configuration into a value, or says where the mistake is. Needs no schema. */
import JSON5 from "json5";
import type { ConfigIssue } from "../../config/findings.ts";
import { boundsProblem, tokensOf } from "../../config/json5-tokens.ts";
import { syntaxMistake } from "../../config/syntax-text.ts";

/** Parses JSON5; a syntax error names line and column, both counted from 1. What would take long to parse is refused before. */
export function parseJson5(raw: string): { value: unknown } | { issue: ConfigIssue } {
  const text = raw.replace(/^\uFEFF/, "");
  if (text.trim() === "") return { issue: { path: "", message: "the file is empty" } };
  const beyond = boundsProblem(text);
  if (beyond !== undefined) return { issue: { path: "", message: beyond } };
  try {
    return { value: parseText(text) };
  } catch (error) {
    if (isCommentOnly(text)) return { issue: { path: "", message: "the file holds nothing but comments" } };
    return { issue: { path: "", ...syntaxMistake(error) } };
  }
}

/** Most files are plain JSON, for which there is a much faster parser. */
export function parseText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return JSON5.parse(text); // Tells where the mistake is, if it is one.
  }
}

/** Whether there is nothing but comments in it. */
export function isCommentOnly(text: string): boolean {
  for (const { kind } of tokensOf(text)) if (kind !== "comment") return false;
  return true;
}
