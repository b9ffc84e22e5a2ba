import { closeSync, existsSync, openSync, statSync, writeSync } from "node:fs";
import { join } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import { expect } from "@playwright/test";
import { openDatabase } from "../../../../../sidecar/base/store/database.ts";
import { StoreUpkeep, wasCutOff } from "../../../../../sidecar/base/store/upkeep.ts";
import { memoryLog } from "../../../../helpers/gateway/silent-log.ts";
import { type TempHome, test } from "../../../../helpers/home/temp-home.ts";
import { FakeClock } from "../../../../helpers/time/fake-clock.ts";

const fileIn = (home: TempHome) => join(home.stateDir, "clawdbot.db");

function upkeepOf(database: DatabaseSync, file: string, { needsCheck = false } = {}) {
  const clock = new FakeClock();
  const { logger, records } = memoryLog();
  const now = { isIdle: true };
  const place = { database, file, clock, log: logger, isIdle: () => now.isIdle };
  return { clock, records, now, upkeep: new StoreUpkeep(place, { needsCheck }) };
}

function fill(database: DatabaseSync, rows: number): void {
  database.exec("CREATE TABLE big (a TEXT) STRICT; BEGIN");
  const add = database.prepare("INSERT INTO big VALUES (?)");
  for (let row = 0; row < rows; row += 1) add.run("x".repeat(4_000));
  database.exec("COMMIT");
}

test("a process that ended in the middle of something is told from one that closed the database", async ({
  home,
}) => {
  const file = fileIn(home);
  expect(wasCutOff(file)).toBe(false);
  const database = await openDatabase(file);
  fill(database, 10);
  expect(wasCutOff(file)).toBe(true);
  database.close();
  expect(wasCutOff(file)).toBe(false);
});

test("after that every page is looked at once, when nobody waits for an answer", async ({ home }) => {
  const file = fileIn(home);
  const first = await openDatabase(file);
  fill(first, 2_000);
  first.close();
  // A page in the middle of the table, as a failing disk leaves it.
  const handle = openSync(file, "r+");
  writeSync(handle, Buffer.alloc(4_096, 7), 0, 4_096, 4_096 * 1_500);
  closeSync(handle);

  const database = await openDatabase(file);
  const { clock, records, now, upkeep } = upkeepOf(database, file, { needsCheck: true });
  now.isIdle = false;
  await clock.advance(60_000);
  expect(records).toEqual([]);
  now.isIdle = true;
  await clock.advance(30_000);
  await expect.poll(() => records.length).toBe(1);
  expect(records[0]).toMatchObject({ table: "big", msg: expect.stringContaining("damaged") });
  await clock.advance(60_000);
  expect(records).toHaveLength(1);
  upkeep.dispose();
  database.close();
});

test("a long log is made short when nobody waits for an answer", async ({ home }) => {
  const file = fileIn(home);
  const database = await openDatabase(file);
  database.exec("PRAGMA wal_autocheckpoint = 0");
  fill(database, 5_000);
  const log = `${file}-wal`;
  expect(statSync(log).size).toBeGreaterThan(16 * 1_024 * 1_024);
  const { clock, upkeep } = upkeepOf(database, file);

  await clock.advance(30_000);
  await expect.poll(() => (existsSync(log) ? statSync(log).size : 0)).toBe(0);
  upkeep.dispose();
  database.close();
});

test("what else is to be done is asked for when nobody waits for an answer, and a failure of it is told", async ({
  home,
}) => {
  const file = fileIn(home);
  const database = await openDatabase(file);
  const clock = new FakeClock();
  const { logger, records } = memoryLog();
  const now = { isIdle: false };
  let asked = 0;
  const besides = async () => {
    asked += 1;
    if (asked === 2) throw new Error("the disk is full");
  };
  const place = { database, file, clock, log: logger, isIdle: () => now.isIdle, besides };
  const upkeep = new StoreUpkeep(place, { needsCheck: false });
  await clock.advance(60_000);
  expect(asked).toBe(0);

  now.isIdle = true;
  await clock.advance(60_000);

  expect(asked).toBe(2);
  await expect.poll(() => records.length).toBe(1);
  expect(records[0]).toMatchObject({ reason: "the disk is full" });
  upkeep.dispose();
  database.close();
});
