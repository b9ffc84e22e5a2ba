/** How somebody writes a configuration, so that what is added looks as if they had written it themselves. */
import { isLineEnd, tokensOf } from "../../../shared/config/json5-tokens.ts";
import type { TextMember, TextNode } from "./text-tree.ts";

/** A value that is yet to be written. */
export type NewValue =
  | { kind: "plain"; value: unknown }
  /** As it was typed. */
  | { kind: "typed"; text: string }
  /** An object with one key. */
  | { kind: "object"; key: string; inner: NewValue };

/** How a value is written at one place. */
export interface Style {
  lineEnd: string;
  /** One step of indentation. */
  unit: string;
  quote: '"' | "'";
  /** Keys are written without quotes where they need none. */
  bareKeys: boolean;
  /** What stands between a key and its value. */
  colon: string;
  /** What stands between members on one line. */
  gap: string;
  /** Members have lines of their own. */
  spread: boolean;
  /** The last member has a comma too. */
  trailing: boolean;
}

/** The style at the end of `path`, which leads from the topmost value to an object or a list. */
export function styleAt(text: string, path: readonly TextNode[]): Style {
  const nearest = path.findLast(({ members }) => members.length > 0);
  const model = nearest?.members.at(-1);
  const keyed = path.findLast(({ kind, members }) => kind === "object" && members.length > 0)?.members.at(-1);
  const colon = keyed === undefined ? ": " : colonOf(text, keyed);
  return {
    lineEnd: /\r\n|\n|\r/.exec(text)?.[0] ?? "\n",
    unit: unitOf(text, path),
    quote: quoteOf(text),
    bareKeys: keyed?.key !== undefined && !/["']/.test(text[keyed.key.start] ?? ""),
    colon,
    gap: gapOf(text, nearest) ?? (/\s$/.test(colon) ? " " : ""),
    spread: model === undefined || standsOnItsOwnLine(text, startOf(model)),
    trailing: model?.comma !== undefined,
  };
}

/** The text of a value whose line begins with `indent`. */
export function writtenValue(value: NewValue, style: Style, indent: string): string {
  switch (value.kind) {
    case "typed":
      return value.text;
    case "object":
      return enclosed(
        "{}",
        [writtenMember(value.key, value.inner, style, indent + style.unit)],
        style,
        indent,
      );
    case "plain":
      return writtenPlain(value.value, style, indent);
  }
}

/** `key: value` for a line that begins with `indent`. */
export function writtenMember(key: string, value: NewValue, style: Style, indent: string): string {
  const isBare = style.bareKeys && /^[A-Za-z_$][\w$]*$/.test(key);
  const name = isBare ? key : writtenText(key, style.quote);
  return `${name}${style.colon}${writtenValue(value, style, indent)}`;
}

/** The blanks at the beginning of the line of an offset. */
export function indentAt(text: string, offset: number): string {
  let start = offset;
  while (start > 0 && !isLineEnd(text[start - 1])) start -= 1;
  return /^[^\S\r\n\u2028\u2029]*/.exec(text.slice(start, offset))?.[0].replace("\uFEFF", "") ?? "";
}

/** Whether nothing but blanks stands before an offset on its line. */
export function standsOnItsOwnLine(text: string, offset: number): boolean {
  let at = offset - 1;
  while (at >= 0 && !isLineEnd(text[at]) && /\s/.test(text[at] ?? "")) at -= 1;
  return at >= 0 && isLineEnd(text[at]);
}

/** Where a member begins. */
export function startOf({ key, value }: TextMember): number {
  return key?.start ?? value.start;
}

function writtenPlain(value: unknown, style: Style, indent: string): string {
  const inner = indent + style.unit;
  if (typeof value === "string") return writtenText(value, style.quote);
  if (Array.isArray(value)) {
    return enclosed(
      "[]",
      value.map((each) => writtenPlain(each, style, inner)),
      style,
      indent,
    );
  }
  if (typeof value !== "object" || value === null) return Object.is(value, -0) ? "-0" : String(value);
  const members = Object.entries(value).map(([key, each]) =>
    writtenMember(key, { kind: "plain", value: each }, style, inner),
  );
  return enclosed("{}", members, style, indent);
}

function enclosed(brackets: "{}" | "[]", members: readonly string[], style: Style, indent: string): string {
  const [open, close] = brackets;
  if (members.length === 0) return brackets;
  if (!style.spread) {
    const edge = brackets === "{}" ? style.gap : "";
    return `${open}${edge}${members.join(`,${style.gap}`)}${edge}${close}`;
  }
  const inner = `${style.lineEnd}${indent}${style.unit}`;
  const end = `${style.trailing ? "," : ""}${style.lineEnd}${indent}`;
  return `${open}${inner}${members.join(`,${inner}`)}${end}${close}`;
}

/** The two that end lines in older JavaScript are escaped: parsers of JSON5 complain of them. */
function writtenText(text: string, quote: Style["quote"]): string {
  const json = JSON.stringify(text).replace(/[\u2028\u2029]/g, (sign) =>
    sign === "\u2028" ? "\\u2028" : "\\u2029",
  );
  if (quote === '"') return json;
  const inner = json.slice(1, -1).replace(/\\(.)|'/gs, (whole, escaped) => {
    if (escaped === '"') return '"';
    return whole === "'" ? "\\'" : whole;
  });
  return `'${inner}'`;
}

function colonOf(text: string, { key, value }: TextMember): string {
  const between = text.slice(key?.end, value.start);
  return /^[^\S\r\n]*:[^\S\r\n]*$/.test(between) ? between : ": ";
}

/** The blanks between two members that stand on one line. */
function gapOf(text: string, holder: TextNode | undefined): string | undefined {
  const [before, last] = holder?.members.slice(-2) ?? [];
  if (before?.comma === undefined || last === undefined) return undefined;
  const between = text.slice(before.comma + 1, startOf(last));
  return /^[^\S\r\n]*$/.test(between) ? between : undefined;
}

/** How much further in than its holder the first member stands that has a line of its own. */
function unitOf(text: string, path: readonly TextNode[]): string {
  for (const holder of path.toReversed()) {
    const first = holder.members[0];
    if (first === undefined || !standsOnItsOwnLine(text, startOf(first))) continue;
    const [outer, inner] = [indentAt(text, holder.start), indentAt(text, startOf(first))];
    if (inner.startsWith(outer) && inner.length > outer.length) return inner.slice(outer.length);
  }
  return "  ";
}

/** That of the first text, which may be a key. */
function quoteOf(text: string): Style["quote"] {
  for (const { kind, start } of tokensOf(text)) {
    if (kind === "string") return text[start] === "'" ? "'" : '"';
  }
  return '"';
}
