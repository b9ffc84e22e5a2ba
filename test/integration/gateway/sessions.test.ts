import { expect } from "@playwright/test";
import { isRecord } from "../../../shared/protocol/frame.ts";
import { test } from "../../helpers/gateway/running.ts";
import { connectWire, type Frame, TEST_TOKEN, type WireClient } from "../../helpers/gateway/wire-client.ts";

const payloadOf = ({ payload }: Frame) => (isRecord(payload) ? payload : {});
const errorOf = ({ error }: Frame) => (isRecord(error) ? `${error.code}: ${error.message}` : "none");

async function said(client: WireClient, sessionKey: string, message: string): Promise<void> {
  const idempotencyKey = crypto.randomUUID();
  await client.request("chat.send", { sessionKey, message, idempotencyKey });
  await client.next(
    "its end",
    ({ event, payload }) =>
      event === "chat" && isRecord(payload) && payload.runId === idempotencyKey && payload.state === "final",
  );
}

async function listed(client: WireClient, params: object = {}) {
  const { sessions } = payloadOf(await client.request("sessions.list", params));
  return Array.isArray(sessions) ? sessions.filter(isRecord) : [];
}

test.describe("sessions.patch", () => {
  test("stores what it is given by its word, and takes away what is null", async ({ start }) => {
    const { client } = await connectWire((await start()).port);
    const fields = {
      label: "Demo label",
      thinkingLevel: "ultrathink",
      verboseLevel: "on",
      reasoningLevel: "stream",
      responseUsage: "on",
      elevatedLevel: "ask",
      execHost: "gateway",
      execSecurity: "allowlist",
      execAsk: "on-miss",
      execNode: "n1",
      sendPolicy: "allow",
      groupActivation: "mention",
    };

    const set = payloadOf(await client.request("sessions.patch", { key: "demo", ...fields }));
    const nothing = Object.fromEntries(Object.keys(fields).map((name) => [name, null]));
    const cleared = payloadOf(await client.request("sessions.patch", { key: "demo", ...nothing }));

    expect(set).toMatchObject({
      ok: true,
      key: "agent:main:demo",
      path: expect.stringMatching(/clawdbot\.db$/),
      entry: { ...fields, thinkingLevel: "high", responseUsage: "tokens" },
    });
    expect(Object.keys(isRecord(cleared.entry) ? cleared.entry : {}).sort()).toEqual([
      "sessionId",
      "updatedAt",
    ]);
  });

  for (const [params, message] of [
    [{ key: "demo2", label: "Taken" }, "label already in use: Taken"],
    [{ thinkingLevel: "bogus" }, "invalid thinkingLevel (use off|minimal|low|medium|high)"],
    [{ verboseLevel: "bogus" }, 'invalid verboseLevel (use "on"|"off")'],
    [{ reasoningLevel: "bogus" }, 'invalid reasoningLevel (use "on"|"off"|"stream")'],
    [{ elevatedLevel: "bogus" }, 'invalid elevatedLevel (use "on"|"off"|"ask"|"full")'],
    [{ execHost: "bogus" }, 'invalid execHost (use "sandbox"|"gateway"|"node")'],
    [{ execHost: "__proto__" }, 'invalid execHost (use "sandbox"|"gateway"|"node")'],
    [{ spawnedBy: "main" }, "spawnedBy is only supported for subagent:* sessions"],
    [{ key: "  " }, "key required"],
    [{ label: " " }, "invalid label: empty"],
    [{ model: "" }, "invalid model: empty"],
  ] as const) {
    test(`refuses ${JSON.stringify(params)}`, async ({ start }) => {
      const { client } = await connectWire((await start()).port);
      await client.request("sessions.patch", { key: "demo", label: "Taken" });

      const answer = await client.request("sessions.patch", { key: "demo", ...params });

      expect(errorOf(answer)).toBe(`INVALID_REQUEST: ${message}`);
      expect(await listed(client)).toHaveLength(1);
    });
  }

  test("keeps who spawned a session", async ({ start }) => {
    const { client } = await connectWire((await start()).port);
    const key = "agent:main:subagent:abc";
    await client.request("sessions.patch", { key, spawnedBy: "agent:main:main" });

    expect(errorOf(await client.request("sessions.patch", { key, spawnedBy: "agent:main:x" }))).toContain(
      "changed",
    );
    expect(errorOf(await client.request("sessions.patch", { key, spawnedBy: null }))).toContain("cleared");
    expect(await listed(client, { spawnedBy: "agent:main:main" })).toMatchObject([{ key }]);
  });
});

