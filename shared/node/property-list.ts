/**
 * Property lists in their XML form, as launchd reads them (plist(5)): a pure writer for our own and a pure reader that also
 * understands those of others, with comments, CDATA sections and entities.
 */

import { SetupError } from "../errors.ts";
import { advice } from "../remedy.ts";

export type PropertyValue =
  | string
  | number
  | boolean
  | readonly PropertyValue[]
  | { readonly [key: string]: PropertyValue };

/** The values of a `<dict>` by their keys. */
export type PropertyDict = Readonly<Record<string, PropertyValue>>;

/**
 * The text of a property list with these values, ending in a line break. Fails with `SERVICE_REFUSED`, naming the place, when a
 * text holds what such a file cannot: control characters, which could end up as lines of their own elsewhere, or half a character.
 */
export function renderPropertyList(values: PropertyDict): string {
  return [
    `<?xml version="1.0" encoding="UTF-8"?>`,
    `<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">`,
    `<plist version="1.0">`,
    ...rendered(values, "", []),
    "</plist>",
    "",
  ].join("\n");
}

/** The values in the text; undefined when it is no XML property list, or one with anything we do not know. */
export function readPropertyList(text: string): PropertyValue | undefined {
  if (text.length > MAX_LENGTH) return undefined;
  try {
    const reader = new Reader([...tokens(text.replace(/^\uFEFF/, "").replace(/\r\n?/g, "\n"))]);
    reader.open("plist");
    const value = reader.value(0);
    reader.close("plist");
    reader.end();
    return value;
  } catch (error) {
    if (error instanceof NotAPropertyList) return undefined;
    throw error;
  }
}

/** Whether the value is a `<dict>`. */
export function isPropertyDict(value: PropertyValue | undefined): value is PropertyDict {
  return typeof value === "object" && !Array.isArray(value);
}

/** Characters, and how deep lists may lie in each other: far beyond any real file. */
const MAX_LENGTH = 1_048_576;
const MAX_DEPTH = 32;

function rendered(value: PropertyValue, indent: string, place: readonly string[]): string[] {
  if (typeof value === "string") return [`${indent}<string>${escaped(value, place)}</string>`];
  if (typeof value === "number") {
    const kind = Number.isInteger(value) ? "integer" : "real";
    return [`${indent}<${kind}>${value}</${kind}>`];
  }
  if (typeof value === "boolean") return [`${indent}<${value}/>`];
  const inner = `${indent}  `;
  if (isPropertyDict(value)) {
    const entries = Object.entries(value).flatMap(([key, each]) => [
      `${inner}<key>${escaped(key, [...place, "a key"])}</key>`,
      ...rendered(each, inner, [...place, key]),
    ]);
    return entries.length === 0 ? [`${indent}<dict/>`] : [`${indent}<dict>`, ...entries, `${indent}</dict>`];
  }
  const words = value.flatMap((each, index) => rendered(each, inner, [...place, String(index)]));
  return words.length === 0 ? [`${indent}<array/>`] : [`${indent}<array>`, ...words, `${indent}</array>`];
}

