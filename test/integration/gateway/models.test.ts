import { expect, mergeTests } from "@playwright/test";
import type { GatewayConfig } from "../../../shared/config/schema.ts";
import { isRecord } from "../../../shared/protocol/frame.ts";
import { codeOf, test as gatewayTest } from "../../helpers/gateway/running.ts";
import { connectWire, type Frame, type WireClient } from "../../helpers/gateway/wire-client.ts";
import { type FakeProvider, test as providerTest } from "../../helpers/models/fake-provider.ts";
import { answered, inTrouble } from "../../helpers/models/reply.ts";

const test = mergeTests(gatewayTest, providerTest);

const SECRET = "sk-ant-api03-0123456789abcdef";

const configFor = ({ url }: FakeProvider, more: GatewayConfig = {}): GatewayConfig => ({
  agents: { defaults: { model: { primary: "anthropic/claude-sonnet-5", fallbacks: ["home/small"] } } },
  models: {
    providers: {
      anthropic: { baseUrl: url, apiKey: SECRET },
      home: { baseUrl: `${url}/v1`, models: [{ id: "small", contextWindow: 16_000 }] },
    },
  },
  session: { titles: "off" },
  ...more,
});

const payloadOf = ({ payload }: Frame) => (isRecord(payload) ? payload : {});
const operator = async (port: number, scopes = ["operator.admin"]) =>
  (await connectWire(port, { scopes })).client;

async function finalOf(client: WireClient, runId: string): Promise<Record<string, unknown>> {
  const frame = await client.next("the end of the run", (each) => {
    const payload = payloadOf(each);
    return each.event === "chat" && payload.runId === runId && payload.state !== "delta";
  });
  return payloadOf(frame);
}

async function say(client: WireClient, message: string, runId: string) {
  await client.request("chat.send", { sessionKey: "main", message, idempotencyKey: runId });
  return JSON.stringify(await finalOf(client, runId));
}

test("a message is answered by the configured model, and the next one knows both", async ({
  start,
  provider,
}) => {
  provider.script(answered("It rains."), answered("Yes, still."));
  const { port } = await start({ config: configFor(provider) });
  const client = await operator(port);

  const first = await say(client, "How is the weather?", "run-1");
  const second = await say(client, "Still?", "run-2");

  expect(first).toContain("It rains.");
  expect(second).toContain("Yes, still.");
  expect(provider.requests).toHaveLength(2);
  expect(provider.requests[0]?.headers["x-api-key"]).toBe(SECRET);
  const sent = JSON.stringify(provider.requests[1]?.body);
  for (const said of ["How is the weather?", "It rains.", "Still?"]) expect(sent).toContain(said);
});

test("a fallback answers while the model cannot, is named in the answer, and pays for nothing else", async ({
  start,
  provider,
}) => {
  provider.script((request) => (request.model === "small" ? answered("I am small") : inTrouble("auth")));
  const { port } = await start({ config: configFor(provider) });
  const client = await operator(port);

  const said = await say(client, "Hello", "run-1");
  const { messages } = payloadOf(await client.request("chat.history", { sessionKey: "main" }));

  expect(said).toContain("I am small");
  expect(messages).toMatchObject([{ role: "user" }, { role: "assistant", provider: "home", model: "small" }]);
});

test("a provider's error is shown as an error, in one line without the key", async ({ start, provider }) => {
  provider.script(inTrouble("auth"));
  const config = configFor(provider, { agents: { defaults: { model: "anthropic/claude-sonnet-5" } } });
  const { port } = await start({ config });
  const client = await operator(port);
  await client.request("chat.send", { sessionKey: "main", message: "Hello", idempotencyKey: "run-1" });

  const end = await finalOf(client, "run-1");

  expect(end.state).toBe("error");
  expect(end.errorMessage).toContain("anthropic/claude-sonnet-5: the key was refused (HTTP 401)");
  expect(JSON.stringify(end)).not.toContain(SECRET.slice(0, 12));
});

