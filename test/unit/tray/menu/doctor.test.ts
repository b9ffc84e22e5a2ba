import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { expect } from "@playwright/test";
import { countsOf, findingsIn, writeReport } from "../../../../tray/menu/doctor.ts";
import { de } from "../../../../tray/model/texts/de.ts";
import { en } from "../../../../tray/model/texts/en.ts";
import { test } from "../../../helpers/home/temp-home.ts";

const FINDINGS = [
  { code: "linger-off", level: "hint", message: "linger is off", remedy: "loginctl enable-linger me" },
  { code: "config-readable", level: "error", message: "the configuration\nis readable by others." },
  { code: "disk-low", level: "warning", message: "190 MB are left", repair: { kind: "change" } },
  { code: "unit-edited", level: "warning", message: "the unit was edited", repair: { kind: "drastic" } },
];

test.describe("findingsIn", () => {
  test("puts the worst first, on one line each, with a remedy where there is one", () => {
    expect(findingsIn({ ok: false, findings: FINDINGS })).toEqual([
      {
        code: "config-readable",
        level: "error",
        message: "the configuration is readable by others",
        remedy: null,
      },
      { code: "disk-low", level: "warning", message: "190 MB are left", remedy: "clawdbot doctor --fix" },
      {
        code: "unit-edited",
        level: "warning",
        message: "the unit was edited",
        remedy: "clawdbot doctor --fix --force",
      },
      { code: "linger-off", level: "hint", message: "linger is off", remedy: "loginctl enable-linger me" },
    ]);
  });

  test("P1: names the profile that was examined in what repairs a finding", () => {
    const remedies = (profile: string) =>
      findingsIn({ profile, findings: FINDINGS })?.map(({ remedy }) => remedy);

    expect(remedies("work")).toContain("clawdbot --profile work doctor --fix --force");
    expect(remedies("default")).toContain("clawdbot doctor --fix");
  });

  test("takes what it does not know for a hint, and leaves out what says nothing", () => {
    expect(findingsIn({ findings: [{ level: "panic", message: "m" }, { level: "error" }, 7, null] })).toEqual(
      [{ code: "", level: "hint", message: "m", remedy: null }],
    );
  });

  for (const [what, document] of [
    ["no document", undefined],
    ["a document without findings", { ok: true }],
    ["findings that are no list", { findings: "none" }],
  ] as const) {
    test(`finds nothing to read in ${what}`, () => {
      expect(findingsIn(document)).toBeUndefined();
    });
  }
});

test.describe("countsOf", () => {
  test("tells how many of which level, in both languages", () => {
    const findings = findingsIn({ findings: FINDINGS }) ?? [];

    expect(countsOf(findings, en)).toBe("1 error, 2 warnings, 1 hint");
    expect(countsOf(findings, de)).toBe("1 Fehler, 2 Warnungen, 1 Hinweis");
    expect(countsOf([], en)).toBe("");
  });
});

test.describe("writeReport", () => {
  test("lists the findings with their remedies, readable by the owner alone", ({ home }) => {
    const file = join(home.path, "logs", "doctor.txt");

    writeReport(file, findingsIn({ findings: FINDINGS.slice(0, 1) }) ?? [], en);

    expect(readFileSync(file, "utf8")).toBe(
      "Doctor: 1 hint\n\nHINT  linger is off\n  → loginctl enable-linger me\n  (linger-off)\n",
    );
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  test("says that all is well when it is", ({ home }) => {
    const file = join(home.path, "doctor.txt");

    writeReport(file, [], en);

    expect(readFileSync(file, "utf8")).toBe("Doctor: It found nothing wrong.\n");
  });
});
