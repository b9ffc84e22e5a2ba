import { join } from "node:path";
import { expect } from "@playwright/test";
import type { GatewayConfig } from "../../../../../shared/config/schema.ts";
import type { GatewayEvents } from "../../../../../shared/protocol/events.ts";
import { Purse } from "../../../../../sidecar/assistant/budget/purse.ts";
import { ModelFailure } from "../../../../../sidecar/assistant/models/failure.ts";
import { type Tool, textResult } from "../../../../../sidecar/assistant/tools/tool.ts";
import { TurnRunner } from "../../../../../sidecar/assistant/turns/turn-runner.ts";
import { type Audience, EventBus } from "../../../../../sidecar/base/events/event-bus.ts";
import { openDatabase } from "../../../../../sidecar/base/store/database.ts";
import { textOf } from "../../../../../sidecar/base/store/message.ts";
import type { Authority, Inbound } from "../../../../../sidecar/base/store/session-store.ts";
import { SqliteStore } from "../../../../../sidecar/base/store/sqlite-store.ts";
import { memoryLog } from "../../../../helpers/gateway/silent-log.ts";
import { type TempHome, test } from "../../../../helpers/home/temp-home.ts";
import { type ScriptedAnswer, scriptedMind } from "../../../../helpers/models/scripted-mind.ts";
import { FakeClock } from "../../../../helpers/time/fake-clock.ts";

const KEY = "agent:main:main";
const GIVEN_UP = "given up";
const DOLLAR = { input: 1_000, output: 0, cacheRead: 0, cacheWrite: 0 };

interface Options {
  answers: ScriptedAnswer[];
  tools?: Tool[];
  config?: GatewayConfig;
  costs?: boolean;
  holder?: string;
  store?: SqliteStore;
}

async function arrange(home: TempHome, options: Options) {
  const { answers, tools = [], config = {}, costs = false, holder = "me" } = options;
  const clock = new FakeClock();
  const bus = new EventBus();
  const chats: GatewayEvents["chat"][] = [];
  const agents: (GatewayEvents["agent"] & { audience: Audience | undefined })[] = [];
  bus.subscribe((name, payload, audience) => {
    if (name === "chat") chats.push(payload as GatewayEvents["chat"]);
    if (name === "agent") agents.push({ ...(payload as GatewayEvents["agent"]), audience });
  });
  const store = options.store ?? new SqliteStore(await openDatabase(join(home.stateDir, "clawdbot.db")));
  const mind = scriptedMind(answers, costs ? DOLLAR : undefined);
  const purse = new Purse({ store, clock, config: () => config });
  const { logger } = memoryLog();
  const runner = new TurnRunner({
    store,
    bus,
    clock,
    log: logger,
    config: () => config,
    holder,
    mind,
    purse,
    tools,
  });
  const send = async (
    text: string,
    authority: Authority = "owner",
    { sender = authority, sessionKey = KEY }: { sender?: string; sessionKey?: string } = {},
  ) => {
    const message: Inbound = {
      idempotency: { scope: "chat", key: text },
      runId: text,
      sessionKey,
      agentId: "main",
      channel: "webchat",
      sender,
      authority,
      origin: "chat",
      text,
      options: {},
    };
    const accepted = await store.accept(message, clock.now());
    if (accepted.fresh) await runner.taken(message, accepted);
  };
  const finals = () => chats.filter(({ state, runId }) => state !== "delta" && !runId.startsWith("inject-"));
  const ended = (count: number) => expect.poll(() => finals().length).toBe(count);
  const entries = async () => {
    const session = await store.get(KEY);
    const rows = await store.history(session?.sessionId ?? "", { limit: 200 });
    return rows.map(({ message }) => `${message.role}${message.isError ? "!" : ""}: ${textOf(message)}`);
  };
  const close = async () => {
    await runner.stop();
    await store.close();
  };
  return { clock, store, runner, mind, purse, chats, agents, finals, send, ended, entries, close };
}

const call = (id: string, name: string, args: Record<string, unknown> = {}) => ({
  type: "toolCall" as const,
  id,
  name,
  arguments: args,
});

function tool(name: string, run: Tool["run"], hasSideEffect = false): Tool {
  return { name, description: name, parameters: { type: "object" }, hasSideEffect, run };
}

