import { expect, test } from "@playwright/test";
import { formatConsoleLine } from "../../../../../sidecar/base/log/console-line.ts";

const TIME = new Date(2026, 0, 2, 3, 4, 5).getTime();

test.describe("formatConsoleLine", () => {
  for (const [what, record, text] of [
    ["time, level and text", { level: 30, time: TIME, msg: "listening" }, "03:04:05 info  listening\n"],
    [
      "fields, quoted where a space would mislead",
      { level: 40, time: TIME, msg: "odd", port: 1, who: "a b", ok: true, list: [1] },
      '03:04:05 warn  odd port=1 who="a b" ok=true list=[1]\n',
    ],
    [
      "an error by its message",
      { level: 50, time: TIME, msg: "failed", err: { type: "Error", message: "no space", stack: "at x" } },
      '03:04:05 error failed err="no space"\n',
    ],
    ["no text", { level: 20, time: TIME, a: 1 }, "03:04:05 debug  a=1\n"],
    ["no time and an unknown level", { level: 35, msg: "x" }, "--:--:-- 35    x\n"],
  ] as const) {
    test(`shows ${what}`, () => {
      expect(formatConsoleLine(`${JSON.stringify(record)}\n`)).toBe(text);
    });
  }

  for (const line of ["plain text\n", "[1,2]\n", "{broken\n"]) {
    test(`leaves ${JSON.stringify(line)} as it is`, () => {
      expect(formatConsoleLine(line)).toBe(line);
    });
  }
});
