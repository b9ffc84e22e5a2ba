/** U7: the manual page that the build writes, read by the formatters of real systems. */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "@playwright/test";
import { shownOptions } from "../../../../sidecar/base/options.ts";
import { COMMANDS } from "../../../../sidecar/cli/commands.ts";
import { LAUNCHER } from "../../../helpers/process/clawdbot.ts";
import { missingReason } from "../../../helpers/run/desktop-needs.ts";

const PAGE = join(dirname(LAUNCHER), "man", "clawdbot.1");

test.describe("U7: the manual page", () => {
  test.beforeEach(() => {
    const reason = missingReason("manual");
    test.skip(reason !== undefined, reason);
  });

  for (const columns of [80, 60]) {
    for (const locale of ["C", "C.UTF-8"]) {
      test(`is shown by man in ${columns} columns and the locale ${locale}, without a warning`, () => {
        const { status, stdout, stderr } = spawnSync("man", ["--warnings", "-l", PAGE], {
          encoding: "utf8",
          env: { PATH: process.env.PATH, LC_ALL: locale, MANWIDTH: String(columns) },
        });

        expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
        expect(stdout.split("\n").filter((line) => line.length > columns)).toEqual([]);
        expect(stdout).toContain("clawdbot - a personal AI gateway");
        expect(stdout).toContain("clawdbot onboard --non-interactive");
        const missing = COMMANDS.filter(({ name }) => !stdout.includes(`   ${name}`));
        expect(missing).toEqual([]);
      });
    }
  }

  test("is what mandoc calls clean", () => {
    const { status, stdout, stderr } = spawnSync("mandoc", ["-T", "lint", PAGE], { encoding: "utf8" });

    expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: "", stderr: "" });
  });
});

test("U7: the manual page names every option that is not for old scripts, and is installed", () => {
  const page = readFileSync(PAGE, "utf8").replaceAll("\\-", "-");
  const shown = COMMANDS.flatMap(({ options }) => shownOptions(options).map(([name]) => name));
  const all = COMMANDS.flatMap(({ options }) => Object.keys(options));

  expect(
    shown.filter((name) => !page.includes(`\\fB--${name}\\fR`) && !page.includes(`, \\fB--${name}`)),
  ).toEqual([]);
  expect(all.filter((name) => !shown.includes(name) && page.includes(`--${name}\\fR`))).toEqual([]);
  const { man } = JSON.parse(readFileSync(join(dirname(LAUNCHER), "..", "package.json"), "utf8"));
  // As a plain text npm takes no notice of it.
  expect(man).toEqual(["dist/man/clawdbot.1"]);
});
