import { expect, test } from "@playwright/test";
import fc from "fast-check";
import { displayWidth, graphemes, rowsOf, takeRow } from "../../../../sidecar/base/display-width.ts";

for (const [text, width] of [
  ["", 0],
  ["plain", 5],
  ["日本語", 6],
  ["한국어", 6],
  ["e\u0301", 1],
  ["🙂", 2],
  ["👩‍👩‍👧‍👦", 2],
  ["🇩🇪", 2],
  ["❤️", 2],
  ["ｆｕｌｌ", 8],
  ["a\tb", 6],
  ["→ ✓ ❯", 5],
] as const) {
  test(`${JSON.stringify(text)} takes ${width} columns`, () => {
    expect(displayWidth(text)).toBe(width);
  });
}

test("a line is broken between words, a long word where it must be, and never within a character", () => {
  expect(rowsOf("one two three", 8)).toEqual(["one two", "three"]);
  expect(rowsOf("  indented words stay", 12)).toEqual(["  indented", "words stay"]);
  expect(rowsOf("abcdefghij", 4)).toEqual(["abcd", "efgh", "ij"]);
  expect(rowsOf("日本語です", 5)).toEqual(["日本", "語で", "す"]);
  expect(rowsOf("👩‍👩‍👧‍👦👩‍👩‍👧‍👦", 3)).toEqual(["👩‍👩‍👧‍👦", "👩‍👩‍👧‍👦"]);
});

test("a line whose blanks are kept is broken anywhere and loses nothing", () => {
  const text = fc.string({ unit: "grapheme", maxLength: 60 }).map((each) => each.replace(/\p{C}/gu, " "));
  fc.assert(
    fc.property(text, fc.integer({ min: 2, max: 20 }), (line, width) => {
      const rows = rowsOf(line, width, { keepBlanks: true });

      return rows.join("") === line && rows.every((row) => displayWidth(row) <= Math.max(width, 4));
    }),
  );
});

test("rows are no wider than asked for, and hold every character but blanks", () => {
  const text = fc.string({ unit: "grapheme", maxLength: 60 }).map((each) => each.replace(/\p{C}/gu, " "));
  fc.assert(
    fc.property(text, fc.integer({ min: 4, max: 20 }), (line, width) => {
      const rows = rowsOf(line, width);
      const bare = (value: string) => value.replace(/\s/g, "");

      return bare(rows.join("")) === bare(line) && rows.every((row) => displayWidth(row) <= width);
    }),
  );
});

test("the first row stays the same when the line grows", () => {
  const line = "the quick brown fox jumps over the lazy dog";
  const { row } = takeRow(line, 20);

  expect(takeRow(`${line} and on`, 20).row).toBe(row);
  expect(graphemes("👍🏽é")).toEqual(["👍🏽", "é"]);
});
