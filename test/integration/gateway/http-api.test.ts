import { once } from "node:events";
import { request as httpRequest } from "node:http";
import { expect } from "@playwright/test";
import type { GatewayConfig } from "../../../shared/config/schema.ts";
import { isRecord } from "../../../shared/protocol/frame.ts";
import { startGateway, type TestGateway } from "../../helpers/gateway/gateway.ts";
import { test } from "../../helpers/gateway/running.ts";
import { connectWire, TEST_TOKEN, type WireClient } from "../../helpers/gateway/wire-client.ts";

const CHAT = "/v1/chat/completions";
const RESPONSES = "/v1/responses";
const ON: GatewayConfig = {
  gateway: { http: { endpoints: { chatCompletions: { enabled: true }, responses: { enabled: true } } } },
};
/** The echo of it is long enough to do something meanwhile. */
const LONG = "word ".repeat(4_000);
const OWNER = { authorization: `Bearer ${TEST_TOKEN}` };

interface Answer {
  status: number;
  headers: Headers;
  text: string;
  json: Record<string, unknown>;
}

async function post(
  server: TestGateway,
  path: string,
  body: unknown,
  headers: Record<string, string> = OWNER,
): Promise<Answer> {
  const response = await fetch(`http://127.0.0.1:${server.port}${path}`, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: typeof body === "string" || body instanceof Blob ? body : JSON.stringify(body),
  });
  const text = await response.text();
  const json: unknown = text.startsWith("{") ? JSON.parse(text) : {};
  return { status: response.status, headers: response.headers, text, json: isRecord(json) ? json : {} };
}

const asking = (content: string, more: object = {}) => ({ messages: [{ role: "user", content }], ...more });

/** The data of each event. */
function eventsIn(text: string): Record<string, unknown>[] {
  return text
    .split("\n\n")
    .map((event) => /^data: (.*)$/m.exec(event)?.[1] ?? "")
    .filter((data) => data.startsWith("{"))
    .map((data) => JSON.parse(data));
}

const contentOf = ({ json }: Answer) => deep(json, "choices", 0, "message", "content");

function deep(value: unknown, ...keys: (string | number)[]): unknown {
  return keys.reduce<unknown>((inner, key) => Reflect.get(Object(inner), key), value);
}

const operator = async ({ port }: TestGateway) =>
  (await connectWire(port, { scopes: ["operator.admin"] })).client;

async function sessionKeys(client: WireClient): Promise<string[]> {
  const { payload } = await client.request("sessions.list", {});
  const sessions = isRecord(payload) && Array.isArray(payload.sessions) ? payload.sessions : [];
  return sessions.map((session) => String(deep(session, "key"))).sort();
}

/** Sends a request that is answered bit by bit and resolves when the answer has begun. */
async function begin(server: TestGateway, path: string, body: object) {
  const request = httpRequest({
    host: "127.0.0.1",
    port: server.port,
    path,
    method: "POST",
    headers: OWNER,
    agent: false,
  });
  request.on("error", () => {}); // The test ends it itself.
  request.end(JSON.stringify(body));
  const [response] = await once(request, "response");
  response.setEncoding("utf8");
  return { request, response };
}

const isAgent = (phase: string) => (frame: Record<string, unknown>) =>
  frame.event === "agent" && deep(frame, "payload", "data", "phase") === phase;

/** Of the tests of one file that change nothing in it. */
let shared: TestGateway;
test.beforeAll(async () => {
  shared = await startGateway({ config: ON });
});
test.afterAll(() => shared.stop());

