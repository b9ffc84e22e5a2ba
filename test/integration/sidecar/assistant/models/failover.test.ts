import { expect } from "@playwright/test";
import type { GatewayConfig } from "../../../../../shared/config/schema.ts";
import { ModelFailure } from "../../../../../sidecar/assistant/models/failure.ts";
import { kindOf, requestOf } from "../../../../helpers/models/asking.ts";
import { type FakeProvider, type SeenRequest, test } from "../../../../helpers/models/fake-provider.ts";
import { memoryCredentials, registryFor } from "../../../../helpers/models/registry.ts";
import { answered, inTrouble, type Reply } from "../../../../helpers/models/reply.ts";

/** Two models at two providers of the configuration. */
function twoModels({ url }: FakeProvider): GatewayConfig {
  return {
    agents: {
      defaults: { model: { primary: "anthropic/claude-sonnet-5", fallbacks: ["openai/gpt-6-sol"] } },
    },
    models: {
      providers: {
        anthropic: { baseUrl: url, apiKey: "sk-ant-one" },
        openai: { baseUrl: `${url}/v1`, apiKey: "sk-two" },
      },
    },
  };
}

/** What each model answers. */
const byModel = (replies: Record<string, Reply>) => (request: SeenRequest) =>
  replies[request.model] ?? answered("from somebody else");

const modelsAsked = ({ requests }: FakeProvider) => requests.map(({ model }) => model);
const CHOSEN = { providerOverride: "anthropic", modelOverride: "claude-sonnet-5" };
const MINUTE_MS = 60_000;

test("case 32: two models that answer 429 are asked twice each, within a minute, and not at all for the next message", async ({
  provider,
}) => {
  provider.script(inTrouble("rate", { "retry-after": "5" }));
  const { ask, clock, asked } = await registryFor({ config: twoModels(provider) });
  const startedAtMs = clock.now();

  const first = await ask();
  const requests = provider.requests.length;
  const second = await ask();

  expect(modelsAsked(provider)).toEqual(["claude-sonnet-5", "claude-sonnet-5", "gpt-6-sol", "gpt-6-sol"]);
  expect(requests).toBe(4);
  expect(clock.now() - startedAtMs).toBeLessThanOrEqual(MINUTE_MS);
  expect([kindOf(first), kindOf(second)]).toEqual(["rate", "rate"]);
  const { message, retryAfterMs } = first.failure as ModelFailure;
  expect(message).toContain("anthropic/claude-sonnet-5: too many requests");
  expect(message).toContain("openai/gpt-6-sol: too many requests");
  // The first one has rested already while the second one was waited for.
  expect(message).toContain(
    "The provider names a wait of 5 s; the gateway lets what refuses rest for longer, and asks again in 25 s at the earliest.",
  );
  expect(retryAfterMs).toBe(25_000);
  expect((second.failure as ModelFailure).message).toContain(
    "not asked, as it had too many requests a moment ago",
  );
  expect((second.failure as ModelFailure).message).toMatch(/It can be asked again in 25 s\./);
  expect(asked.every(({ paid }) => paid === "released")).toBe(true);
});

test("case 32: a key cools for 30 s, 1, 5 and 15 minutes, or as long as the provider asks, and is used again then", async ({
  provider,
}) => {
  const config = twoModels(provider);
  config.agents = { defaults: { model: "anthropic/claude-sonnet-5" } };
  const { ask, clock } = await registryFor({ config });
  provider.script(inTrouble("rate"));
  const lengths = [30_000, MINUTE_MS, 5 * MINUTE_MS, 15 * MINUTE_MS, 15 * MINUTE_MS];

  for (const [index, lengthMs] of lengths.entries()) {
    await ask();
    expect(provider.requests).toHaveLength(2 * (index + 1));
    clock.advance(lengthMs - 1);
    await ask();
    expect(provider.requests).toHaveLength(2 * (index + 1));
    clock.advance(1);
  }
  provider.script(answered("Hello"));
  expect((await ask()).text).toBe("Hello");
  provider.script(inTrouble("rate", { "retry-after": "3600" }));
  await ask();
  clock.advance(59 * MINUTE_MS);
  const still = await ask();
  expect((still.failure as ModelFailure).retryAfterMs).toBe(MINUTE_MS);
});

