import { expect } from "@playwright/test";
import { isRecord } from "../../../shared/protocol/frame.ts";
import { guessLanguage } from "../../../sidecar/assistant/commands/language.ts";
import type { TestGateway } from "../../helpers/gateway/gateway.ts";
import { codeOf, test } from "../../helpers/gateway/running.ts";
import { connectWire, type Frame, type WireClient } from "../../helpers/gateway/wire-client.ts";

const MAIN = "agent:main:main";
/** The echo of it is long enough to do something meanwhile. */
const LONG = "word ".repeat(4_000);

const operator = async (server: TestGateway, scopes = ["operator.admin"]) =>
  (await connectWire(server.port, { scopes })).client;

const send = (client: WireClient, message: string, idempotencyKey: string, sessionKey = MAIN) =>
  client.request("chat.send", { sessionKey, message, idempotencyKey });

function ofRun(runId: string, event?: string) {
  return (frame: Frame) =>
    frame.type === "event" &&
    (event === undefined || frame.event === event) &&
    isRecord(frame.payload) &&
    frame.payload.runId === runId;
}

const payloadOf = ({ payload }: Frame) => (isRecord(payload) ? payload : {});

/** Every frame of a run up to its end as a conversation shows it. */
async function runOf(client: WireClient, runId: string): Promise<Record<string, unknown>[]> {
  const seen: Record<string, unknown>[] = [];
  for (;;) {
    const frame = await client.next(`a frame of ${runId}`, ofRun(runId));
    const payload = payloadOf(frame);
    seen.push({ event: frame.event, ...payload });
    if (frame.event === "chat" && payload.state !== "delta") return seen;
  }
}

const textOf = (message: unknown) =>
  isRecord(message) && Array.isArray(message.content)
    ? message.content.map((block) => (isRecord(block) ? String(block.text) : "")).join("")
    : "";

async function history(client: WireClient, sessionKey = MAIN) {
  const { payload } = await client.request("chat.history", { sessionKey });
  const messages =
    isRecord(payload) && Array.isArray(payload.messages) ? payload.messages.filter(isRecord) : [];
  return messages.map((message) => `${message.role}: ${textOf(message).split("\n\n").at(-1)}`);
}

test("commands are answered in the language of the conversation, however many of them came since", async ({
  start,
}) => {
  const client = await operator(await start());
  await send(client, "Guten Morgen, wie ist das Wetter heute bei dir?", "said");
  await runOf(client, "said");
  for (let count = 0; count < 14; count += 1) {
    await send(client, "/usage perhaps", `command-${count}`);
    await runOf(client, `command-${count}`);
  }

  const [last = ""] = (await history(client)).slice(-1);
  expect(guessLanguage(last)).toBe("de");
});