test("sessions.list names, titles and narrows", async ({ start }) => {
  const { client } = await connectWire((await start()).port);
  await client.request("sessions.patch", { key: "agent:main:chat:group:1", label: "Group" });
  await said(
    client,
    "main",
    "What is   the weather like in a town with a very long name, today and tomorrow?",
  );

  expect(await listed(client, { includeDerivedTitles: true, includeLastMessage: true })).toMatchObject([
    {
      key: "agent:main:main",
      kind: "direct",
      derivedTitle: expect.stringMatching(/^What is the weather like in a town with a very long name, t.*$/),
      lastMessagePreview: expect.stringMatching(/^\[local\/echo/),
      model: "echo",
      totalTokens: expect.any(Number),
    },
    { key: "agent:main:chat:group:1", kind: "group", label: "Group", totalTokens: 0 },
  ]);
  expect(await listed(client, { limit: 1 })).toHaveLength(1);
  expect(await listed(client, { search: "gRoUp" })).toMatchObject([{ label: "Group" }]);
  expect(await listed(client, { label: "Other" })).toEqual([]);
});

test("sessions.preview tells the last words, and of which sessions there are none", async ({ start }) => {
  const { client } = await connectWire((await start()).port);
  await said(client, "main", "hello");
  await client.request("sessions.patch", { key: "demo" });

  const { previews } = payloadOf(
    await client.request("sessions.preview", { keys: ["main", "demo", "missing"], maxChars: 20 }),
  );

  expect(previews).toEqual([
    {
      key: "main",
      status: "ok",
      items: [
        { role: "user", text: "hello" },
        { role: "assistant", text: "[local/echo: no m..." },
      ],
    },
    { key: "demo", status: "empty", items: [] },
    { key: "missing", status: "missing", items: [] },
  ]);
});

test("sessions.resolve finds by one name", async ({ start }) => {
  const { client } = await connectWire((await start()).port);
  const { entry } = payloadOf(await client.request("sessions.patch", { key: "demo", label: "Work" }));
  const { sessionId } = isRecord(entry) ? entry : {};

  for (const params of [{ key: "demo" }, { sessionId }, { label: "Work" }]) {
    expect(payloadOf(await client.request("sessions.resolve", params))).toEqual({
      ok: true,
      key: "agent:main:demo",
    });
  }
  for (const [params, message] of [
    [{}, "Either key, sessionId, or label is required"],
    [{ key: "a", label: "b" }, "Provide either key, sessionId, or label (not multiple)"],
    [{ label: "zzz" }, "No session found with label: zzz"],
    [{ key: "zzz" }, "No session found: zzz"],
  ] as const) {
    expect(errorOf(await client.request("sessions.resolve", params))).toBe(`INVALID_REQUEST: ${message}`);
  }
});

test("sessions.reset begins anew under the same key, sessions.delete takes it out of the lists", async ({
  start,
}) => {
  const { client } = await connectWire((await start()).port);
  await said(client, "demo", "hello");
  const before = (await listed(client))[0]?.sessionId;
  await client.request("sessions.patch", { key: "demo", label: "Work", verboseLevel: "on" });

  const { entry } = payloadOf(await client.request("sessions.reset", { key: "demo" }));

  expect(entry).toMatchObject({ label: "Work", verboseLevel: "on", totalTokens: 0, systemSent: false });
  expect(entry).not.toMatchObject({ sessionId: before });
  expect(payloadOf(await client.request("chat.history", { sessionKey: "demo" })).messages).toEqual([]);
  expect(payloadOf(await client.request("sessions.delete", { key: "demo" }))).toEqual({
    ok: true,
    key: "agent:main:demo",
    deleted: true,
    archived: [],
  });
  expect(payloadOf(await client.request("sessions.delete", { key: "demo" }))).toMatchObject({
    deleted: false,
  });
  expect(errorOf(await client.request("sessions.delete", { key: "main" }))).toBe(
    "INVALID_REQUEST: Cannot delete the main session (agent:main:main).",
  );
  expect(await listed(client)).toEqual([]);
});

test("a key that is too long is refused by every method that takes one, and by the HTTP endpoints", async ({
  start,
}) => {
  const { port } = await start({
    config: { gateway: { http: { endpoints: { chatCompletions: { enabled: true } } } } },
  });
  const { client } = await connectWire(port);
  const key = "k".repeat(513);
  const schema = "must NOT have more than 512 characters";
  const send = { message: "hi", idempotencyKey: "1" };

  for (const [method, params] of [
    ["chat.send", { sessionKey: key, ...send }],
    ["chat.history", { sessionKey: key }],
    ["chat.page", { sessionKey: key }],
    ["chat.queue.list", { sessionKey: key }],
    ["chat.inject", { sessionKey: key, message: "hi" }],
    ["agent", { sessionKey: key, ...send }],
    ["commands.list", { sessionKey: key }],
    ["sessions.patch", { key }],
    ["sessions.reset", { key }],
    ["sessions.delete", { key }],
    ["sessions.resolve", { key }],
    ["sessions.preview", { keys: [key] }],
  ] as const)
    expect(errorOf(await client.request(method, params)), method).toContain(schema);
  // With its agent it is one too many.
  for (const [method, params] of [
    ["chat.send", { sessionKey: key.slice(1), ...send }],
    ["agent", { sessionKey: key.slice(1), ...send }],
    ["sessions.patch", { key: key.slice(1) }],
  ] as const)
    expect(errorOf(await client.request(method, params)), method).toContain(
      "The key of a session has at most 512 characters, with its agent, and this one has 523",
    );
  const answer = await fetch(`http://127.0.0.1:${port}/v1/chat/completions`, {
    method: "POST",
    headers: {
      authorization: `Bearer ${TEST_TOKEN}`,
      "content-type": "application/json",
      "x-clawdbot-session-key": key,
    },
    body: JSON.stringify({ model: "clawdbot", messages: [{ role: "user", content: "hi" }] }),
  });
  expect(answer.status).toBe(400);
  expect(await answer.json()).toMatchObject({
    error: { message: expect.stringContaining("at most 512 characters") },
  });
  expect(await listed(client)).toEqual([]);
  const longest = key.slice("agent:main:".length + 1);
  expect(payloadOf(await client.request("sessions.patch", { key: longest })).key).toHaveLength(512);
});

test("health and status count the sessions of the store", async ({ start }) => {
  const server = await start();
  const { client } = await connectWire(server.port);
  await client.request("sessions.patch", { key: "a" });
  await client.request("sessions.patch", { key: "b" });

  const { sessions } = payloadOf(await client.request("health", { probe: true }));

  expect(sessions).toMatchObject({
    path: server.settings.paths.storeFile,
    count: 2,
    recent: [{ key: "agent:main:b" }, { key: "agent:main:a" }],
  });
});