/** A model of a provider of one's own, for which no key was given. */
const keyless = ({ url }: FakeProvider): GatewayConfig => ({
  agents: { defaults: { model: "home/any" } },
  models: { providers: { home: { baseUrl: `${url}/v1` } } },
});

test("a provider without a key that refuses is said to want one, then and while it is not asked", async ({
  provider,
}) => {
  provider.script(inTrouble("auth"));
  const { ask } = await registryFor({ config: keyless(provider) });

  const first = (await ask()).failure as ModelFailure;
  const second = (await ask()).failure as ModelFailure;

  expect(first.message).toContain("home/any: the provider wants a key, and none was given (HTTP 401)");
  expect(first.message).toMatch(/Give it a key: clawdbot models auth add home$/);
  expect(second.message).toContain("home/any: not asked, as it wanted a key a moment ago.");
});

test("an answer that cannot be read is told with what it likely comes from", async ({ provider }) => {
  provider.script({ kind: "raw", status: 200, body: "" });
  const { ask } = await registryFor({ config: keyless(provider) });

  const { message } = (await ask()).failure as ModelFailure;

  expect(message).toBe(
    "home/any: the provider was reached, but no answer came that could be read. Likely the network wants a sign-in first, or models.providers.home.baseUrl is wrong; /model chooses another model.",
  );
});

test("case 33: the next turn starts with the chosen model again, which is told as a switch each time", async ({
  provider,
}) => {
  provider.script(
    byModel({ "claude-sonnet-5": inTrouble("server"), "gpt-6-sol": answered("I am the other") }),
  );
  const { ask } = await registryFor({ config: twoModels(provider) });

  const first = await ask();
  provider.script(answered("Back again"));
  const second = await ask();

  expect(first.text).toBe("I am the other");
  expect(first.others.filter(({ type }) => type === "switched")).toMatchObject([
    {
      to: { provider: "openai", id: "gpt-6-sol" },
      why: expect.stringContaining("anthropic/claude-sonnet-5: the provider failed"),
    },
  ]);
  expect(second.text).toBe("Back again");
  expect(modelsAsked(provider).at(-1)).toBe("claude-sonnet-5");
  expect(second.others).toEqual([]);
});

test("case 33: a model that was chosen for the session answers, or nobody does", async ({ provider }) => {
  provider.script(inTrouble("auth"));
  const { ask } = await registryFor({ config: twoModels(provider) });

  const strict = await ask(CHOSEN);
  const asked = modelsAsked(provider);
  const willing = await ask({ ...CHOSEN, modelFallback: true });

  expect(kindOf(strict)).toBe("auth");
  expect(asked).toEqual(["claude-sonnet-5"]);
  expect(kindOf(willing)).toBe("auth");
  expect(modelsAsked(provider)).toEqual(["claude-sonnet-5", "gpt-6-sol"]);
});

test("case 34: of two keys the second is used when the first is refused, which cools; of none, one message names provider and remedy", async ({
  provider,
}) => {
  const config = twoModels(provider);
  config.agents = { defaults: { model: "anthropic/claude-sonnet-5" } };
  const keys = [{ provider: "anthropic", profile: "work", kind: "api_key" as const, secret: "sk-ant-work" }];
  const { ask, registry } = await registryFor({ config, keys });
  const keyOf = ({ headers }: SeenRequest) => headers["x-api-key"];
  provider.script((request) => (keyOf(request) === "sk-ant-work" ? inTrouble("auth") : answered("Hello")));

  const first = await ask();
  const second = await ask();
  provider.script(inTrouble("auth"));
  const third = await ask();
  const fourth = await ask();

  expect([first.text, second.text]).toEqual(["Hello", "Hello"]);
  expect(provider.requests.map(keyOf)).toEqual(["sk-ant-work", "sk-ant-one", "sk-ant-one", "sk-ant-one"]);
  expect([kindOf(third), kindOf(fourth)]).toEqual(["auth", "auth"]);
  const { message } = third.failure as ModelFailure;
  expect(message).toContain("anthropic/claude-sonnet-5: the key was refused (HTTP 401)");
  expect(message).toContain("clawdbot models auth add anthropic");
  expect(message).not.toMatch(/sk-ant-|\n/);
  const { cooling } = await registry.status();
  expect(cooling.map(({ source, kind, model }) => [source, kind, model])).toEqual([
    ["store", "auth", undefined],
    ["config", "auth", undefined],
  ]);
});