test.describe("chat.send", () => {
  test("is answered by a run that is told in the order of the protocol", async ({ start }) => {
    const client = await operator(await start());

    expect(await send(client, "Say hello", "run-1")).toMatchObject({
      ok: true,
      payload: { runId: "run-1", status: "started" },
    });
    const frames = await runOf(client, "run-1");

    expect(frames[0]).toMatchObject({
      event: "agent",
      stream: "lifecycle",
      data: { phase: "start" },
      seq: 1,
    });
    expect(frames[1]).toMatchObject({ event: "agent", stream: "assistant", seq: 2, sessionKey: MAIN });
    expect(frames[2]).toMatchObject({ event: "chat", state: "delta", seq: 2, sessionKey: MAIN });
    expect(frames.at(-2)).toMatchObject({ event: "agent", stream: "lifecycle", data: { phase: "end" } });
    expect(frames.at(-1)).toMatchObject({ event: "chat", state: "final", seq: frames.at(-2)?.seq });
    expect(textOf(frames.at(-1)?.message)).toMatch(/^\[local\/echo: .*\]\n\nSay hello$/);
    const steps = frames.filter(({ event }) => event === "agent").map(({ seq }) => seq);
    expect(steps).toEqual(steps.map((_, index) => index + 1));
    expect(await history(client)).toEqual(["user: Say hello", "assistant: Say hello"]);
  });

  test("is told to be kept before anything is told of its run", async ({ start }) => {
    const client = await operator(await start());
    const told: string[] = [];
    client.socket.on("message", (data) => {
      const frame: unknown = JSON.parse(String(data));
      if (isRecord(frame)) told.push(String(frame.type === "res" ? frame.type : frame.event));
    });

    await send(client, "Say hello", "run-1");
    await runOf(client, "run-1");
    await send(client, "And again", "run-2");
    await runOf(client, "run-2");

    const ofRuns = told.filter((each) => ["res", "agent", "chat"].includes(each));
    const second = ofRuns.lastIndexOf("res");
    expect(ofRuns.slice(0, 2)).toEqual(["res", "agent"]);
    expect(ofRuns.slice(second - 1, second + 2)).toEqual(["chat", "res", "agent"]);
  });

  test("takes a repeated message once, while it runs and afterwards", async ({ start }) => {
    const client = await operator(await start());
    await send(client, LONG, "run-1");

    expect(await send(client, LONG, "run-1")).toMatchObject({
      payload: { runId: "run-1", status: "in_flight" },
    });
    await runOf(client, "run-1");

    expect(await send(client, LONG, "run-1")).toMatchObject({ payload: { runId: "run-1", status: "ok" } });
    expect(await history(client)).toHaveLength(2);
  });

  test("lets messages wait behind a run, and answers them together under a run of their own", async ({
    start,
  }) => {
    const client = await operator(await start());
    await send(client, LONG, "run-1");

    for (const key of ["run-2", "run-3"]) {
      await send(client, key, key);
      expect(payloadOf(await client.next("its end", ofRun(key, "chat")))).toEqual({
        runId: key,
        sessionKey: MAIN,
        seq: 1,
        state: "final",
      });
    }
    await runOf(client, "run-1");
    const started = await client.next(
      "the run of both",
      (frame) => frame.event === "agent" && !ofRun("run-1")(frame),
    );
    const runId = String(payloadOf(started).runId);
    await runOf(client, runId);

    expect(["run-1", "run-2", "run-3"]).not.toContain(runId);
    expect((await history(client)).slice(2)).toEqual(["user: run-2\nrun-3", "assistant: run-2\nrun-3"]);
    expect(await send(client, "run-3", "run-3")).toMatchObject({ payload: { runId: "run-3", status: "ok" } });
  });

  test("names the session as the client did", async ({ start }) => {
    const client = await operator(await start());
    await send(client, "hi", "run-1", "main");

    const frames = await runOf(client, "run-1");

    expect(new Set(frames.map(({ sessionKey }) => sessionKey))).toEqual(new Set(["main"]));
    expect(await history(client)).toEqual(["user: hi", "assistant: hi"]);
  });

  test("names it so for a message that had to wait, too", async ({ start }) => {
    const client = await operator(await start());
    await send(client, LONG, "run-1");
    await send(client, "hi", "run-2", "main");
    await runOf(client, "run-2");
    await runOf(client, "run-1");

    const started = await client.next(
      "the run of the message that waited",
      (frame) => frame.event === "agent" && !ofRun("run-1")(frame),
    );
    const frames = await runOf(client, String(payloadOf(started).runId));

    expect(new Set(frames.map(({ sessionKey }) => sessionKey))).toEqual(new Set(["main"]));
  });

  test("is refused by the session's policy, without words and files, and with a file that is none", async ({
    start,
  }) => {
    const client = await operator(await start());
    await client.request("sessions.patch", { key: MAIN, sendPolicy: "deny" });
    expect(await send(client, "hi", "a")).toMatchObject({
      ok: false,
      error: { code: "INVALID_REQUEST", message: "send blocked by session policy" },
    });
    await client.request("sessions.patch", { key: MAIN, sendPolicy: null });

    expect(codeOf(await send(client, "  ", "b"))).toBe("MESSAGE_EMPTY");
    const withFile = {
      sessionKey: MAIN,
      message: "look",
      idempotencyKey: "c",
      attachments: [{ content: "***" }],
    };
    expect(codeOf(await client.request("chat.send", withFile))).toBe("ATTACHMENT_REFUSED");
    expect(await history(client)).toEqual([]);
  });

  test("says what is wrong with a model that is chosen and not served, and answers by no other", async ({
    start,
  }) => {
    const server = await start({ config: { agents: { defaults: { model: "acme/best" } } } });
    const client = await operator(server);
    await send(client, "hi", "run-1");

    const frames = await runOf(client, "run-1");

    expect(frames.at(-2)).toMatchObject({ stream: "lifecycle", data: { phase: "error" } });
    expect(frames.at(-1)).toMatchObject({
      state: "error",
      errorMessage:
        'There is no model "acme/best": a model is named provider/name, and the providers are anthropic, openai, google, openrouter, ollama.',
    });
    expect(await send(client, "hi", "run-1")).toMatchObject({
      ok: false,
      payload: { runId: "run-1", status: "error", summary: expect.stringContaining("acme/best") },
      error: { code: "UNAVAILABLE", details: { code: "RUN_FAILED" } },
    });
  });
});

