/** The part of a configuration that has one model, at a provider of the test's own. */
import type { GatewayConfig } from "../../../shared/config/schema.ts";

/** `fake/fake-model` at the address, which speaks the chat completions of OpenAI. */
export function fakeModel(url: string): GatewayConfig {
  const model = {
    id: "fake-model",
    name: "Fake Model",
    contextWindow: 64_000,
    maxTokens: 4_096,
    input: ["text" as const],
    cost: { input: 1, output: 2, cacheRead: 0, cacheWrite: 0 },
  };
  const fake = { baseUrl: `${url}/v1`, apiKey: "fake-key", api: "openai-completions", models: [model] };
  return {
    agents: { defaults: { model: { primary: "fake/fake-model" }, skipBootstrap: true } },
    models: { mode: "merge", providers: { fake } },
  };
}
