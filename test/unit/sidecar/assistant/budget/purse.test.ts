import { join } from "node:path";
import { expect } from "@playwright/test";
import { Purse } from "../../../../../sidecar/assistant/budget/purse.ts";
import type { Model } from "../../../../../sidecar/assistant/models/model.ts";
import { openDatabase } from "../../../../../sidecar/base/store/database.ts";
import type { Origin } from "../../../../../sidecar/base/store/session-store.ts";
import { SqliteStore } from "../../../../../sidecar/base/store/sqlite-store.ts";
import { test } from "../../../../helpers/home/temp-home.ts";
import { FakeClock } from "../../../../helpers/time/fake-clock.ts";

test("the notice of the day is for whoever can be told: what is asked beside a conversation does not use it up", async ({
  home,
}) => {
  const store = new SqliteStore(await openDatabase(join(home.stateDir, "clawdbot.db")));
  const config = () => ({ budget: { perDayUsd: 1, backgroundShare: 1 } });
  const purse = new Purse({ store, clock: new FakeClock(), config });
  const prices = { input: 1, output: 0, cacheRead: 0, cacheWrite: 0 };
  const model = { provider: "test", id: "one", prices } as Model;
  const reserve = async (origin: Origin) => {
    const about = { turnId: undefined, agentId: "main", sessionKey: "main", principal: "x", purpose: "turn" };
    const permit = await purse.reserve(
      model,
      { input: 900_000, output: 0 },
      { ...about, authority: "owner", origin },
    );
    permit.release();
    return permit.notice;
  };

  expect(await reserve("background")).toBeUndefined();
  expect(await reserve("chat")).toBeCloseTo(0.9);
  expect(await reserve("chat")).toBeUndefined();
  await store.close();
});

test("limits that were lifted for today hold again when they are taken up", async ({ home }) => {
  const store = new SqliteStore(await openDatabase(join(home.stateDir, "clawdbot.db")));
  const purse = new Purse({ store, clock: new FakeClock(), config: () => ({}) });
  const seen: boolean[] = [];

  for (const change of [() => purse.lift(), () => purse.restore(), () => purse.lift()]) {
    await change();
    seen.push(await purse.isLifted());
  }
  await store.close();

  expect(seen).toEqual([true, false, true]);
});
