/** What of the conversations goes by `session.maintenance`, on a real store with time of its own. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "@playwright/test";
import type { GatewayConfig } from "../../../../../shared/config/schema.ts";
import { importHistories } from "../../../../../sidecar/assistant/import/import-histories.ts";
import { findHistories } from "../../../../../sidecar/assistant/import/sources.ts";
import { eraseArchived } from "../../../../../sidecar/assistant/sessions/archive-index.ts";
import { SessionMaintenance } from "../../../../../sidecar/assistant/sessions/maintenance.ts";
import { maintenanceNow } from "../../../../../sidecar/assistant/sessions/maintenance-now.ts";
import {
  maintenancePlan,
  maintenanceRules,
} from "../../../../../sidecar/assistant/sessions/maintenance-plan.ts";
import { MediaStore } from "../../../../../sidecar/base/media/media-store.ts";
import { openDatabase } from "../../../../../sidecar/base/store/database.ts";
import { textMessage, textOf } from "../../../../../sidecar/base/store/message.ts";
import { ImportTables } from "../../../../../sidecar/base/store/sqlite/import.ts";
import { SqliteStore } from "../../../../../sidecar/base/store/sqlite-store.ts";
import { memoryLog } from "../../../../helpers/gateway/silent-log.ts";
import { type TempHome, test } from "../../../../helpers/home/temp-home.ts";
import { FakeClock } from "../../../../helpers/time/fake-clock.ts";

const DAY = 86_400_000;
const WORDS = "What was said here is long enough to take room in the store. ".repeat(60);

type Settings = NonNullable<NonNullable<GatewayConfig["session"]>["maintenance"]>;

async function arrange(home: TempHome, settings: Settings = {}) {
  const clock = new FakeClock();
  const database = await openDatabase(join(home.stateDir, "clawdbot.db"));
  const store = new SqliteStore(database);
  const media = new MediaStore(join(home.stateDir, "media"));
  const { logger, records } = memoryLog();
  const now = { isIdle: true };
  const config: GatewayConfig = { session: { maintenance: settings } };
  const maintenance = new SessionMaintenance({
    database,
    store,
    media,
    drop: async (ids) => ids.size,
    stateDir: home.stateDir,
    clock,
    log: logger,
    config: () => config,
    isIdle: () => now.isIdle,
  });
  /** A conversation that was touched so many days ago for the last time. */
  const had = async (key: string, daysAgo: number, text = key) => {
    const atMs = clock.now() - daysAgo * DAY;
    await store.patch(key, "main", {}, atMs);
    await store.append(key, textMessage("user", text, atMs), atMs);
  };
  const keys = async () => (await store.list({})).map(({ key }) => key).sort();
  const told = () => maintenanceNow(store, { config, stateDir: home.stateDir, nowMs: clock.now() });
  return { clock, database, store, media, records, now, config, maintenance, had, keys, told };
}

const NOBODYS = ["cron:job", "hook:h1", "subagent:s1", "openai:u1", "openresponses:u2"].map(
  (name) => `agent:main:${name}`,
);
const PEOPLES = [
  ...["agent:main:main", "agent:main:review", "agent:main:fx:dm:bob", "agent:main:openai-user:ann"],
  // Names that somebody chose, which look like others.
  ...["agent:main:fx:channel:cron:c1", "agent:main:fx:channel:c1:thread:hook:t1"],
];

test.describe("conversations that are old", () => {
  test("are erased where nobody had them, and are kept for ever where people did", async ({ home }) => {
    const { had, maintenance, keys, store } = await arrange(home);
    for (const key of [...NOBODYS, ...PEOPLES]) await had(key, 400);
    await had("agent:main:cron:young", 80);

    await maintenance.look();

    expect(await keys()).toEqual([...PEOPLES, "agent:main:cron:young"].sort());
    expect(await store.former("agent:main:cron:job", 10)).toEqual([]);
    await store.close();
  });

  test("are only told where the mode is warn", async ({ home }) => {
    const { had, maintenance, keys, records, told, store } = await arrange(home, {
      mode: "warn",
      pruneAfter: "2w",
    });
    await had("agent:main:cron:old", 15);
    await had("agent:main:cron:young", 13);

    await maintenance.look();

    expect(await keys()).toHaveLength(2);
    expect(records).toMatchObject([{ wouldGo: 1, msg: expect.stringContaining("only warns") }]);
    expect(await told()).toEqual({ mode: "warn", prune: 1, archive: 0, excessBytes: 0 });
    await store.close();
  });

  test("are left alone while something runs or waits in them", async ({ home }) => {
    const { had, maintenance, keys, store, clock } = await arrange(home);
    await had("agent:main:cron:job", 400);
    await store.accept(
      {
        idempotency: { scope: "chat", key: "1" },
        runId: "1",
        sessionKey: "agent:main:cron:job",
        agentId: "main",
        channel: "webchat",
        sender: "me",
        authority: "owner",
        origin: "cron",
        text: "go",
        options: {},
      },
      clock.now() - 300 * DAY,
    );

    await maintenance.look();

    expect(await keys()).toEqual(["agent:main:cron:job"]);
    expect(await store.prune("agent:main:cron:job", clock.now())).toBeUndefined();
    await store.close();
  });

  test("are looked for once a day, and go on to be erased after whoever came in between", async ({
    home,
  }) => {
    const { had, maintenance, keys, now, clock, store } = await arrange(home);
    await had("agent:main:cron:a", 400);
    now.isIdle = false;
    await maintenance.look();
    expect(await keys()).toHaveLength(1);
    now.isIdle = true;
    await maintenance.look();
    expect(await keys()).toEqual([]);

    await had("agent:main:cron:b", 400);
    await maintenance.look();
    expect(await keys()).toHaveLength(1);
    await clock.advance(DAY);
    await maintenance.look();

    expect(await keys()).toEqual([]);
    await store.close();
  });
});

