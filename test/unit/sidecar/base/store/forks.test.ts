/** Threads that go on from the conversation of their room: what a model is sent of it, and what becomes of it when the room's changes. */
import { join } from "node:path";
import { expect } from "@playwright/test";
import { markdownLines, transcriptLines } from "../../../../../sidecar/assistant/import/export.ts";
import { MediaStore } from "../../../../../sidecar/base/media/media-store.ts";
import { openDatabase } from "../../../../../sidecar/base/store/database.ts";
import { textMessage, textOf } from "../../../../../sidecar/base/store/message.ts";
import type { Inbound } from "../../../../../sidecar/base/store/session-store.ts";
import { ImportTables } from "../../../../../sidecar/base/store/sqlite/import.ts";
import { SqliteStore } from "../../../../../sidecar/base/store/sqlite-store.ts";
import { test as withHome } from "../../../../helpers/home/temp-home.ts";

const ROOM = "agent:main:fx:channel:c1";
const THREAD = `${ROOM}:thread:t1`;

interface World {
  store: SqliteStore;
  /** Says it, has it answered with `re: …`, and returns what a model is sent for it. */
  say: (key: string, text: string, more?: Partial<Inbound>) => Promise<string[]>;
  /** In the thread `t1` that hangs on the message. */
  sayInThread: (text: string, parentId?: string) => Promise<string[]>;
  sessionIdOf: (key: string) => Promise<string>;
  sentTo: (key: string) => Promise<string[]>;
  sumUp: (key: string, summary: string, keptFrom: string) => Promise<string | undefined>;
  file: string;
}

const test = withHome.extend<{ world: World }>({
  world: async ({ home }, use) => {
    const file = join(home.stateDir, "clawdbot.db");
    const store = new SqliteStore(await openDatabase(file));
    let now = 0;
    const sessionIdOf = async (key: string) => (await store.get(key))?.sessionId ?? "";
    const sent = async (key: string) => await store.conversation(await sessionIdOf(key), 100);
    const wordsOf = (entries: Awaited<ReturnType<typeof sent>>) =>
      entries.map(({ message }) => textOf(message));
    const world: World = {
      store,
      file,
      sessionIdOf,
      sentTo: async (key) => wordsOf(await sent(key)),
      say: async (sessionKey, text, more = {}) => {
        now += 10;
        const thread = more.thread ?? "";
        const route = {
          channel: "fx",
          account: "default",
          chat: { kind: "channel" as const, id: "c1" },
          ...(thread === "" ? {} : { thread }),
        };
        await store.accept(
          {
            idempotency: { scope: "channel", key: text },
            runId: text,
            sessionKey,
            agentId: "main",
            channel: "fx",
            account: "default",
            chat: "c1",
            thread,
            dedupe: `id-${text}`,
            sender: "ann",
            authority: "owner",
            origin: "channel",
            text,
            route,
            parts: { messageId: `id-${text}` },
            options: {},
            ...more,
          },
          now,
        );
        const turn = await store.startNext(sessionKey, { holder: "me", runId: text, limit: 100 }, now);
        const answer = `re: ${text}`;
        const result = {
          status: "ok" as const,
          text: answer,
          sessionId: "",
          startedAtMs: now,
          endedAtMs: now,
        };
        await store.finish(
          turn?.id ?? "",
          "me",
          {
            state: "done",
            messages: [textMessage("assistant", answer, now)],
            result: { ...result, provider: "", model: "", usage: undefined },
            outbox: [{ kind: "answer", route, payload: { text: answer } }],
          },
          now,
        );
        const [part] = await store.openOutbox("fx", "default", 1);
        await store.settleOutbox(
          part?.id ?? "",
          { state: "sent", evidence: { messageId: `id-${answer}` } },
          now,
        );
        return wordsOf([...(turn?.conversation ?? [])]);
      },
      sayInThread: async (text, parentId) =>
        await world.say(THREAD, text, {
          thread: "t1",
          ...(parentId === undefined ? {} : { forkOf: { sessionKey: ROOM, messageId: parentId } }),
        }),
      sumUp: async (key, summary, keptFrom) => {
        const kept = (await sent(key)).find(({ message }) => textOf(message) === keptFrom);
        const compaction = {
          firstKeptSeq: kept?.seq ?? 0,
          firstKeptEntryId: kept?.id ?? "",
          tokensBefore: 1,
          coveredHash: "",
        };
        const message = { ...textMessage("user", summary, now), compaction };
        return (await store.appendCompaction(key, await sessionIdOf(key), message, now))?.id;
      },
    };
    await use(world);
    await store.close();
  },
});

