import { expect, test } from "@playwright/test";
import type { ConfiguredProvider, GatewayConfig } from "../../../../../shared/config/schema.ts";
import type { Environment } from "../../../../../shared/node/paths.ts";
import builtIn from "../../../../../sidecar/assistant/models/catalogue/built-in.json" with { type: "json" };
import { Catalogue, type Described } from "../../../../../sidecar/assistant/models/catalogue/catalogue.ts";
import { providerOf } from "../../../../../sidecar/assistant/models/catalogue/providers.ts";
import { choiceOf, modelInForce } from "../../../../../sidecar/assistant/models/choose-model.ts";
import { referenceOf } from "../../../../../sidecar/assistant/models/model.ts";

function catalogue(
  config: GatewayConfig = {},
  found: Record<string, Described[]> = {},
  env: Environment = {},
) {
  return new Catalogue(config, env, new Map(Object.entries(found)));
}

/** What went wrong, by its code. */
function codeOf(act: () => unknown): unknown {
  try {
    act();
    return undefined;
  } catch (error) {
    return (error as { code?: unknown }).code;
  }
}

const provider = (id: string, told: ConfiguredProvider): GatewayConfig => ({
  models: { providers: { [id]: told } },
});

test.describe("the table", () => {
  test("is dated, and sound: windows hold what answers take, and caches cost no more than writing them", () => {
    expect(builtIn.date).toMatch(/^20\d\d-\d\d-\d\d$/);
    const odd = catalogue()
      .all()
      .filter(({ facts }) => {
        const { contextWindow, maxOutputTokens, prices } = facts;
        const isPriced =
          prices === undefined || (prices.output >= prices.input && prices.cacheRead <= prices.input);
        return maxOutputTokens > contextWindow || !isPriced;
      });
    expect(odd.map(({ facts }) => referenceOf(facts))).toEqual([]);
    expect(catalogue().all().length).toBeGreaterThan(40);
  });

  test("has a model for every provider that answers where nobody chose", () => {
    const found = ["ANTHROPIC_API_KEY", "OPENAI_API_KEY", "GEMINI_API_KEY", "OPENROUTER_API_KEY"].map(
      (name) => {
        const { model } = modelInForce({}, { [name]: "x" });
        return catalogue().find(model).isUnknown;
      },
    );

    expect(found).toEqual([false, false, false, false]);
  });
});

