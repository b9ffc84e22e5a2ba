import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "@playwright/test";
import { CRASH_REPORTS_KEPT } from "../../../../tray/model/limits.ts";
import type { Crash } from "../../../../tray/model/tray-model.ts";
import { readLastCrash, writeCrashReport } from "../../../../tray/supervisor/crash-reports.ts";
import { test } from "../../../helpers/home/temp-home.ts";

function crash(number: number): Crash {
  const evidence = `crash-2026-01-01T00-00-${String(number).padStart(2, "0")}-000Z.json`;
  const atMs = Date.UTC(2026, 0, 1, 0, 0, number);
  return { atMs, cause: "exit", code: 1, signal: null, pid: 7, uptimeMs: 5, evidence };
}

test.describe("crash reports", () => {
  test("hold code, signal, uptime and the end of stderr, and can be read back", ({ home }) => {
    writeCrashReport(home.path, crash(1), "out of memory\n");

    const report = JSON.parse(readFileSync(join(home.path, String(crash(1).evidence)), "utf8"));
    expect(report).toMatchObject({
      at: "2026-01-01T00:00:01.000Z",
      cause: "exit",
      code: 1,
      signal: null,
      uptimeMs: 5,
      stderr: "out of memory\n",
    });
    expect(readLastCrash(home.path)).toEqual(crash(1));
  });

  test("are kept for the last twenty crashes", ({ home }) => {
    for (let number = 0; number < CRASH_REPORTS_KEPT + 5; number += 1) {
      writeCrashReport(home.path, crash(number), "");
    }

    const kept = readdirSync(home.path).sort();
    expect(kept).toHaveLength(CRASH_REPORTS_KEPT);
    expect(kept[0]).toBe(crash(5).evidence);
  });

  test("are not written for a crash without evidence", ({ home }) => {
    writeCrashReport(home.path, { ...crash(1), evidence: null }, "");

    expect(readdirSync(home.path)).toEqual([]);
  });

  test("tell nothing when there is none or the last is damaged", ({ home }) => {
    expect(readLastCrash(join(home.path, "absent"))).toBeNull();
    writeFileSync(join(home.path, "crash-9.json"), "{");

    expect(readLastCrash(home.path)).toBeNull();
  });
});
