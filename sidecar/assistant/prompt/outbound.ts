/**
 * The last look at an answer before people see it: what belongs to the conversation with the model and to nobody else is taken out. What
 * an answer says about such things in a block of code stays.
 */
import { markerPattern } from "./foreign.ts";
import { withoutThoughts } from "./spoken-thoughts.ts";

export interface OutboundRules {
  /** Of the session's fences. */
  marker: string;
  /** Sentences of the system prompt that are ours; files of the workspace belong to the owner and may be quoted. */
  systemText: readonly string[];
}

/** Shorter lines of the prompt could be anybody's. */
const MIN_SYSTEM_LINE = 40;

/**
 * The answer as it is delivered. While it is still being written (`isWhole` false), an end that may become something that is taken out is
 * held back, so that no text is ever shown and then withdrawn.
 * What follows from the rules is worked out once, as an answer is looked at with every piece of it.
 */
export function deliveryOf({
  marker,
  systemText,
}: OutboundRules): (answer: string, isWhole: boolean) => string {
  const lines = systemLines(systemText);
  const ofSystem = [...lines];
  const longest = Math.max(0, ...ofSystem.map(({ length }) => length));
  /** Whether the text may become a line of the system prompt. */
  const mayBeSystem = (text: string) =>
    text !== "" && text.length <= longest && ofSystem.some((line) => line.startsWith(text));
  const fences = [fenceLines(marker), new RegExp(`<{1,3}/?[a-z]* ?${marker}>{0,3}`, "gi")];
  const name = markerPattern(marker);
  const cleaned = ({ text, isCode }: { text: string; isCode: boolean }) => {
    // Most answers have no markup of any kind.
    const unfenced = text.includes("<")
      ? fences.reduce((rest, fence) => rest.replace(fence, ""), text)
      : text;
    const open = unfenced.replace(name, "");
    return isCode ? open : withoutLines(withoutMarkup(open), lines);
  };
  return (answer, isWhole) => {
    const known = isWhole ? answer : answer.slice(0, safeEnd(answer, mayBeSystem));
    const parts = splitByCode(withoutThoughts(known));
    return parts
      .map(cleaned)
      .join("")
      .replace(/\n{3,}/g, "\n\n")
      .trim();
  };
}

/** Envelopes in which models write calls when these are not taken from them. One that is never closed goes to the end. */
const MARKUP =
  /<(tool_calls?|tool_response|function_calls?|function_results?|antml:[a-z_]{1,32})(?=[\s>])[^<>]{0,200}>[\s\S]*?(?:<\/\1>|$)/gi;
const LOOSE =
  /<\/(?:tool_calls?|tool_response|function_calls?|antml:[a-z_]{1,32}|think|thinking)>|<[|｜][^<>|｜\n]{1,64}[|｜]>|\[\/?(?:TOOL_CALLS|TOOL_RESULTS|AVAILABLE_TOOLS|INST)\]|<(?:start|end)_of_turn>/g;

function withoutMarkup(text: string): string {
  return /[<[]/.test(text) ? text.replace(MARKUP, "").replace(LOOSE, "") : text;
}

/** A fence and what it is around, where a model repeats both. `message` holds the person's own words, of which only the lines go. */
function fenceLines(marker: string): RegExp {
  return new RegExp(
    `^[ \\t]*<{1,3}(context|events|history|media|result|summary) ${marker}>{1,3}[\\s\\S]*?<{1,3}/\\1 ${marker}>{1,3}[ \\t]*\\n?|^[ \\t]*<{1,3}/?[a-z]+ ${marker}>{1,3}[ \\t]*\\n?`,
    "gim",
  );
}

function systemLines(texts: readonly string[]): ReadonlySet<string> {
  const lines = texts.flatMap((text) => text.split("\n")).map((line) => line.trim());
  return new Set(lines.filter((line) => line.length >= MIN_SYSTEM_LINE));
}

function withoutLines(text: string, lines: ReadonlySet<string>): string {
  return text
    .split("\n")
    .filter((line) => !lines.has(line.trim()))
    .join("\n");
}

function splitByCode(text: string): { text: string; isCode: boolean }[] {
  if (!text.includes("```")) return [{ text, isCode: false }];
  return text
    .split(/(^[ \t]*```[\s\S]*?(?:^[ \t]*```[ \t]*$|(?![\s\S])))/m)
    .map((part, index) => ({ text: part, isCode: index % 2 === 1 }));
}

/** Three brackets, a slash and the longest name. */
const OPEN_CHARS = 84;

/** How far a text that is being written can be shown. */
function safeEnd(text: string, mayBeSystem: (line: string) => boolean): number {
  const lineStart = text.lastIndexOf("\n") + 1;
  const last = text.slice(lineStart).trim();
  const isSystem = mayBeSystem(last);
  // Nothing of what is looked for is longer than the end.
  const start = Math.max(0, text.length - OPEN_CHARS);
  const end = text.slice(start);
  const open = start + (/<[^<>\n]{0,80}$/.exec(end)?.index ?? end.length);
  const double = start + (/<{1,3}\/?[^<>\n]{0,80}$/.exec(end)?.index ?? end.length);
  return Math.min(open, double, isSystem ? lineStart : text.length);
}