test.describe("a model", () => {
  test("is found by reference, by alias in any case, and by an id that only one provider has", () => {
    const config: GatewayConfig = {
      agents: {
        defaults: { models: { "openai/gpt-6-sol": { alias: "Sol" }, "anthropic/claude-opus-5": {} } },
      },
    };

    const found = ["openai/gpt-6-sol", "sol", "claude-opus-5"].map((named) =>
      referenceOf(catalogue(config).find(named).facts),
    );

    expect(found).toEqual(["openai/gpt-6-sol", "openai/gpt-6-sol", "anthropic/claude-opus-5"]);
  });

  test("that nobody described is taken for a small one that takes words alone and has no price", () => {
    const { facts, isUnknown } = catalogue().find("openai/gpt-99");

    expect(isUnknown).toBe(true);
    expect(facts).toMatchObject({
      contextWindow: 32_000,
      maxOutputTokens: 8_192,
      reasoning: false,
      input: ["text"],
      prices: undefined,
    });
  });

  test("keeps slashes of its own name", () => {
    expect(catalogue().find("openrouter/anthropic/claude-sonnet-4.5").facts).toMatchObject({
      provider: "openrouter",
      id: "anthropic/claude-sonnet-4.5",
      api: "openai-completions",
    });
  });

  test("is what the configuration says, else what its provider tells, else what the table says", () => {
    const config = provider("anthropic", { models: [{ id: "claude-opus-5", contextWindow: 50_000 }] });
    const told = { anthropic: [{ id: "claude-opus-5", contextWindow: 60_000, name: "Told" }] };

    const { facts } = catalogue(config, told).find("anthropic/claude-opus-5");

    expect(facts).toMatchObject({
      contextWindow: 50_000,
      name: "Told",
      maxOutputTokens: 50_000,
      reasoning: true,
    });
    expect(facts.prices).toEqual({ input: 5, output: 25, cacheRead: 0.5, cacheWrite: 6.25 });
  });

  test("of the table is forgotten with models.mode replace", () => {
    const config: GatewayConfig = {
      models: {
        mode: "replace",
        providers: { home: { baseUrl: "http://127.0.0.1:1/v1", models: [{ id: "m" }] } },
      },
    };

    expect(
      catalogue(config)
        .all()
        .map(({ facts }) => referenceOf(facts)),
    ).toEqual(["home/m"]);
    expect(catalogue(config).find("anthropic/claude-opus-5").isUnknown).toBe(true);
  });

  test("has no larger window than agents.defaults.contextTokens", () => {
    const config: GatewayConfig = { agents: { defaults: { contextTokens: 10_000 } } };

    expect(catalogue(config).find("openai/gpt-6-sol").facts).toMatchObject({
      contextWindow: 10_000,
      maxOutputTokens: 10_000,
    });
  });

  test("of this machine costs nothing and is asked for no larger window than it can keep, unless the configuration wants one", () => {
    const told = { ollama: [{ id: "qwen3", contextWindow: 131_072 }] };
    const own = provider("ollama", { models: [{ id: "qwen3", contextWindow: 65_536 }] });

    expect(catalogue({}, told).find("ollama/qwen3").facts).toMatchObject({
      contextWindow: 32_768,
      prices: { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 },
    });
    expect(catalogue({}, {}).find("ollama/other").facts.contextWindow).toBe(32_768);
    expect(catalogue(own, told).find("ollama/qwen3").facts.contextWindow).toBe(65_536);
  });

  test("may be chosen only where the list of the configuration has it, or the configuration itself chose it", () => {
    const config: GatewayConfig = {
      agents: { defaults: { model: "google/gemini-2.5-pro", models: { "openai/gpt-6-sol": {} } } },
    };

    expect(codeOf(() => catalogue(config).find("anthropic/claude-opus-5"))).toBe("MODEL_NOT_ALLOWED");
    expect(catalogue(config).find("google/gemini-2.5-pro").isUnknown).toBe(false);
    expect(
      catalogue(config)
        .all()
        .map(({ facts }) => referenceOf(facts))
        .sort(),
    ).toEqual(["google/gemini-2.5-pro", "openai/gpt-6-sol"]);
  });

  for (const named of ["", "/", "x", "nobody/x", "anthropic/", "__proto__/x", "constructor/y"]) {
    test(`called "${named}" is none`, () => {
      expect(codeOf(() => catalogue().find(named))).toBe("MODEL_UNKNOWN");
    });
  }
});

