import { join } from "node:path";
import { expect } from "@playwright/test";
import { openDatabase } from "../../../../../sidecar/base/store/database.ts";
import { type Message, textOf } from "../../../../../sidecar/base/store/message.ts";
import type { Inbound, StartedTurn, TurnEnd } from "../../../../../sidecar/base/store/session-store.ts";
import { SqliteStore } from "../../../../../sidecar/base/store/sqlite-store.ts";
import { test as withHome } from "../../../../helpers/home/temp-home.ts";

const NOW = 1_700_000_000_000;
const KEY = "agent:main:main";

const test = withHome.extend<{ store: SqliteStore }>({
  store: async ({ home }, use) => {
    const store = new SqliteStore(await openDatabase(join(home.stateDir, "clawdbot.db")));
    await use(store);
    await store.close();
  },
});

function inbound(key: string, text = key, more: Partial<Inbound> = {}): Inbound {
  return {
    idempotency: { scope: "chat", key },
    runId: key,
    sessionKey: KEY,
    agentId: "main",
    channel: "webchat",
    sender: "device",
    authority: "owner",
    origin: "chat",
    text,
    options: {},
    ...more,
  };
}

const said = (role: Message["role"], text: string): Message => ({
  role,
  content: [{ type: "text", text }],
  timestamp: NOW,
});

function answer(text: string, state: TurnEnd["state"] = "done"): TurnEnd {
  const usage = {
    input: 3,
    output: 4,
    cacheRead: 0,
    cacheWrite: 0,
    totalTokens: 7,
    cost: { input: 0, output: 0, cacheRead: 0, cacheWrite: 0, total: 0.5 },
  };
  return {
    state,
    messages: [said("assistant", text)],
    result: {
      status: "ok",
      text,
      sessionId: "s",
      startedAtMs: NOW,
      endedAtMs: NOW,
      provider: "local",
      model: "echo",
      usage,
    },
  };
}

const start = (holder = "me", runId = "later") => ({ holder, runId, limit: 100 });
const textsOf = (messages: readonly Message[]) =>
  messages.map((message) => `${message.role}: ${textOf(message)}`);

const saidIn = (turn: StartedTurn | undefined) =>
  textsOf((turn?.conversation ?? []).map(({ message }) => message));

test.describe("a message", () => {
  test("is taken once, and its repeat is told what became of it", async ({ store }) => {
    expect(await store.accept(inbound("a", "hello"), NOW)).toEqual({ fresh: true, waits: false });
    expect(await store.accept(inbound("a", "hello"), NOW)).toMatchObject({ fresh: false, state: "queued" });

    const turn = await store.startNext(KEY, start(), NOW + 1);
    expect(turn).toMatchObject({ runId: "a", attempts: 1, sessionKey: KEY });
    expect(saidIn(turn)).toEqual(["user: hello"]);
    expect(await store.accept(inbound("a", "hello"), NOW)).toMatchObject({ fresh: false, state: "running" });

    expect(await store.finish(turn?.id ?? "", "me", answer("hi"), NOW + 2)).toBe(true);
    expect(await store.accept(inbound("a", "hello"), NOW)).toMatchObject({
      fresh: false,
      runId: "a",
      state: "done",
      result: { text: "hi" },
    });
    const { sessionId = "" } = (await store.get(KEY)) ?? {};
    const history = await store.history(sessionId, { limit: 10 });
    expect(textsOf(history.map(({ message }) => message))).toEqual(["user: hello", "assistant: hi"]);
  });

  test("is a new one when its key is used again a day later", async ({ store }) => {
    await store.accept(inbound("a"), NOW);

    expect(await store.accept(inbound("a"), NOW + 86_400_001)).toMatchObject({ fresh: true });
  });

  test("waits while a turn of its session runs, and what waits becomes one turn in the order it came", async ({
    store,
  }) => {
    await store.accept(inbound("a"), NOW);
    const first = await store.startNext(KEY, start(), NOW);
    for (const key of ["b", "c", "d"]) {
      expect(await store.accept(inbound(key), NOW)).toEqual({ fresh: true, waits: true });
    }
    expect(await store.startNext(KEY, start(), NOW)).toBeUndefined();
    expect(await store.run("c")).toEqual({ state: "waiting", result: undefined });

    await store.finish(first?.id ?? "", "me", answer("one"), NOW);
    expect(await store.pending()).toEqual([KEY]);
    const second = await store.startNext(KEY, start("me", "together"), NOW);

    expect(second?.runId).toBe("together");
    expect(saidIn(second)).toEqual(["user: a", "assistant: one", "user: b\nc\nd"]);
    expect(await store.accept(inbound("c"), NOW)).toMatchObject({ fresh: false, state: "running" });
    await store.finish(second?.id ?? "", "me", answer("two"), NOW);
    expect(await store.pending()).toEqual([]);
  });

  test("is never put together with one of another authority", async ({ store }) => {
    await store.accept(inbound("a"), NOW);
    const first = await store.startNext(KEY, start(), NOW);
    await store.accept(inbound("b"), NOW);
    await store.accept(inbound("c", "c", { authority: "trusted" }), NOW);
    await store.accept(inbound("d"), NOW);
    await store.finish(first?.id ?? "", "me", answer("one"), NOW);

    const turns = [];
    for (
      let turn = await store.startNext(KEY, start(), NOW);
      turn;
      turn = await store.startNext(KEY, start(), NOW)
    ) {
      turns.push(saidIn(turn).at(-1));
      await store.finish(turn.id, "me", answer("x"), NOW);
    }

    expect(turns).toEqual(["user: b", "user: c", "user: d"]);
  });

  test("is not taken when twenty wait already, and none of those is lost", async ({ store }) => {
    await store.accept(inbound("first"), NOW);
    const first = await store.startNext(KEY, start(), NOW);
    const waiting = Array.from({ length: 20 }, (_, index) => `m${index}`);
    for (const key of waiting) await store.accept(inbound(key), NOW);

    await expect(store.accept(inbound("one too many"), NOW)).rejects.toMatchObject({ code: "QUEUE_FULL" });

    await store.finish(first?.id ?? "", "me", answer("x"), NOW);
    const next = await store.startNext(KEY, start(), NOW);
    expect(saidIn(next).at(-1)).toBe(`user: ${waiting.join("\n")}`);
    expect(await store.accept(inbound("one too many"), NOW)).toMatchObject({ fresh: true });
  });

  test("of one session waits for none of another", async ({ store }) => {
    await store.accept(inbound("a"), NOW);
    await store.startNext(KEY, start(), NOW);

    expect(await store.accept(inbound("b", "b", { sessionKey: "agent:main:side" }), NOW)).toEqual({
      fresh: true,
      waits: false,
    });
    expect((await store.startNext("agent:main:side", start(), NOW))?.runId).toBe("b");
  });
});

