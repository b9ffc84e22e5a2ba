import { join } from "node:path";
import { expect } from "@playwright/test";
import { openDatabase } from "../../../../../../sidecar/base/store/database.ts";
import { SqliteCredentialStore } from "../../../../../../sidecar/base/store/sqlite/credentials.ts";
import { test } from "../../../../../helpers/home/temp-home.ts";

const KEY = { provider: "anthropic", profile: "work", kind: "api_key" as const, secret: "one" };
const COOLING = { "*": { untilMs: 2, step: 0, kind: "auth", atMs: 1 } };
const DAY_MS = 86_400_000;

test("keys are kept by provider and name, over restarts, and a new one begins anew", async ({ home }) => {
  const file = join(home.stateDir, "clawdbot.db");
  const first = await openDatabase(file);
  const store = new SqliteCredentialStore(first);
  await store.put(KEY, 1);
  await store.put({ ...KEY, profile: "home", secret: "two" }, 2);
  await store.setState("anthropic", "work", { cooling: COOLING }, 3);
  first.close();
  const again = await openDatabase(file);
  const later = new SqliteCredentialStore(again);

  const kept = await later.list();
  await later.put({ ...KEY, secret: "three" }, 4);
  const replaced = await later.list();
  const isRemoved = [await later.remove("anthropic", "home"), await later.remove("anthropic", "home")];
  again.close();

  expect(
    kept.map(({ profile, secret, state, updatedAtMs }) => [profile, secret, state, updatedAtMs]),
  ).toEqual([
    ["work", "one", { cooling: COOLING }, 1],
    ["home", "two", {}, 2],
  ]);
  expect(replaced.map(({ profile, secret, state }) => [profile, secret, state])).toEqual([
    ["home", "two", {}],
    ["work", "three", {}],
  ]);
  expect(isRemoved).toEqual([true, false]);
});

test("what becomes of keys that are kept elsewhere is kept without them, and not for ever", async ({
  home,
}) => {
  const database = await openDatabase(join(home.stateDir, "clawdbot.db"));
  const store = new SqliteCredentialStore(database);
  await store.put(KEY, 1);
  await store.setState("openai", "(config) 1", { cooling: COOLING }, 1);

  const kept = await store.list();
  await store.setState("openai", "(config) 2", { cooling: COOLING }, 3 * DAY_MS);
  const later = await store.list();
  database.close();

  expect(kept.map(({ profile, secret }) => [profile, secret])).toEqual([
    ["work", "one"],
    ["(config) 1", ""],
  ]);
  expect(later.map(({ profile }) => profile)).toEqual(["work", "(config) 2"]);
});
