import { expect, test } from "@playwright/test";
import { chunkText } from "../../../../../sidecar/channels/format/chunk.ts";
import { fits } from "../../../../../sidecar/channels/format/format.ts";
import { expectEqual } from "../../../../helpers/run/expect-equal.ts";

const upTo = (length: number) => (piece: string) => fits(piece, { length, unit: "utf16" });

test.describe("a long answer", () => {
  for (const [where, text, limit, expected] of [
    ["between paragraphs", "one one\n\ntwo two\n\nthree", 18, ["one one\n\ntwo two", "three"]],
    ["between lines", "one one\ntwo two\nthree", 17, ["one one\ntwo two", "three"]],
    ["between sentences", "One. Two two. Three three", 16, ["One. Two two.", "Three three"]],
    ["between words", "alpha beta gamma", 11, ["alpha beta", "gamma"]],
    ["anywhere at last", "abcdefghij", 4, ["abcd", "efgh", "ij"]],
  ] as const) {
    test(`is cut ${where}`, () => {
      expect(chunkText(text, upTo(limit))).toEqual(expected);
    });
  }

  test("keeps what people see as one character", () => {
    const family = "👨‍👩‍👧‍👦";
    const pieces = chunkText(`${family}${family}e\u0301${family}`, upTo(13));

    expect(pieces).toEqual([family, `${family}e\u0301`, family]);
  });

  test("closes a block of code at the end of a message and opens it in the next", () => {
    const code = Array.from({ length: 6 }, (_, line) => `  line(${line});`).join("\n");
    const pieces = chunkText(`Look:\n\n\`\`\`js\n${code}\n\`\`\`\nDone.`, upTo(60));

    expect(pieces.length).toBeGreaterThan(1);
    for (const piece of pieces) expect(piece.match(/```/g)?.length ?? 0).toBe(2);
    expect(pieces[1]).toMatch(/^```js\n {2}line/);
    expect(pieces.join("\n").replace(/```(js)?\n?/g, "")).toContain("line(5);");
    expect(pieces.at(-1)).toMatch(/Done\.$/);
  });

  test("is a message for each paragraph where that is wished, but for those of code", () => {
    expect(chunkText("one\n\ntwo\n\n```\na\n\nb\n```", upTo(100), "newline")).toEqual([
      "one",
      "two",
      "```\na\n\nb\n```",
    ]);
  });

  test("ends in pieces that fit and lose no word, whatever it is made of", () => {
    const words = ["a", "bb. ", "```\n", "\n", "\n\n", " ", "ä", "👍🏽", "langeswort", "[x](y) ", "~~~\n"];
    let seed = 7;
    const random = (most: number) => {
      seed = (seed * 48_271) % 2_147_483_647;
      return seed % most;
    };
    for (let round = 0; round < 2_000; round += 1) {
      const text = Array.from({ length: random(60) }, () => words[random(words.length)]).join("");
      const limit = 24 + random(40);
      const pieces = chunkText(text, upTo(limit));

      expectEqual(
        pieces.filter((piece) => piece.length > limit),
        [],
        JSON.stringify({ text, limit }),
      );
      const letters = (given: string) => given.replace(/[`~\s]/g, "");
      expectEqual(letters(pieces.join("")), letters(text), JSON.stringify({ text, limit }));
    }
  });

  test("is counted as the platform counts", () => {
    expect(fits("ää", { length: 3, unit: "bytes" })).toBe(false);
    expect(fits("👍👍", { length: 2, unit: "codepoints" })).toBe(true);
    expect(fits("👍👍", { length: 2, unit: "utf16" })).toBe(false);
    expect(fits("a\nb", { length: 9, unit: "utf16", lines: 1 })).toBe(false);
  });
});