test.describe("POST /v1/chat/completions", () => {
  test("answers as a model of OpenAI does", async ({ start }) => {
    const server = await start({ config: ON });

    const answer = await post(server, CHAT, asking("Say hello", { model: "gpt-4o", temperature: 0.2 }));

    expect(answer.status).toBe(200);
    expect(answer.json).toEqual({
      id: expect.stringMatching(/^chatcmpl_[0-9a-f-]{36}$/),
      object: "chat.completion",
      created: expect.any(Number),
      model: "gpt-4o",
      choices: [
        {
          index: 0,
          message: {
            role: "assistant",
            content: expect.stringMatching(/^\[local\/echo: .*\]\n\nSay hello$/),
          },
          finish_reason: "stop",
        },
      ],
      usage: {
        prompt_tokens: expect.any(Number),
        completion_tokens: expect.any(Number),
        total_tokens: expect.any(Number),
      },
    });
    expect(deep(answer.json, "usage", "total_tokens")).toBeGreaterThan(0);
  });

  test("streams the answer in pieces that make the same text", async ({ start }) => {
    const server = await start({ config: ON });
    const whole = String(contentOf(await post(server, CHAT, asking("Say hello"))));

    const answer = await post(server, CHAT, asking("Say hello", { stream: true }));

    expect(answer.headers.get("content-type")).toBe("text/event-stream; charset=utf-8");
    expect(answer.text.endsWith("data: [DONE]\n\n")).toBe(true);
    const choices = eventsIn(answer.text).map((chunk) => deep(chunk, "choices", 0));
    expect(choices[0]).toEqual({ index: 0, delta: { role: "assistant" } });
    expect(choices.at(-1)).toEqual({ index: 0, delta: {}, finish_reason: "stop" });
    const pieces = choices.slice(1, -1).map((choice) => deep(choice, "delta", "content"));
    expect(pieces.length).toBeGreaterThan(3);
    expect(pieces.join("")).toBe(whole);
  });

  test("is a conversation of its own for each user, and one for each request without a user", async ({
    start,
  }) => {
    const server = await start({ config: ON });
    const client = await operator(server);
    const users = ["main", "alice", " alice", "a:group:b", undefined, undefined];

    for (const user of users) expect((await post(server, CHAT, asking("hi", { user }))).status).toBe(200);
    await post(server, CHAT, asking("hi again", { user: "alice" }));

    const keys = await sessionKeys(client);
    expect(keys).toHaveLength(users.length);
    expect(keys).toContain("agent:main:openai-user:main");
    expect(keys).toContain("agent:main:openai-user:alice");
    expect(keys).not.toContain("agent:main:main");
    expect(keys.filter((key) => /^agent:main:openai:[0-9a-f-]{36}$/.test(key))).toHaveLength(2);
    expect(keys.filter((key) => /^agent:main:openai-user:~[0-9a-f]{64}$/.test(key))).toHaveLength(2);
  });

  test("stands in the conversation that its header names", async ({ start }) => {
    const server = await start({ config: ON });
    const client = await operator(server);

    await post(server, CHAT, asking("hi"), { ...OWNER, "x-clawdbot-session-key": "main" });

    expect(await sessionKeys(client)).toEqual(["agent:main:main"]);
  });

  test("answers requests of one user one after the other, each with its own answer", async ({ start }) => {
    const server = await start({ config: ON });
    const words = ["first", "second", "third"];

    const answers = await Promise.all(words.map((word) => post(server, CHAT, asking(word, { user: "ada" }))));

    expect(answers.map((answer) => String(contentOf(answer)).split("\n\n").at(-1))).toEqual(words);
  });

  test("case 36: ends the run when nobody waits for it any more", async ({ start }) => {
    const server = await start({ config: ON });
    const client = await operator(server);
    const { request, response } = await begin(server, CHAT, asking(LONG, { stream: true, user: "ada" }));
    await once(response, "data");
    await client.next("the begin of the run", isAgent("start"));

    request.destroy();
    const end = await client.next("its end", ({ event, payload }) => {
      return event === "chat" && isRecord(payload) && payload.state !== "delta";
    });

    expect(end.payload).toMatchObject({ state: "aborted", stopReason: "rpc" });
    const { payload } = await client.request("chat.history", { sessionKey: "agent:main:openai-user:ada" });
    expect(deep(payload, "messages", 1, "stopReason")).toBe("aborted");
    const next = await post(server, CHAT, asking("and now?", { user: "ada" }));
    expect(next.status).toBe(200);
  });

  test("tells whoever waits that the gateway goes away, and leaves nothing to the next one", async () => {
    const server = await startGateway({ config: ON });
    const { response } = await begin(server, CHAT, asking(LONG, { stream: true }));
    let text = "";
    response.on("data", (chunk: string) => {
      text += chunk;
    });
    await once(response, "data");

    await Promise.all([once(response, "close"), server.stop()]);

    expect(text).toContain("Error: The gateway restarts; ask again in a moment.");
    expect(text.endsWith("data: [DONE]\n\n")).toBe(true);
  });

  for (const [what, body, message] of [
    ["no message", { messages: [] }, "Missing user message in `messages`."],
    ["nothing", "", "Missing user message in `messages`."],
    ["no words", asking(""), "Missing user message in `messages`."],
    ["no object", "[]", "The request must be a JSON object."],
    ["half of an object", '{"messages":', /JSON/],
    ["no UTF-8", new Blob([new Uint8Array([0x7b, 0xff, 0x7d])]), "The request is not UTF-8."],
    [
      "a number as a message",
      { messages: [1] },
      /^messages\.0: Invalid input: expected object, received number$/,
    ],
    ["an unknown agent", asking("hi", { model: "clawdbot:nobody" }), 'unknown agent id "nobody"'],
    [
      "a part that is no picture",
      { messages: [{ role: "user", content: [{ type: "image_url" }] }] },
      "messages.0: there is no file in this part",
    ],
    [
      "sound",
      { messages: [{ role: "user", content: [{ type: "input_audio" }] }] },
      /"input_audio" are not taken here; send text, image_url and file$/,
    ],
    [
      "a picture at an address",
      {
        messages: [
          { role: "user", content: [{ type: "image_url", image_url: { url: "http://127.0.0.1/cat.png" } }] },
        ],
      },
      /^messages\.0: files are not fetched from addresses; send the file itself as a data URL/,
    ],
    [
      "a picture in no base64",
      {
        messages: [{ role: "user", content: [{ type: "image_url", image_url: "data:image/png;base64,*" }] }],
      },
      "Error: attachment messages.0: invalid base64 content",
    ],
    [
      "a picture that is none",
      {
        messages: [
          { role: "user", content: [{ type: "image_url", image_url: "data:image/png;base64,aGk=" }] },
        ],
      },
      /it is said to be image\/png, and its content is no picture/,
    ],
    ["more than 20 MiB", asking("x".repeat(20_971_520)), "The request is larger than 20971520 bytes."],
  ] as const) {
    test(`refuses ${what} and says why`, async () => {
      const { status, json } = await post(shared, CHAT, body);

      expect(status).toBe(400);
      expect(json).toEqual({
        error: {
          type: "invalid_request_error",
          message: typeof message === "string" ? message : expect.stringMatching(message),
        },
      });
    });
  }

  test("says that the model failed, so that no library asks again", async ({ start }) => {
    const server = await start({ config: { ...ON, agents: { defaults: { model: "nobody/nothing" } } } });

    const { status, headers, json } = await post(server, CHAT, asking("hi"));
    const streamed = await post(server, CHAT, asking("hi", { stream: true }));

    expect(status).toBe(500);
    expect(headers.get("x-should-retry")).toBe("false");
    expect(json).toEqual({
      error: { type: "api_error", message: expect.stringContaining("nobody/nothing") },
    });
    const last = eventsIn(streamed.text)
      .map((chunk) => deep(chunk, "choices", 0))
      .at(-1);
    expect(last).toMatchObject({
      delta: { content: expect.stringMatching(/^Error: .*nobody\/nothing/) },
      finish_reason: "stop",
    });
  });

  test("takes no message for a conversation that takes none", async ({ start }) => {
    const server = await start({ config: ON });
    const client = await operator(server);
    await client.request("sessions.patch", { key: "quiet", sendPolicy: "deny" });

    const { status, json } = await post(server, CHAT, asking("hi"), {
      ...OWNER,
      "x-clawdbot-session-key": "quiet",
    });

    expect(status).toBe(400);
    expect(deep(json, "error", "message")).toMatch(/^send blocked by session policy: write \/send on /);
  });
});