test("of too many conversations the oldest go that nobody had, and none of people's", async ({ home }) => {
  const { had, maintenance, keys, store } = await arrange(home, { maxEntries: 3 });
  for (const [index, key] of NOBODYS.entries()) await had(key, 10 + index);
  await had("agent:main:fx:dm:ann", 300);
  await had("agent:main:fx:dm:bob", 300);

  await maintenance.look();

  expect(await keys()).toEqual(["agent:main:cron:job", "agent:main:fx:dm:ann", "agent:main:fx:dm:bob"]);
  await store.close();
});

test.describe("a store that is too large", () => {
  test("is made smaller by what nobody had first, and by no more than is needed", async ({ home }) => {
    const { had, maintenance, keys, store, config } = await arrange(home);
    await had("agent:main:fx:dm:bob", 300);
    for (let index = 0; index < 20; index += 1)
      await had(`agent:main:cron:${index}`, 20 - index / 100, WORDS);
    const used = await store.usedBytes();
    config.session = { maintenance: { maxDiskBytes: `${Math.floor(used / 1_024) - 20}kb` } };

    await maintenance.look();

    const left = await keys();
    expect(left).toContain("agent:main:fx:dm:bob");
    expect(left).toContain("agent:main:cron:19");
    expect(left).not.toContain("agent:main:cron:0");
    expect(await store.usedBytes()).toBeLessThanOrEqual(used - 20 * 1_024);
    expect(existsSync(join(home.stateDir, "archive"))).toBe(false);
    await store.close();
  });

  test("keeps a conversation whose files a transcript does not hold, however large the store is", async ({
    home,
  }) => {
    const { had, maintenance, keys, store, media, clock } = await arrange(home, { maxDiskBytes: "1kb" });
    const key = "agent:main:fx:dm:bob";
    await had(key, 100, WORDS);
    const mediaId = media.keepNow(Buffer.from("a,b\n1,2\n"));
    const file = { type: "media" as const, mediaId, mimeType: "text/csv", sizeBytes: 8, name: "sums.csv" };
    const atMs = clock.now() - 90 * DAY;
    await store.append(key, { ...textMessage("user", "look", atMs), content: [file] }, atMs);

    await maintenance.look();

    expect(await keys()).toEqual([key]);
    expect(existsSync(join(home.stateDir, "archive"))).toBe(false);
  });

  test("gives away the oldest of people's that rest, told and able to come back", async ({ home }) => {
    const { had, maintenance, keys, store, told, media, records, database } = await arrange(home, {
      maxDiskBytes: "1kb",
    });
    const resting = "agent:main:fx:dm:bob";
    for (const [index, key] of [resting, "agent:main:main", "agent:main:cron:a"].entries())
      await had(key, 100 - index, `${key} ${WORDS}`);
    await store.reset(resting, "main", {}, 1);
    await had(resting, 90, "said later");
    await had("agent:main:fx:dm:ann", 20);
    expect(await told()).toMatchObject({ mode: "enforce", archive: 1, excessBytes: expect.any(Number) });

    await maintenance.look();

    expect(await keys()).toEqual(["agent:main:fx:dm:ann", "agent:main:main"]);
    const folder = join(home.stateDir, "archive");
    const list = join(folder, "agents", "main", "sessions", "sessions.json");
    expect(Object.keys(JSON.parse(readFileSync(list, "utf8")))).toEqual([resting]);
    expect(records.at(-1)).toMatchObject({ conversations: [resting], folder });
    expect((await told()).archived).toMatchObject({ count: 1, folder });
    const histories = await findHistories(folder, async (file) => JSON.parse(readFileSync(file, "utf8")));
    await importHistories(histories, { store: new ImportTables(database), media });
    const back = await store.get(resting);
    const said = await store.history(back?.sessionId ?? "", { limit: 10 });
    expect(said.map(({ message }) => textOf(message))).toEqual(["said later"]);
    expect(await eraseArchived(folder, resting)).toBe(2);
    const rest = readdirSync(folder, { recursive: true }).map(String).sort();
    expect(rest.filter((name) => name.endsWith(".jsonl"))).toEqual([]);
    expect(await eraseArchived(folder, resting)).toBe(0);
    expect(histories.sources.map(({ isFormer }) => isFormer).sort()).toEqual([false, true]);
    await store.close();
  });
});

test("what the configuration says is read with its units, and holds by default", () => {
  expect(maintenanceRules({})).toEqual({
    mode: "enforce",
    pruneAfterMs: 90 * DAY,
    maxEntries: 5_000,
    maxDiskBytes: 2 * 2 ** 30,
    mainKey: "main",
  });
  const own = { mode: "warn", pruneAfter: "36h", maxEntries: 7, maxDiskBytes: "1.5MB" } as const;
  expect(maintenanceRules({ session: { maintenance: own, mainKey: "home" } })).toEqual({
    mode: "warn",
    pruneAfterMs: 1.5 * DAY,
    maxEntries: 7,
    maxDiskBytes: 1.5 * 2 ** 20,
    mainKey: "home",
  });
});

test("the main conversation is never given away, however it is called", () => {
  const session = (key: string) => ({ key, agentId: "main", updatedAtMs: 0, isListed: true });
  const rules = maintenanceRules({ session: { mainKey: "home", maintenance: { maxDiskBytes: "1kb" } } });
  const sessions = ["global", "agent:main:home", "agent:work:home", "agent:main:main"].map(session);

  const { quiet } = maintenancePlan({ sessions, usedBytes: 10_000 }, rules, 100 * DAY);

  expect(quiet.map(({ key }) => key)).toEqual(["agent:main:main"]);
});