test("what went wrong is told in the language of whoever writes, also after a single word, in the chat and its history, with what helps", async ({
  start,
  provider,
}) => {
  const only = { agents: { defaults: { model: "anthropic/claude-sonnet-5" } } };
  const { port } = await start({ config: configFor(provider, only) });
  const client = await operator(port);
  const send = async (sessionKey: string, message: string, runId: string) => {
    await client.request("chat.send", { sessionKey, message, idempotencyKey: runId });
    return (await finalOf(client, runId)).errorMessage;
  };

  provider.script(inTrouble("auth"));
  const german = await send("de", "Wie wird das Wetter heute?", "run-1");
  await client.request("models.auth.put", { provider: "anthropic", secret: "sk-ant-another-key-000000" });
  const short = await send("de", "Hallo?", "run-2");
  const english = await send("en", "What is the weather like?", "run-3");
  const { messages } = payloadOf(await client.request("chat.history", { sessionKey: "de" }));

  expect(german).toMatch(
    /^anthropic\/claude-sonnet-5: der Schlüssel wurde abgelehnt \(HTTP 401\): .*Geben Sie ihm einen anderen Schlüssel: clawdbot models auth add anthropic$/,
  );
  expect(short).toMatch(/Schlüssel.* In \d+ .* kann es wieder gefragt werden\./);
  expect(english).toMatch(
    /its key was refused a moment ago\. It can be asked again in \d+ .*\. Give it another key: /,
  );
  expect(JSON.stringify(messages)).toContain("der Schlüssel wurde abgelehnt");
});

test("a stream that holds no answer says in both languages that it cannot be read, and what helps", async ({
  start,
  provider,
}) => {
  const config: GatewayConfig = {
    agents: { defaults: { model: "home/small", language: "de" } },
    models: {
      providers: {
        home: { baseUrl: `${provider.url}/v1`, models: [{ id: "small", contextWindow: 16_000 }] },
      },
    },
    session: { titles: "off" },
  };
  const body = "data: [DONE]\n\n";
  provider.script({ kind: "raw", status: 200, headers: { "content-type": "text/event-stream" }, body });
  const german = await operator((await start({ config })).port);
  const english = await operator(
    (await start({ config: { ...config, agents: { defaults: { model: "home/small" } } } })).port,
  );

  expect(await say(german, "hi", "run-1")).toMatch(
    /home\/small: der Anbieter wurde erreicht, aber es kam keine lesbare Antwort\. Wahrscheinlich .* oder models\.providers\.home\.baseUrl ist falsch; \/model wählt ein anderes Modell\./,
  );
  expect(await say(english, "hi", "run-2")).toMatch(
    /home\/small: the provider was reached, but no answer came that could be read\. Likely .* or models\.providers\.home\.baseUrl is wrong; \/model chooses/,
  );
});

test("models.list names the echo where there is no key, else what can be chosen, by provider", async ({
  start,
  provider,
}) => {
  const bare = await operator((await start()).port, ["operator.read"]);
  const full = await operator((await start({ config: configFor(provider) })).port, ["operator.read"]);

  const echo = payloadOf(await bare.request("models.list", {}));
  const { models } = payloadOf(await full.request("models.list", {}));

  expect(echo).toEqual({
    models: [
      {
        id: "echo",
        name: "Echo (no model)",
        provider: "local",
        contextWindow: 32_000,
        reasoning: false,
        input: ["text"],
      },
    ],
  });
  const listed = Array.isArray(models) ? models.filter(isRecord) : [];
  expect([...new Set(listed.map((each) => each.provider))]).toEqual(["anthropic", "home"]);
  expect(listed.at(-1)).toMatchObject({ id: "small", name: "home/small", contextWindow: 16_000 });
  expect(codeOf(await full.request("models.list", { bogus: 1 }))).toBe("PARAMS_INVALID");
});

