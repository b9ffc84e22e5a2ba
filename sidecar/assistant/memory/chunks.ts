/** Cuts a note into parts that can be found and shown by themselves: at headings, then between paragraphs, lines, words. */
import type { NotePart } from "../../base/store/memory-store.ts";

/** Characters of a part. */
export const MOST_PART_CHARS = 1_600;
/** As much of the end of a part stands again before the next one of its section. */
const OVERLAP_CHARS = 200;

interface Line {
  number: number;
  text: string;
}

/** In the order of the file; parts of white space alone are left out. */
export function noteParts(note: string): NotePart[] {
  return sectionsIn(note).flatMap(({ heading, lines }) =>
    packed(lines)
      .map((group) => partOf(heading, group))
      .filter(({ text }) => text.trim() !== ""),
  );
}

function sectionsIn(note: string): { heading: string; lines: Line[] }[] {
  const sections: { heading: string; lines: Line[] }[] = [{ heading: "", lines: [] }];
  const above: string[] = [];
  let fence: string | undefined;
  for (const [index, text] of note.split(/\r?\n/).entries()) {
    const mark = /^ {0,3}(`{3,}|~{3,})/.exec(text)?.[1];
    if (mark !== undefined) {
      if (fence === undefined) fence = mark;
      else if (mark.startsWith(fence)) fence = undefined;
    }
    const [, marks = "", name = ""] =
      (fence === undefined && /^ {0,3}(#{1,6})\s+(.*?)(?:\s+#+)?\s*$/.exec(text)) || [];
    if (marks !== "") {
      above.length = Math.min(above.length, marks.length - 1);
      above[marks.length - 1] = name;
      sections.push({ heading: above.filter(Boolean).join(" > "), lines: [] });
    }
    sections.at(-1)?.lines.push({ number: index + 1, text });
  }
  return sections;
}

/** Groups of lines that are short enough; a section of headings alone makes one with it. */
function packed(lines: readonly Line[]): Line[][] {
  const groups: Line[][] = [];
  let group: Line[] = [];
  for (const paragraph of paragraphsIn(lines).flatMap(shortEnough)) {
    if (group.length > 0 && sizeOf(group) + sizeOf(paragraph) > MOST_PART_CHARS) {
      groups.push(group);
      group = endOf(group, MOST_PART_CHARS - sizeOf(paragraph));
    }
    group = [...group, ...paragraph];
  }
  return group.length > 0 ? [...groups, group] : groups;
}

function paragraphsIn(lines: readonly Line[]): Line[][] {
  const paragraphs: Line[][] = [[]];
  for (const line of lines) {
    if (line.text.trim() === "" && (paragraphs.at(-1) ?? []).length > 0) paragraphs.push([]);
    else if (line.text.trim() !== "") paragraphs.at(-1)?.push(line);
  }
  return paragraphs.filter(({ length }) => length > 0);
}

/** A paragraph that is too long, in pieces; a line that is too long, between words. */
function shortEnough(paragraph: readonly Line[]): Line[][] {
  const pieces: Line[][] = [[]];
  for (const line of paragraph.flatMap(brokenLine)) {
    const piece = pieces.at(-1) ?? [];
    if (piece.length > 0 && sizeOf(piece) + line.text.length + 1 > MOST_PART_CHARS) pieces.push([line]);
    else piece.push(line);
  }
  return pieces;
}

function brokenLine({ number, text }: Line): Line[] {
  const broken: Line[] = [];
  let rest = text;
  while (rest.length >= MOST_PART_CHARS) {
    const head = rest.slice(0, MOST_PART_CHARS - 1);
    const space = head.lastIndexOf(" ");
    const at = space > MOST_PART_CHARS / 2 ? space : head.replace(/[\ud800-\udbff]$/, "").length;
    broken.push({ number, text: rest.slice(0, at) });
    rest = rest.slice(at).trimStart();
  }
  return [...broken, { number, text: rest }];
}

/** The last whole lines that fit. */
function endOf(group: readonly Line[], room: number): Line[] {
  const kept: Line[] = [];
  for (const line of group.toReversed()) {
    if (sizeOf([line, ...kept]) > Math.min(OVERLAP_CHARS, room)) break;
    kept.unshift(line);
  }
  return kept;
}

function sizeOf(lines: readonly Line[]): number {
  return lines.reduce((sum, { text }) => sum + text.length + 1, 0);
}

function partOf(heading: string, lines: readonly Line[]): NotePart {
  const [fromLine, toLine] = [lines[0]?.number ?? 1, lines.at(-1)?.number ?? 1];
  return { fromLine, toLine, heading, text: lines.map(({ text }) => text).join("\n") };
}
