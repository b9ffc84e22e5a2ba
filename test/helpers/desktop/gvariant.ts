/** Reads the text form of GVariant that `gdbus call` prints into plain values: arrays, objects, strings, numbers, booleans. */

export type GVariantValue = string | number | boolean | GVariantValue[] | { [key: string]: GVariantValue };

/**
 * Returns the value written in `text`. Tuples and arrays become arrays, dictionaries become objects, variants
 * become what they hold. Throws with the position when the text is not GVariant.
 */
export function parseGVariant(text: string): GVariantValue {
  const reader = new Reader(text);
  const value = reader.value();
  reader.end();
  return value;
}

const TYPE_KEYWORD =
  /^(?:boolean|byte|int16|uint16|int32|uint32|int64|uint64|handle|double|string|objectpath|signature)\s/;
const ESCAPES: Record<string, string> = {
  n: "\n",
  t: "\t",
  r: "\r",
  a: "\u0007",
  b: "\b",
  f: "\f",
  v: "\v",
};

class Reader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  value(): GVariantValue {
    this.#skipSpaceAndTypes();
    const next = this.#text[this.#at];
    if (next === "(") return this.#list("(", ")");
    if (next === "[") return this.#list("[", "]");
    if (next === "{") return this.#dictionary();
    if (next === "<") return this.#variant();
    if (next === "'" || next === '"') return this.#string(next);
    return this.#bareWord();
  }

  end(): void {
    this.#skipSpaceAndTypes();
    if (this.#at !== this.#text.length) this.#fail("the end");
  }

  #list(open: string, close: string): GVariantValue[] {
    const values: GVariantValue[] = [];
    this.#expect(open);
    while (!this.#accept(close)) {
      values.push(this.value());
      this.#accept(",");
    }
    return values;
  }

  #dictionary(): GVariantValue {
    const entries: [string, GVariantValue][] = [];
    this.#expect("{");
    while (!this.#accept("}")) {
      const key = String(this.value());
      this.#expect(":");
      entries.push([key, this.value()]);
      this.#accept(",");
    }
    return Object.fromEntries(entries);
  }

  #variant(): GVariantValue {
    this.#expect("<");
    const value = this.value();
    this.#expect(">");
    return value;
  }

  #string(quote: string): string {
    this.#expect(quote);
    let text = "";
    for (;;) {
      const next = this.#text[this.#at++];
      if (next === undefined) return this.#fail(`a closing ${quote}`);
      if (next === quote) return text;
      text += next === "\\" ? this.#escape() : next;
    }
  }

  #escape(): string {
    const next = this.#text[this.#at++] ?? this.#fail("an escaped character");
    const digits = next === "u" ? 4 : next === "U" ? 8 : 0;
    if (digits === 0) return ESCAPES[next] ?? next;
    const code = Number.parseInt(this.#text.slice(this.#at, this.#at + digits), 16);
    this.#at += digits;
    return String.fromCodePoint(code);
  }

  #bareWord(): string | number | boolean {
    const word = /^[-+.\w]+/.exec(this.#text.slice(this.#at))?.[0] ?? this.#fail("a value");
    this.#at += word.length;
    if (word === "true" || word === "false") return word === "true";
    const number = Number(word);
    return Number.isNaN(number) ? word : number;
  }

  #skipSpaceAndTypes(): void {
    for (;;) {
      const rest = this.#text.slice(this.#at);
      const skipped = /^\s+/.exec(rest) ?? /^@[a-z(){}]+\s/.exec(rest) ?? TYPE_KEYWORD.exec(rest);
      if (skipped === null) return;
      this.#at += skipped[0].length;
    }
  }

  #accept(mark: string): boolean {
    this.#skipSpaceAndTypes();
    if (this.#text[this.#at] !== mark) return false;
    this.#at += 1;
    return true;
  }

  #expect(mark: string): void {
    if (!this.#accept(mark)) this.#fail(mark);
  }

  #fail(expected: string): never {
    throw new Error(`GVariant: expected ${expected} at ${this.#at} in ${this.#text.slice(0, 200)}`);
  }
}
