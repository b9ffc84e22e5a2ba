import { expect, test } from "@playwright/test";
import { boundsProblem, MAX_VALUES, tokensOf } from "../../../../shared/config/json5-tokens.ts";

const wordsOf = (text: string) => [...tokensOf(text)].map(({ start, end }) => text.slice(start, end));

test.describe("tokensOf", () => {
  for (const [text, words] of [
    ["{a:1}", ["{", "a", ":", "1", "}"]],
    ["{ 'it\\'s' : -.5e3 , }", ["{", "'it\\'s'", ":", "-.5e3", ",", "}"]],
    ["[1,// x\n2/* , */]", ["[", "1", ",", "// x", "2", "/* , */", "]"]],
    ['"\\\\"x', ['"\\\\"', "x"]],
    ["\uFEFF\u00a0a\u2028b", ["a", "b"]],
    ["// one\u2028two", ["// one", "two"]],
    ["'open", ["'open"]],
    ["/* open", ["/* open"]],
    ["", []],
  ] as const) {
    test(`parts ${JSON.stringify(text)}`, () => {
      expect(wordsOf(text)).toEqual(words);
    });
  }
});

test.describe("boundsProblem", () => {
  test("S11: counts the depth before anything is parsed", () => {
    expect(boundsProblem(`${"[".repeat(100)}${"]".repeat(100)}`)).toBeUndefined();
    expect(boundsProblem("{a:".repeat(101))).toBe("is nested deeper than 100 levels");
    expect(boundsProblem("[".repeat(1_000_000))).toBe("is nested deeper than 100 levels");
  });

  test("S11: counts values, and none in texts and comments", () => {
    expect(boundsProblem(`[${"0,".repeat(MAX_VALUES)}]`)).toBe("has more than 100000 values");
    expect(boundsProblem(`["${",[".repeat(MAX_VALUES)}" /*${",{".repeat(MAX_VALUES)}*/]`)).toBeUndefined();
  });
});
