import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { expect } from "@playwright/test";
import {
  copyDatabase,
  lookIntoDatabase,
  openDatabase,
  problemsIn,
  together,
} from "../../../../../sidecar/base/store/database.ts";
import { MIGRATIONS } from "../../../../../sidecar/base/store/migrations.ts";
import { type TempHome, test } from "../../../../helpers/home/temp-home.ts";

const fileIn = (home: TempHome) => join(home.stateDir, "clawdbot.db");

test.describe("openDatabase", () => {
  test("makes a file that only its owner may read, with every table", async ({ home }) => {
    const file = fileIn(home);

    const database = await openDatabase(file);

    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(database.prepare("PRAGMA user_version").get()).toEqual({ user_version: MIGRATIONS.length });
    expect(database.prepare("PRAGMA journal_mode").get()).toEqual({ journal_mode: "wal" });
    expect(database.prepare("PRAGMA synchronous").get()).toEqual({ synchronous: 2 });
    expect(problemsIn(database)).toEqual([]);
    database.close();
    expect(readdirSync(home.stateDir)).toEqual(["clawdbot.db"]);
  });

  test("refuses a file of a later version and leaves it alone", async ({ home }) => {
    const file = fileIn(home);
    (await openDatabase(file)).close();
    const later = new DatabaseSync(file);
    later.exec("PRAGMA user_version = 999");
    later.close();
    const before = readFileSync(file);

    for (const open of [openDatabase, lookIntoDatabase]) {
      await expect(open(file)).rejects.toMatchObject({
        code: "STORE_NEWER",
        details: { file, version: 999 },
      });
    }

    expect(readFileSync(file).equals(before)).toBe(true);
  });

  test("puts a damaged file aside, says where, and begins a new one the next time", async ({ home }) => {
    const file = fileIn(home);
    (await openDatabase(file)).close();
    writeFileSync(file, "this is no database ".repeat(400));
    writeFileSync(`${file}-wal`, "left behind");

    await expect(openDatabase(file)).rejects.toMatchObject({
      code: "STORE_DAMAGED",
      message: expect.stringContaining(`it is kept as ${file}.former.`),
    });

    expect(readFileSync(`${file}.former`, "utf8")).toContain("this is no database");
    expect(existsSync(`${file}-wal`)).toBe(false);
    (await openDatabase(file)).close();
  });

  test("only looks at a damaged file when it is to be looked at", async ({ home }) => {
    home.writeConfig({});
    const file = fileIn(home);
    writeFileSync(file, "this is no database ".repeat(400));

    await expect(lookIntoDatabase(file)).rejects.toMatchObject({
      code: "STORE_DAMAGED",
      message: expect.stringContaining("it was left as it is."),
    });
    expect(readdirSync(home.stateDir).sort()).toEqual(["clawdbot.db", "clawdbot.json"]);
  });

  test("names what is in the way where no file can be made", async ({ home }) => {
    writeFileSync(home.stateDir, "a file");

    await expect(openDatabase(fileIn(home))).rejects.toMatchObject({ code: "STATE_UNWRITABLE" });
  });
});

test("copyDatabase writes a whole copy while another connection writes", async ({ home }) => {
  const file = fileIn(home);
  const database = await openDatabase(file);
  const writer = await openDatabase(file);
  const copy = join(home.path, "copy.db");
  const insert = writer.prepare(
    "INSERT INTO usage VALUES (NULL, 1, 'a', 's', NULL, 'p', 'm', 'turn', 1, 2, 3, 4, 0, '2026-01-31', '', 1, 0)",
  );
  for (let count = 0; count < 50; count += 1) insert.run();

  copyDatabase(database, copy);
  insert.run();

  const seen = await lookIntoDatabase(copy);
  expect(seen.prepare("SELECT count(*) AS n FROM usage").get()).toEqual({ n: 50 });
  for (const each of [seen, database, writer]) each.close();
});

test("together says in the system's words when the disk takes no more, and nothing of it is there", async ({
  home,
}) => {
  const file = fileIn(home);
  const database = await openDatabase(file);
  database.exec("PRAGMA max_page_count = 60");
  const fill = () =>
    together(database, () => {
      const insert = database.prepare(
        "INSERT INTO usage VALUES (NULL, 1, 'a', 's', NULL, ?, 'm', 'turn', 1, 2, 3, 4, 0, '2026-01-31', '', 1, 0)",
      );
      for (let count = 0; count < 100; count += 1) insert.run("x".repeat(10_000));
    });

  expect(fill).toThrow(expect.objectContaining({ code: "STATE_UNWRITABLE", details: { path: file } }));

  expect(database.prepare("SELECT count(*) AS n FROM usage").get()).toEqual({ n: 0 });
  database.close();
});
