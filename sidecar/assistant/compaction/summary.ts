/** What a summary is asked for, how it is checked, and what takes its place when no model gives one that holds. */
import { type Message, textOf } from "../../base/store/message.ts";
import type { EntryRow } from "../../base/store/session-store.ts";
import { guessLanguage } from "../commands/language.ts";
import { wordsWithFiles } from "../media/media-line.ts";
import { textTokens } from "../prompt/tokens.ts";
import { factsIn, repeatedFacts } from "./facts.ts";

/** The sections of a summary, in this order. */
export const HEADINGS = [
  "Goal",
  "Decisions and reasons",
  "Facts and preferences",
  "Open tasks and promises",
  "Files and identifiers",
  "What failed",
] as const;

const LEAST_CHARS = 300;
/** Sentences of people that an extract keeps, the last ones. */
const MOST_SENTENCES = 40;
const EXTRACT_NOTE =
  "(No summary could be made of the conversation before this. These are sentences from it, word for word.)";

export interface SummaryRules {
  /** Tokens. */
  most: number;
  /** What the person wants kept above all. */
  focus?: string | undefined;
}

export function summaryPrompt({ most, focus }: SummaryRules): string {
  return [
    "You write the memory of a conversation: what follows will be all that is known of it. Write in the language of the conversation.",
    `Use exactly these headings, each on a line of its own as "## <heading>": ${HEADINGS.join("; ")}. Write "none" under a heading that has nothing.`,
    "Keep dates, amounts, names, addresses, paths and numbers exactly as they were said, and who said what about whom. Take over what an earlier summary holds unless it was corrected since. Invent nothing, give no advice, and do not speak to anybody.",
    `Take at most ${most} tokens.`,
    ...(focus === undefined ? [] : [`Above all, keep what concerns: ${focus}`]),
  ].join("\n");
}

/** The conversation as it is handed to whoever sums it up; in pieces of at most `most` tokens. */
export function piecesOf(covered: readonly EntryRow[], most: number): string[] {
  const pieces: string[] = [];
  let piece = "";
  for (const line of covered.map(lineOf).filter((each) => each !== "")) {
    for (const part of partsOf(line, most)) {
      if (piece !== "" && textTokens(piece) + textTokens(part) > most) {
        pieces.push(piece);
        piece = "";
      }
      piece += `${piece === "" ? "" : "\n\n"}${part}`;
    }
  }
  return piece === "" ? pieces : [...pieces, piece];
}

/** What is wrong with a summary, each in a sentence for whoever wrote it; empty for one that holds. */
export function faultsOf(summary: string, covered: readonly EntryRow[], { most }: SummaryRules): string[] {
  const faults: string[] = [];
  const missing = HEADINGS.filter((heading) => !hasHeading(summary, heading));
  if (missing.length > 0) faults.push(`These headings are missing: ${missing.join("; ")}.`);
  if (summary.trim().length < LEAST_CHARS) faults.push("It is too short to hold the conversation.");
  if (textTokens(summary) > most) faults.push(`It is longer than ${most} tokens.`);
  const texts = covered.map(({ message }) => textOf(message));
  const lost = repeatedFacts(texts).filter((fact) => !summary.includes(fact));
  if (lost.length > 0)
    faults.push(`These are missing and were spoken of more than once: ${lost.join(", ")}.`);
  const said = guessLanguage(peopleIn(covered).join("\n"));
  const written = guessLanguage(withoutHeadings(summary));
  if (said !== undefined && written !== undefined && said !== written)
    faults.push(`It is not in the language of the conversation (${said}).`);
  return faults;
}

/** Sentences of the conversation, word for word: of people the last ones, of the assistant those with facts in them. */
export function extractOf(covered: readonly EntryRow[], { most }: SummaryRules): string {
  const former = covered.filter(({ type }) => type === "compaction").map(({ message }) => textOf(message));
  const people = sentencesOf(covered, "user").slice(-MOST_SENTENCES);
  const assistant = sentencesOf(covered, "assistant").filter(
    (line) => factsIn(line).length > 0 || PROMISE.test(line),
  );
  const sections = [
    ["Before", former],
    ["People", people],
    ["Assistant", assistant],
  ] as const;
  // The newest first, until there is no room; then in order again.
  let left = most - textTokens(EXTRACT_NOTE) - 30;
  const chosen = sections.map(([heading, lines]) => {
    const kept: string[] = [];
    for (const line of lines.toReversed()) {
      const size = textTokens(line) + 2;
      if (size > left) continue;
      left -= size;
      kept.unshift(line);
    }
    return [heading, kept] as const;
  });
  const written = chosen.flatMap(([heading, lines]) =>
    lines.length === 0
      ? []
      : [`## ${heading}`, ...lines.map((line) => (heading === "Before" ? line : `- ${line}`))],
  );
  return [EXTRACT_NOTE, ...written].join("\n");
}

/** "I will", "by tomorrow", and the like: what somebody may come back to. */
const PROMISE =
  /\b(?:I will|I'll|I promise|remind|deadline|until|by (?:mon|tues|wednes|thurs|fri|satur|sun)day|ich werde|erinner\w*|bis (?:zum|morgen)|verspr\w+)\b/i;

function sentencesOf(entries: readonly EntryRow[], role: Message["role"]): string[] {
  return entries
    .filter(({ type, message }) => type === "message" && message.role === role)
    .flatMap(({ message }) => textOf(message).split(/(?<=[.!?。！？])\s+|\n+/u))
    .map((sentence) => sentence.trim())
    .filter((sentence) => sentence !== "");
}

function peopleIn(entries: readonly EntryRow[]): string[] {
  return entries.filter(({ message }) => message.role === "user").map(({ message }) => textOf(message));
}

function hasHeading(summary: string, heading: string): boolean {
  return summary.split("\n").some(
    (line) =>
      line
        .trim()
        .replace(/^#+\s*/, "")
        .replace(/:$/, "") === heading,
  );
}

function withoutHeadings(summary: string): string {
  return summary
    .split("\n")
    .filter((line) => !HEADINGS.some((heading) => hasHeading(line, heading)) && line.trim() !== "none")
    .join("\n");
}

function lineOf({ type, message }: EntryRow): string {
  const said = wordsWithFiles(message);
  if (type === "compaction") return `[earlier summary]\n${said}`;
  const calls = message.content.flatMap((block) =>
    block.type === "toolCall" ? [`called ${block.name} ${JSON.stringify(block.arguments)}`] : [],
  );
  const who = message.role === "toolResult" ? `result of ${message.toolName ?? "a tool"}` : message.role;
  const text = [said, ...calls].filter((each) => each !== "").join("\n");
  return text === "" ? "" : `[${who}] ${text}`;
}

function partsOf(line: string, most: number): string[] {
  if (textTokens(line) <= most) return [line];
  const half = Math.floor(line.length / 2);
  // Between words, if there are any near.
  const space = line.lastIndexOf(" ", half);
  const at = space > half / 2 ? space : half;
  return [...partsOf(line.slice(0, at), most), ...partsOf(line.slice(at), most)];
}