test.describe("a turn", () => {
  test("ends by the hand that runs it alone, and once", async ({ store }) => {
    await store.accept(inbound("a"), NOW);
    const turn = await store.startNext(KEY, start("me"), NOW);

    expect(await store.finish(turn?.id ?? "", "somebody else", answer("no"), NOW)).toBe(false);
    expect(await store.finish(turn?.id ?? "", "me", answer("yes"), NOW)).toBe(true);
    expect(await store.finish(turn?.id ?? "", "me", answer("again"), NOW)).toBe(false);

    const { sessionId = "", fields } = (await store.get(KEY)) ?? {};
    expect(textsOf((await store.history(sessionId, { limit: 9 })).map(({ message }) => message))).toEqual([
      "user: a",
      "assistant: yes",
    ]);
    expect(fields).toMatchObject({
      modelProvider: "local",
      model: "echo",
      totalTokens: 7,
      abortedLastRun: false,
    });
  });

  test("of a process that is gone is run again, and what it had said is shown and not sent", async ({
    store,
  }) => {
    await store.accept(inbound("a"), NOW);
    const turn = await store.startNext(KEY, start("before"), NOW);
    await store.keepPartial(turn?.id ?? "", "half an ans");

    expect(await store.recover("after", NOW)).toEqual({ again: 1, givenUp: [] });
    const again = await store.startNext(KEY, start("after"), NOW);

    expect(again).toMatchObject({ id: turn?.id, runId: "a", attempts: 2 });
    expect(saidIn(again)).toEqual(["user: a"]);
    expect(await store.finish(turn?.id ?? "", "before", answer("late"), NOW)).toBe(false);
    await store.finish(again?.id ?? "", "after", answer("whole answer"), NOW);
    const { sessionId = "" } = (await store.get(KEY)) ?? {};
    const history = await store.history(sessionId, { limit: 9 });
    expect(history.map(({ state, message }) => [state, ...textsOf([message])])).toEqual([
      ["ok", "user: a"],
      ["partial", "assistant: half an ans"],
      ["ok", "assistant: whole answer"],
    ]);
  });

  test("that was cut off twice fails visibly, and the next message is served", async ({ store }) => {
    await store.accept(inbound("a"), NOW);
    await store.startNext(KEY, start("first"), NOW);
    await store.recover("second", NOW);
    await store.startNext(KEY, start("second"), NOW);
    await store.accept(inbound("b"), NOW);

    expect(await store.recover("third", NOW)).toEqual({
      again: 0,
      givenUp: [{ sessionKey: KEY, runId: "a" }],
    });

    expect(await store.run("a")).toMatchObject({ state: "failed", result: { status: "error" } });
    const { sessionId = "" } = (await store.get(KEY)) ?? {};
    expect((await store.history(sessionId, { limit: 9 })).at(-1)?.message).toMatchObject({
      stopReason: "error",
    });
    expect((await store.startNext(KEY, start("third", "next"), NOW))?.runId).toBe("next");
  });

  test("that ends after a reset tells the new conversation nothing", async ({ store }) => {
    await store.accept(inbound("a"), NOW);
    const turn = await store.startNext(KEY, start(), NOW);
    const fresh = await store.reset(KEY, "main", {}, NOW + 1);

    await store.finish(turn?.id ?? "", "me", answer("late"), NOW + 2);

    expect(await store.get(KEY)).toMatchObject({ sessionId: fresh.sessionId, fields: {} });
    expect(await store.history(fresh.sessionId, { limit: 9 })).toEqual([]);
    const former = await store.history(turn?.sessionId ?? "", { limit: 9 });
    expect(textsOf(former.map(({ message }) => message))).toEqual(["user: a", "assistant: late"]);
  });
});

