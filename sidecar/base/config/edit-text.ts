/**
 * Changes single values in the text of a configuration and leaves everything else as somebody wrote it: comments, order, keys that
 * are written twice, spellings of numbers, line ends. What is new is written in the style of what stands around it. Pure.
 */
import { isDeepStrictEqual } from "node:util";
import JSON5 from "json5";
import { isLineEnd, tokensOf } from "../../../shared/config/json5-tokens.ts";
import { BugError } from "../../../shared/errors.ts";
import {
  indentAt,
  type NewValue,
  type Style,
  standsOnItsOwnLine,
  startOf,
  styleAt,
  writtenMember,
  writtenValue,
} from "./text-style.ts";
import { memberAt, type TextMember, type TextNode, treeOf } from "./text-tree.ts";

/** One change. The keys lead from the top to a value; places of a list are written as numbers. */
export type TextEdit =
  /** `text` is the value as it was typed, where writing it anew would lose digits. */
  | { kind: "set"; keys: readonly string[]; value: unknown; text?: string | undefined }
  | { kind: "unset"; keys: readonly string[] }
  /** The value keeps its text. Nothing is at the new place. */
  | { kind: "move"; from: readonly string[]; to: readonly string[] };

/**
 * The text after the changes, one after the other. The text is JSON5 that parses to an object, and each change is possible: what
 * the keys lead through are objects, lists or null, and what is to be moved is there. Of a key that is written twice the last one
 * counts and is changed; when it is to go, all of them go.
 */
export function editText(text: string, edits: readonly TextEdit[]): string {
  return edits.reduce(edited, text);
}

function edited(text: string, edit: TextEdit): string {
  switch (edit.kind) {
    case "set":
      return setIn(text, edit.keys, newValue(edit.value, edit.text));
    case "unset":
      return unsetIn(text, edit.keys);
    case "move":
      return moveIn(text, edit.from, edit.to);
  }
}

function newValue(value: unknown, text: string | undefined): NewValue {
  return text === undefined ? { kind: "plain", value } : { kind: "typed", text };
}

/** What takes the place of `[start, end)`. */
interface Splice {
  start: number;
  end: number;
  text: string;
}

function setIn(text: string, keys: readonly string[], value: NewValue): string {
  const { path, rest } = follow(text, keys);
  const node = path.at(-1) ?? treeOf(text);
  const holders = node.kind === "scalar" || rest.length === 0 ? path.slice(0, -1) : path;
  const style = styleAt(text, holders);
  const [key, ...below] = rest;
  if (key === undefined || node.kind === "scalar") {
    const isSame = key === undefined && value.kind === "plain" && means(text, node, value.value);
    return isSame ? text : spliced(text, [replacement(text, node, nested(rest, value), style)]);
  }
  return spliced(text, insertion(text, node, { key, value: nested(below, value) }, style));
}

function unsetIn(text: string, keys: readonly string[]): string {
  const { path, rest } = follow(text, keys);
  const holder = path.at(-2);
  if (rest.length > 0 || holder === undefined) return text;
  return spliced(text, removal(text, holder, keys.at(-1) ?? ""));
}

