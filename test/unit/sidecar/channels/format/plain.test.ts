import { expect, test } from "@playwright/test";
import { plainOf } from "../../../../../sidecar/channels/format/plain.ts";

test.describe("plain text", () => {
  for (const [markdown, expected] of [
    ["# Title #\n\nText", "Title\n\nText"],
    ["**bold** and *it* and __b__ and _i_ and ~~no~~", "bold and it and b and i and no"],
    ["* one\n+ two\n- three\n1. four", "- one\n- two\n- three\n1. four"],
    [
      "[site](https://a.example) ![](https://b.example/x.png)",
      "site (https://a.example) https://b.example/x.png",
    ],
    ["`a * b * c` stays", "a * b * c stays"],
    ["```js\nconst a = **b**;\n```\nend", "const a = **b**;\nend"],
    ["~~~\n```\n~~~", "```"],
    ["snake_case_name and 2 * 3 * 4", "snake_case_name and 2 * 3 * 4"],
    ["a \\* b", "a * b"],
  ] as const) {
    test(`of ${JSON.stringify(markdown)} is ${JSON.stringify(expected)}`, () => {
      expect(plainOf(markdown)).toBe(expected);
    });
  }
});
