import { expect, test } from "@playwright/test";
import { defaultsOf, type OptionSpecs, readValues, type Typed } from "../../../../sidecar/base/options.ts";

const SPECS = {
  all: { type: "flag", help: "" },
  name: { type: "text", value: "<name>", help: "" },
  secret: { type: "text", value: "<text>", singleLine: true, excludes: "name", help: "" },
  limit: { type: "integer", value: "<n>", min: 1, max: 100, default: 20, help: "" },
  port: { type: "integer", value: "<n>", min: 1, max: 65_535, help: "" },
  bind: { type: "choice", value: "<mode>", choices: ["lan", "loopback"], help: "" },
  since: { type: "moment", value: "<when>", help: "" },
  grep: { type: "pattern", value: "<regex>", help: "" },
  wipe: { type: "flag", onlyDev: true, help: "" },
} as const satisfies OptionSpecs;

const read = (typed: Typed) => readValues(SPECS, typed, { dev: false });

test.describe("P2: the values of options", () => {
  test("have the types of their definition", () => {
    const { all, name, limit, port, bind, grep } = read({ all: true, name: "x", port: "7", bind: "lan" });
    const typed: [boolean, string | undefined, number, number | undefined, "lan" | "loopback" | undefined] = [
      all,
      name,
      limit,
      port,
      bind,
    ];

    expect(typed).toEqual([true, "x", 20, 7, "lan"]);
    expect(grep).toBeUndefined();
  });

  test("are the defaults where nothing was typed", () => {
    expect(defaultsOf(SPECS)).toEqual({ all: false, limit: 20, wipe: false });
  });

  for (const text of ["", "0", "101", "5x", "1.5", "-1", "NaN", "1e1"]) {
    test(`refuse "${text}" for a number`, () => {
      expect(() => read({ limit: text })).toThrow(`--limit: expected 1-100, got "${text}"`);
    });
  }

  for (const [typed, message] of [
    [{ name: "" }, "Empty --name"],
    [{ name: "  " }, "Empty --name"],
    [{ secret: "a\nb" }, "--secret: must not contain control characters"],
    [{ bind: "wan" }, '--bind: expected one of lan, loopback; got "wan"'],
    [{ secret: "s", name: "n" }, "--name and --secret exclude each other"],
    [{ wipe: true, limit: "x" }, "Use --wipe with --dev."],
    [{ since: "yesterday" }, "--since: expected an age such as 10m, 2h or 3d, or a date such as 2026-11-29"],
    [{ since: "2026-02-30" }, "--since: expected an age such as"],
    [{ grep: "(" }, '--grep: expected a regular expression, got "("'],
    [{ grep: "" }, '--grep: expected a regular expression, got ""'],
  ] as const) {
    test(`refuse ${JSON.stringify(typed)}`, () => {
      expect(() => read(typed)).toThrow(expect.objectContaining({ code: "USAGE" }));
      expect(() => read(typed)).toThrow(message);
    });
  }

  for (const [text, expected] of [
    ["90s", { agoMs: 90_000 }],
    ["10m", { agoMs: 600_000 }],
    ["2h", { agoMs: 7_200_000 }],
    ["3d", { agoMs: 259_200_000 }],
    ["2026-11-29", { atMs: new Date(2026, 10, 29).getTime() }],
    ["2026-11-29T08:30", { atMs: new Date(2026, 10, 29, 8, 30).getTime() }],
    ["2026-11-29 08:30:15", { atMs: new Date(2026, 10, 29, 8, 30, 15).getTime() }],
    ["2026-11-29T08:30:15.250Z", { atMs: Date.UTC(2026, 10, 29, 8, 30, 15, 250) }],
    ["2026-11-29T08:30+02:00", { atMs: Date.UTC(2026, 10, 29, 6, 30) }],
  ] as const) {
    test(`read ${text} as a moment`, () => {
      expect(read({ since: text }).since).toEqual(expected);
    });
  }
});