test.describe("a provider", () => {
  test("is reached where the configuration says, with the version that its API needs", () => {
    const reached = (id: string, told: ConfiguredProvider) => providerOf(id, provider(id, told), {})?.baseUrl;

    expect(reached("anthropic", { baseUrl: "https://x.example/anthropic/" })).toBe(
      "https://x.example/anthropic/v1",
    );
    expect(reached("anthropic", { baseUrl: "https://x.example/v1" })).toBe("https://x.example/v1");
    expect(reached("home", { baseUrl: "http://127.0.0.1:8080/v1//" })).toBe("http://127.0.0.1:8080/v1");
    expect(reached("ollama", { baseUrl: "http://box:11434/v1" })).toBe("http://box:11434");
    expect(reached("ollama", { baseUrl: "http://box:11434/v1", api: "openai-completions" })).toBe(
      "http://box:11434/v1",
    );
  });

  for (const [host, reached] of [
    ["box", "http://box:11434"],
    ["0.0.0.0", "http://127.0.0.1:11434"],
    ["0.0.0.0:9", "http://127.0.0.1:9"],
    ["https://box", "https://box"],
    ["http://box:1/", "http://box:1"],
    ["not a host", "http://127.0.0.1:11434"],
  ] as const) {
    test(`of this machine is at ${reached} with OLLAMA_HOST ${host}`, () => {
      expect(providerOf("ollama", {}, { OLLAMA_HOST: host })?.baseUrl).toBe(reached);
    });
  }

  test("with an address that is none, without one, with a password in it or with an unknown API is refused by name", () => {
    const refused = (told: ConfiguredProvider) =>
      codeOf(() => providerOf("home", provider("home", told), {}));

    expect(
      [
        {},
        { baseUrl: "x" },
        { baseUrl: "file:///etc" },
        { baseUrl: "http://u:p@x/v1" },
        { baseUrl: "http://x", api: "bedrock-converse-stream" },
      ].map(refused),
    ).toEqual(Array.from({ length: 5 }, () => "MODEL_PROVIDER_INVALID"));
  });

  test("needs a key where it is the real one, and none where the configuration leads elsewhere", () => {
    const needs = (id: string, told: ConfiguredProvider) => providerOf(id, provider(id, told), {})?.needsKey;

    expect([needs("openai", {}), needs("openai", { baseUrl: "http://127.0.0.1:1" })]).toEqual([true, false]);
    expect([needs("ollama", {}), needs("home", { baseUrl: "http://127.0.0.1:1" })]).toEqual([false, false]);
  });
});

test.describe("the choice", () => {
  const config: GatewayConfig = {
    agents: {
      defaults: { model: { primary: "a/general", fallbacks: ["b/other"] } },
      list: [
        { id: "work", model: "a/work" },
        { id: "odd", model: { primary: "a/odd", fallbacks: [] } },
      ],
    },
  };
  const own = { providerOverride: "a", modelOverride: "own/x" };

  test("is the session's, which is strict, then the agent's, then that of all", () => {
    expect(choiceOf(config, own, "work")).toEqual({ primary: "a/own/x", fallbacks: [], isStrict: true });
    expect(choiceOf(config, {}, "work")).toEqual({
      primary: "a/work",
      fallbacks: ["b/other"],
      isStrict: false,
    });
    expect(choiceOf(config, {}, "odd")).toEqual({ primary: "a/odd", fallbacks: [], isStrict: false });
    expect(choiceOf(config, {}, "main")).toEqual({
      primary: "a/general",
      fallbacks: ["b/other"],
      isStrict: false,
    });
    expect(choiceOf({}, {})).toEqual({ primary: undefined, fallbacks: [], isStrict: false });
  });

  test("of the session may have fallbacks where it says so", () => {
    expect(choiceOf(config, { ...own, modelFallback: true })).toEqual({
      primary: "a/own/x",
      fallbacks: ["b/other"],
      isStrict: false,
    });
  });

  test("is told at the start without a look at any store", () => {
    const ofModel = (model: string): GatewayConfig => ({ agents: { defaults: { model } } });

    expect(modelInForce({}, {})).toEqual({ kind: "echo", model: "local/echo" });
    expect(modelInForce({}, { OPENAI_API_KEY: "x" })).toEqual({ kind: "chosen", model: "openai/gpt-6-sol" });
    expect(modelInForce({ env: { vars: { GEMINI_API_KEY: "x" } } }, {})).toMatchObject({ kind: "chosen" });
    expect(modelInForce(ofModel("openai/x"), {})).toEqual({ kind: "keyless", model: "openai/x" });
    expect(modelInForce(ofModel("openai/x"), { OPENAI_API_KEY: "x" })).toMatchObject({ kind: "chosen" });
    expect(modelInForce(ofModel("openai/x"), {}, ["openai"])).toMatchObject({ kind: "chosen" });
    expect(modelInForce(ofModel("ollama/x"), {})).toMatchObject({ kind: "chosen" });
    expect(modelInForce(ofModel("nobody/x"), {})).toEqual({ kind: "unknown", model: "nobody/x" });
    expect(modelInForce(ofModel("local/echo"), {})).toEqual({ kind: "chosen", model: "local/echo" });
  });
});