function moveIn(text: string, from: readonly string[], to: readonly string[]): string {
  const { path, rest } = follow(text, from);
  const [holder, node] = path.slice(-2);
  const member = holder && memberAt(holder, from.at(-1) ?? "");
  if (rest.length > 0 || node === undefined || member?.key === undefined) {
    throw new BugError(`nothing to be moved at ${from.join(".")}`);
  }
  const isRename = from.length === to.length && from.slice(0, -1).every((key, index) => to[index] === key);
  if (!isRename) {
    const moved = setIn(text, to, { kind: "typed", text: text.slice(node.start, node.end) });
    return unsetIn(moved, from);
  }
  const { start, end } = member.key;
  const style = styleAt(text, path.slice(0, -1));
  const isBare = !/["']/.test(text[start] ?? "");
  const name = writtenMember(
    to.at(-1) ?? "",
    { kind: "typed", text: "" },
    { ...style, bareKeys: isBare, colon: "" },
    "",
  );
  return unsetIn(spliced(text, [{ start, end, text: name }]), from);
}

/** The nodes from the topmost one on as far as the keys lead, and the keys that lead no further. */
function follow(text: string, keys: readonly string[]): { path: TextNode[]; rest: readonly string[] } {
  const path = [treeOf(text)];
  for (const [index, key] of keys.entries()) {
    const member = memberAt(path.at(-1) ?? NOWHERE, key);
    if (member === undefined) return { path, rest: keys.slice(index) };
    path.push(member.value);
  }
  return { path, rest: [] };
}

const NOWHERE: TextNode = { kind: "scalar", start: 0, end: 0, members: [] };

function means(text: string, { start, end }: TextNode, value: unknown): boolean {
  return isDeepStrictEqual(JSON5.parse(text.slice(start, end)), value);
}

function nested(keys: readonly string[], value: NewValue): NewValue {
  return keys.reduceRight<NewValue>((inner, key) => ({ kind: "object", key, inner }), value);
}

/** A text in quotes keeps its kind of quotes. */
function replacement(text: string, { start, end, kind }: TextNode, value: NewValue, style: Style): Splice {
  const sign = text[start];
  const quote = kind === "scalar" && (sign === '"' || sign === "'") ? sign : style.quote;
  return { start, end, text: writtenValue(value, { ...style, quote }, indentAt(text, start)) };
}

function insertion(
  text: string,
  holder: TextNode,
  { key, value }: { key: string; value: NewValue },
  style: Style,
): Splice[] {
  const last = holder.members.at(-1);
  const written = (indent: string) =>
    holder.kind === "list" ? writtenValue(value, style, indent) : writtenMember(key, value, style, indent);
  if (last === undefined) return [firstMember(text, holder, written, style)];
  const comma = last.comma === undefined ? [{ start: last.value.end, end: last.value.end, text: "," }] : [];
  const trailing = last.comma === undefined ? "" : ",";
  const after = last.comma === undefined ? last.value.end : last.comma + 1;
  if (!standsOnItsOwnLine(text, startOf(last))) {
    return [...comma, at(after, `${style.gap}${written(indentAt(text, holder.start))}${trailing}`)];
  }
  const indent = indentAt(text, startOf(last));
  const place = endOfRemarks(text, after, holder.end - 1);
  return [...comma, at(place, `${style.lineEnd}${indent}${written(indent)}${trailing}`)];
}

/** Comments may stand in an empty object already: they stay before it. */
function firstMember(
  text: string,
  { kind, start, end }: TextNode,
  written: (indent: string) => string,
  style: Style,
): Splice {
  const indent = indentAt(text, start);
  const inside = text.slice(start + 1, end - 1);
  const remarks = inside.trimEnd();
  // Without comments the blanks between the brackets have nothing to keep apart.
  const place = {
    start: start + 1 + remarks.length,
    end: remarks === "" ? end - 1 : start + 1 + remarks.length,
  };
  if (!style.spread && !hasLineEnd(inside)) {
    const edge = kind === "object" ? style.gap : "";
    return { ...place, text: `${edge}${written(indent)}${remarks === "" ? edge : ""}` };
  }
  const inner = indent + style.unit;
  const closesOnOwnLine = remarks !== "" && hasLineEnd(inside.slice(remarks.length));
  const close = closesOnOwnLine ? "" : `${style.lineEnd}${indent}`;
  return { ...place, text: `${style.lineEnd}${inner}${written(inner)}${style.trailing ? "," : ""}${close}` };
}

function hasLineEnd(text: string): boolean {
  return /[\n\r\u2028\u2029]/.test(text);
}

/** Behind the comments that begin on the same line. */
function endOfRemarks(text: string, from: number, limit: number): number {
  let place = from;
  for (const { kind, start, end } of tokensOf(text.slice(from, limit))) {
    const between = text.slice(place, from + start);
    if (kind !== "comment" || hasLineEnd(between)) break;
    place = from + end;
  }
  return place;
}

/** An earlier member of the same name would count from now on, so it goes as well. */
function removal(text: string, holder: TextNode, key: string): Splice[] {
  const member = memberAt(holder, key);
  const { members } = holder;
  const isOne = (each: TextMember) => (holder.kind === "object" ? each.key?.name === key : each === member);
  const going = members.filter(isOne);
  const last = members.at(-1);
  // Whoever comes last and has no comma of its own takes the one before it along.
  const isEndOpen = last !== undefined && last.comma === undefined && isOne(last);
  const comma = isEndOpen ? members.findLast((each) => !isOne(each))?.comma : undefined;
  const cuts = going.flatMap((each) => cutsOf(text, each));
  return joined(comma === undefined ? cuts : [...cuts, cut(comma, comma + 1)]);
}

/** The member and the comma after it, which comments may keep apart. */
function cutsOf(text: string, member: TextMember): Splice[] {
  const { value, comma } = member;
  const start = startOf(member);
  if (comma === undefined) return [withBlanks(text, { start, end: value.end, isLast: true })];
  const isApart = text.slice(value.end, comma).trim() !== "";
  const end = isApart ? value.end : comma + 1;
  const own = withBlanks(text, { start, end, isLast: false });
  return isApart ? [own, cut(comma, comma + 1)] : [own];
}

/** The member with the line, or the blanks, that stood there for it alone. */
function withBlanks(
  text: string,
  { start, end, isLast }: { start: number; end: number; isLast: boolean },
): Splice {
  const [blankStart, blankEnd] = [blanksBefore(text, start), blanksAfter(text, end)];
  const endsLine = isLineEnd(text[blankEnd]);
  if (standsOnItsOwnLine(text, start)) {
    return endsLine ? cut(blankStart, blankEnd + lineEndAt(text, blankEnd)) : cut(start, blankEnd);
  }
  return isLast || endsLine ? cut(blankStart, end) : cut(start, blankEnd);
}

function blanksBefore(text: string, offset: number): number {
  let at = offset;
  while (isBlankAt(text, at - 1)) at -= 1;
  return at;
}

function blanksAfter(text: string, offset: number): number {
  let at = offset;
  while (isBlankAt(text, at)) at += 1;
  return at;
}

function isBlankAt(text: string, offset: number): boolean {
  const sign = text[offset];
  return sign !== undefined && /\s/.test(sign) && !isLineEnd(sign);
}

function lineEndAt(text: string, offset: number): number {
  return text.startsWith("\r\n", offset) ? 2 : 1;
}

/** Cuts that touch or overlap become one. */
function joined(cuts: readonly Splice[]): Splice[] {
  const whole: Splice[] = [];
  for (const each of [...cuts].sort((a, b) => a.start - b.start)) {
    const last = whole.at(-1);
    if (last === undefined || each.start > last.end) whole.push({ ...each });
    else last.end = Math.max(last.end, each.end);
  }
  return whole;
}

function at(place: number, text: string): Splice {
  return { start: place, end: place, text };
}

function cut(start: number, end: number): Splice {
  return { start, end, text: "" };
}

/** They do not overlap; of two at one place the first one comes first. */
function spliced(text: string, splices: readonly Splice[]): string {
  let rest = 0;
  const parts = [...splices]
    .sort((a, b) => a.start - b.start)
    .flatMap(({ start, end, text: part }) => {
      const kept = text.slice(rest, start);
      rest = end;
      return [kept, part];
    });
  return [...parts, text.slice(rest)].join("");
}
