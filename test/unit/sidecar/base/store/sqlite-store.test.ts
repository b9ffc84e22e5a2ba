import { join } from "node:path";
import { expect } from "@playwright/test";
import { openDatabase } from "../../../../../sidecar/base/store/database.ts";
import { type Message, textOf } from "../../../../../sidecar/base/store/message.ts";
import type { OutboxPart } from "../../../../../sidecar/base/store/outbox-records.ts";
import type {
  EntryRow,
  Inbound,
  StartedTurn,
  TurnEnd,
} from "../../../../../sidecar/base/store/session-store.ts";
import { SqliteStore } from "../../../../../sidecar/base/store/sqlite-store.ts";
import { test as withHome } from "../../../../helpers/home/temp-home.ts";

const GIVEN_UP = "given up";
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

const block = (words: string, delayMs = 0): OutboxPart => ({
  kind: "answer",
  route: { channel: "fixture", account: "default", chat: { kind: "dm", id: "chat" } },
  payload: { text: words },
  delayMs,
});

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

    const more = inbound("one too many", "one too many", { mostWaiting: 20 });
    await expect(store.accept(more, NOW)).rejects.toMatchObject({ code: "QUEUE_FULL" });

    await store.finish(first?.id ?? "", "me", answer("x"), NOW);
    const next = await store.startNext(KEY, start(), NOW);
    expect(saidIn(next).at(-1)).toBe(`user: ${waiting.join("\n")}`);
    expect(await store.accept(inbound("one too many"), NOW)).toMatchObject({ fresh: true });
  });

  for (const [drop, keys, parts] of [
    [
      "summarize",
      ["a", "b", "c", "d"],
      [/this one begins\) a{160} …$/, /this one begins\) b$/, /^c$/, /^d$/],
    ],
    ["old", ["c", "d"], [/^c$/, /^d$/]],
  ] as const) {
    test(`beyond so many of them the oldest are dealt with: ${drop}`, async ({ store }) => {
      await store.accept(inbound("before"), NOW);
      const before = await store.startNext(KEY, start("me", "before"), NOW);
      for (const key of ["a", "b", "c", "d"])
        await store.accept(inbound(key, key === "a" ? "a".repeat(400) : key), NOW);
      await store.finish(before?.id ?? "", "me", answer("x"), NOW);
      const overflow = { cap: 2, drop };

      const turn = await store.startNext(KEY, { ...start(), overflow }, NOW);

      expect(turn?.overflow).toBe(2);
      expect(turn?.inputs.map(({ key }) => key)).toEqual(keys);
      const shown = turn?.conversation.at(-1)?.message.parts?.map(({ text }) => String(text)) ?? [];
      expect(shown).toEqual(parts.map((part) => expect.stringMatching(part)));
      const said = textOf(turn?.conversation.at(-1)?.message ?? { content: [] });
      expect(said).toBe(drop === "old" ? "c\nd" : `${"a".repeat(400)}\nb\nc\nd`);
    });
  }

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

    expect(await store.recover("after", () => GIVEN_UP, NOW)).toEqual({ again: 1, givenUp: [] });
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

  test("of a process that is gone goes on behind the blocks that were sent, and nothing else that it said counts", async ({
    store,
  }) => {
    await store.accept(inbound("a"), NOW);
    const turn = await store.startNext(KEY, start("before"), NOW);
    const id = turn?.id ?? "";
    expect(await store.addBlock(id, { parts: [block("one")], said: "one" }, NOW)).toBe(true);
    await store.keepPartial(id, "one two thr");
    expect(await store.addBlock(id, { parts: [block("two", 500)], said: "one two" }, NOW)).toBe(true);
    await store.keepPartial(id, "one two three");

    await store.recover("after", () => GIVEN_UP, NOW);
    const again = await store.startNext(KEY, start("after"), NOW);
    await store.finish(id, "after", { ...answer("three"), outbox: [block("three")] }, NOW);

    expect(saidIn(again)).toEqual(["user: a", "assistant: one two"]);
    expect(again?.conversation.at(-1)).toMatchObject({
      state: "ok",
      message: { stopReason: "aborted", goesOn: true },
    });
    const rows = await store.openOutbox("fixture", "default", 10);
    expect(rows.map(({ payload, part, nextAtMs }) => [payload.text, part, nextAtMs - NOW])).toEqual([
      ["one", 1_000, 0],
      ["two", 2_000, 500],
      ["three", 3_000, 0],
    ]);
    expect(new Set(rows.map(({ key }) => key)).size).toBe(3);
    expect(await store.addBlock(id, { parts: [block("late")], said: "late" }, NOW)).toBe(false);
    expect(await store.openOutbox("fixture", "default", 10)).toHaveLength(3);
  });

  test("that is stopped takes back the blocks that nobody has begun to send", async ({ store }) => {
    await store.accept(inbound("a"), NOW);
    const turn = await store.startNext(KEY, start(), NOW);
    const id = turn?.id ?? "";
    await store.addBlock(id, { parts: [block("one")], said: "one" }, NOW);
    await store.addBlock(id, { parts: [block("two")], said: "one two" }, NOW);
    const [first] = await store.openOutbox("fixture", "default", 10);
    await store.claimOutbox(first?.id ?? "", NOW);

    await store.finish(id, "me", answer("one two", "aborted"), NOW);

    const left = await store.openOutbox("fixture", "default", 10);
    expect(left.map(({ payload }) => payload.text)).toEqual(["one"]);
  });

  test("is written through before it is answered, and its start with what comes next", async ({ home }) => {
    const database = await openDatabase(join(home.stateDir, "clawdbot.db"));
    const store = new SqliteStore(database);
    const kept: string[] = [];
    const exec = database.exec.bind(database);
    const how = () => `${database.prepare("PRAGMA synchronous").get()?.synchronous}`;
    database.exec = (sql) => {
      if (sql === "COMMIT") kept.push(how());
      exec(sql);
    };
    await store.accept(inbound("a"), NOW);
    const turn = await store.startNext(KEY, start(), NOW);
    await store.finish(turn?.id ?? "", "me", answer("b"), NOW);

    expect(kept).toEqual(["2", "1", "2"]);
    await store.close();
  });

  test("one by one answers those together that were waited for together", async ({ store }) => {
    const held = { holdMs: 1_000 };
    await store.accept(inbound("a", "a", held), NOW);
    await store.accept(inbound("b", "b", held), NOW + 100);
    await store.accept(inbound("c"), NOW + 2_000);

    const turn = async (runId: string) =>
      await store.startNext(KEY, { ...start("me", runId), isOneByOne: true }, NOW + 3_000);
    const first = await turn("first");
    await store.finish(first?.id ?? "", "me", answer("ab"), NOW + 3_000);

    expect(first?.inputs.map(({ key }) => key)).toEqual(["a", "b"]);
    expect((await turn("second"))?.inputs.map(({ key }) => key)).toEqual(["c"]);
  });

  test("that was cut off twice fails visibly, and the next message is served", async ({ store }) => {
    await store.accept(inbound("a"), NOW);
    await store.startNext(KEY, start("first"), NOW);
    await store.recover("second", () => GIVEN_UP, NOW);
    await store.startNext(KEY, start("second"), NOW);
    await store.accept(inbound("b"), NOW);

    expect(await store.recover("third", () => GIVEN_UP, NOW)).toEqual({
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

  test("that waited for the owner is run again however often it was cut off, and is given up for what comes after", async ({
    store,
  }) => {
    await store.accept(inbound("a"), NOW);
    const cutOff = async (holder: string) => {
      const turn = await store.startNext(KEY, start(holder), NOW);
      return { turn, next: async () => await store.recover(`after ${holder}`, () => GIVEN_UP, NOW) };
    };
    const { turn, next } = await cutOff("one");
    const question = { id: "q", kind: "exec", payload: {}, callId: "c", burst: "b", requestedAtMs: NOW };
    await store.askApproval({ ...question, turnId: turn?.id, expiresAtMs: NOW + 1 });
    const seen = [await next()];
    for (const holder of ["two", "three"]) seen.push(await (await cutOff(holder)).next());
    await store.decideApproval("q", { state: "denied" }, NOW);
    const fourth = await cutOff("four");

    expect(seen).toEqual(Array(3).fill({ again: 1, givenUp: [] }));
    expect(fourth.turn).toMatchObject({ runId: "a", attempts: 2 });
    expect(await fourth.next()).toMatchObject({ again: 0, givenUp: [{ runId: "a" }] });
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

test.describe("a conversation that is taken back", () => {
  /** Two questions, answered. */
  async function talk(store: SqliteStore) {
    for (const key of ["one", "two"]) {
      await store.accept(inbound(key), NOW);
      const turn = await store.startNext(KEY, start(), NOW);
      await store.finish(turn?.id ?? "", "me", answer(`re ${key}`), NOW);
    }
    const { sessionId = "" } = (await store.get(KEY)) ?? {};
    return { sessionId, entries: await store.history(sessionId, { limit: 10 }) };
  }

  test("takes the message and what it stands for, or neither", async ({ store }) => {
    const { sessionId, entries } = await talk(store);
    const to = entries[2]?.id ?? "";

    await expect(store.accept(inbound("x", "x", { rewind: { to, head: to } }), NOW)).rejects.toMatchObject({
      code: "HEAD_MOVED",
    });
    expect(await store.history(sessionId, { limit: 10 })).toEqual(entries);
    expect(await store.run("x")).toBeUndefined();
    const head = entries[3]?.id ?? "";
    expect(await store.accept(inbound("y", "y", { rewind: { to, head } }), NOW)).toEqual({
      fresh: true,
      waits: false,
    });

    expect(saidIn(await store.startNext(KEY, start(), NOW))).toEqual([
      "user: one",
      "assistant: re one",
      "user: y",
    ]);
    expect(await store.entry(sessionId, to)).toMatchObject({ state: "off_path" });
    await expect(store.checkRewind(KEY, { to: null })).rejects.toMatchObject({ code: "SESSION_BUSY" });
  });

  test("leaves nothing of a turn that a crash cut off", async ({ store }) => {
    await store.accept(inbound("one"), NOW);
    for (let attempt = 0; attempt < 2; attempt += 1) {
      const turn = await store.startNext(KEY, start("dead"), NOW);
      await store.keepPartial(turn?.id ?? "", "half of an");
      await store.recover("me", () => GIVEN_UP, NOW);
    }

    await store.accept(inbound("two", "two", { rewind: { to: null } }), NOW);

    expect(saidIn(await store.startNext(KEY, start(), NOW))).toEqual(["user: two"]);
    const { sessionId = "" } = (await store.get(KEY)) ?? {};
    const shown = await store.history(sessionId, { limit: 10 });
    expect(textsOf(shown.map(({ message }) => message))).toEqual(["user: two"]);
  });

  test("takes no summary of what is gone meanwhile", async ({ store }) => {
    const { sessionId, entries } = await talk(store);
    const summaryBefore = (kept: EntryRow | undefined): Message => ({
      ...said("assistant", "summed up"),
      compaction: {
        firstKeptSeq: kept?.seq ?? 0,
        firstKeptEntryId: kept?.id ?? "",
        tokensBefore: 1,
        coveredHash: "",
      },
    });

    await store.accept(inbound("again", "again", { rewind: { to: entries[2]?.id ?? "" } }), NOW);

    expect(await store.appendCompaction(KEY, sessionId, summaryBefore(entries[2]), NOW)).toBeUndefined();
    expect(await store.appendCompaction(KEY, sessionId, summaryBefore(entries[1]), NOW)).toMatchObject({
      type: "compaction",
    });
  });
});

test.describe("a message that waits", () => {
  test("can be seen, changed with what is known of it, and taken back", async ({ store }) => {
    await store.accept(inbound("a"), NOW);
    const first = await store.startNext(KEY, start(), NOW);
    await store.accept(inbound("b", "b", { parts: { text: "b", quote: "x" } }), NOW + 1);
    await store.accept(inbound("c"), NOW + 2);

    expect(await store.rewrite(KEY, "b", "better")).toBe(true);
    expect(await store.withdraw(KEY, "c")).toBe(true);
    expect([await store.withdraw(KEY, "c"), await store.rewrite(KEY, "a", "x")]).toEqual([false, false]);

    expect(await store.waiting(KEY)).toEqual([
      {
        key: "b",
        text: "better",
        channel: "webchat",
        sender: "device",
        authority: "owner",
        receivedAtMs: NOW + 1,
      },
    ]);
    expect(await store.run("c")).toEqual({ state: "aborted", result: undefined });
    await store.finish(first?.id ?? "", "me", answer("one"), NOW);
    const second = await store.startNext(KEY, start(), NOW);
    expect(second?.inputs).toMatchObject([
      { key: "b", text: "better", parts: { text: "better", quote: "x" } },
    ]);
  });

  test("joins the turn that runs when it is asked to, before what came earlier", async ({ store }) => {
    await store.accept(inbound("a"), NOW);
    const turn = await store.startNext(KEY, start(), NOW);
    for (const key of ["b", "c"]) await store.accept(inbound(key), NOW + 1);
    await store.accept(inbound("d", "d", { authority: "trusted" }), NOW + 1);

    expect(await store.askSteer(KEY, "c")).toBe("a");
    expect([await store.askSteer(KEY, "d"), await store.askSteer(KEY, "z")]).toEqual([undefined, undefined]);

    expect(await store.isSteerAsked(turn?.id ?? "")).toBe(true);
    const joined = await store.steerAsked(turn?.id ?? "", "me", NOW + 2);
    expect(joined).toMatchObject({ sessionKey: KEY, runId: "a", keys: ["c"] });
    expect(textsOf((joined?.entries ?? []).map(({ message }) => message))).toEqual(["user: c"]);
    expect(await store.isSteerAsked(turn?.id ?? "")).toBe(false);
    expect((await store.waiting(KEY)).map(({ key }) => key)).toEqual(["b", "d"]);
    expect(await store.accept(inbound("c"), NOW)).toMatchObject({ fresh: false, state: "running" });
  });
});
