import { expect, test } from "@playwright/test";
import { codeOfFragment, secretOfInput } from "../../../../sidecar/ui/secret.ts";

test.describe("codeOfFragment", () => {
  for (const [fragment, code] of [
    ["#code=abc", "abc"],
    ["#code=%20a-b_c%20", "a-b_c"],
    ["#code=", undefined],
    ["#token=abc", undefined],
    ["#log", undefined],
    ["", undefined],
  ] as const) {
    test(`reads ${JSON.stringify(fragment)}`, () => {
      expect(codeOfFragment(fragment)).toBe(code);
    });
  }
});

test.describe("secretOfInput", () => {
  test("offers what was typed as token and as password, and keeps the spaces of a password", () => {
    expect(secretOfInput(" s3cret ")).toEqual({ token: "s3cret", password: " s3cret " });
  });
});
