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

/** A block of code that is open. */
export interface Fence {
  /** The whole line that opens the block. */
  line: string;
  mark: string;
}

/** What was taken from the beginning of a text. */
export interface Taken {
  /** Undefined where there is nothing to be said, such as the mere beginning of a block of code. */
  piece: string | undefined;
  /** Where in the text the rest begins. */
  end: number;
  /** In which block of code it does. */
  open: Fence | undefined;
}

/** Takes as much as fits, all of the text where it does; `open` is the block of code in which the text begins. */
export function takePiece(text: string, fits: (piece: string) => boolean, open?: Fence): Taken {
  const left = withoutClosing(text, open);
  if (left !== text) {
    const taken = takePiece(left, fits);
    return { ...taken, end: text.length - left.length + taken.end };
  }
  const prefix = open === undefined ? "" : `${open.line}\n`;
  const upTo = (length: number) => {
    const part = text.slice(0, length);
    const after = fenceAfter(part, open);
    return { part, after, piece: closed(prefix + part.trimEnd(), after) };
  };
  const all = upTo(text.length);
  const end = fits(all.piece)
    ? text.length
    : cutAt(text, (length) => {
        const { part, after } = upTo(length);
        return fits(closed(prefix + part, after));
      });
  const { part, after, piece } = end === text.length ? all : upTo(end);
  const rest = text.slice(end);
  const next = after === undefined ? rest.trimStart() : rest.replace(/^\n/, "");
  // A block that only just began is begun in the next message instead.
  const isNothing = part.trim() === "" || isOnlyFence(part, after);
  return { piece: isNothing ? undefined : piece, end: text.length - next.length, open: after };
}

/** The text as a message of its own that begins in the block of code. */
export function reopened(text: string, open: Fence | undefined): string {
  const left = withoutClosing(text, open);
  if (open === undefined || left !== text || text.trim() === "") return left;
  return `${open.line}\n${text.replace(/^\n/, "")}`;
}

/** Without a line that only closes the block of code, which was closed already. */
function withoutClosing(text: string, open: Fence | undefined): string {
  const [line = "", mark = ""] = /^\s*(`{3,}|~{3,})[ \t]*(?:\n|$)/.exec(text) ?? [];
  return open !== undefined && mark !== "" && closes(mark, open.mark) ? text.slice(line.length) : text;
}

/** Up to where the text is whole sentences, lines or paragraphs; 0 where nothing is. */
export function wholeUpTo(text: string, open?: Fence): number {
  const line = lastMatchEnd(text, /\n/g);
  const sentence = lastMatchEnd(text, /[.!?…。！？][)"'”’»]*(?=\s|$)/g);
  if (sentence <= line) return line;
  return fenceAfter(text.slice(0, sentence), open) === undefined ? sentence : line;
}

function split(text: string, fits: (piece: string) => boolean): string[] {
  const pieces: string[] = [];
  let rest = text.replace(/^\s*\n/, "").trimEnd();
  let open: Fence | undefined;
  while (rest !== "") {
    const whole = reopened(rest, open);
    if (fits(whole)) {
      pieces.push(whole);
      break;
    }
    const taken = takePiece(rest, fits, open);
    if (taken.piece !== undefined) pieces.push(taken.piece);
    rest = rest.slice(taken.end);
    open = taken.open;
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
