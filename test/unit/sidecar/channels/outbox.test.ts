/** The delivery loop on a real store, with a platform inside the test and time of its own. */
import { expect, test } from "@playwright/test";
import { openDatabase } from "../../../../sidecar/base/store/database.ts";
import type { OutboxPart } from "../../../../sidecar/base/store/outbox-records.ts";
import type { Route } from "../../../../sidecar/base/store/route.ts";
import type { SessionStore } from "../../../../sidecar/base/store/session-store.ts";
import { SqliteStore } from "../../../../sidecar/base/store/sqlite-store.ts";
import { type ChannelConnection, ChannelError } from "../../../../sidecar/channels/channel.ts";
import { Delivery } from "../../../../sidecar/channels/outbox.ts";
import { fixtureChannel } from "../../../fixtures/channel/channel.ts";
import { memoryLog } from "../../../helpers/gateway/silent-log.ts";
import { createTempHome } from "../../../helpers/home/temp-home.ts";
import { FakeClock } from "../../../helpers/time/fake-clock.ts";

const HOUR = 3_600_000;

interface World {
  store: SessionStore;
  clock: FakeClock;
  sent: { chat: string; text: string; atMs: number }[];
  /** What the next sends throw. */
  failures: ChannelError[];
  /** How often the store still refuses, as on a full disk: to take a part up, or to keep what became of it. */
  refusals: { claim: number; settle: number };
  /** How often it was asked for that. */
  asked: { claim: number; settle: number };
  delivery: () => Delivery;
  /** Lets everything that is under way come to its end. */
  settle: () => Promise<void>;
}

