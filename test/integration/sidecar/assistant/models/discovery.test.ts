import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, mergeTests } from "@playwright/test";
import type { GatewayConfig } from "../../../../../shared/config/schema.ts";
import { test as homeTest } from "../../../../helpers/home/temp-home.ts";
import { test as providerTest } from "../../../../helpers/models/fake-provider.ts";
import { registryFor } from "../../../../helpers/models/registry.ts";
import { answered } from "../../../../helpers/models/reply.ts";
import { FakeClock } from "../../../../helpers/time/fake-clock.ts";

const test = mergeTests(homeTest, providerTest);
const HOUR_MS = 3_600_000;

const ollamaAt = (url: string): GatewayConfig => ({
  agents: { defaults: { model: "ollama/qwen3:8b" } },
  models: { providers: { ollama: { baseUrl: url } } },
});

test("Ollama tells what is installed and what it can do, once in ten minutes", async ({ provider }) => {
  provider.files.set("/api/tags", { models: [{ name: "qwen3:8b" }, { name: "llama3:latest" }] });
  provider.files.set("/api/show qwen3:8b", {
    model_info: { "qwen3.context_length": 16_384 },
    capabilities: ["completion", "tools", "thinking", "vision"],
  });
  const { registry, clock } = await registryFor({ config: ollamaAt(provider.url) });

  const listed = await registry.list();
  await registry.list();
  const looks = provider.looks.length;
  clock.advance(10 * 60_000);
  await registry.list();

  expect(looks).toBe(3);
  expect(provider.looks).toHaveLength(6);
  const own = listed.filter(({ facts }) => facts.provider === "ollama" && !facts.id.includes("cloud"));
  expect(
    own.map(({ facts: { id, contextWindow, reasoning, input } }) => [id, contextWindow, reasoning, input]),
  ).toEqual([
    ["qwen3:8b", 16_384, true, ["text", "image"]],
    ["llama3", 32_768, false, ["text"]],
  ]);
});

test("Ollama is asked for the window that the model has", async ({ provider }) => {
  provider.files.set("/api/tags", { models: [{ name: "qwen3:8b" }] });
  provider.files.set("/api/show qwen3:8b", { model_info: { "qwen3.context_length": 16_384 } });
  const { ask } = await registryFor({ config: ollamaAt(provider.url) });

  const heard = await ask();

  expect(heard.text).toBe("Hello");
  expect(provider.requests[0]?.body.options).toEqual({ num_ctx: 16_384, num_predict: 1_000 });
});

test("OpenRouter's list is asked for once a day, over restarts, and gives windows and prices", async ({
  home,
  provider,
}) => {
  provider.files.set("/api/v1/models", {
    data: [
      {
        id: "acme/best",
        name: "Best",
        context_length: 64_000,
        pricing: { prompt: "0.000002", completion: "0.00001", input_cache_read: "0.0000002" },
        top_provider: { max_completion_tokens: 4_000 },
        architecture: { input_modalities: ["text", "image"] },
        supported_parameters: ["reasoning", "tools"],
      },
    ],
  });
  const config: GatewayConfig = {
    models: { providers: { openrouter: { baseUrl: `${provider.url}/api/v1`, apiKey: "sk-or-secret" } } },
  };
  const clock = new FakeClock();
  const options = { config, clock, stateDir: home.stateDir };

  const { facts } = await (await registryFor(options)).registry.describe("openrouter/acme/best");
  await (await registryFor(options)).registry.describe("openrouter/acme/other");
  clock.advance(25 * HOUR_MS);
  await (await registryFor(options)).registry.describe("openrouter/acme/other");

  expect(facts).toMatchObject({
    name: "Best",
    contextWindow: 64_000,
    maxOutputTokens: 4_000,
    reasoning: true,
    input: ["text", "image"],
  });
  expect(facts.prices?.input).toBeCloseTo(2);
  expect(facts.prices?.cacheRead).toBeCloseTo(0.2);
  expect(facts.prices?.cacheWrite).toBeCloseTo(2);
  expect(provider.looks).toEqual(["/api/v1/models", "/api/v1/models"]);
  expect(readFileSync(join(home.stateDir, "cache", "openrouter-models.json"), "utf8")).not.toContain("sk-or");
});

test("what is kept of a list and is none is asked for again", async ({ home, provider }) => {
  provider.files.set("/api/v1/models", { data: [{ id: "acme/best", context_length: 64_000 }] });
  const config: GatewayConfig = {
    models: { providers: { openrouter: { baseUrl: `${provider.url}/api/v1` } } },
  };
  const options = { config, stateDir: home.stateDir };
  await (await registryFor(options)).registry.describe("openrouter/acme/best");
  writeFileSync(join(home.stateDir, "cache", "openrouter-models.json"), '{"atMs": 1, "models": [');

  const { facts } = await (await registryFor(options)).registry.describe("openrouter/acme/best");

  expect(facts.contextWindow).toBe(64_000);
});

test("a provider that does not tell changes nothing, and nobody waits for a list that tells nothing new", async ({
  provider,
}) => {
  provider.script(answered("Hello"));
  const config: GatewayConfig = {
    agents: { defaults: { model: "openrouter/qwen/qwen3-coder" } },
    models: { providers: { openrouter: { baseUrl: `${provider.url}/api/v1`, apiKey: "k" } } },
  };
  const { ask, registry } = await registryFor({ config });

  const heard = await ask();
  const looks = provider.looks.length;
  const { facts, isUnknown } = await registry.describe("openrouter/acme/none");

  expect(heard.text).toBe("Hello");
  expect(looks).toBe(0);
  expect({ isUnknown, contextWindow: facts.contextWindow }).toEqual({
    isUnknown: true,
    contextWindow: 32_000,
  });
});