test.describe("a message that is to join the turn", () => {
  test("is read after the call that is under way, though the session does not steer", async ({ home }) => {
    const { store, send, ended, entries, finals, close } = await arrange(home, {
      answers: [{ calls: [call("c1", "look"), call("c2", "write")] }, "Then not."],
      tools: [
        tool("look", async () => {
          await send("stop that");
          await store.askSteer(KEY, "stop that");
          return textResult("a cat");
        }),
        tool("write", async () => textResult("written"), true),
      ],
    });

    await send("write down what is there");
    await ended(1);

    expect(await entries()).toEqual([
      "user: write down what is there",
      "assistant: ",
      "toolResult: a cat",
      "toolResult!: Skipped: a new message arrived.",
      "user: stop that",
      "assistant: Then not.",
    ]);
    expect(finals()).toMatchObject([{ runId: "write down what is there", state: "final" }]);
    await close();
  });
});

test.describe("a turn with tools", () => {
  test("asks, runs what the model calls, and asks again with the results", async ({ home }) => {
    const { send, ended, finals, entries, mind, close } = await arrange(home, {
      answers: [{ text: "Let me look.", calls: [call("c1", "look")] }, "It is there."],
      tools: [tool("look", async () => textResult("a cat"))],
    });

    await send("what is there?");
    await ended(1);

    expect(await entries()).toEqual([
      "user: what is there?",
      "assistant: Let me look.",
      "toolResult: a cat",
      "assistant: It is there.",
    ]);
    expect(mind.asked.map((conversation) => conversation.length)).toEqual([1, 3]);
    expect(finals()[0]?.message?.content).toEqual([{ type: "text", text: "Let me look.\n\nIt is there." }]);
    await close();
  });

  for (const level of ["on", "stream"] as const) {
    test(`tells everybody of its thoughts while the session's reasoning level is ${level}`, async ({
      home,
    }) => {
      const { store, send, ended, agents, close } = await arrange(home, {
        answers: [{ thoughts: ["A ", "cat."], text: "It is there.", calls: [] }],
      });
      await store.patch(KEY, "main", { reasoningLevel: level }, 1);

      await send("what is there?");
      await ended(1);

      const thoughts = agents.filter(({ stream }) => stream === "reasoning");
      expect(thoughts.map(({ data, audience }) => [data, audience])).toEqual([
        [{ text: "A ", delta: "A ", level }, undefined],
        [{ text: "A cat.", delta: "cat.", level }, undefined],
      ]);
      await close();
    });
  }

  for (const [verboseLevel, audience] of [
    ["on", undefined],
    ["off", { capability: "tool-events" }],
    ["full", { capability: "tool-events" }],
  ] as const) {
    test(`is told with its thoughts while the session's verbose level is ${verboseLevel}`, async ({
      home,
    }) => {
      const { store, send, ended, agents, close } = await arrange(home, {
        answers: [
          {
            thoughts: ["I had ", "better look."],
            text: "Let me look.",
            calls: [call("c1", "look", { at: "it" })],
          },
          { thoughts: ["A cat."], text: "It is there.", calls: [] },
        ],
        tools: [tool("look", async () => textResult("a cat"))],
      });
      await store.patch(KEY, "main", { verboseLevel }, 1);

      await send("what is there?");
      await ended(1);

      const ofReasoning = { capability: "reasoning-events" };
      expect(agents.map(({ seq, stream, data, audience: told }) => [seq, stream, data, told])).toEqual([
        [1, "lifecycle", expect.objectContaining({ phase: "start" }), undefined],
        [2, "reasoning", { text: "I had ", delta: "I had " }, ofReasoning],
        [3, "reasoning", { text: "I had better look.", delta: "better look." }, ofReasoning],
        [4, "assistant", { text: "Let me look.", delta: "Let me look." }, undefined],
        [5, "tool", { phase: "start", name: "look", toolCallId: "c1", args: { at: "it" } }, audience],
        [
          6,
          "tool",
          {
            phase: "result",
            name: "look",
            toolCallId: "c1",
            isError: false,
            result: { content: [{ type: "text", text: "a cat" }] },
          },
          audience,
        ],
        [7, "reasoning", { text: "A cat.", delta: "A cat." }, ofReasoning],
        [8, "assistant", { text: "It is there.", delta: "It is there." }, undefined],
        [9, "lifecycle", expect.objectContaining({ phase: "end" }), undefined],
      ]);
      await close();
    });
  }

  test("tells a model what a tool threw, and that there is no such tool", async ({ home }) => {
    const { send, ended, entries, close } = await arrange(home, {
      answers: [{ calls: [call("c1", "broken"), call("c2", "unknown")] }, "Too bad."],
      tools: [
        tool("broken", async () => {
          throw new Error("it is broken");
        }),
      ],
    });

    await send("try");
    await ended(1);

    expect(await entries()).toEqual([
      "user: try",
      "assistant: ",
      "toolResult!: it is broken",
      "toolResult!: There is no tool unknown.",
      "assistant: Too bad.",
    ]);
    await close();
  });

  test("runs what only looks together and anything else one by one, results in order", async ({ home }) => {
    let [atOnce, most] = [0, 0];
    const running: string[] = [];
    const watched = async (name: string) => {
      atOnce += 1;
      most = Math.max(most, atOnce);
      running.push(name);
      await new Promise((resolve) => setImmediate(resolve));
      atOnce -= 1;
      return textResult(name);
    };
    const calls = ["r1", "r2", "r3", "w1", "w2", "r4"].map((id) =>
      call(id, id.startsWith("r") ? "read" : "write"),
    );
    const { send, ended, entries, close } = await arrange(home, {
      answers: [{ calls }, "done"],
      tools: [
        tool("read", async (_args, { id }) => watched(id)),
        tool("write", async (_args, { id }) => watched(id), true),
      ],
    });

    await send("go");
    await ended(1);

    expect(most).toBe(3);
    expect(running.slice(3)).toEqual(["w1", "w2", "r4"]);
    expect((await entries()).filter((line) => line.startsWith("tool"))).toEqual(
      ["r1", "r2", "r3", "w1", "w2", "r4"].map((id) => `toolResult: ${id}`),
    );
    await close();
  });

  test("case 35: ends with an explanation when the model repeats itself", async ({ home }) => {
    let runs = 0;
    const { send, ended, finals, close } = await arrange(home, {
      answers: Array.from({ length: 20 }, (_, index) => ({ calls: [call(`c${index}`, "look")] })),
      tools: [
        tool("look", async () => {
          runs += 1;
          return textResult("nothing");
        }),
      ],
    });

    await send("look");
    await ended(1);

    expect(runs).toBe(8);
    expect(finals()[0]?.state).toBe("error");
    expect(finals()[0]?.errorMessage).toContain("the same call of look was made 12 times");
    await close();
  });

  test("case 11: a call with side effects that a crash cut off is not made again, one that looks is", async ({
    home,
  }) => {
    const made: string[] = [];
    const tools = (hangs: boolean) => [
      tool("read", async () => {
        made.push("read");
        return textResult("seen");
      }),
      tool(
        "write",
        async (_args, { signal }) => {
          made.push("write");
          if (hangs)
            await new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
          return textResult("written");
        },
        true,
      ),
    ];
    const first = await arrange(home, {
      answers: [{ calls: [call("w", "write"), call("r", "read")] }],
      tools: tools(true),
    });
    await first.send("do it");
    await expect.poll(() => made).toEqual(["write"]);

    // The process is gone without a word; another one finds what it left.
    const store = new SqliteStore(await openDatabase(join(home.stateDir, "clawdbot.db")));
    const second = await arrange(home, { answers: ["Checked."], tools: tools(false), holder: "next", store });
    await store.recover("next", () => GIVEN_UP, second.clock.now());
    second.runner.resume(await store.pending());
    await second.ended(1);

    expect(made).toEqual(["write", "read"]);
    const told = await second.entries();
    expect(told).toContain("toolResult: seen");
    expect(told.find((line) => line.startsWith("toolResult!"))).toContain("the outcome is unknown");
    expect(second.finals()[0]?.state).toBe("final");
    await second.close();
    await first.store.close();
  });
});

