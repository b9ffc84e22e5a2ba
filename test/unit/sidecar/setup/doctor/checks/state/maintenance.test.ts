import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { expect } from "@playwright/test";
import { MAINTENANCE, noted } from "../../../../../../../sidecar/assistant/sessions/maintenance-record.ts";
import { openDatabase } from "../../../../../../../sidecar/base/store/database.ts";
import { SqliteStore } from "../../../../../../../sidecar/base/store/sqlite-store.ts";
import { maintenance } from "../../../../../../../sidecar/setup/doctor/checks/state/maintenance.ts";
import { findingsOf, SOUND } from "../../../../../../helpers/home/check-context.ts";
import { type TempHome, test } from "../../../../../../helpers/home/temp-home.ts";

const NOW = Date.UTC(2026, 5, 1);
const OLD = NOW - 100 * 86_400_000;

async function fill(home: TempHome, archived?: number): Promise<void> {
  const store = new SqliteStore(await openDatabase(join(home.stateDir, "clawdbot.db")));
  for (const key of ["agent:main:cron:job", "agent:main:fx:dm:bob"]) await store.patch(key, "main", {}, OLD);
  const text = archived === undefined ? undefined : noted(undefined, archived, NOW);
  await store.remember(MAINTENANCE.scope, MAINTENANCE.key, text, NOW);
  await store.close();
}

const findings = (home: TempHome, settings: object) =>
  findingsOf(maintenance, home, { config: { ...SOUND, session: { maintenance: settings } }, nowMs: NOW });

test.describe("the check of what is kept of conversations", () => {
  test("says in mode warn how many would be erased, and nothing where they are", async ({ home }) => {
    await fill(home);

    expect(await findings(home, { mode: "warn" })).toMatchObject([
      {
        code: "sessions-would-be-pruned",
        level: "hint",
        message: expect.stringContaining("1 conversations that nobody had would be erased"),
        remedy: expect.stringContaining("config set session.maintenance.mode enforce"),
      },
    ]);
    expect(await findings(home, { mode: "enforce" })).toEqual([]);
    expect(await findings(home, { mode: "warn", pruneAfter: "200d" })).toEqual([]);
  });

  test("says by how much the store is too large, and what may be moved out of it", async ({ home }) => {
    await fill(home);

    expect(await findings(home, { maxDiskBytes: "1kb" })).toMatchObject([
      {
        code: "store-too-large",
        level: "warning",
        message: expect.stringMatching(/holds 1 MiB more .*; 1 conversations with people rest for a month/),
      },
    ]);
  });

  test("says what was moved out as long as it is there", async ({ home }) => {
    await fill(home, 3);
    expect(await findings(home, {})).toEqual([]);
    const folder = join(home.stateDir, "archive");
    mkdirSync(folder);

    expect(await findings(home, {})).toMatchObject([
      {
        code: "sessions-archived",
        level: "hint",
        subject: folder,
        message: expect.stringContaining("3 conversations with people were moved out of the store"),
        remedy: expect.stringContaining(`sessions import --from ${folder}`),
      },
    ]);
  });

  test("has nothing to say where there is no store", async ({ home }) => {
    expect(await findings(home, {})).toEqual([]);
  });
});
