import { mkdirSync, writeFileSync } from "node:fs";
import { expect } from "@playwright/test";
import { parseJson5 } from "../../../../shared/node/config/parse-text.ts";
import { configError, readConfig } from "../../../../shared/node/config-source.ts";
import { type TempHome, test } from "../../../helpers/home/temp-home.ts";
import { reads } from "../../../helpers/run/reads.ts";

function invalid(home: TempHome, content?: string) {
  if (content !== undefined) home.writeConfig(content);
  const reading = readConfig(home.configFile, {});
  if (reading.state !== "invalid") throw new Error(`the configuration is ${reading.state}`);
  return reading;
}

test.describe("readConfig", () => {
  test("tells a valid file from none", ({ home }) => {
    expect(readConfig(home.configFile, {})).toMatchObject({ state: "missing" });

    home.writeConfig("\uFEFF{ gateway: { port: 1 } } // mine");

    expect(readConfig(home.configFile, {})).toMatchObject({
      state: "valid",
      raw: "\uFEFF{ gateway: { port: 1 } } // mine",
      config: { gateway: { port: 1 } },
    });
  });

  test("names the encoding of a file that is not UTF-8", ({ home }) => {
    mkdirSync(home.stateDir);
    writeFileSync(home.configFile, Buffer.from("{} // M\xfcller", "latin1"));

    expect(configError(invalid(home))).toMatchObject({
      message: `Cannot read ${home.configFile}: it is not valid UTF-8 text`,
      fix: "save it as UTF-8",
    });
  });

  test("gives no line for a file without any text", ({ home }) => {
    for (const blank of ["", "\n\n", "\uFEFF \t\n"]) {
      expect(invalid(home, blank).issues).toEqual([{ path: "", message: "the file is empty" }]);
    }
  });

  test("reports nesting without an end, however deep", ({ home }) => {
    for (const depth of [102, 100_000]) {
      const reading = invalid(home, `{ a: ${"[".repeat(depth)}${"]".repeat(depth)} }`);

      expect(reading).toMatchObject({
        parsed: {},
        issues: [{ path: "", message: "is nested deeper than 100 levels" }],
      });
    }
    home.writeConfig(`{ a: ${"[".repeat(90)}${"]".repeat(90)} }`);
    expect(readConfig(home.configFile, {})).toMatchObject({ state: "valid" });
  });
});

test.describe("parseJson5", () => {
  test("names line and column of a mistake", () => {
    expect(parseJson5("{\n  a: {{\n}")).toEqual({
      issue: { path: "", message: reads("line 2, column 7: invalid character '{'"), line: 2, column: 7 },
    });
  });
});