test.describe("messages that come meanwhile", () => {
  test("case 7: wait and become one turn in the order they came; of two authorities two turns", async ({
    home,
  }) => {
    const slow = Promise.withResolvers<string>();
    const { send, ended, mind, clock, close } = await arrange(home, {
      answers: [() => slow.promise, "two", "three"],
    });
    await send("a");
    await expect.poll(() => mind.asked.length).toBe(1);
    for (const text of ["b", "c", "d"]) await send(text);
    await send("e", "trusted");
    slow.resolve("one");
    await ended(1);
    await clock.advance(1_000);
    await ended(2);
    await clock.advance(1_000);
    await ended(3);

    const last = mind.asked.map((conversation) => textOf(conversation.at(-1) ?? { content: [] }));
    expect(last).toEqual(["a", "b\nc\nd", "e"]);
    await close();
  });

  test("join in with steer: calls that have not begun are skipped, and the model sees the message", async ({
    home,
  }) => {
    const made: string[] = [];
    const { send, ended, mind, entries, close } = await arrange(home, {
      answers: [{ calls: [call("1", "work", { n: 1 }), call("2", "work", { n: 2 })] }, "As you wish."],
      tools: [
        tool(
          "work",
          async (args) => {
            made.push(String(args.n));
            await send("stop that, do this");
            return textResult("worked");
          },
          true,
        ),
      ],
      config: { messages: { queue: { mode: "steer" } } },
    });

    await send("do that");
    await ended(1);

    expect(made).toEqual(["1"]);
    expect(await entries()).toEqual([
      "user: do that",
      "assistant: ",
      "toolResult: worked",
      "toolResult!: Skipped: a new message arrived.",
      "user: stop that, do this",
      "assistant: As you wish.",
    ]);
    expect(mind.asked).toHaveLength(2);
    await close();
  });

  test("case 15: of a lower authority they do not join in but follow", async ({ home }) => {
    const { send, ended, entries, clock, close } = await arrange(home, {
      answers: [{ calls: [call("1", "work")] }, "Done.", "Hello guest."],
      tools: [
        tool("work", async () => {
          await send("me too", "guest");
          return textResult("worked");
        }),
      ],
      config: { messages: { queue: { mode: "steer" } } },
    });

    await send("do that");
    await ended(1);
    await clock.advance(1_000);
    await ended(2);

    const said = await entries();
    expect(said.indexOf("user: me too")).toBeGreaterThan(said.indexOf("assistant: Done."));
    await close();
  });

  test("are answered one by one when together they fail for what one of them says", async ({ home }) => {
    const slow = Promise.withResolvers<string>();
    const { send, ended, finals, entries, mind, clock, close } = await arrange(home, {
      answers: [
        () => slow.promise,
        new ModelFailure("refusal", "test/scripted refused"),
        "fine",
        new ModelFailure("refusal", "test/scripted refused"),
        "fine too",
      ],
    });
    await send("a");
    await expect.poll(() => mind.asked.length).toBe(1);
    for (const text of ["good", "bad", "good as well"]) await send(text);
    slow.resolve("one");
    await ended(1);
    for (const count of [3, 4, 5]) {
      await clock.advance(1_000);
      await ended(count);
    }

    expect(finals().map(({ state }) => state)).toEqual(["final", "aborted", "final", "error", "final"]);
    const said = (await entries()).filter((line) => line.startsWith("user"));
    expect(said.slice(-3)).toEqual(["user: good", "user: bad", "user: good as well"]);
    await close();
  });
});