test("case 34: a new key in the place of a refused one is used at once", async ({ provider }) => {
  const config = twoModels(provider);
  config.agents = { defaults: { model: "anthropic/claude-sonnet-5" } };
  const { ask } = await registryFor({ config });
  provider.script(inTrouble("auth"));
  await ask();

  if (config.models?.providers?.anthropic) config.models.providers.anthropic.apiKey = "sk-ant-better";
  provider.script(answered("Hello"));
  const heard = await ask();

  expect(heard.text).toBe("Hello");
});

test("case 36: a minute of silence ends the answer as a timeout, without a second try with the same model", async ({
  provider,
}) => {
  provider.script(
    byModel({ "claude-sonnet-5": { kind: "silence", text: "Once" }, "gpt-6-sol": answered(" upon") }),
  );
  const { registry, clock, gate } = await registryFor({ config: twoModels(provider) });
  const candidates = await registry.candidates({});
  let text = "";
  let switched = 0;

  for await (const part of registry.answer(candidates, requestOf(), gate)) {
    if (part.type === "text") text += part.delta;
    if (part.type === "switched") switched += 1;
    if (text === "Once") setImmediate(() => clock.advance(MINUTE_MS));
  }

  expect(text).toBe("Once upon");
  expect(switched).toBe(1);
  expect(modelsAsked(provider)).toEqual(["claude-sonnet-5", "gpt-6-sol"]);
});

test("what was said is never said again: whoever takes over is told where it ends", async ({ provider }) => {
  provider.script(
    byModel({ "claude-sonnet-5": { kind: "cut", text: "Once upon a" }, "gpt-6-sol": answered(" time.") }),
  );
  const { ask, asked } = await registryFor({ config: twoModels(provider) });

  const heard = await ask();

  expect(heard.text.startsWith("Once upon a")).toBe(true);
  expect(heard.text.endsWith(" time.")).toBe(true);
  const last = JSON.stringify(provider.requests.at(-1)?.body);
  expect(last).toContain("Once upon a");
  expect(last).toContain("without repeating any of it");
  // Each call is paid for, the one that broke off as well.
  expect(asked.map(({ model, paid }) => [model, typeof paid])).toEqual([
    ["anthropic/claude-sonnet-5", "object"],
    ["anthropic/claude-sonnet-5", "object"],
    ["openai/gpt-6-sol", "object"],
  ]);
});

for (const trouble of ["format", "overflow", "missing"] as const) {
  test(`${trouble} is no matter for another model`, async ({ provider }) => {
    provider.script(inTrouble(trouble));
    const { ask } = await registryFor({ config: twoModels(provider) });

    const heard = await ask();

    expect(heard.failure).toBeInstanceOf(ModelFailure);
    expect(modelsAsked(provider)).toEqual(["claude-sonnet-5"]);
  });
}

test("a refusal of the model is no matter for another one, and is paid for", async ({ provider }) => {
  provider.script({ kind: "refusal" });
  const { ask, asked } = await registryFor({ config: twoModels(provider) });

  const heard = await ask();

  expect(kindOf(heard)).toBe("refusal");
  expect(modelsAsked(provider)).toEqual(["claude-sonnet-5"]);
  expect(asked[0]?.paid).toMatchObject({ input: 120 });
});

test("an account without credit cools for ten minutes, one hour and five", async ({ provider }) => {
  const config = twoModels(provider);
  config.agents = { defaults: { model: "openai/gpt-6-sol" } };
  const { ask, clock } = await registryFor({ config });
  provider.script(inTrouble("billing"));
  const lengths = [10, 60, 300, 300].map((minutes) => minutes * MINUTE_MS);

  for (const [index, lengthMs] of lengths.entries()) {
    await ask();
    expect(provider.requests).toHaveLength(index + 1);
    clock.advance(lengthMs - 1);
    await ask();
    expect(provider.requests).toHaveLength(index + 1);
    clock.advance(1);
  }
});

test("an answer takes eight attempts at most, however many models and keys there are", async ({
  provider,
}) => {
  const config = twoModels(provider);
  const names = Array.from({ length: 12 }, (_, index) => `home/m${index}`);
  config.agents = { defaults: { model: { primary: "home/first", fallbacks: names } } };
  config.models = { providers: { home: { baseUrl: `${provider.url}/v1` } } };
  provider.script(inTrouble("server"));
  const { ask } = await registryFor({ config });

  const heard = await ask();

  expect(provider.requests).toHaveLength(8);
  expect(kindOf(heard)).toBe("server");
});