test.describe("a new thread", () => {
  test("goes on from the room's conversation up to the message that it hangs on", async ({ world }) => {
    await world.say(ROOM, "one");
    await world.say(ROOM, "two");

    const sent = await world.sayInThread("in the thread", "id-re: one");
    await world.say(ROOM, "three");

    expect(sent).toEqual(["one", "re: one", "in the thread"]);
    expect(await world.sayInThread("again", "id-two")).toEqual([...sent, "re: in the thread", "again"]);
    expect(await world.sentTo(ROOM)).toEqual(["one", "re: one", "two", "re: two", "three", "re: three"]);
  });

  test("hangs on what a person wrote as well as on an answer", async ({ world }) => {
    await world.say(ROOM, "one");
    await world.say(ROOM, "two");

    expect(await world.sayInThread("hi", "id-two")).toEqual(["one", "re: one", "two", "hi"]);
  });

  test("copies nothing: people see its own messages, and where it goes on from", async ({ world }) => {
    const { store, sessionIdOf } = world;
    await world.say(ROOM, "one");
    await world.sayInThread("hi", "id-re: one");

    const shown = await store.history(await sessionIdOf(THREAD), { limit: 10 });
    const point = await store.forkPoint(await sessionIdOf(THREAD));

    expect(shown.map(({ message }) => textOf(message))).toEqual(["hi", "re: hi"]);
    expect(point?.sessionKey).toBe(ROOM);
    const common = await store.entry(await sessionIdOf(ROOM), point?.entryId ?? "");
    expect(common && textOf(common.message)).toBe("re: one");
    expect(await store.firstUserText(await sessionIdOf(THREAD))).toBe("hi");
    expect(await store.forkPoint(await sessionIdOf(ROOM))).toBeUndefined();
  });

  for (const [what, forkOf] of [
    ["on no message", undefined],
    ["on a message that nobody knows", { sessionKey: ROOM, messageId: "id-other" }],
    ["in a room without a conversation", { sessionKey: "agent:main:fx:channel:c2", messageId: "id-one" }],
  ] as const) {
    test(`begins by itself where it hangs ${what}`, async ({ world }) => {
      await world.say(ROOM, "one");

      expect(await world.say(THREAD, "hi", { thread: "t1", forkOf })).toEqual(["hi"]);
    });
  }

  test("takes nothing of another chat, though its message has the same name", async ({ world }) => {
    const direct = "agent:main:main";
    await world.say(direct, "one", { chat: "dm-ann" });
    await world.say(ROOM, "in the room");

    // Named as the room's, and as that of the direct conversation.
    expect(await world.sayInThread("hi", "id-one")).toEqual(["hi"]);
    const forkOf = { sessionKey: direct, messageId: "id-in the room" };
    expect(await world.say(`${ROOM}:thread:t2`, "ho", { thread: "t2", forkOf })).toEqual(["ho"]);
  });
});