test.describe("chat.abort", () => {
  test("ends a run at once, tells it before it answers, and keeps what was said", async ({ start }) => {
    const client = await operator(await start());
    await send(client, LONG, "run-1");
    await client.next("the first words", ofRun("run-1", "chat"));

    expect(await client.request("chat.abort", { sessionKey: "other", runId: "run-1" })).toMatchObject({
      ok: false,
      error: { code: "INVALID_REQUEST", message: "runId does not match sessionKey" },
    });
    const answer = await client.request("chat.abort", { sessionKey: MAIN, runId: "run-1" });

    expect(answer).toMatchObject({ payload: { ok: true, aborted: true, runIds: ["run-1"] } });
    const end = client.unread.filter(ofRun("run-1")).at(-1);
    expect(end).toMatchObject({ event: "chat", payload: { state: "aborted", stopReason: "rpc" } });
    expect(await client.request("chat.abort", { sessionKey: MAIN })).toMatchObject({
      payload: { ok: true, aborted: false, runIds: [] },
    });
    expect(await send(client, LONG, "run-1")).toMatchObject({ payload: { status: "ok" } });
    const [, said] = await history(client);
    expect(said).toMatch(/^assistant: (\[local|word)/);
  });

  test("is what /stop means, and a bare word only while something runs", async ({ start }) => {
    const client = await operator(await start());
    await send(client, LONG, "run-1");
    await client.next("the first words", ofRun("run-1", "chat"));

    expect(await send(client, " Stop ", "s")).toMatchObject({
      payload: { aborted: true, runIds: ["run-1"] },
    });
    expect(await send(client, "/stop", "t")).toMatchObject({ payload: { aborted: false, runIds: [] } });
    expect(await send(client, "wait", "u")).toMatchObject({ payload: { runId: "u", status: "started" } });
    await runOf(client, "u");
  });
});

test.describe("who hears a conversation", () => {
  test("is whoever may read, and nobody else", async ({ start }) => {
    const server = await start();
    const client = await operator(server);
    const reader = await operator(server, ["operator.read"]);
    const others = await Promise.all([
      operator(server, ["operator.pairing"]),
      connectWire(server.port, { role: "node", scopes: [] }).then((node) => node.client),
    ]);

    await send(client, "secret words", "run-1");
    await runOf(client, "run-1");
    await runOf(reader, "run-1");
    // A frame that came later than all of these.
    await Promise.all(others.map((each) => each.request("no such method")));

    for (const other of others) expect(JSON.stringify(other.unread)).not.toContain("secret words");
  });

  test("is not changed by a reader", async ({ start }) => {
    const reader = await operator(await start(), ["operator.read"]);

    expect(codeOf(await send(reader, "hi", "a"))).toBe("MISSING_SCOPE");
    expect(codeOf(await reader.request("chat.inject", { sessionKey: MAIN, message: "x" }))).toBe(
      "MISSING_SCOPE",
    );
    expect(await history(reader)).toEqual([]);
  });
});

test("chat.inject adds a note where there is a session", async ({ start }) => {
  const client = await operator(await start());
  expect(await client.request("chat.inject", { sessionKey: "nobody", message: "x" })).toMatchObject({
    error: { code: "INVALID_REQUEST", message: "session not found" },
  });
  await send(client, "hi", "run-1");
  await runOf(client, "run-1");

  const { payload } = await client.request("chat.inject", {
    sessionKey: MAIN,
    message: "a note",
    label: "ops",
  });

  const { messageId } = isRecord(payload) ? payload : {};
  expect(messageId).toMatch(/^[0-9a-f]{8}$/);
  expect(await client.next("the note", ofRun(`inject-${messageId}`))).toMatchObject({
    payload: { seq: 0, state: "final", message: { stopReason: "injected" } },
  });
  expect((await history(client)).at(-1)).toBe("assistant: a note");
});

test.describe("agent", () => {
  test("answers twice: that the message is kept, then what came of it; the same again for a repeat", async ({
    start,
  }) => {
    const client = await operator(await start());
    const params = { message: "Say hello", sessionKey: MAIN, idempotencyKey: "agent-1" };

    expect(await client.request("agent", params, "a")).toMatchObject({
      ok: true,
      payload: { runId: "agent-1", status: "accepted" },
    });
    const final = await client.response("a");

    expect(final).toMatchObject({
      ok: true,
      payload: {
        runId: "agent-1",
        status: "ok",
        summary: "completed",
        result: { payloads: [{ text: expect.stringContaining("Say hello"), mediaUrl: null }] },
      },
    });
    expect(payloadOf(await client.request("agent", params))).toEqual(payloadOf(final));
    expect(await client.request("agent.wait", { runId: "agent-1", timeoutMs: 1_000 })).toMatchObject({
      payload: { runId: "agent-1", status: "ok", endedAt: expect.any(Number) },
    });
  });

  test("refuses an agent, a channel and a session that there are not", async ({ start }) => {
    const client = await operator(await start());
    const ask = (params: object, id: string) =>
      client.request("agent", { message: "x", idempotencyKey: id, ...params }, id);

    for (const [params, message] of [
      [{ agentId: "ghost" }, 'invalid agent params: unknown agent id "ghost"'],
      [
        { agentId: "main", sessionKey: "agent:other:main" },
        'invalid agent params: agent "main" does not match session key agent "other"',
      ],
      [{ channel: "carrierpigeon" }, "invalid agent params: unknown channel: carrierpigeon"],
    ] as const) {
      expect(await ask(params, message)).toMatchObject({ error: { code: "INVALID_REQUEST", message } });
    }
    expect(await ask({}, "none")).toMatchObject({ ok: true, payload: { status: "accepted" } });
    expect(await client.response("none")).toMatchObject({
      ok: false,
      payload: { status: "error" },
      error: {
        code: "UNAVAILABLE",
        message: "Error: Pass --to <E.164>, --session-id, or --agent to choose a session",
      },
    });
  });

  test("is waited for no longer than asked", async ({ start }) => {
    const client = await operator(await start());

    expect(await client.request("agent.wait", { runId: "unknown", timeoutMs: 20 })).toMatchObject({
      payload: { runId: "unknown", status: "timeout" },
    });
  });
});

test.describe("commands in a chat", () => {
  const finalOf = async (client: WireClient, runId: string) =>
    payloadOf(await client.next(`the end of ${runId}`, ofRun(runId, "chat")));

  test("are answered without a model, by one entry that no model sees", async ({ start }) => {
    const client = await operator(await start());

    expect(await send(client, "/status", "run-1")).toMatchObject({
      ok: true,
      payload: { runId: "run-1", status: "started" },
    });
    const end = await finalOf(client, "run-1");

    expect(end).toMatchObject({
      sessionKey: MAIN,
      seq: 1,
      state: "final",
      message: { role: "assistant", stopReason: "injected", usage: { input: 0, output: 0, totalTokens: 0 } },
    });
    expect(textOf(end.message)).toMatch(/^Clawdbot Companion .*\nModel: local\/echo \(no account needed\)\n/);
    expect(await send(client, "/status", "run-1")).toMatchObject({
      payload: { runId: "run-1", status: "ok" },
    });
    expect(await history(client)).toHaveLength(1);
  });

  test("set what holds in the conversation, and are listed for who may use them", async ({ start }) => {
    const server = await start();
    const client = await operator(server);
    const { client: other } = await connectWire(server.port, { scopes: ["operator.read", "operator.write"] });
    const namesFor = async (each: WireClient) => {
      const { payload } = await each.request("commands.list", { sessionKey: MAIN });
      return Array.isArray(payload) ? payload.filter(isRecord) : [];
    };

    await send(client, "/think hard /verbose on", "run-1");
    await finalOf(client, "run-1");

    expect(await client.request("sessions.list", {})).toMatchObject({
      payload: { sessions: [{ key: MAIN, thinkingLevel: "low", verboseLevel: "on" }] },
    });
    const [all, some] = [await namesFor(client), await namesFor(other)];
    expect(all.find(({ name }) => name === "think")).toEqual({
      name: "think",
      aliases: ["t", "thinking"],
      args: [{ name: "level", isOptional: true, choices: ["off", "minimal", "low", "medium", "high"] }],
      group: "levels",
      text: { en: expect.any(String), de: expect.any(String) },
      kind: "command",
    });
    expect(all.map(({ name }) => name)).toContain("send");
    expect(some.map(({ name }) => name)).not.toContain("send");
    await send(other, "/send off", "run-2");
    expect(textOf((await finalOf(other, "run-2")).message)).toBe("You may not use /send here.");
  });

  test("/new begins anew, keeps what was said apart, and hands on what follows it", async ({ start }) => {
    const client = await operator(await start());
    await send(client, "Say hello", "run-1");
    await runOf(client, "run-1");

    await send(client, "/new Say bye", "run-2");
    const ran = await runOf(client, "run-2");

    expect(textOf(ran.at(-1)?.message)).toMatch(/Say bye$/);
    expect((await history(client)).toSorted()).toEqual([
      "assistant: A new conversation begins.",
      "assistant: Say bye",
      "user: Say bye",
    ]);
    expect(await send(client, "/new Say bye", "run-2")).toMatchObject({ payload: { status: "ok" } });
    expect(await history(client)).toHaveLength(3);
  });

  test("reach a conversation that takes no messages", async ({ start }) => {
    const client = await operator(await start());
    await send(client, "/send off", "run-1");
    await finalOf(client, "run-1");

    expect(codeOf(await send(client, "hello", "run-2"))).toBe("SEND_BLOCKED");
    await send(client, "/send on", "run-3");
    await finalOf(client, "run-3");

    expect(await send(client, "hello", "run-4")).toMatchObject({ payload: { status: "started" } });
    await runOf(client, "run-4");
  });

  test("/undo brings back what was before, and /search finds it", async ({ start }) => {
    const client = await operator(await start());
    await send(client, "Say marzipan", "run-1");
    await runOf(client, "run-1");
    await send(client, "/new", "run-2");
    await finalOf(client, "run-2");

    await send(client, "/undo", "run-3");
    const back = await finalOf(client, "run-3");
    await send(client, "/search marzipan", "run-4");
    const found = await finalOf(client, "run-4");

    expect(textOf(back.message)).toMatch(/^The conversation of .* is back, with 2 messages\.$/);
    expect((await history(client)).slice(0, 2)).toEqual(["user: Say marzipan", "assistant: Say marzipan"]);
    expect(textOf(found.message)).toMatch(/^2 hits for "marzipan":\n- .*agent:main:main: .*Say marzipan/);
  });

  test("/budget raises the limit of today", async ({ start }) => {
    const client = await operator(await start());

    await send(client, "/budget +2.50", "run-1");

    expect(textOf((await finalOf(client, "run-1")).message)).toBe(
      "Today: $0.00 of $12.50\nThis month: $0.00 of $102.50",
    );
  });

  test("are answered in the language of the conversation", async ({ start }) => {
    const client = await operator(await start());
    await send(client, "Kannst du mir bitte helfen?", "run-1");
    await runOf(client, "run-1");

    await send(client, "/whoami", "run-2");

    expect(textOf((await finalOf(client, "run-2")).message)).toMatch(
      /^Sie sind .* Ihre Berechtigung: owner\.$/,
    );
  });

  test("in a sentence are answered beside it", async ({ start }) => {
    const client = await operator(await start());

    await send(client, "hello /whoami you", "run-1");
    const ran = await runOf(client, "run-1");

    expect(textOf(ran.at(-1)?.message)).toMatch(/hello you$/);
    expect((await history(client)).toSorted()).toEqual([
      "assistant: You are owner on webchat. Your authority: owner.",
      "assistant: hello you",
      "user: hello you",
    ]);
  });

  for (const [number, message] of [
    [14, "wait"],
    [37, "high five everyone"],
  ] as const) {
    test(`case ${number}: "${message}" in an idle chat is answered by the model, every word of it`, async ({
      start,
    }) => {
      const client = await operator(await start());

      await send(client, message, "run-1");
      const ran = await runOf(client, "run-1");

      expect(textOf(ran.at(-1)?.message).endsWith(`\n\n${message}`)).toBe(true);
    });
  }

  test("case 14: a word that stops does so while something runs", async ({ start }) => {
    const client = await operator(await start());
    await send(client, LONG, "run-1");

    expect(await send(client, "Wait!", "run-2")).toMatchObject({
      payload: { ok: true, aborted: true, runIds: ["run-1"] },
    });
  });
});
