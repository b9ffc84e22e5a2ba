/** What is being typed: a text of one or more lines with a place in it, and what was typed before. Knows nothing of a terminal. */
import { graphemes } from "../../base/display-width.ts";

export class LineEditor {
  #text = "";
  /** Always between two characters as people see them. */
  #cursor = 0;
  /** The oldest first. */
  #history: string[];
  /** Index in the history; its length for what is being typed. */
  #place: number;
  /** What was being typed when the history was opened. */
  #draft = "";

  constructor(history: readonly string[] = []) {
    this.#history = [...history];
    this.#place = this.#history.length;
  }

  get text(): string {
    return this.#text;
  }

  get cursor(): number {
    return this.#cursor;
  }

  get beforeCursor(): string {
    return this.#text.slice(0, this.#cursor);
  }

  /** Puts the text where the cursor is. */
  insert(text: string): void {
    this.#set(this.beforeCursor + text + this.#afterCursor, this.#cursor + text.length);
  }

  /** Puts `text` in the place of the last `length` characters before the cursor. */
  replaceBefore(length: number, text: string): void {
    const before = this.beforeCursor.slice(0, this.#cursor - length) + text;
    this.#set(before + this.#afterCursor, before.length);
  }

  clear(): void {
    this.#set("", 0);
    this.#place = this.#history.length;
  }

  /** The text, which is remembered; the editor is empty then. */
  take(): string {
    const text = this.#text;
    if (text.trim() !== "" && text !== this.#history.at(-1)) this.#history.push(text);
    this.clear();
    return text;
  }

  left(): void {
    this.#cursor -= lastOf(this.beforeCursor).length;
  }

  right(): void {
    this.#cursor += firstOf(this.#afterCursor).length;
  }

  wordLeft(): void {
    this.#cursor -= WORD_BEFORE.exec(this.beforeCursor)?.[0].length ?? 0;
  }

  wordRight(): void {
    this.#cursor += WORD_AFTER.exec(this.#afterCursor)?.[0].length ?? 0;
  }

  /** To the beginning of the line. */
  home(): void {
    this.#cursor = this.beforeCursor.lastIndexOf("\n") + 1;
  }

  /** To the end of the line. */
  end(): void {
    this.#cursor = this.#lineEnd;
  }

  /** To the line above in the same place; in the first line to what was typed before. */
  up(): void {
    const start = this.beforeCursor.lastIndexOf("\n") + 1;
    if (start === 0) this.#show(this.#place - 1);
    else this.#toLine(this.#text.lastIndexOf("\n", start - 2) + 1, this.#cursor - start);
  }

  /** To the line below in the same place; in the last line back to what was typed later. */
  down(): void {
    const start = this.beforeCursor.lastIndexOf("\n") + 1;
    if (this.#lineEnd === this.#text.length) this.#show(this.#place + 1);
    else this.#toLine(this.#lineEnd + 1, this.#cursor - start);
  }

  deleteBefore(): void {
    this.#deleteBefore(lastOf(this.beforeCursor).length);
  }

  deleteAfter(): void {
    this.#deleteAfter(firstOf(this.#afterCursor).length);
  }

  deleteWordBefore(): void {
    this.#deleteBefore(WORD_BEFORE.exec(this.beforeCursor)?.[0].length ?? 0);
  }

  deleteWordAfter(): void {
    this.#deleteAfter(WORD_AFTER.exec(this.#afterCursor)?.[0].length ?? 0);
  }

  /** What stands before the cursor in its line; the end of the line before when that is nothing. */
  deleteToHome(): void {
    const length = this.#cursor - (this.beforeCursor.lastIndexOf("\n") + 1);
    this.#deleteBefore(length === 0 ? Math.min(1, this.#cursor) : length);
  }

  /** What stands after the cursor in its line; the end of the line when that is nothing. */
  deleteToEnd(): void {
    const length = this.#lineEnd - this.#cursor;
    this.#deleteAfter(length === 0 ? 1 : length);
  }

  get #afterCursor(): string {
    return this.#text.slice(this.#cursor);
  }

  get #lineEnd(): number {
    const end = this.#text.indexOf("\n", this.#cursor);
    return end === -1 ? this.#text.length : end;
  }

  #set(text: string, cursor: number): void {
    this.#text = text;
    this.#cursor = cursor;
  }

  #deleteBefore(length: number): void {
    this.replaceBefore(length, "");
  }

  #deleteAfter(length: number): void {
    this.#set(this.beforeCursor + this.#afterCursor.slice(length), this.#cursor);
  }

  #toLine(start: number, column: number): void {
    const end = this.#text.indexOf("\n", start);
    const line = this.#text.slice(start, end === -1 ? this.#text.length : end);
    this.#cursor = start;
    for (const each of graphemes(line)) {
      if (this.#cursor + each.length > start + column) return;
      this.#cursor += each.length;
    }
  }

  #show(place: number): void {
    if (place < 0 || place > this.#history.length) return;
    if (this.#place === this.#history.length) this.#draft = this.#text;
    this.#place = place;
    const text = this.#history[place] ?? this.#draft;
    this.#set(text, text.length);
  }
}

const WORD_BEFORE = /[\p{L}\p{N}_]*[^\p{L}\p{N}_]*$/u;
const WORD_AFTER = /^[^\p{L}\p{N}_]*[\p{L}\p{N}_]*/u;

function lastOf(text: string): string {
  return graphemes(text.slice(-MOST_UNITS)).at(-1) ?? "";
}

function firstOf(text: string): string {
  return graphemes(text.slice(0, MOST_UNITS))[0] ?? "";
}

/** No character that people see is made of more UTF-16 units; looking at a whole long text for each key would take long. */
const MOST_UNITS = 64;
