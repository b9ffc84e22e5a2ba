/**
 * Cuts an answer into messages: between paragraphs where that is possible, else lines, sentences, words, and only then anywhere. What a
 * person sees as one character stays whole, and a block of code that goes over the end of a message is closed there and opened again in
 * the next one.
 */
import { closes } from "./plain.ts";

/** `newline` makes every paragraph a message of its own, as people write in a chat. */
export type ChunkMode = "length" | "newline";

/** The pieces in order, none of them empty. `fits` says whether a piece is short enough; the text of one character always counts as such. */
export function chunkText(
  text: string,
  fits: (piece: string) => boolean,
  mode: ChunkMode = "length",
): string[] {
  const parts = mode === "newline" ? paragraphs(text) : [text];
  return parts.flatMap((part) => split(part, fits)).filter((piece) => piece.trim() !== "");
}

interface Fence {
  /** The whole line that opens the block. */
  line: string;
  mark: string;
}

function split(text: string, fits: (piece: string) => boolean): string[] {
  const pieces: string[] = [];
  let rest = text.replace(/^\s*\n/, "").trimEnd();
  let open: Fence | undefined;
  while (rest !== "") {
    const prefix: string = open === undefined ? "" : `${open.line}\n`;
    const whole = prefix + rest;
    if (fits(whole)) {
      pieces.push(whole);
      break;
    }
    const end = cutAt(rest, (length) => {
      const part = rest.slice(0, length);
      return fits(closed(prefix + part, fenceAfter(part, open)));
    });
    const part = rest.slice(0, end);
    const after = fenceAfter(part, open);
    // A block that only just began is begun in the next message instead.
    if (!isOnlyFence(part, after)) pieces.push(closed(prefix + part.trimEnd(), after));
    rest = after === undefined ? rest.slice(end).trimStart() : rest.slice(end).replace(/^\n/, "");
    open = after;
  }
  return pieces;
}

/** The best place to cut at or before which everything fits. */
function cutAt(rest: string, fitsUpTo: (length: number) => boolean): number {
  const most = longest(rest.length, fitsUpTo);
  const window = rest.slice(0, most);
  for (const [pattern, least] of BREAKS) {
    const at = lastMatchEnd(window, pattern);
    // A break near the beginning would make many short messages.
    if (at >= most * least && at > 0 && fitsUpTo(at)) return at;
  }
  return wholeCharacters(rest, most);
}

/** Where a text is cut, the best first, and how full a message must be for it. */
const BREAKS: readonly (readonly [RegExp, number])[] = [
  [/\n[ \t]*\n/g, 0.25],
  [/\n/g, 0.25],
  [/[.!?…。！？][)"'”’»]*\s/g, 0.25],
  [/\s/g, 0],
];

function lastMatchEnd(window: string, pattern: RegExp): number {
  let end = 0;
  for (const match of window.matchAll(pattern)) end = match.index + match[0].length;
  return end;
}

/** Messages are no longer than a few of these. */
const FIRST_GUESS = 1_024;

/** How much fits, by doubling and then halving; 0 when nothing does. */
function longest(length: number, fitsUpTo: (length: number) => boolean): number {
  let guess = FIRST_GUESS;
  while (guess < length && fitsUpTo(guess)) guess *= 2;
  let [low, high] = [0, Math.min(guess, length)];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (fitsUpTo(middle)) low = middle;
    else high = middle - 1;
  }
  return low;
}

const CHARACTERS = new Intl.Segmenter(undefined, { granularity: "grapheme" });
/** Longer than any character that people write; what is longer is an attack and may be torn. */
const LONGEST_CHARACTER = 256;

/** The last end of a whole character at or before `most`; at least one character. */
function wholeCharacters(text: string, most: number): number {
  const from = Math.max(0, most - LONGEST_CHARACTER);
  const start = from === 0 ? 0 : from + (isLowSurrogate(text, from) ? 1 : 0);
  let end = 0;
  for (const { index, segment } of CHARACTERS.segment(text.slice(start, most + LONGEST_CHARACTER))) {
    const stop = start + index + segment.length;
    if (stop > most && end > 0) break;
    end = stop;
    if (stop >= most) break;
  }
  if (end <= most || start === 0) return Math.max(end, 1);
  return isLowSurrogate(text, most) ? most - 1 : most;
}

function isLowSurrogate(text: string, index: number): boolean {
  const code = text.charCodeAt(index);
  return code >= 0xdc00 && code <= 0xdfff;
}

/** A longer line opens no block: it would have to stand at the beginning of each message again. */
const LONGEST_FENCE = 200;

function fenceAfter(part: string, before: Fence | undefined): Fence | undefined {
  let open = before;
  for (const line of part.split("\n")) {
    const mark = /^\s{0,3}(`{3,}|~{3,})(.*)$/.exec(line);
    if (mark?.[1] === undefined) continue;
    if (open === undefined && line.length > LONGEST_FENCE) continue;
    if (open === undefined) open = { line: line.trimEnd(), mark: mark[1] };
    else if (closes(mark[1], open.mark) && mark[2]?.trim() === "") open = undefined;
  }
  return open;
}

function isOnlyFence(part: string, open: Fence | undefined): boolean {
  return open !== undefined && part.trim() === open.line.trim();
}

function closed(piece: string, open: Fence | undefined): string {
  if (open === undefined) return piece;
  return `${piece}${piece.endsWith("\n") ? "" : "\n"}${open.mark}`;
}

/** Apart by empty lines, but for those in blocks of code. */
function paragraphs(text: string): string[] {
  const parts: string[] = [];
  let open: Fence | undefined;
  let current: string[] = [];
  for (const line of text.split("\n")) {
    open = fenceAfter(line, open);
    if (line.trim() !== "" || open !== undefined) {
      current.push(line);
      continue;
    }
    parts.push(current.join("\n"));
    current = [];
  }
  return [...parts, current.join("\n")];
}