test.describe("what a thread goes on from", () => {
  test("is that of the summary which the room had then, whatever is summed up later", async ({ world }) => {
    for (const text of ["one", "two", "three"]) await world.say(ROOM, text);
    await world.sumUp(ROOM, "early", "two");
    await world.say(ROOM, "four");
    await world.sayInThread("hi", "id-re: four");
    const before = ["early", "two", "re: two", "three", "re: three", "four", "re: four", "hi", "re: hi"];
    expect(await world.sentTo(THREAD)).toEqual(before);

    await world.sumUp(ROOM, "later", "four");

    expect(await world.sentTo(THREAD)).toEqual(before);
  });

  test("is summed up with the thread, in the middle of it or behind it", async ({ world }) => {
    for (const text of ["one", "two"]) await world.say(ROOM, text);
    await world.sayInThread("hi", "id-re: two");
    await world.sumUp(THREAD, "sum", "two");
    expect(await world.sentTo(THREAD)).toEqual(["sum", "two", "re: two", "hi", "re: hi"]);

    await world.sayInThread("ho");
    await world.sumUp(THREAD, "sum of all", "ho");

    expect(await world.sentTo(THREAD)).toEqual(["sum of all", "ho", "re: ho"]);
    expect(await world.sentTo(ROOM)).toEqual(["one", "re: one", "two", "re: two"]);
  });

  test("counts among as much as a model is sent, the newest first", async ({ world }) => {
    for (const text of ["one", "two"]) await world.say(ROOM, text);
    await world.sayInThread("hi", "id-re: two");
    const sessionId = await world.sessionIdOf(THREAD);
    const sent = async (limit: number) =>
      (await world.store.conversation(sessionId, limit)).map(({ message }) => textOf(message));

    expect(await sent(2)).toEqual(["hi", "re: hi"]);
    expect(await sent(3)).toEqual(["re: two", "hi", "re: hi"]);
  });

  test("stays when the room begins anew; a thread on an old message then begins by itself", async ({
    world,
  }) => {
    await world.say(ROOM, "one");
    await world.sayInThread("hi", "id-re: one");

    await world.store.reset(ROOM, "main", {}, 500);

    expect(await world.sentTo(THREAD)).toEqual(["one", "re: one", "hi", "re: hi"]);
    const forkOf = { sessionKey: ROOM, messageId: "id-re: one" };
    expect(await world.say(`${ROOM}:thread:t2`, "ho", { thread: "t2", forkOf })).toEqual(["ho"]);
  });

  test("goes with what is taken back in the room", async ({ world }) => {
    for (const text of ["one", "two"]) await world.say(ROOM, text);
    await world.sayInThread("hi", "id-re: two");
    const entries = await world.store.history(await world.sessionIdOf(ROOM), { limit: 10 });
    const two = entries.find(({ message }) => textOf(message) === "two");

    await world.say(ROOM, "instead", { rewind: { to: two?.id ?? null } });

    expect(await world.sentTo(THREAD)).toEqual(["one", "re: one", "hi", "re: hi"]);
    expect(await world.store.forkPoint(await world.sessionIdOf(THREAD))).toBeUndefined();
    expect(await world.sumUp(THREAD, "sum", "hi")).toBeDefined();
  });

  test("is left behind by a reset in the thread, and comes back when that is undone", async ({ world }) => {
    const { store } = world;
    await world.say(ROOM, "one");
    await world.sayInThread("hi", "id-re: one");

    await store.reset(THREAD, "main", {}, 500);
    expect(await world.sayInThread("anew", "id-re: one")).toEqual(["anew"]);
    await store.undoReset(THREAD, 0, 600);

    expect(await world.sentTo(THREAD)).toEqual(["one", "re: one", "hi", "re: hi"]);
  });

  test("is kept with the room's conversation where that is only put away", async ({ world }) => {
    await world.say(ROOM, "one");
    await world.sayInThread("hi", "id-re: one");

    await world.store.archive(ROOM, "deleted", 500);

    expect(await world.sentTo(THREAD)).toEqual(["one", "re: one", "hi", "re: hi"]);
  });

  test("is gone with the room's conversation, and so is every summary that holds something of it", async ({
    world,
  }) => {
    const { store, sentTo } = world;
    await world.say(ROOM, "one");
    await world.sayInThread("hi", "id-re: one");
    await world.sayInThread("ho");
    await world.sumUp(THREAD, "one was said", "ho");

    const erased = await store.erase(ROOM);

    expect(erased).toMatchObject({ entries: 3, conversations: 1 });
    expect(await sentTo(THREAD)).toEqual(["hi", "re: hi", "ho", "re: ho"]);
    expect(await store.forkPoint(await world.sessionIdOf(THREAD))).toBeUndefined();
    expect(await world.sayInThread("more", "id-re: one")).toEqual([
      ...(await sentTo(THREAD)).slice(0, 4),
      "more",
    ]);
  });

  test("cannot be erased while the thread is answered", async ({ world }) => {
    const { store } = world;
    await world.say(ROOM, "one");
    await world.sayInThread("hi", "id-re: one");
    const more = { idempotency: { scope: "channel", key: "x" }, runId: "x", sessionKey: THREAD };
    await store.accept({ ...INBOUND, ...more }, 900);
    await store.startNext(THREAD, { holder: "me", runId: "x", limit: 1 }, 900);

    await expect(store.erase(ROOM)).rejects.toMatchObject({ code: "SESSION_BUSY" });
  });

  test("is not pruned as long as the thread is there", async ({ world }) => {
    const { store } = world;
    await world.say(ROOM, "one");
    await world.sayInThread("hi", "id-re: one");
    const heldKeys = async () => (await store.holdings()).sessions.map(({ key }) => key);

    expect(await heldKeys()).toEqual([THREAD]);
    expect(await store.prune(ROOM, Number.MAX_SAFE_INTEGER)).toBeUndefined();
    expect(await store.prune(THREAD, Number.MAX_SAFE_INTEGER)).toMatchObject({ entries: 3 });
    expect(await heldKeys()).toEqual([ROOM]);
    expect(await store.prune(ROOM, Number.MAX_SAFE_INTEGER)).toMatchObject({ entries: 2 });
  });

  test("stays when the thread is erased", async ({ world }) => {
    await world.say(ROOM, "one");
    await world.sayInThread("hi", "id-re: one");

    await world.store.erase(THREAD);

    expect(await world.sentTo(ROOM)).toEqual(["one", "re: one"]);
  });

  test("is still there in a store that was closed and opened, as a backup is", async ({ world, home }) => {
    await world.say(ROOM, "one");
    await world.sayInThread("hi", "id-re: one");
    const sessionId = await world.sessionIdOf(THREAD);
    const copy = join(home.stateDir, "copy.db");
    (await openDatabase(world.file)).exec(`VACUUM INTO '${copy}'`);

    const restored = new SqliteStore(await openDatabase(copy));
    const sent = await restored.conversation(sessionId, 10);
    await restored.close();

    expect(sent.map(({ message }) => textOf(message))).toEqual(["one", "re: one", "hi", "re: hi"]);
  });

  test("is exported with the thread, which stands for itself elsewhere", async ({ world, home }) => {
    await world.say(ROOM, "one");
    await world.say(ROOM, "two");
    await world.sayInThread("hi", "id-re: one");

    const tables = new ImportTables(await openDatabase(world.file));
    const session = tables.find(THREAD);
    const media = new MediaStore(join(home.stateDir, "media"));
    const [header, ...lines] = session === undefined ? [] : [...transcriptLines(session, tables, media)];
    const markdown = session === undefined ? [] : [...markdownLines(session, tables)];
    tables.close();

    expect(JSON.parse(header ?? "")).toMatchObject({ type: "session", id: session?.sessionId });
    const entries = lines.map((line) => JSON.parse(line));
    expect(entries.map(({ message }) => textOf(message))).toEqual(["one", "re: one", "hi", "re: hi"]);
    expect(entries.map(({ parentId }) => parentId)).toEqual([
      null,
      ...entries.slice(0, -1).map(({ id }) => id),
    ]);
    expect(markdown.filter((line) => line !== "" && !line.startsWith("#"))).toEqual([
      "one",
      "re: one",
      "hi",
      "re: hi",
    ]);
  });
});

const INBOUND: Inbound = {
  idempotency: { scope: "channel", key: "" },
  runId: "",
  sessionKey: "",
  agentId: "main",
  channel: "fx",
  sender: "ann",
  authority: "owner",
  origin: "channel",
  text: "while",
  options: {},
};
