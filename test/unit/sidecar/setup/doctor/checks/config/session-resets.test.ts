import { join } from "node:path";
import { expect } from "@playwright/test";
import { openDatabase } from "../../../../../../../sidecar/base/store/database.ts";
import { ImportTables } from "../../../../../../../sidecar/base/store/sqlite/import.ts";
import { sessionResets } from "../../../../../../../sidecar/setup/doctor/checks/config/session-resets.ts";
import { codesOf, findingsOf } from "../../../../../../helpers/home/check-context.ts";
import { type TempHome, test } from "../../../../../../helpers/home/temp-home.ts";
import { reads } from "../../../../../../helpers/run/reads.ts";

const ofOriginal = { meta: { lastTouchedVersion: "2026.1.24-3" } };

async function noteImport(home: TempHome, from: string): Promise<void> {
  const store = new ImportTables(await openDatabase(join(home.stateDir, "clawdbot.db")));
  await store.noteImport(from, {}, 1);
  store.close();
}

test.describe("the check of when conversations begin anew", () => {
  test("tells whoever comes from the original what is another way here, and how to choose", async ({
    home,
  }) => {
    expect(await findingsOf(sessionResets, home, { config: ofOriginal })).toMatchObject([
      {
        code: "session-resets-none",
        level: "hint",
        message: expect.stringContaining("anew at 4:00 every day"),
        remedy: reads(/config set session\.reset\.mode daily.*config set session\.reset\.mode none/),
      },
    ]);
  });

  for (const [what, session] of [
    ["a rule", { reset: { mode: "none" } }],
    ["the older key", { idleMinutes: 60 }],
    ["a rule for a type", { resetByType: { dm: { mode: "daily" } } }],
    ["a rule for a channel", { resetByChannel: { telegram: { mode: "idle" } } }],
  ] as const) {
    test(`says nothing where there is ${what}`, async ({ home }) => {
      expect(await findingsOf(sessionResets, home, { config: { ...ofOriginal, session } })).toEqual([]);
    });
  }

  test("knows by the histories in the store, but for those of OpenClaw, whose conversations go on", async ({
    home,
  }) => {
    expect(await findingsOf(sessionResets, home)).toEqual([]);
    await noteImport(home, join(home.path, ".openclaw"));
    expect(await findingsOf(sessionResets, home, { config: {} })).toEqual([]);

    await noteImport(home, home.stateDir);

    expect(codesOf(await findingsOf(sessionResets, home, { config: {} }))).toEqual(["session-resets-none"]);
  });
});
