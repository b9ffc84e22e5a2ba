/** Which files of the folder go, with a real store that refers to some of them. */
import { readdirSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "@playwright/test";
import { MediaKeeper } from "../../../../../sidecar/assistant/media/media-keeper.ts";
import { MediaStore } from "../../../../../sidecar/base/media/media-store.ts";
import { openDatabase } from "../../../../../sidecar/base/store/database.ts";
import type { MediaBlock } from "../../../../../sidecar/base/store/message.ts";
import type { Inbound } from "../../../../../sidecar/base/store/session-store.ts";
import { SqliteStore } from "../../../../../sidecar/base/store/sqlite-store.ts";
import { memoryLog } from "../../../../helpers/gateway/silent-log.ts";
import { test as withHome } from "../../../../helpers/home/temp-home.ts";
import { pictureOf } from "../../../../helpers/media/files.ts";
import { FakeClock } from "../../../../helpers/time/fake-clock.ts";

const DAY_MS = 86_400_000;
const NOW = Date.UTC(2026, 5, 1);
const KEY = "agent:main:main";

const test = withHome.extend<{
  store: SqliteStore;
  media: MediaStore;
  clock: FakeClock;
  keeper: MediaKeeper;
}>({
  store: async ({ home }, use) => {
    const store = new SqliteStore(await openDatabase(join(home.stateDir, "clawdbot.db")));
    await use(store);
    await store.close();
  },
  media: async ({ home }, use) => use(new MediaStore(join(home.stateDir, "media"))),
  // biome-ignore lint/correctness/noEmptyPattern: the runner reads the fixture's needs from this pattern.
  clock: async ({}, use) => use(new FakeClock(NOW)),
  keeper: async ({ store, media, clock }, use) =>
    use(new MediaKeeper({ store, media, clock, log: memoryLog().logger, config: () => ({}) })),
});

/** A picture of its own that came so many days ago. */
async function keptBefore(days: number, media: MediaStore, fill: number): Promise<MediaBlock> {
  const kept = await media.keep([pictureOf(100, fill)], { name: "a.png" });
  const atS = (NOW - days * DAY_MS) / 1_000;
  utimesSync(media.pathOf(kept.mediaId), atS, atS);
  return { type: "media", ...kept };
}

const waiting = (key: string, media: MediaBlock[]): Inbound => ({
  idempotency: { scope: "chat", key },
  runId: key,
  sessionKey: KEY,
  agentId: "main",
  channel: "webchat",
  sender: "device",
  authority: "owner",
  origin: "chat",
  text: "look",
  media,
  options: {},
});

const ids = async (media: MediaStore) => (await media.list()).map(({ mediaId }) => mediaId).sort();

test("what nothing has referred to for 30 days goes, what an entry or a waiting message refers to stays", async ({
  store,
  media,
  keeper,
}) => {
  const [inEntry, inQueue, left, young] = [
    await keptBefore(31, media, 1),
    await keptBefore(31, media, 2),
    await keptBefore(31, media, 3),
    await keptBefore(29, media, 4),
  ];
  await store.patch(KEY, "main", {}, NOW);
  await store.append(KEY, { role: "user", content: [inEntry], timestamp: NOW }, NOW);
  await store.accept(waiting("one", [inQueue]), NOW);

  const dropped = await keeper.dropOld();

  expect(dropped).toBe(1);
  expect(await ids(media)).toEqual([inEntry, inQueue, young].map(({ mediaId }) => mediaId).sort());
  expect(await media.look(left.mediaId)).toBeUndefined();
});

test("what an import and an answer on its way out refer to stays", async ({ store, media, keeper }) => {
  const [imported, outgoing] = [await keptBefore(31, media, 1), await keptBefore(31, media, 2)];
  await store.patch(KEY, "main", {}, NOW);
  const raw = { message: { content: [{ type: "image", mediaId: imported.mediaId }] } };
  await store.append(KEY, { role: "user", content: [], timestamp: NOW, imported: raw } as never, NOW);
  const route = { channel: "fixture", account: "default", chat: { kind: "dm" as const, id: "ann" } };
  const payload = {
    text: "here",
    media: [{ path: media.pathOf(outgoing.mediaId), mimeType: "image/png", sizeBytes: 100 }],
  };
  await store.addOutbox([{ kind: "answer", route, payload }], NOW);

  expect(await keeper.dropOld()).toBe(0);
});

test("a store of many entries is looked through in pieces, up to its last one", async ({
  store,
  media,
  keeper,
}) => {
  const last = await keptBefore(31, media, 1);
  await store.patch(KEY, "main", {}, NOW);
  for (let count = 0; count < 2_050; count += 1)
    await store.append(KEY, { role: "user", content: [{ type: "text", text: "hi" }], timestamp: NOW }, NOW);
  await store.append(KEY, { role: "user", content: [last], timestamp: NOW }, NOW);

  expect(await keeper.dropOld()).toBe(0);
  expect([...(await store.mediaOf((await store.get(KEY))?.sessionId ?? ""))]).toEqual([last.mediaId]);
});

test("what was erased goes at once, but for what another conversation has; what came just now goes a moment later", async ({
  store,
  media,
  keeper,
  clock,
}) => {
  const [alone, shared, fresh] = [
    await keptBefore(1, media, 1),
    await keptBefore(1, media, 2),
    await keptBefore(0, media, 3),
  ];
  await store.patch(KEY, "main", {}, NOW);
  await store.append(KEY, { role: "user", content: [shared], timestamp: NOW }, NOW);

  const dropped = await keeper.drop(new Set([alone, shared, fresh].map(({ mediaId }) => mediaId)));

  expect(dropped).toBe(1);
  expect(await ids(media)).toEqual([shared, fresh].map(({ mediaId }) => mediaId).sort());
  clock.advance(120_000);
  await expect.poll(() => ids(media)).toEqual([shared.mediaId]);
  expect(clock.pending).toBe(0);
});

test("it looks a minute after the start and once a day, and no more when it is over", async ({
  media,
  clock,
  keeper,
}) => {
  const gone = async (fill: number) => (await keptBefore(400, media, fill)).mediaId;
  const isThere = async (id: string) => (await media.look(id)) !== undefined;
  const running = keeper.start();

  const first = await gone(1);
  clock.advance(60_000);
  await expect.poll(() => isThere(first)).toBe(false);
  const second = await gone(2);
  clock.advance(DAY_MS);
  await expect.poll(() => isThere(second)).toBe(false);
  running.dispose();

  expect(clock.pending).toBe(0);
});

test("what a writer left behind that was killed goes with it", async ({ media, keeper }) => {
  await keptBefore(1, media, 1);
  writeFileSync(join(media.folder, "in-x.4194304.tmp"), "half of a file");

  await keeper.dropOld();

  expect(readdirSync(media.folder).filter((name) => name.endsWith(".tmp"))).toEqual([]);
});
