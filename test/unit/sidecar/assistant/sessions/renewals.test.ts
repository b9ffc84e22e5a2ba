import { join } from "node:path";
import { expect } from "@playwright/test";
import type { GatewayConfig } from "../../../../../shared/config/schema.ts";
import { Renewals } from "../../../../../sidecar/assistant/sessions/renewals.ts";
import { openDatabase } from "../../../../../sidecar/base/store/database.ts";
import type { Inbound } from "../../../../../sidecar/base/store/session-store.ts";
import { SqliteStore } from "../../../../../sidecar/base/store/sqlite-store.ts";
import { type TempHome, test } from "../../../../helpers/home/temp-home.ts";
import { FakeClock } from "../../../../helpers/time/fake-clock.ts";

const KEY = "agent:main:main";
const MINUTE_MS = 60_000;

async function arrange(home: TempHome, session: GatewayConfig["session"]) {
  const clock = new FakeClock();
  const store = new SqliteStore(await openDatabase(join(home.stateDir, "clawdbot.db")));
  const renewals = new Renewals(() => ({ session }), clock);
  let count = 0;
  const accept = async (more: Partial<Inbound> = {}) => {
    count += 1;
    const message: Inbound = {
      idempotency: { scope: "test", key: `run${count}` },
      runId: `run${count}`,
      sessionKey: KEY,
      agentId: "main",
      channel: "webchat",
      sender: "owner",
      authority: "owner",
      origin: "chat",
      text: `message ${count}`,
      options: {},
      ...more,
    };
    await store.accept(message, clock.now(), renewals.forMessage(message));
    return (await store.get(KEY))?.sessionId ?? "";
  };
  const begin = () => store.startNext(KEY, { holder: "me", runId: "next", limit: 10 }, clock.now());
  const end = async (turnId: string, sessionId: string) => {
    const result = {
      status: "ok" as const,
      text: "",
      sessionId,
      startedAtMs: 0,
      endedAtMs: 0,
      provider: "",
      model: "",
      usage: undefined,
    };
    await store.finish(turnId, "me", { state: "done", messages: [], result }, clock.now());
  };
  /** Accepted and answered. */
  const say = async (more: Partial<Inbound> = {}) => {
    const sessionId = await accept(more);
    const turn = await begin();
    if (turn !== undefined) await end(turn.id, sessionId);
    return sessionId;
  };
  return { clock, store, accept, begin, end, say };
}

test.describe("conversations that begin anew by themselves", () => {
  for (const origin of ["heartbeat", "cron", "hook", "subagent", "background"] as const) {
    test(`case 26: what comes from a ${origin} neither keeps one fresh nor ends it`, async ({ home }) => {
      const { clock, store, say } = await arrange(home, { reset: { mode: "idle", idleMinutes: 60 } });
      const first = await say();

      clock.advance(30 * MINUTE_MS);
      await say({ origin });
      clock.advance(29 * MINUTE_MS);
      expect(await say()).toBe(first);
      for (let half = 0; half < 4; half += 1) {
        clock.advance(30 * MINUTE_MS);
        expect(await say({ origin })).toBe(first);
      }

      expect(await say()).not.toBe(first);
      await store.close();
    });
  }

  test("one goes on while a turn of it runs or waits, or its sender is still typing", async ({ home }) => {
    const { clock, store, accept, begin, end, say } = await arrange(home, { idleMinutes: 1 });
    const first = await accept();
    clock.advance(2 * MINUTE_MS);
    expect(await accept()).toBe(first);
    const turn = await begin();
    clock.advance(2 * MINUTE_MS);
    expect(await accept()).toBe(first);
    await end(turn?.id ?? "", first);
    clock.advance(2 * MINUTE_MS);
    expect(await say()).toBe(first);
    await accept({ holdMs: 500 });
    clock.advance(2 * MINUTE_MS);
    expect(await say()).toBe(first);
    clock.advance(2 * MINUTE_MS);

    expect(await accept({ holdMs: 500 })).not.toBe(first);
    await store.close();
  });

  test("a message that is delivered again ends nothing", async ({ home }) => {
    const { clock, store, say } = await arrange(home, { idleMinutes: 1 });
    const idempotency = { scope: "channel", key: "again" };
    const first = await say({ idempotency });

    clock.advance(2 * MINUTE_MS);

    expect(await say({ idempotency })).toBe(first);
    await store.close();
  });

  test("a new one is told of the group before, and of no edit in the one that is over", async ({ home }) => {
    const { clock, store, accept, begin, say } = await arrange(home, { idleMinutes: 1 });
    await say();
    const line = { text: "hello", author: "Bob", authority: "guest" as const, atMs: clock.now() };
    const limits = { most: 10, maxAgeMs: 10 * MINUTE_MS, maxChars: 1_000 };
    await store.keepContext(KEY, { ...line, kind: "edited" }, limits);
    await store.keepContext(KEY, { ...line, kind: "said", text: "lunch?" }, limits);

    clock.advance(2 * MINUTE_MS);
    await accept();
    const turn = await begin();

    const parts = JSON.stringify(turn?.conversation.at(-1)?.message.parts);
    expect(parts).toContain("lunch?");
    expect(parts).not.toContain("(edited)");
    await store.close();
  });

  test("one that was just begun by a person is not begun a second time", async ({ home }) => {
    const { clock, store, say } = await arrange(home, { idleMinutes: 1 });
    const first = await say();
    clock.advance(2 * MINUTE_MS);
    const second = (await store.reset(KEY, "main", {}, clock.now())).sessionId;

    expect(await say()).toBe(second);
    expect((await store.undoReset(KEY, 0, clock.now()))?.sessionId).toBe(first);
    expect((await store.get(KEY))?.lastUserAtMs).toBe(clock.now());
    await store.close();
  });
});