test.describe("sessions", () => {
  test("are listed newest first, by what is asked for", async ({ store }) => {
    await store.patch("agent:main:a", "main", { label: "First", displayName: "Ünal 100%" }, NOW);
    await store.patch("agent:main:b", "main", { spawnedBy: "agent:main:a" }, NOW + 1);
    await store.patch("agent:other:c", "other", {}, NOW + 2);
    const keys = async (query: Parameters<typeof store.list>[0]) =>
      (await store.list(query)).map(({ key }) => key);

    expect(await keys({})).toEqual(["agent:other:c", "agent:main:b", "agent:main:a"]);
    expect(await keys({ limit: 1 })).toEqual(["agent:other:c"]);
    expect(await keys({ agentId: "main" })).toEqual(["agent:main:b", "agent:main:a"]);
    expect(await keys({ label: "First" })).toEqual(["agent:main:a"]);
    expect(await keys({ spawnedBy: "agent:main:a" })).toEqual(["agent:main:b"]);
    expect(await keys({ search: "100%" })).toEqual(["agent:main:a"]);
    expect(await keys({ search: "fIRST" })).toEqual(["agent:main:a"]);
    expect(await keys({ search: "_" })).toEqual([]);
    expect(await keys({ updatedSinceMs: NOW + 2 })).toEqual(["agent:other:c"]);
    expect(await store.count()).toBe(3);
    expect(await store.count("main")).toBe(2);
  });

  test("take a label once, and give it back", async ({ store }) => {
    await store.patch("agent:main:a", "main", { label: "Work" }, NOW);

    await expect(store.patch("agent:main:b", "main", { label: "Work" }, NOW)).rejects.toMatchObject({
      code: "LABEL_TAKEN",
      message: "label already in use: Work",
    });
    expect(await store.get("agent:main:b")).toBeUndefined();
    await store.patch("agent:main:a", "main", { label: null }, NOW);
    expect((await store.patch("agent:main:b", "main", { label: "Work" }, NOW)).fields).toEqual({
      label: "Work",
    });
  });

  test("that are archived are in no list, keep what was said, and begin anew when somebody writes", async ({
    store,
  }) => {
    await store.patch(KEY, "main", { label: "Old" }, NOW);
    const { sessionId = "" } = (await store.get(KEY)) ?? {};
    await store.append(KEY, said("assistant", "a note"), NOW);

    expect(await store.archive(KEY, "deleted", NOW)).toBe(true);
    expect(await store.archive(KEY, "deleted", NOW)).toBe(false);

    expect(await store.list({})).toEqual([]);
    expect(await store.append(KEY, said("assistant", "too late"), NOW)).toBeUndefined();
    expect(await store.history(sessionId, { limit: 9 })).toHaveLength(1);
    await store.accept(inbound("a"), NOW);
    expect((await store.get(KEY))?.sessionId).not.toBe(sessionId);
  });

  test("show their history page by page", async ({ store }) => {
    await store.patch(KEY, "main", {}, NOW);
    const { sessionId = "" } = (await store.get(KEY)) ?? {};
    for (let count = 1; count <= 5; count += 1) await store.append(KEY, said("user", String(count)), NOW);

    const last = await store.history(sessionId, { limit: 2 });
    const before = await store.history(sessionId, { limit: 2, beforeSeq: last[0]?.seq ?? 0 });

    expect(textsOf([...before, ...last].map(({ message }) => message))).toEqual([
      "user: 2",
      "user: 3",
      "user: 4",
      "user: 5",
    ]);
    expect(await store.firstUserText(sessionId)).toBe("1");
  });
});

test("what was said can be neither changed nor taken away", async ({ home }) => {
  const database = await openDatabase(join(home.stateDir, "clawdbot.db"));
  const store = new SqliteStore(database);
  await store.patch(KEY, "main", {}, NOW);
  await store.append(KEY, said("user", "mine"), NOW);

  expect(() => database.exec("UPDATE entries SET body = 'other'")).toThrow("entries are only added");
  expect(() => database.exec("DELETE FROM entries")).toThrow("entries are only added");
  await store.close();
});
