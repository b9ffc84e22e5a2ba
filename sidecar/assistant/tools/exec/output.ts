/** What a program says, as much of it as is kept, and without the secrets that are known: never half of one. */
import { StringDecoder } from "node:string_decoder";
import { stripVTControlCharacters } from "node:util";
import { tailOf } from "../../prompt/cut.ts";
import type { Mask } from "../../secrets/mask.ts";

/** Characters that are kept: the last ones. */
const MOST_CHARS = 200_000;
/** A line without an end is taken for one from here on. */
const LONG_LINE = 65_536;
/** Longer than any secret. */
const OVERLAP = 8_192;

export class Output {
  #mask: Mask;
  #kept = "";
  /** Characters before what is kept. */
  #before = 0;
  /** The line that has no end yet, as it came. */
  #open = "";
  #read = 0;

  constructor(mask: Mask) {
    this.#mask = mask;
  }

  /** For one stream: characters that come in pieces are put together. */
  stream(): (bytes: Buffer) => void {
    const decoder = new StringDecoder("utf8");
    return (bytes) => this.#push(decoder.write(bytes));
  }

  /** All that is kept. */
  get text(): string {
    return tailOf(this.#kept + this.#masked(this.#open), MOST_CHARS);
  }

  /** What came since the last time this was asked; a line that had no end then comes whole. */
  news(): string {
    const from = Math.max(0, this.#read - this.#before);
    this.#read = this.#before + this.#kept.length;
    return this.#kept.slice(from) + this.#masked(this.#open);
  }

  clear(): void {
    this.#before += this.#kept.length;
    this.#kept = "";
    this.#open = "";
    this.#read = this.#before;
  }

  #push(text: string): void {
    this.#open += text;
    const end = this.#open.lastIndexOf("\n") + 1;
    if (end > 0) this.#keep(end);
    else if (this.#open.length > LONG_LINE) this.#keep(this.#open.length - OVERLAP);
  }

  #keep(end: number): void {
    const isLine = this.#open.charAt(end - 1) === "\n";
    if (isLine) {
      this.#kept += this.#masked(this.#open.slice(0, end));
      this.#open = this.#open.slice(end);
    } else {
      // Masked as a whole before it is cut: a secret may lie across the cut.
      const masked = this.#masked(this.#open);
      const cut = Math.max(0, masked.length - OVERLAP);
      this.#kept += masked.slice(0, cut);
      this.#open = masked.slice(cut);
    }
    const over = this.#kept.length - MOST_CHARS;
    if (over <= 0) return;
    this.#kept = this.#kept.slice(over);
    this.#before += over;
  }

  #masked(text: string): string {
    return this.#mask(stripVTControlCharacters(text));
  }
}
