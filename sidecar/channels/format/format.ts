/** How a channel writes text: its marks and how long one message may be. */
import { plainOf } from "./plain.ts";

export type TextFormat = "markdown" | "plain";

/** How long one message may be, counted as the platform counts. */
export interface TextLimits {
  length: number;
  unit: "utf16" | "codepoints" | "bytes";
  lines?: number;
}

/** Our Markdown in the channel's format. */
export function formatText(markdown: string, format: TextFormat): string {
  return format === "plain" ? plainOf(markdown) : markdown;
}

/** Whether the text is short enough for one message. */
export function fits(text: string, { length, unit, lines }: TextLimits): boolean {
  if (lengthIn(text, unit) > length) return false;
  return lines === undefined || text.split("\n").length <= lines;
}

function lengthIn(text: string, unit: TextLimits["unit"]): number {
  switch (unit) {
    case "utf16":
      return text.length;
    case "codepoints":
      return [...text].length;
    case "bytes":
      return Buffer.byteLength(text);
  }
}