async function withWorld(use: (world: World) => Promise<void>): Promise<void> {
  const home = createTempHome();
  const store = new SqliteStore(await openDatabase(`${home.path}/store.db`));
  const clock = new FakeClock();
  const world: World = {
    store,
    clock,
    sent: [],
    failures: [],
    refusals: { claim: 0, settle: 0 },
    asked: { claim: 0, settle: 0 },
    delivery: () => deliveryOf(world),
    settle: async () => {
      for (let turn = 0; turn < 30; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    },
  };
  try {
    await use(world);
  } finally {
    await store.close();
    home.dispose();
  }
}

function deliveryOf({ store, clock, sent, failures, refusals, asked }: World): Delivery {
  const taken = (what: "claim" | "settle") => {
    asked[what] += 1;
    refusals[what] -= 1;
    if (refusals[what] >= 0) throw new Error("database or disk is full");
  };
  const connection: ChannelConnection = {
    closed: new Promise(() => {}),
    send: async ({ chat }, { text }) => {
      const failure = chat.id === "a" ? failures.shift() : undefined;
      if (failure !== undefined) throw failure;
      sent.push({ chat: chat.id, text, atMs: clock.now() });
      return { id: `m${sent.length}` };
    },
    stop: async () => {},
  };
  const descriptor = fixtureChannel();
  return new Delivery(
    {
      channel: "fixture",
      account: "default",
      descriptor,
      connection: () => connection,
      onUnknown: () => undefined,
      limit: () => undefined,
      settled: () => {},
    },
    {
      store: {
        openOutbox: (...of) => store.openOutbox(...of),
        splitOutbox: (...of) => store.splitOutbox(...of),
        claimOutbox: async (...of) => {
          taken("claim");
          return await store.claimOutbox(...of);
        },
        settleOutbox: async (...of) => {
          taken("settle");
          await store.settleOutbox(...of);
        },
      },
      clock,
      log: memoryLog().logger,
      random: () => 0.5,
      noticesOf: async () => [],
      written: () => {},
      repeatedMark: () => "↻",
    },
  );
}

function part(chat: string, text: string): OutboxPart {
  const route: Route = { channel: "fixture", account: "default", chat: { kind: "dm", id: chat } };
  return { kind: "answer", route, payload: { text } };
}

test("case 18: what the last run left is sent at its pace, the newest chat first, and not when it is too old", async () => {
  await withWorld(async ({ store, clock, sent, delivery, settle }) => {
    await store.addOutbox([part("old", "too late")], clock.now());
    clock.advance(25 * HOUR);
    for (let index = 0; index < 40; index += 1) {
      await store.addOutbox([part(`chat${index}`, "hello")], clock.now());
      clock.advance(1);
    }
    const loop = delivery();
    loop.kick();
    for (let step = 0; step < 60; step += 1) {
      await settle();
      clock.advance(250);
    }
    await settle();
    loop.stop();

    expect(sent.length).toBe(40);
    const gaps = sent.slice(1).map(({ atMs }, index) => atMs - (sent[index]?.atMs ?? 0));
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(250);
    expect(sent[0]?.chat).toBe("chat39");
    expect((await store.failedOutbox(10)).map(({ state }) => state)).toEqual(["expired"]);
  });
});

test("case 18: what failed is not tried again at a later start", async () => {
  await withWorld(async ({ store, clock, sent, failures, delivery, settle }) => {
    failures.push(new ChannelError("gone", "nobody is there"));
    await store.addOutbox([part("a", "one")], clock.now());
    delivery().kick();
    await settle();
    delivery().kick();
    await settle();

    expect(sent).toEqual([]);
    expect((await store.failedOutbox(10))[0]).toMatchObject({
      state: "failed",
      evidence: { error: "nobody is there" },
    });
  });
});

test("a part waits for the one before it, at most five minutes, and the pauses grow", async () => {
  await withWorld(async ({ store, clock, sent, failures, delivery, settle }) => {
    const startedAt = clock.now();
    for (let attempt = 0; attempt < 7; attempt += 1) failures.push(new ChannelError("transient", "busy"));
    await store.addOutbox([part("a", "one")], clock.now());
    await store.addOutbox([part("a", "two")], clock.now() + 1);
    await store.addOutbox([part("b", "elsewhere")], clock.now());
    const loop = delivery();
    loop.kick();
    await settle();
    const first = failures.length;
    for (let second = 0; second < 299; second += 1) {
      clock.advance(1_000);
      await settle();
    }
    // 1 + 3 + 9 + 27 + 81 s, then longer than is waited for.
    expect(first - failures.length).toBe(5);
    expect(sent.map(({ text }) => text)).toEqual(["elsewhere"]);
    failures.length = 0;
    clock.advance(2_000);
    await settle();
    expect(sent.map(({ text, atMs }) => [text, atMs > startedAt + 300_000])).toContainEqual(["two", true]);
    loop.stop();
  });
});

test("what the store does not take is tried again after a moment, and nothing is sent twice for it", async () => {
  await withWorld(async ({ store, clock, sent, refusals, asked, delivery, settle }) => {
    refusals.claim = 2;
    refusals.settle = 3;
    await store.addOutbox([part("a", "one"), part("a", "two")], clock.now());
    const loop = delivery();
    loop.kick();
    await settle();
    expect(asked.claim).toBe(1);
    for (let step = 0; step < 6; step += 1) {
      clock.advance(5_000);
      await settle();
    }
    loop.stop();

    expect(sent.map(({ text }) => text)).toEqual(["one", "two"]);
    expect(await store.openOutbox("fixture", "default", 10)).toEqual([]);
    expect(asked).toEqual({ claim: 4, settle: 5 });
  });
});

test("what became of the last part is still kept when the run ends meanwhile", async () => {
  await withWorld(async ({ store, clock, sent, delivery, settle }) => {
    await store.addOutbox([part("a", "one")], clock.now());
    const loop = delivery();
    loop.kick();
    while (sent.length === 0) await new Promise((resolve) => setImmediate(resolve));
    loop.stop();
    await settle();

    expect(await store.openOutbox("fixture", "default", 10)).toEqual([]);
  });
});
