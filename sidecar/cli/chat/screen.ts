/**
 * The terminal of a chat: what was said stays above and scrolls away as any output does; below it stand the row that is still being
 * written and the rows for typing, which are drawn anew with every change. Rows are broken here and never by the terminal, so that it is
 * known how many there are.
 */
import { displayWidth, rowsOf, TAB_COLUMNS, takeRow } from "../../base/display-width.ts";

/** What we use of the terminal. */
export interface ScreenStream {
  columns?: number | undefined;
  rows?: number | undefined;
  write(text: string): unknown;
}

/** What stands below what was said. */
export interface LiveRows {
  /** Above the text that is typed, one row each. */
  above: readonly string[];
  text: string;
  /** Index in the text. */
  cursor: number;
  /** Before the first row of the text; the others are indented as far. */
  prompt: string;
}

/** Marks a row, for colours: it must not change how wide it is. */
export type Paint = (row: string) => string;

const DEFAULT_COLUMNS = 80;
const DEFAULT_ROWS = 24;
const NARROWEST = 10;
const PLAIN: Paint = (row) => row;

export class Screen {
  readonly #stream: ScreenStream;
  /** Columns of the rows that were drawn last. */
  #drawn: { widths: number[]; cursorRow: number; cursorColumn: number } = {
    widths: [0],
    cursorRow: 0,
    cursorColumn: 0,
  };
  /** Rows that are complete and not on the screen yet. */
  #finished: string[] = [];
  /** The line that is still being written, from its last row on. */
  #line: { text: string; keepBlanks: boolean } | undefined;
  #isInFence = false;

  constructor(stream: ScreenStream) {
    this.#stream = stream;
  }

  /** Adds whole lines, after the one that is being written. */
  print(text: string, paint: Paint = PLAIN): void {
    this.endText();
    for (const line of text.split("\n")) this.#finished.push(...rowsOf(flat(line), this.#width).map(paint));
  }

  /** Adds to the line that is being written; a text may bring the ends of lines. Code in fences keeps its blanks. */
  write(text: string): void {
    const [first = "", ...others] = text.split("\n");
    this.#extend(first);
    for (const line of others) {
      this.#endLine();
      this.#extend(line);
    }
  }

  /** What comes next begins in a line of its own. */
  endText(): void {
    if (this.#line !== undefined) this.#endLine();
    this.#line = undefined;
    this.#isInFence = false;
  }

  /** Brings the screen up to date. */
  draw(live: LiveRows): void {
    const { rows, cursorRow, cursorPrefix } = this.#layout(live);
    const below = [...(this.#line === undefined ? [] : [takeRow(this.#line.text, this.#width).row]), ...rows];
    const row = cursorRow + below.length - rows.length;
    const lines = [...this.#finished, ...below];
    const back = below.length - 1 - row;
    this.#stream.write(
      `${HIDE}${this.#toTop()}${lines.join("\r\n")}${back > 0 ? `\u001b[${back}A` : ""}\r${cursorPrefix}${SHOW}`,
    );
    this.#finished = [];
    this.#drawn = {
      widths: below.map(visibleWidth),
      cursorRow: row,
      cursorColumn: visibleWidth(cursorPrefix),
    };
  }

  /** Takes the rows for typing away and leaves the cursor in an empty row, for whoever prints next. */
  clear(): void {
    this.endText();
    const lines = this.#finished.map((row) => `${row}\r\n`).join("");
    this.#stream.write(`${this.#toTop()}${lines}`);
    this.#finished = [];
    this.#drawn = { widths: [0], cursorRow: 0, cursorColumn: 0 };
  }

  /** Wipes the screen; what is drawn next stands at its top. */
  wipe(): void {
    this.#stream.write("\u001b[H\u001b[2J");
    this.#drawn = { widths: [0], cursorRow: 0, cursorColumn: 0 };
  }

  /** A row that ends before the edge of the terminal is never broken by it. */
  get #width(): number {
    return Math.max(NARROWEST, (this.#stream.columns || DEFAULT_COLUMNS) - 1);
  }

  #extend(text: string): void {
    if (text === "") return;
    const before = this.#line?.text ?? "";
    const line = before + flat(text);
    const keepBlanks = this.#line?.keepBlanks ?? this.#isInFence;
    let rest = line;
    for (;;) {
      const next = takeRow(rest, this.#width, { keepBlanks });
      if (next.rest === "") break;
      this.#finished.push(next.row);
      rest = next.rest;
    }
    this.#line = { text: rest, keepBlanks };
  }

  #endLine(): void {
    const { text } = this.#line ?? { text: "" };
    if (text.trimStart().startsWith("```")) this.#isInFence = !this.#isInFence;
    this.#finished.push(text);
    this.#line = undefined;
  }

  /** The rows for typing, as many as there is room for around the cursor. */
  #layout({ above, text, cursor, prompt }: LiveRows): {
    rows: string[];
    cursorRow: number;
    cursorPrefix: string;
  } {
    const indent = " ".repeat(visibleWidth(prompt));
    const width = Math.max(2, this.#width - indent.length);
    const typed = rowsOfTyped(text, cursor, width);
    const head = above.map((row) => takeRow(row, this.#width).row);
    const most = Math.max(1, (this.#stream.rows || DEFAULT_ROWS) - head.length - 2);
    const first = Math.max(0, Math.min(typed.cursorRow - Math.floor(most / 2), typed.rows.length - most));
    const shown = typed.rows.slice(first, first + most);
    const lead = (index: number) => (first + index === 0 ? prompt : indent);
    const cursorRow = typed.cursorRow - first;
    return {
      rows: [...head, ...shown.map((row, index) => lead(index) + row)],
      cursorRow: head.length + cursorRow,
      cursorPrefix: lead(cursorRow) + typed.cursorPrefix,
    };
  }

  /** To the first of the rows that were drawn last, with nothing left from there on. A narrower terminal has broken some of them. */
  #toTop(): string {
    const { widths, cursorRow, cursorColumn } = this.#drawn;
    const columns = this.#stream.columns || DEFAULT_COLUMNS;
    const above = widths
      .slice(0, cursorRow)
      .reduce((sum, width) => sum + Math.max(1, Math.ceil(width / columns)), 0);
    const up = above + Math.floor(cursorColumn / columns);
    return `${up > 0 ? `\u001b[${up}A` : ""}\r\u001b[J`;
  }
}

const HIDE = "\u001b[?25l";
const SHOW = "\u001b[?25h";

/** What a terminal would jump with. */
function flat(line: string): string {
  return line.replaceAll("\t", " ".repeat(TAB_COLUMNS));
}

/** Colours are of ours, and take no room. */
function visibleWidth(row: string): number {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for.
  return displayWidth(row.replace(/\u001b\[[\d;]*m/g, ""));
}

/** The rows of the text, and what stands before the cursor in its row. */
function rowsOfTyped(text: string, cursor: number, width: number) {
  const rows: string[] = [];
  let place = { cursorRow: 0, cursorPrefix: "" };
  let at = 0;
  for (const line of text.split("\n")) {
    for (const row of rowsOf(line, width, { keepBlanks: true })) {
      const isHere = cursor >= at && cursor <= at + row.length;
      if (isHere) place = { cursorRow: rows.length, cursorPrefix: flat(row.slice(0, cursor - at)) };
      rows.push(flat(row));
      at += row.length;
    }
    at += 1;
  }
  return { rows, ...place };
}