test("a wait that is longer than 20 s is not waited, and no answer waits for more than a minute", async ({
  provider,
}) => {
  const config = twoModels(provider);
  const names = ["a", "b", "c", "d", "e"].map((name) => `home/${name}`);
  config.agents = { defaults: { model: { primary: "anthropic/claude-sonnet-5", fallbacks: names } } };
  config.models = {
    ...config.models,
    providers: { ...config.models?.providers, home: { baseUrl: `${provider.url}/v1` } },
  };
  provider.script((request) =>
    inTrouble("rate", { "retry-after": request.model.startsWith("claude") ? "21" : "19" }),
  );
  const { ask, clock } = await registryFor({ config });
  const startedAtMs = clock.now();

  const heard = await ask();

  expect(modelsAsked(provider)).toEqual(["claude-sonnet-5", "a", "a", "b", "b", "c", "c", "d"]);
  expect(heard.others.filter(({ type }) => type === "waiting")).toHaveLength(3);
  expect(clock.now() - startedAtMs).toBe(57_000);
});

test("a stop while somebody waits ends it at once, with the reason", async ({ provider }) => {
  provider.script(inTrouble("rate", { "retry-after": "10" }));
  const { registry, gate } = await registryFor({ config: twoModels(provider) });
  const abort = new AbortController();
  const candidates = await registry.candidates({});

  const heard = (async () => {
    for await (const part of registry.answer(candidates, requestOf({ signal: abort.signal }), gate))
      if (part.type === "waiting") setImmediate(() => abort.abort("stopped"));
  })();

  await expect(heard).rejects.toBe("stopped");
  expect(provider.requests).toHaveLength(1);
});

test("what the gate refuses is not asked", async ({ provider }) => {
  const { registry } = await registryFor({ config: twoModels(provider) });
  const candidates = await registry.candidates({});
  const gate = { ask: () => Promise.reject(new Error("the budget is used up")) };

  const heard = registry.answer(candidates, requestOf(), gate).next();

  await expect(heard).rejects.toThrow("the budget is used up");
  expect(provider.requests).toHaveLength(0);
});

test("a chosen model without a key is an error that names the remedy, and never the echo", async () => {
  const { ask } = await registryFor({ config: { agents: { defaults: { model: "openai/gpt-6-sol" } } } });

  const heard = await ask();

  expect(heard.text).toBe("");
  expect(heard.failure).toMatchObject({
    code: "MODEL_KEY_MISSING",
    message:
      "The model openai/gpt-6-sol cannot answer: there is no key for openai. Give it one: clawdbot models auth add openai, or set OPENAI_API_KEY.",
  });
});

test("where nobody chose, the echo answers without any key, and the provider's own choice with one", async ({
  provider,
}) => {
  const without = await registryFor({});
  const config: GatewayConfig = { models: { providers: { openai: { baseUrl: `${provider.url}/v1` } } } };
  const withKey = await registryFor({ config, env: { OPENAI_API_KEY: "sk-env" } });

  const echoed = await without.ask();
  const answer = await withKey.ask();

  expect(echoed.text).toContain("local/echo");
  expect(answer.text).toBe("Hello");
  expect(provider.requests[0]).toMatchObject({
    model: "gpt-6-sol",
    headers: { authorization: "Bearer sk-env" },
  });
});

test("how long a key is not used outlives the process, and so does the end of it", async ({ provider }) => {
  const config = twoModels(provider);
  config.agents = { defaults: { model: "anthropic/claude-sonnet-5" } };
  provider.script(inTrouble("rate", { "retry-after": "600" }));
  const credentials = memoryCredentials();
  const first = await registryFor({ config, credentials });
  await first.ask();

  const second = await registryFor({ config, credentials, clock: first.clock });
  const heard = await second.ask();
  const asked = provider.requests.length;
  first.clock.advance(600_000);
  provider.script(answered("Hello"));
  const third = await second.ask();
  await new Promise((resolve) => setImmediate(resolve));

  expect((heard.failure as ModelFailure).retryAfterMs).toBe(600_000);
  expect(asked).toBe(1);
  expect(third.text).toBe("Hello");
  expect((await credentials.list()).map(({ secret, state }) => [secret, state.cooling])).toEqual([["", {}]]);
});
