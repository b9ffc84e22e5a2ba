import { cpSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "@playwright/test";
import { openDatabase } from "../../../../../../../sidecar/base/store/database.ts";
import { ImportTables } from "../../../../../../../sidecar/base/store/sqlite/import.ts";
import { histories } from "../../../../../../../sidecar/setup/doctor/checks/state/histories.ts";
import { findingsOf } from "../../../../../../helpers/home/check-context.ts";
import { test } from "../../../../../../helpers/home/temp-home.ts";
import { reads } from "../../../../../../helpers/run/reads.ts";

const FIXTURES = fileURLToPath(new URL("../../../../../../fixtures/histories/", import.meta.url));

test.describe("the check of histories", () => {
  test("offers to bring in what the original and OpenClaw left, until that is done", async ({ home }) => {
    const elsewhere = join(home.path, ".openclaw");
    expect(await findingsOf(histories, home)).toEqual([]);
    cpSync(FIXTURES, home.stateDir, { recursive: true });
    cpSync(FIXTURES, elsewhere, { recursive: true });

    expect(await findingsOf(histories, home)).toMatchObject([
      { code: "histories-not-imported", level: "hint", subject: home.stateDir },
      { subject: elsewhere, remedy: reads(/sessions import --from .*\.openclaw/) },
    ]);

    const store = new ImportTables(await openDatabase(join(home.stateDir, "clawdbot.db")));
    await store.noteImport(home.stateDir, {}, 1);
    store.close();
    expect(await findingsOf(histories, home)).toMatchObject([{ subject: elsewhere }]);
  });
});