test.describe("POST /v1/responses", () => {
  test("answers as OpenAI's Responses API does", async ({ start }) => {
    const server = await start({ config: ON });

    const { status, json } = await post(server, RESPONSES, { model: "clawdbot", input: "Say hello" });

    expect(status).toBe(200);
    expect(json).toMatchObject({
      id: expect.stringMatching(/^resp_/),
      object: "response",
      status: "completed",
      model: "clawdbot",
      output: [
        {
          type: "message",
          role: "assistant",
          status: "completed",
          content: [{ type: "output_text", text: expect.stringMatching(/\n\nSay hello$/) }],
        },
      ],
    });
    expect(deep(json, "usage", "total_tokens")).toBeGreaterThan(0);
  });

  test("streams its events in the documented order", async ({ start }) => {
    const server = await start({ config: ON });

    const { text } = await post(server, RESPONSES, {
      model: "clawdbot",
      input: [
        { type: "message", role: "system", content: "Be brief." },
        { type: "message", role: "user", content: [{ type: "input_text", text: "Say hello" }] },
      ],
      stream: true,
    });

    const events = eventsIn(text);
    const types = events.map(({ type }) => type);
    const deltas = types.filter((type) => type === "response.output_text.delta");
    expect(deltas.length).toBeGreaterThan(3);
    expect(types).toEqual([
      "response.created",
      "response.in_progress",
      "response.output_item.added",
      "response.content_part.added",
      ...deltas,
      "response.output_text.done",
      "response.content_part.done",
      "response.output_item.done",
      "response.completed",
    ]);
    expect([...text.matchAll(/^event: (.*)$/gm)].map(([, name]) => name)).toEqual(types);
    const said = events.map(({ delta }) => delta ?? "").join("");
    expect(deep(events.at(-1), "response", "output", 0, "content", 0, "text")).toBe(said);
    expect(said).toMatch(/\n\nSay hello$/);
    expect(text.endsWith("data: [DONE]\n\n")).toBe(true);
  });

  test("says in its own shape that the model failed", async ({ start }) => {
    const server = await start({ config: { ...ON, agents: { defaults: { model: "nobody/nothing" } } } });
    const body = { model: "clawdbot", input: "hi" };

    const plain = await post(server, RESPONSES, body);
    const streamed = eventsIn((await post(server, RESPONSES, { ...body, stream: true })).text).at(-1);

    const failed = {
      status: "failed",
      error: { code: "api_error", message: expect.stringContaining("nobody/nothing") },
    };
    expect(plain.status).toBe(500);
    expect(plain.json).toMatchObject(failed);
    expect(streamed).toMatchObject({ type: "response.failed", response: failed });
  });

  for (const [what, body, message] of [
    ["no model", {}, "model: Invalid input: expected string, received undefined"],
    ["no input", { model: "x" }, /^input: Invalid input/],
    ["an unknown field", { model: "x", input: "hi", bogus: 1 }, /bogus/],
    [
      "a system message alone",
      { model: "x", input: [{ type: "message", role: "system", content: "only system" }] },
      "Missing user message in `input`.",
    ],
    [
      "a choice of tools without tools",
      { model: "x", input: "hi", tool_choice: "required" },
      "Error: tool_choice=required but no tools were provided",
    ],
    [
      "tools without a name that fits",
      { model: "x", input: "hi", tools: [{ type: "function", function: { name: "look at" } }] },
      /^tools\.0: /,
    ],
    [
      "a file",
      { model: "x", input: [{ role: "user", content: [{ type: "input_file" }] }] },
      "input.0: there is no file in this part",
    ],
  ] as const) {
    test(`refuses ${what} and says why`, async () => {
      const { status, json } = await post(shared, RESPONSES, body);

      expect(status).toBe(400);
      expect(json).toEqual({
        error: {
          type: "invalid_request_error",
          message: typeof message === "string" ? message : expect.stringMatching(message),
        },
      });
    });
  }
});

