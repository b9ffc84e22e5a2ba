import {
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { parseEnv } from "node:util";
import { expect } from "@playwright/test";
import fc from "fast-check";
import { setVariables, withVariables } from "../../../../../sidecar/setup/onboarding/env-file.ts";
import { test } from "../../../../helpers/home/temp-home.ts";
import { expectEqual } from "../../../../helpers/run/expect-equal.ts";

/** Only messages name it. */
const FILE = "/home/you/.clawdbot/.env";

test.describe("withVariables", () => {
  const cases: [what: string, before: string, after: string][] = [
    ["an empty file", "", "KEY=v\n"],
    ["a file without it", "# mine\nA=1\n", "# mine\nA=1\nKEY=v\n"],
    ["a file without a last line break", "A=1", "A=1\nKEY=v\n"],
    ["a line of its own", "A=1\nKEY=old # note\nB=2\n", "A=1\nKEY=v\nB=2\n"],
    ["an exported line", "export KEY='old'\n", "export KEY=v\n"],
    ["the same value", "KEY=v\n", "KEY=v\n"],
    ["two lines, of which the last counts", "KEY=a\nKEY=b\n", "KEY=a\nKEY=b\nKEY=v\n"],
    ["a name that only ends like it", "MY_KEY=a\n", "MY_KEY=a\nKEY=v\n"],
    ["a file whose end swallows what follows", "= ", "KEY=v\n= "],
  ];
  for (const [what, before, after] of cases) {
    test(`sets a variable in ${what}`, () => {
      expect(withVariables(before, { KEY: "v" }, FILE)).toBe(after);
    });
  }

  test("leaves every other variable as it was, whatever the file holds", () => {
    const line = fc.oneof(
      fc.constantFrom(
        "KEY=1",
        'KEY="two\nlines"',
        "A='x",
        "B=`y\nz`",
        "# KEY=no",
        "export A=1",
        "KEY",
        "=x",
        "",
      ),
      fc.string({ maxLength: 20 }),
    );
    fc.assert(
      fc.property(fc.array(line, { maxLength: 6 }), (lines) => {
        const before = lines.join("\n");
        const others = (text: string) => ({ ...parseEnv(text), KEY: undefined });

        const after = withVariables(before, { KEY: "sk-1" }, FILE);

        expectEqual(parseEnv(after).KEY, "sk-1");
        expectEqual(others(after), others(before));
      }),
      { numRuns: 2_000 },
    );
  });
});

test("withVariables quotes what would end at a comment sign", () => {
  expect(withVariables("", { KEY: "a#b" }, FILE)).toBe('KEY="a#b"\n');
});

test.describe("setVariables", () => {
  test("creates the file for its owner only and leaves nothing beside it", ({ home }) => {
    const file = join(home.path, ".env");

    expect(setVariables(file, { A_KEY: "a", B_KEY: "b" })).toBe(true);
    expect(setVariables(file, { A_KEY: "a" })).toBe(false);

    expect(readFileSync(file, "utf8")).toBe("A_KEY=a\nB_KEY=b\n");
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readdirSync(home.path)).toEqual([".env"]);
  });

  test("writes through a link and tightens what others could read", ({ home }) => {
    const target = join(home.path, "dotfiles", "env");
    mkdirSync(join(home.path, "dotfiles"));
    writeFileSync(target, "A=1\n", { mode: 0o644 });
    symlinkSync(target, join(home.path, ".env"));

    setVariables(join(home.path, ".env"), { KEY: "v" });

    expect(lstatSync(join(home.path, ".env")).isSymbolicLink()).toBe(true);
    expect(readFileSync(target, "utf8")).toBe("A=1\nKEY=v\n");
    expect(statSync(target).mode & 0o777).toBe(0o600);
  });

  test("names what cannot be written, in one line", ({ home }) => {
    mkdirSync(join(home.path, ".env"));

    expect(() => setVariables(join(home.path, ".env"), { KEY: "v" })).toThrow(/^Cannot read .*\.env: /);
    expect(() => setVariables(join(home.path, "nowhere", ".env"), { KEY: "v" })).toThrow(/^Cannot write /);
  });
});
