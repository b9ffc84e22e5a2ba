import { join } from "node:path";
import { expect } from "@playwright/test";
import { SetupError } from "../../../../../shared/errors.ts";
import type { GatewayEvents } from "../../../../../shared/protocol/events.ts";
import { AgentMind } from "../../../../../sidecar/assistant/agent-mind.ts";
import { Purse } from "../../../../../sidecar/assistant/budget/purse.ts";
import { TurnRunner } from "../../../../../sidecar/assistant/turns/turn-runner.ts";
import { EventBus } from "../../../../../sidecar/base/events/event-bus.ts";
import { MediaStore } from "../../../../../sidecar/base/media/media-store.ts";
import { openDatabase } from "../../../../../sidecar/base/store/database.ts";
import type { Inbound, TurnEnd } from "../../../../../sidecar/base/store/session-store.ts";
import { SqliteStore } from "../../../../../sidecar/base/store/sqlite-store.ts";
import { memoryLog } from "../../../../helpers/gateway/silent-log.ts";
import { type TempHome, test } from "../../../../helpers/home/temp-home.ts";
import { registryFor } from "../../../../helpers/models/registry.ts";
import { FakeClock } from "../../../../helpers/time/fake-clock.ts";

const KEY = "agent:main:main";

/** A store whose disk is full as often as it is told, and to which something can happen in a moment that is short otherwise. */
class FullStore extends SqliteStore {
  failures = 0;
  attempts = 0;
  /** So many turns do not begin. */
  refusedStarts = 0;
  /** Happens when an answer is kept and before anybody knows. */
  afterwards: (() => Promise<unknown>) | undefined;

  override async startNext(...how: Parameters<SqliteStore["startNext"]>) {
    this.refusedStarts -= 1;
    if (this.refusedStarts >= 0) throw new SetupError("STATE_UNWRITABLE", "no room");
    return super.startNext(...how);
  }

  override async finish(turnId: string, holder: string, end: TurnEnd, nowMs: number): Promise<boolean> {
    this.attempts += 1;
    if (this.attempts <= this.failures) throw new Error("the disk is full");
    const isDone = await super.finish(turnId, holder, end, nowMs);
    const { afterwards } = this;
    this.afterwards = undefined;
    await afterwards?.();
    return isDone;
  }
}

async function arrange(home: TempHome) {
  const clock = new FakeClock();
  const bus = new EventBus();
  const ends: GatewayEvents["chat"][] = [];
  const steps: GatewayEvents["agent"][] = [];
  bus.subscribe((name, payload) => {
    if (name === "agent") steps.push(payload as GatewayEvents["agent"]);
    if (name !== "chat") return;
    const chat = payload as GatewayEvents["chat"];
    if (chat.state !== "delta") ends.push(chat);
  });
  const store = new FullStore(await openDatabase(join(home.stateDir, "clawdbot.db")));
  const { logger, records } = memoryLog();
  const config = () => ({});
  const runner = new TurnRunner({
    store,
    bus,
    clock,
    log: logger,
    config,
    holder: "me",
    mind: new AgentMind({
      store,
      clock,
      log: logger,
      config,
      paths: { home: home.path, workspaceDir: join(home.path, "clawd") },
      stateDir: home.stateDir,
      models: (await registryFor({ clock })).registry,
      media: new MediaStore(join(home.stateDir, "media")),
      skills: { linesFor: async () => [] },
    }),
    purse: new Purse({ store, clock, config }),
    tools: [],
  });
  const send = async (runId: string, sessionKey = KEY) => {
    const message: Inbound = {
      idempotency: { scope: "chat", key: runId },
      runId,
      sessionKey,
      agentId: "main",
      channel: "webchat",
      sender: "owner",
      authority: "owner",
      origin: "chat",
      text: runId,
      options: {},
    };
    const accepted = await store.accept(message, clock.now());
    if (accepted.fresh) await runner.taken(message, accepted);
    return accepted;
  };
  const ended = (count: number) => expect.poll(() => ends.length).toBe(count);
  const close = async () => {
    await runner.stop();
    await store.close();
  };
  return { clock, store, runner, records, ends, steps, send, ended, close };
}

test.describe("TurnRunner", () => {
  test("begins a turn that came while the one before was ending without a pause", async ({ home }) => {
    const { store, send, ended, close, ends } = await arrange(home);
    store.afterwards = () => send("second");

    await send("first");
    await ended(2);

    expect(ends.map(({ runId, state }) => `${runId} ${state}`)).toEqual(["first final", "second final"]);
    await close();
  });

  test("says below an answer what it took where the session asks for that, and keeps it out of it", async ({
    home,
  }) => {
    const { store, clock, send, ended, close, ends } = await arrange(home);
    await store.patch(KEY, "main", { responseUsage: "tokens" }, clock.now());

    await send("first");
    await ended(1);

    expect(JSON.stringify(ends[0]?.message)).toMatch(/first\\n\\nTokens: \d+ in, \d+ out"/);
    const { sessionId = "" } = (await store.get(KEY)) ?? {};
    expect(JSON.stringify(await store.history(sessionId, { limit: 9 }))).not.toContain("Tokens:");
    await close();
  });

  test("keeps an answer as soon as the disk takes it, and tells nobody before", async ({ home }) => {
    const { runner, store, clock, send, ended, close, ends, records, steps } = await arrange(home);
    store.failures = 2;

    await send("first");
    await expect.poll(() => store.attempts).toBe(1);
    await expect.poll(() => steps.filter(({ data }) => data.phase === "waiting")).toHaveLength(1);
    expect(ends).toEqual([]);
    expect(runner.heldUpBy).toBe("the disk is full");
    clock.advance(1_000);
    await expect.poll(() => store.attempts).toBe(2);
    clock.advance(2_000);
    await ended(1);

    expect(ends).toMatchObject([{ runId: "first", state: "final" }]);
    expect(runner.heldUpBy).toBeUndefined();
    expect(steps.filter(({ data }) => data.phase === "waiting")).toMatchObject([
      { runId: "first", stream: "lifecycle", data: { reason: expect.stringMatching(/: the disk is full$/) } },
    ]);
    expect(await store.run("first")).toMatchObject({ state: "done" });
    expect(records.filter(({ level }) => level === 50)).toHaveLength(2);
    await close();
  });

  test("begins a turn later that the disk did not let begin", async ({ home }) => {
    const { runner, store, clock, send, ended, close, ends } = await arrange(home);
    store.refusedStarts = 1;

    await send("first");
    await expect.poll(() => runner.heldUpBy).toBe("no room");
    clock.advance(5_000);
    await ended(1);

    expect(ends).toMatchObject([{ runId: "first", state: "final" }]);
    expect(runner.heldUpBy).toBeUndefined();
    await close();
  });

  test("runs turns of several sessions at once, and no more than four", async ({ home }) => {
    const { runner, store, send, ended, close } = await arrange(home);
    store.failures = Number.POSITIVE_INFINITY;
    const keys = Array.from({ length: 6 }, (_, index) => `agent:main:${index}`);

    for (const key of keys) await send(key, key);

    await expect.poll(() => store.attempts).toBe(4);
    expect(keys.filter((key) => runner.runsOf(key).length > 0)).toHaveLength(4);
    await ended(0);
    await close();
  });
});
