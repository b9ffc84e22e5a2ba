import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "@playwright/test";
import { openDatabase } from "../../../../../../../sidecar/base/store/database.ts";
import { store } from "../../../../../../../sidecar/setup/doctor/checks/state/store.ts";
import { findingsOf } from "../../../../../../helpers/home/check-context.ts";
import { type TempHome, test } from "../../../../../../helpers/home/temp-home.ts";
import { reads } from "../../../../../../helpers/run/reads.ts";

const fileIn = (home: TempHome) => join(home.stateDir, "clawdbot.db");

test.describe("the check of the store", () => {
  test("finds nothing where there is none, and nothing wrong in a sound one", async ({ home }) => {
    expect(await findingsOf(store, home)).toEqual([]);
    (await openDatabase(fileIn(home))).close();

    expect(await findingsOf(store, home)).toEqual([]);
  });

  test("finds pages that were overwritten, and leaves the file as it is", async ({ home }) => {
    const file = fileIn(home);
    (await openDatabase(file)).close();
    const bytes = readFileSync(file);
    bytes.fill(0xff, 3 * 4096, 5 * 4096);
    writeFileSync(file, bytes);

    expect(await findingsOf(store, home)).toMatchObject([
      { code: "store-damaged", level: "error", subject: file, remedy: reads(/backup restore <file>/) },
    ]);
    expect(readFileSync(file).equals(bytes)).toBe(true);
  });

  test("finds a file that is no database, and one of a later version", async ({ home }) => {
    const file = fileIn(home);
    home.writeConfig({});
    writeFileSync(file, "no database".repeat(500));
    expect(await findingsOf(store, home)).toMatchObject([{ code: "store-damaged", subject: file }]);

    writeFileSync(file, "");
    const database = await openDatabase(file);
    database.exec("PRAGMA user_version = 99");
    database.close();
    expect(await findingsOf(store, home)).toMatchObject([{ code: "store-newer", subject: file }]);
  });
});
