import { expect, test } from "@playwright/test";
import {
  SpokenThoughts,
  thoughtsIn,
  withoutThoughts,
} from "../../../../../sidecar/assistant/prompt/spoken-thoughts.ts";

const CODE = "```";

/** In pieces of so many characters. */
function inPieces(text: string, size: number): string[] {
  const spoken = new SpokenThoughts();
  const pieces = text.match(new RegExp(`[\\s\\S]{1,${size}}`, "g")) ?? [];
  return pieces.map((piece) => spoken.more(piece)).filter((more) => more !== "");
}

test.describe("thoughts in an answer", () => {
  for (const [answer, thoughts, rest] of [
    ["<think>they want cake</think>Cake.", "they want cake", "Cake."],
    ["<Thinking level=high>\n a < b \n</Thinking>\nYes", "a < b", "\nYes"],
    ["One <think>1</think>two <think>2</think>three", "1\n\n2", "One two three"],
    [`<think>try\n${CODE}js\nx()\n${CODE}\nfine</think>Done`, `try\n${CODE}js\nx()\n${CODE}\nfine`, "Done"],
    ["<think>never closed", "never closed", ""],
    [
      `Like so:\n${CODE}\n<think>no</think>\n${CODE}\nok`,
      "",
      `Like so:\n${CODE}\n<think>no</think>\n${CODE}\nok`,
    ],
    ["a <thinker> and <b> think", "", "a <thinker> and <b> think"],
  ] as const) {
    test(`are told apart from it in ${JSON.stringify(answer)}, wherever it is cut`, () => {
      expect(thoughtsIn(answer, true)).toBe(thoughts);
      expect(withoutThoughts(answer)).toBe(rest);
      for (const size of [1, 2, 3, 5, 7, 1_000]) {
        const told = inPieces(answer, size).join("");
        expect(thoughts.startsWith(told), `${size}: ${told}`).toBe(true);
        expect(thoughts.length - told.length, `${size}: ${told}`).toBe(0);
      }
    });
  }

  test("come piece by piece, and nothing of their end mark", () => {
    expect(inPieces("<think>one two</think>three", 4)).toEqual(["o", "ne t", "wo"]);
  });
});
