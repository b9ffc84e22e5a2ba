import { expect, test } from "@playwright/test";
import { secretOfFragment, secretOfInput } from "../../../../sidecar/ui/secret.ts";

test.describe("secretOfFragment", () => {
  for (const [fragment, secret] of [
    ["#token=abc", { token: "abc" }],
    ["#token=a%2Bb%20c", { token: "a+b c" }],
    ["#password=p%26q", { password: "p&q" }],
    ["#token=abc&password=xyz", { token: "abc", password: "xyz" }],
    ["#token=%20abc%20", { token: "abc" }],
    ["#token=&password=", undefined],
    ["#log", undefined],
    ["", undefined],
  ] as const) {
    test(`reads ${JSON.stringify(fragment)}`, () => {
      expect(secretOfFragment(fragment)).toEqual(secret);
    });
  }
});

test.describe("secretOfInput", () => {
  test("offers what was typed as token and as password, and keeps the spaces of a password", () => {
    expect(secretOfInput(" s3cret ")).toEqual({ token: "s3cret", password: " s3cret " });
  });
});