test("keys come in, are used, are told by their names alone, and can be forgotten", async ({
  start,
  provider,
}) => {
  provider.script(answered("Hello"));
  const config = configFor(provider, {
    models: { providers: { anthropic: { baseUrl: provider.url } } },
    agents: { defaults: { model: "anthropic/claude-sonnet-5" } },
  });
  const { port } = await start({ config });
  const client = await operator(port);
  const put = (params: object) => client.request("models.auth.put", { provider: "anthropic", ...params });

  expect(await put({ name: "work", secret: `${SECRET}\n` })).toMatchObject({
    ok: true,
    payload: { ok: true, provider: "anthropic", name: "work" },
  });
  await say(client, "Hello", "run-1");
  const status = await client.request("models.status", {});
  const removed = await client.request("models.auth.remove", { provider: "anthropic", name: "work" });
  const again = await client.request("models.auth.remove", { provider: "anthropic", name: "work" });

  expect(provider.requests[0]?.headers["x-api-key"]).toBe(SECRET);
  expect(payloadOf(status)).toMatchObject({
    model: "anthropic/claude-sonnet-5",
    configured: true,
    fallbacks: [],
  });
  expect(JSON.stringify(status)).toContain('"keys":[{"name":"work","source":"store","kind":"api_key"}]');
  expect(JSON.stringify(status)).not.toMatch(/sk-ant|0123/);
  expect(removed.ok).toBe(true);
  expect(codeOf(again)).toBe("NOT_FOUND");
});

test("what is no key is refused before it is kept", async ({ start }) => {
  const client = await operator((await start()).port);
  const put = (params: object) => client.request("models.auth.put", { provider: "anthropic", ...params });

  const answers = await Promise.all([
    put({ secret: " " }),
    put({ secret: "<your key>" }),
    put({ secret: "two words" }),
    put({ secret: SECRET, provider: "nobody" }),
    put({ secret: SECRET, name: "a/b" }),
    put({ secret: SECRET, kind: "oauth" }),
  ]);

  expect(answers.map((answer) => answer.ok)).toEqual(answers.map(() => false));
  expect(JSON.stringify(answers)).not.toContain(SECRET);
  const { providers } = payloadOf(await client.request("models.status", {}));
  expect(JSON.stringify(providers)).not.toContain("store");
});

test("only an administrator hands over keys or takes them away", async ({ start }) => {
  const client = await operator((await start()).port, ["operator.read", "operator.write"]);

  const put = await client.request("models.auth.put", { provider: "anthropic", secret: SECRET });
  const remove = await client.request("models.auth.remove", { provider: "anthropic" });

  expect([codeOf(put), codeOf(remove)]).toEqual(["MISSING_SCOPE", "MISSING_SCOPE"]);
});

test("models.status tells why nobody can answer, and which key rests for how long", async ({
  start,
  provider,
}) => {
  provider.script(inTrouble("rate", { "retry-after": "600" }));
  const config = configFor(provider, { agents: { defaults: { model: "anthropic/claude-sonnet-5" } } });
  const busy = await operator((await start({ config })).port);
  await busy.request("chat.send", { sessionKey: "main", message: "Hello", idempotencyKey: "run-1" });
  await finalOf(busy, "run-1");
  const keyless = await operator(
    (await start({ config: { agents: { defaults: { model: "openai/gpt-6-sol" } } } })).port,
  );

  const { cooling } = payloadOf(await busy.request("models.status", {}));
  const { problem } = payloadOf(await keyless.request("models.status", {}));

  expect(cooling).toMatchObject([
    { provider: "anthropic", name: "config", source: "config", model: "claude-sonnet-5", why: "rate" },
  ]);
  expect(problem).toContain("there is no key for openai");

  const agents = { defaults: { model: "openai/gpt-6-sol" } };
  const german = await operator((await start({ config: { language: "de", agents } })).port);
  const told = payloadOf(await german.request("models.status", {}));
  expect(told.problem).toContain("Es gibt keinen Schlüssel für openai");
});