test.describe("POST /tools/invoke", () => {
  const invoke = (server: TestGateway, body: object) => post(server, "/tools/invoke", body);

  test("runs a tool for the owner without a model", async ({ start }) => {
    const { status, json } = await invoke(await start(), { tool: "session_status", args: {} });

    expect(status).toBe(200);
    expect(json).toMatchObject({ ok: true, result: { content: [{ type: "text" }] } });
    expect(deep(json, "result", "content", 0, "text")).toContain("session: agent:main:main");
  });

  test("names a tool that is not there, and a request without one", async ({ start }) => {
    const server = await start();

    const unknown = await invoke(server, { tool: "nope" });
    const none = await invoke(server, {});

    expect([unknown.status, unknown.json]).toEqual([
      404,
      { ok: false, error: { type: "not_found", message: "Tool not available: nope" } },
    ]);
    expect([none.status, none.json]).toEqual([
      400,
      { error: { type: "invalid_request_error", message: "tools.invoke requires body.tool" } },
    ]);
  });
});

test.describe("who may ask the assistant over HTTP", () => {
  const PATHS = [CHAT, RESPONSES, "/tools/invoke"];

  test("is whoever brings the gateway's secret; guesses count", async ({ start }) => {
    const server = await start({ config: ON });
    const refused = { error: { message: "Unauthorized", type: "unauthorized" } };

    for (const path of PATHS) {
      const without = await post(server, path, {}, {});
      expect([without.status, without.json]).toEqual([401, refused]);
    }
    const guesses: number[] = [];
    for (let guess = 0; guess < 11; guess += 1)
      guesses.push((await post(server, CHAT, {}, { authorization: `Bearer guess-${guess}` })).status);

    expect(guesses).toEqual([...Array<number>(10).fill(401), 429]);
  });

  test("is with a password whoever brings that", async ({ start }) => {
    const auth = { mode: "password", password: "correct horse battery" } as const;
    const server = await start({ config: ON, auth });
    const bearer = (secret: string) => ({ authorization: `Bearer ${secret}` });

    expect((await post(server, CHAT, asking("hi"), bearer("wrong-horse"))).status).toBe(401);
    expect((await post(server, "/tools/invoke", {}, { authorization: "Bearer correct" })).status).toBe(401);
  });

  test("answers what is nested without an end in one sentence", async ({ start }) => {
    const server = await start({ config: ON });
    const deepText = `${'{"a":'.repeat(60_000)}1${"}".repeat(60_000)}`;
    const body = `{"messages":[{"role":"user","content":"hi"}],"tools":[{"type":"function","function":{"name":"a","parameters":${deepText}}}]}`;

    const answers = await Promise.all([CHAT, RESPONSES].map((path) => post(server, path, body)));

    for (const { status, json } of answers)
      expect([status, deep(json, "error", "message")]).toEqual([
        400,
        "The request is nested deeper than 500 levels.",
      ]);
  });

  test("is no page of a stranger, whatever it brings, and no name that only a stranger's DNS leads here", async ({
    start,
  }) => {
    const open = await start({ config: ON, auth: { mode: "none" } });
    const closed = await start({ config: ON });

    expect((await post(open, CHAT, asking("hi"), {})).status).toBe(200);
    expect((await post(open, CHAT, asking("hi"), { origin: "https://evil.example" })).status).toBe(403);
    expect(
      (await post(closed, CHAT, asking("hi"), { ...OWNER, origin: "https://evil.example" })).status,
    ).toBe(403);
    expect((await post(open, CHAT, asking("hi"), { "x-forwarded-for": "203.0.113.9" })).status).toBe(401);
    const rebound = await new Promise((resolve) => {
      const headers = { host: "evil.example" };
      const asked = httpRequest({ host: "127.0.0.1", port: open.port, path: CHAT, method: "POST", headers });
      asked.once("response", (answer) => resolve(answer.resume().statusCode)).end("{}");
    });
    expect(rebound).toBe(401);
  });

  test("finds nothing where nothing is switched on, and only tools are", async ({ start }) => {
    const server = await start();

    expect((await post(server, CHAT, asking("hi"))).status).toBe(405);
    expect((await post(server, RESPONSES, { model: "x", input: "hi" })).status).toBe(405);
    const { status, headers } = await fetch(`http://127.0.0.1:${server.port}/tools/invoke`);
    expect([status, headers.get("allow")]).toEqual([405, "POST"]);
  });
});