function escaped(text: string, place: readonly string[]): string {
  if (/[\p{Cc}\p{Cs}\uFFFE\uFFFF]/u.test(text)) {
    throw new SetupError(
      "SERVICE_REFUSED",
      advice`${place.join(" › ")}: a line break or another control character cannot stand in a property list.`,
      { fix: "use a path or value without control characters" },
    );
  }
  return text.replace(/[&<>"']/g, (character) => `&${NAMES[character]};`);
}

const NAMES: Record<string, string> = { "&": "amp", "<": "lt", ">": "gt", '"': "quot", "'": "apos" };

const CHARACTERS: Record<string, string> = Object.fromEntries(
  Object.entries(NAMES).map(([character, name]) => [name, character]),
);

class NotAPropertyList extends Error {}

type Token = { kind: "open" | "close"; name: string } | { kind: "text"; text: string };

/** Comment, instruction, document type; CDATA; tag; text. */
const TOKEN =
  /<!--[\s\S]*?-->|<\?[\s\S]*?\?>|<!DOCTYPE[^[>]*(?:\[[^\]]*\]\s*)?>|<!\[CDATA\[([\s\S]*?)\]\]>|<(\/?)([A-Za-z]+)(\s[^<>]*|\/)?>|([^<]+)/y;

function* tokens(text: string): Generator<Token> {
  const pattern = new RegExp(TOKEN);
  while (pattern.lastIndex < text.length) {
    const [, cdata, closing, name, rest, plain] = pattern.exec(text) ?? fail();
    if (cdata !== undefined) yield { kind: "text", text: cdata };
    if (plain !== undefined) yield { kind: "text", text: unescaped(plain) };
    if (name === undefined) continue;
    if (closing === "") yield { kind: "open", name };
    if (closing !== "" || rest?.endsWith("/")) yield { kind: "close", name };
  }
}

function unescaped(text: string): string {
  if (/&(?!(#x[\da-f]{1,6}|#\d{1,7}|\w+);)/i.test(text)) fail();
  return text.replace(/&(?:#x([\da-f]+)|#(\d+)|(\w+));/gi, (_, hex, decimal, name) => {
    if (name !== undefined) return CHARACTERS[name] ?? fail();
    const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : fail();
  });
}

class Reader {
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(list: readonly Token[]) {
    this.#tokens = list;
  }

  open(name: string): void {
    if (this.#tag("open") !== name) fail();
  }

  close(name: string): void {
    if (this.#tag("close") !== name) fail();
  }

  end(): void {
    this.#skipSpace();
    if (this.#at < this.#tokens.length) fail();
  }

  value(depth: number): PropertyValue {
    if (depth > MAX_DEPTH) fail();
    const name = this.#tag("open");
    switch (name) {
      case "dict":
        return this.#dict(depth);
      case "array":
        return this.#array(depth);
      case "true":
      case "false":
        this.close(name);
        return name === "true";
      case "integer":
      case "real":
        return numberIn(this.#textUntil(name));
      case "string":
      case "date":
      case "data":
        return this.#textUntil(name);
      default:
        return fail();
    }
  }

  #dict(depth: number): PropertyDict {
    const entries: [string, PropertyValue][] = [];
    while (!this.#isAtEndOf("dict")) {
      this.open("key");
      const key = this.#textUntil("key");
      entries.push([key, this.value(depth + 1)]);
    }
    return Object.fromEntries(entries);
  }

  #array(depth: number): PropertyValue[] {
    const values: PropertyValue[] = [];
    while (!this.#isAtEndOf("array")) values.push(this.value(depth + 1));
    return values;
  }

  #isAtEndOf(name: string): boolean {
    this.#skipSpace();
    const token = this.#tokens[this.#at];
    if (token?.kind !== "close") return false;
    this.close(name);
    return true;
  }

  #textUntil(name: string): string {
    let text = "";
    for (let token = this.#tokens[this.#at]; token?.kind === "text"; token = this.#tokens[this.#at]) {
      text += token.text;
      this.#at += 1;
    }
    this.close(name);
    return text;
  }

  #tag(kind: "open" | "close"): string {
    this.#skipSpace();
    const token = this.#tokens[this.#at];
    if (token?.kind !== kind) return fail();
    this.#at += 1;
    return token.name;
  }

  #skipSpace(): void {
    for (let token = this.#tokens[this.#at]; token?.kind === "text"; token = this.#tokens[this.#at]) {
      if (token.text.trim() !== "") fail();
      this.#at += 1;
    }
  }
}

function numberIn(text: string): number {
  const number = Number(text);
  return text.trim() === "" || Number.isNaN(number) ? fail() : number;
}

function fail(): never {
  throw new NotAPropertyList();
}
