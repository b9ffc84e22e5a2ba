/** Which parts of notes answer a question best: how well they match, how new they are, and whether they are about just that. */
import type { FoundPart, Sought } from "../../base/store/memory-store.ts";

/** A part with what it is worth, from 0 to 1. */
export type RankedPart = FoundPart & { score: number };

const WEIGHT = { match: 0.5, recency: 0.3, exact: 0.2 } as const;
/** Ranks below the first count less by this much: the tenth is worth half of the first. */
const RANK_BASE = 10;
/** A daily note is worth half as much for being new after so many days. */
const HALF_LIFE_DAYS = 60;
const DAY_MS = 86_400_000;
const MOST_OF_SECTION = 2;
const MOST_WORDS = 32;
/** Without letters between which no spaces stand, a word is looked for as part of others from this length on. */
const PIECE_LETTERS = 3;
const STEM_LETTERS = 4;

/** What a question asks for. */
export function soughtIn(question: string): Sought {
  const words = [...new Set(question.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [])].slice(0, MOST_WORDS);
  return {
    words: words.filter((word) => !UNSPACED.test(word)),
    pieces: [...new Set(words.flatMap(piecesOf))].slice(0, 4 * MOST_WORDS),
    scraps: words.filter((word) => UNSPACED.test(word) && [...word].length < PIECE_LETTERS),
  };
}

/** The best first, at most `most`, of each section two. */
export function bestParts(
  found: readonly FoundPart[],
  question: string,
  { nowMs, most, minScore }: { nowMs: number; most: number; minScore: number },
): RankedPart[] {
  const sections = new Map<string, number>();
  return found
    .map((part) => ({ ...part, score: scoreOf(part, question, nowMs) }))
    .filter(({ score }) => score >= minScore)
    .sort((one, other) => other.score - one.score || other.path.localeCompare(one.path))
    .filter(({ path, heading }) => {
      const section = `${path}\n${heading}`;
      const count = (sections.get(section) ?? 0) + 1;
      sections.set(section, count);
      return count <= MOST_OF_SECTION;
    })
    .slice(0, most);
}

/** As much of the text as is shown, around the first place that has something of the question. */
export function snippetOf(text: string, question: string, most: number): string {
  if (text.length <= most) return text;
  const { words, pieces } = soughtIn(question);
  const low = text.toLowerCase();
  const places = [...words, ...pieces].map((word) => low.indexOf(word)).filter((at) => at >= 0);
  const middle = places.length === 0 ? 0 : Math.min(...places);
  const from = Math.max(0, Math.min(middle - Math.floor(most / 4), text.length - most));
  const cut = text.slice(from, from + most - 2).replace(/^[\udc00-\udfff]|[\ud800-\udbff]$/g, "");
  return `${from > 0 ? "…" : ""}${cut}${from + most - 2 < text.length ? "…" : ""}`;
}

function scoreOf({ path, heading, text, wordRank, letterRank }: FoundPart, question: string, nowMs: number) {
  const match = (worthOf(wordRank) + worthOf(letterRank)) / 2;
  return (
    WEIGHT.match * match +
    WEIGHT.recency * recencyOf(path, nowMs) +
    WEIGHT.exact * exactnessOf(`${heading}\n${path}`, text, question)
  );
}

function worthOf(rank: number | undefined): number {
  return rank === undefined ? 0 : RANK_BASE / (RANK_BASE - 1 + rank);
}

/** What lasts does not become old; a note of a day does. */
function recencyOf(path: string, nowMs: number): number {
  const day = /(?:^|\/)(\d{4}-\d{2}-\d{2})[^/]*$/.exec(path)?.[1];
  const atMs = day === undefined ? Number.NaN : Date.parse(day);
  if (Number.isNaN(atMs)) return 1;
  return 0.5 ** (Math.max(0, nowMs - atMs) / DAY_MS / HALF_LIFE_DAYS);
}

/** The share of the question that stands in the headings; all of it where an identifier of it, such as a number, stands in the text. */
function exactnessOf(title: string, text: string, question: string): number {
  const ids = question.match(/[\p{L}\p{N}][\p{L}\p{N}._+/-]*\p{N}[\p{L}\p{N}._+/-]*/gu) ?? [];
  if (ids.some((id) => id.length >= 3 && `${title}\n${text}`.toLowerCase().includes(id.toLowerCase())))
    return 1;
  const words = soughtIn(question).words.filter(({ length }) => length >= STEM_LETTERS);
  if (words.length === 0) return 0;
  const low = title.toLowerCase();
  return words.filter((word) => low.includes(stemOf(word))).length / words.length;
}

/** Chinese, Japanese, Korean and Thai put no spaces between words. */
const UNSPACED = /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Hangul}\p{sc=Thai}]/u;

function piecesOf(word: string): string[] {
  if (!UNSPACED.test(word)) return word.length < STEM_LETTERS ? [] : [stemOf(word)];
  const letters = [...word];
  return letters
    .slice(0, Math.max(0, letters.length - PIECE_LETTERS + 1))
    .map((_, index) => letters.slice(index, index + PIECE_LETTERS).join(""));
}

/** Without an ending that grammar may have put there. */
function stemOf(word: string): string {
  return word.slice(0, Math.max(STEM_LETTERS, word.length - 2));
}
