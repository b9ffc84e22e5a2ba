import { join } from "node:path";
import { expect } from "@playwright/test";
import { openDatabase } from "../../../../../../sidecar/base/store/database.ts";
import type { Charge, SpentQuery } from "../../../../../../sidecar/base/store/session-store.ts";
import { LedgerTable } from "../../../../../../sidecar/base/store/sqlite/ledger.ts";
import { Statements } from "../../../../../../sidecar/base/store/sqlite/statements.ts";
import { test } from "../../../../../helpers/home/temp-home.ts";
import { randomFrom } from "../../../../../helpers/run/soak.ts";

const DAYS = ["2026-11-29", "2026-11-30", "2026-12-01"] as const;
const PEOPLE = ["ann", "ben"] as const;
const QUERIES: readonly SpentQuery[] = [
  {},
  { sinceDay: DAYS[1], untilDay: DAYS[1] },
  { sinceDay: "2026-11-01", untilDay: DAYS[1] },
  { sinceDay: DAYS[1], untilDay: DAYS[1], isBackground: true },
  ...PEOPLE.map((principal) => ({ sinceDay: DAYS[0], untilDay: DAYS[2], principal })),
  { sessionKey: "agent:main:main" },
  { turnId: "turn-1" },
];

function charge(random: () => number): Charge {
  const from = <T>(list: readonly T[]) => list[Math.floor(random() * list.length)] as T;
  const count = () => Math.floor(random() * 1_000);
  const usage = { input: count(), output: count(), cacheRead: count(), cacheWrite: count(), totalTokens: 0 };
  return {
    atMs: 1,
    day: from(DAYS),
    agentId: "main",
    sessionKey: from(["agent:main:main", "agent:main:other"]),
    principal: from(PEOPLE),
    turnId: from(["turn-1", "turn-2", undefined]),
    provider: "p",
    model: "m",
    purpose: "turn",
    // Sums of such numbers are exact, whatever they are added in.
    usage: { ...usage, cost: { input: 0, output: 0, cacheRead: 0, cacheWrite: 0, total: count() / 1_024 } },
    isPriced: true,
    isBackground: random() < 0.5,
  };
}

test("sums that are asked for again and again are those of all charges, also after some were taken back", async ({
  home,
}) => {
  const database = await openDatabase(join(home.stateDir, "clawdbot.db"));
  const db = new Statements(database);
  const asked = new LedgerTable(db);
  const random = randomFrom(7);
  const wrong: unknown[] = [];
  for (let round = 0; round < 200; round += 1) {
    asked.charge(charge(random));
    if (round % 5 === 0) {
      const undone = () =>
        db.together(() => {
          asked.charge(charge(random));
          for (const query of QUERIES) asked.spent(query);
          throw new Error("taken back");
        });
      expect(undone).toThrow("taken back");
    }
    for (const query of QUERIES) {
      const [known, fresh] = [asked.spent(query), new LedgerTable(db).spent(query)];
      if (JSON.stringify(known) !== JSON.stringify(fresh)) wrong.push({ round, query, known, fresh });
    }
  }
  database.close();

  expect(wrong).toEqual([]);
});