test.describe("an answer", () => {
  test("that is empty is asked for once more, and then it is said that there is none", async ({ home }) => {
    const { send, ended, finals, entries, close } = await arrange(home, { answers: ["", "", "hello again"] });
    await send("hello");
    await ended(1);
    expect(finals()).toMatchObject([
      { state: "error", errorMessage: expect.stringContaining("empty answer, twice") },
    ]);
    expect(await entries()).toEqual(["user: hello", "assistant: "]);
    await close();
  });
});

test.describe("a message that waited for a long time", () => {
  test("C3: is told of it where it was written, once", async ({ home }) => {
    const first = await arrange(home, { answers: [] });
    await first.runner.stop();
    await first.send("Bist du noch da?");
    const { store } = first;
    const second = await arrange(home, { answers: [new Error("cut off"), "Ja."], store });
    await second.clock.advance(45 * 60_000);
    second.runner.resume([KEY]);
    await second.ended(1);

    expect((await second.entries()).slice(0, 2)).toEqual([
      "user: Bist du noch da?",
      "assistant: Diese Nachricht hat 45 Minuten gewartet, bis sie beantwortet werden konnte.",
    ]);
    await second.close();
  });
});

test.describe("the budget", () => {
  const config: GatewayConfig = { budget: { perTurnUsd: 0, perDayUsd: 2.5, onLimit: "ask" } };

  test("case 52: is asked before each call; at its end the turn waits, says so, and goes on with more", async ({
    home,
  }) => {
    const { send, ended, chats, purse, store, close } = await arrange(home, {
      answers: ["one", "two", "three"],
      costs: true,
      config,
    });
    await send("a");
    await ended(1);
    await send("b");
    await ended(2);
    await send("c");
    await expect
      .poll(() =>
        chats
          .filter(({ runId }) => runId.startsWith("inject-"))
          .map(({ message }) => JSON.stringify(message)),
      )
      .toEqual([expect.stringContaining("80 % of the budget"), expect.stringContaining("used up")]);
    expect((await store.spent({})).usd).toBe(2);

    await purse.allow(1);
    await ended(3);
    expect((await store.spent({})).usd).toBe(3);
    await close();
  });

  test("U12: is spoken of in the language of the message", async ({ home }) => {
    const { send, ended, finals, close } = await arrange(home, {
      answers: [],
      costs: true,
      config: { budget: { perDayUsd: 0.5, onLimit: "stop" } },
    });
    await send("Bitte sag mir, was heute noch zu tun ist");
    await ended(1);
    expect(finals()[0]?.errorMessage).toMatch(/^Das Budget für heute ist aufgebraucht: \$0\.00 von \$0\.50/);
    await close();
  });

  test("goes on within a minute when the configuration allows more", async ({ home }) => {
    const limits = { perTurnUsd: 0, perDayUsd: 0.5 };
    const { send, ended, chats, clock, close } = await arrange(home, {
      answers: ["one"],
      costs: true,
      config: { budget: limits },
    });
    await send("a");
    await expect.poll(() => chats.filter(({ runId }) => runId.startsWith("inject-")).length).toBe(1);

    limits.perDayUsd = 5;
    await clock.advance(60_000);
    await ended(1);
    await close();
  });

  test("a turn that waits for it leaves its place to others", async ({ home }) => {
    const { send, ended, finals, chats, purse, close } = await arrange(home, {
      answers: ["for the owner", "for the guest"],
      costs: true,
      config: {
        agents: { defaults: { maxConcurrent: 1 } },
        budget: { perTurnUsd: 0, perDayUsd: 9, guestPerDayUsd: 0.5 },
      },
    });
    await send("a guest's", "guest", { sessionKey: "agent:main:test:dm:guest" });
    await expect.poll(() => chats.filter(({ runId }) => runId.startsWith("inject-")).length).toBe(1);
    await send("the owner's");
    await ended(1);
    expect(finals()[0]?.runId).toBe("the owner's");

    await purse.allow(5);
    await ended(2);
    expect(finals()[1]).toMatchObject({ runId: "a guest's", state: "final" });
    await close();
  });

  test("a turn that waits for it can be stopped, also while others have its place", async ({ home }) => {
    const sessionKey = "agent:main:test:dm:guest";
    const slow = Promise.withResolvers<string>();
    const { send, ended, finals, chats, purse, runner, close } = await arrange(home, {
      answers: [() => slow.promise],
      costs: true,
      config: {
        agents: { defaults: { maxConcurrent: 1 } },
        budget: { perTurnUsd: 0, perDayUsd: 9, guestPerDayUsd: 0.5 },
      },
    });
    await send("a guest's", "guest", { sessionKey });
    await expect.poll(() => chats.filter(({ runId }) => runId.startsWith("inject-")).length).toBe(1);
    await send("the owner's");
    await expect.poll(() => runner.underWay).toBe(2);
    await purse.allow(5);
    await runner.abort(sessionKey, "stop");
    expect(finals()).toMatchObject([{ runId: "a guest's", state: "aborted" }]);

    slow.resolve("slow");
    await ended(2);
    expect(finals()[1]).toMatchObject({ runId: "the owner's", state: "final" });
    await close();
  });

  test("ends the turn with the remedy where it is to stop", async ({ home }) => {
    const { send, ended, finals, close } = await arrange(home, {
      answers: ["one", "two"],
      costs: true,
      config: { budget: { ...config.budget, perDayUsd: 1.5, onLimit: "stop" } },
    });
    await send("a");
    await ended(1);
    await send("b");
    await ended(2);
    expect(finals()[1]?.errorMessage).toContain("$1.00 of $1.50");
    await close();
  });

  test("lets no two calls at once go beyond it together", async ({ home }) => {
    const { purse, mind, store, close } = await arrange(home, { answers: [], costs: true, config });
    const { model } = await mind.think({} as never, () => []);
    const purpose = {
      turnId: undefined,
      agentId: "main",
      sessionKey: KEY,
      principal: "p",
      authority: "owner" as const,
      origin: "chat" as const,
      purpose: "turn",
    };
    const asked = await Promise.allSettled(
      Array.from({ length: 10 }, () => purse.reserve(model, { input: 1_000, output: 0 }, purpose)),
    );
    expect(asked.filter(({ status }) => status === "fulfilled")).toHaveLength(2);
    await store.close();
    void close;
  });

  test("a call that a crash cut off is charged as what it may have cost", async ({ home }) => {
    const first = await arrange(home, {
      answers: [() => new Promise<string>(() => {})],
      costs: true,
      config,
    });
    await first.send("a");
    await expect.poll(() => first.mind.asked.length).toBe(1);

    const store = new SqliteStore(await openDatabase(join(home.stateDir, "clawdbot.db")));
    expect(await store.recover("next", () => GIVEN_UP, first.clock.now())).toMatchObject({ again: 1 });
    expect((await store.spent({})).usd).toBe(1);
    await store.close();
    await first.store.close();
  });
});
