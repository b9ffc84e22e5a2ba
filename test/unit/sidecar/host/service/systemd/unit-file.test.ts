import { expect, test } from "@playwright/test";
import {
  parseUnit,
  splitWords,
  unitCommand,
  valuesOf,
} from "../../../../../../sidecar/host/service/systemd/unit-file.ts";

function read(...files: string[]) {
  return unitCommand(files.flatMap(parseUnit), "/home/u");
}

test.describe("splitWords", () => {
  for (const [text, words] of [
    ["a  b\tc", ["a", "b", "c"]],
    [`"a b" 'c "d"' e"f g"h`, ["a b", 'c "d"', "ef gh"]],
    [String.raw`a\x20b \303\274 \xc3\xbc \u00fc \U0001F99E`, ["a b", "ü", "ü", "ü", "🦞"]],
    [String.raw`\s\t\\ "\"" \q`, [" \t\\", '"', "\\q"]],
    [`"" ''`, ["", ""]],
    ["", []],
  ] as const) {
    test(`reads ${text || "nothing"}`, () => {
      expect(splitWords(text)).toEqual(words);
    });
  }
});

test.describe("unitCommand", () => {
  test("knows several assignments on a line, with and without quotes", () => {
    const unit = read(`[Service]\nEnvironment=A=1 "B=two words" C=x\\x20y\nEnvironment='D=4'`);

    expect(unit.environment).toEqual({ A: "1", B: "two words", C: "x y", D: "4" });
  });

  test("lets drop-ins add to the environment, change it and start it afresh", () => {
    const unit = "[Service]\nEnvironment=A=1 B=2\n";

    expect(read(unit, "[Service]\nEnvironment=B=3 C=4").environment).toEqual({ A: "1", B: "3", C: "4" });
    expect(read(unit, "[Service]\nEnvironment=\nEnvironment=C=4").environment).toEqual({ C: "4" });
  });

  test("takes the command of a drop-in that replaces it", () => {
    const unit = read("[Service]\nExecStart=/bin/a one\n", "[Service]\nExecStart=\nExecStart=/bin/b two\n");

    expect(unit.command).toEqual(["/bin/b", "two"]);
  });

  test("leaves the prefixes of a program out", () => {
    expect(read("[Service]\nExecStart=-+/bin/a b").command).toEqual(["/bin/a", "b"]);
  });

  test("joins continued lines and passes over comments between them", () => {
    const unit = read("[Service]\n# none\nExecStart=/bin/a \\\n  # one more\n  ; another\n  b \\\n  c\n");

    expect(unit.command).toEqual(["/bin/a", "b", "c"]);
  });

  test("puts the home in the place of %h and ~", () => {
    const unit = read("[Service]\nExecStart=%h/a 100%% %i\nWorkingDirectory=~\nEnvironment=H=%h");

    expect(unit).toMatchObject({
      command: ["/home/u/a", "100%", "%i"],
      workingDirectory: "/home/u",
      environment: { H: "/home/u" },
    });
  });

  test("leaves out what the unit does not say", () => {
    expect(read("[Service]\n")).toEqual({ command: [], environment: {} });
  });
});

test.describe("valuesOf", () => {
  test("keeps keys of other sections and lines without a key apart", () => {
    const entries = parseUnit("After=a\n[Unit]\nAfter = b\nno assignment\n=c\n[X-After]\nAfter=d\n");

    expect(valuesOf(entries, "Unit", "After")).toEqual(["b"]);
  });
});
