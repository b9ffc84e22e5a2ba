import { expect, test } from "@playwright/test";
import { plainFileName } from "../../../../../sidecar/base/media/file-name.ts";

for (const [given, kept] of [
  ["cat.png", "cat.png"],
  ["../../etc/passwd", "passwd"],
  ["/etc/shadow", "shadow"],
  ["C:\\Users\\Ada\\cat.png", "cat.png"],
  ["..", undefined],
  ["a/..", undefined],
  [".bashrc", "bashrc"],
  ["", undefined],
  [undefined, undefined],
  ["a\nb\u001b[31m.png", "a b.png"],
  ["gnp.\u202etxt.exe", "gnp.txt.exe"],
  ['"quoted"<b>.png', "_quoted__b_.png"],
  ["con:stream", "con_stream"],
] as const) {
  test(`${JSON.stringify(given)} is ${JSON.stringify(kept)}`, () => {
    expect(plainFileName(given)).toBe(kept);
  });
}

test("a long name is cut before its end", () => {
  const name = plainFileName(`${"x".repeat(5_000)}.png`);

  expect(name).toMatch(/^x+….png$/);
  expect(name?.length).toBeLessThanOrEqual(120);
});
