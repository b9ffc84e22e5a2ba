import { expect, test } from "@playwright/test";
import { codeOfFragment, entryAfter, entryOfInput } from "../../../../sidecar/ui/secret.ts";

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

test.describe("entryOfInput", () => {
  test("offers what was typed as token and as password, and keeps the spaces of a password", () => {
    expect(entryOfInput(" s3cret ", "tab").secret).toEqual({ token: "s3cret", password: " s3cret " });
  });
});

test.describe("entryAfter", () => {
  const typed = { token: "a", password: "a" };

  test("U14: keeps on the device what the gateway gave this browser, and the secret only where it gave nothing", () => {
    const entry = { secret: typed, keeping: "device", isKnown: false } as const;

    expect(entryAfter(entry, "own")).toEqual({ secret: { token: "own" }, keeping: "device", isKnown: true });
    expect(entryAfter(entry, undefined).secret).toEqual(typed);
  });

  test("keeps in the tab what was typed, and of a code what the gateway gave for it", () => {
    const entry = (secret: object) => ({ secret, keeping: "tab", isKnown: false }) as const;

    expect(entryAfter(entry(typed), "own").secret).toEqual(typed);
    expect(entryAfter(entry({ code: "c" }), "own").secret).toEqual({ token: "own" });
    expect(entryAfter(entry({ code: "c" }), undefined).secret).toEqual({});
  });
});
