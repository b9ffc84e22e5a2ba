/** What a conversation is called in lists, and what a model made of it is worth as a title. */
import { neutralLine } from "../../../shared/foreign-text.ts";
import type { SessionRow, SessionStore } from "../../base/store/session-store.ts";

/** In characters. */
const TITLE_CHARS = 60;
const MOST_WORDS = 6;

/** The label, else the name, else the subject, else the title that was made, else how the first message begins. */
export async function titleOf(
  { sessionId, updatedAtMs, fields }: SessionRow,
  store: Pick<SessionStore, "firstUserText" | "remembered">,
): Promise<string> {
  const made = () => store.remembered(MADE_TITLES, sessionId);
  const begun = async () => beginningOf((await store.firstUserText(sessionId)) ?? "");
  const title = namedAs(fields) ?? ((await made()) || (await begun()));
  return title || `${sessionId.slice(0, 8)} (${new Date(updatedAtMs).toISOString().slice(0, 10)})`;
}

/** What people or a channel call the conversation; undefined where nobody does. */
export function namedAs({ label, displayName, subject }: SessionRow["fields"]): string | undefined {
  for (const name of [label, displayName, subject]) {
    if (typeof name === "string" && name.trim() !== "") return name.trim();
  }
  return undefined;
}

/** Under which the store remembers titles that were made, by the id of the conversation. */
export const MADE_TITLES = "title";

/** On one line, at most 60 characters, none of them torn. */
export function beginningOf(text: string): string {
  const line = text.replace(/\s+/g, " ").trim();
  if (line.length <= TITLE_CHARS) return line;
  characters ??= new Intl.Segmenter(undefined, { granularity: "grapheme" });
  let end = 0;
  for (const { index, segment } of characters.segment(line)) {
    if (index + segment.length > TITLE_CHARS) break;
    end = index + segment.length;
  }
  return line.slice(0, end).trimEnd();
}

/** What a model answered as a title of a few words; undefined where it is none. */
export function madeTitle(answer: string): string | undefined {
  const [first = ""] = answer
    .trim()
    .slice(0, 10 * TITLE_CHARS)
    .split(/\n/);
  const line = neutralLine(first)
    .replace(/^(?:#+\s+|title:\s*|titel:\s*)+/i, "")
    .replace(/^["'„“”«»‚‘’*_`\s]+|["'“”«»‘’*_`.\s]+$/g, "");
  const words = line.split(" ").filter((word) => /[\p{L}\p{N}]/u.test(word));
  const isTitle = words.length > 0 && words.length <= MOST_WORDS && line.length <= TITLE_CHARS;
  return isTitle && !/^NO_REPLY$/i.test(line) ? line : undefined;
}

/** Made with the first long line. */
let characters: Intl.Segmenter | undefined;
