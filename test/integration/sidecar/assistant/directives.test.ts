/** What a message asks for itself alone. */
import { expect } from "@playwright/test";
import { startGateway } from "../../../helpers/gateway/gateway.ts";
import { connectWire } from "../../../helpers/gateway/wire-client.ts";
import { test } from "../../../helpers/models/fake-provider.ts";
import { answered } from "../../../helpers/models/reply.ts";

test("a model named in a sentence answers that message, and the chosen one the next", async ({
  provider,
}) => {
  provider.script(answered("one"), answered("two"));
  const gateway = await startGateway({
    config: {
      agents: { defaults: { model: "anthropic/claude-sonnet-5" } },
      models: { providers: { anthropic: { baseUrl: provider.url, apiKey: "sk-ant-secret" } } },
    },
  });
  const { client } = await connectWire(gateway.port, { scopes: ["operator.admin"] });
  const say = async (message: string, idempotencyKey: string) =>
    await client.request("agent", { message, idempotencyKey, sessionKey: "main" });
  const wait = async (runId: string) => await client.request("agent.wait", { runId, timeoutMs: 20_000 });

  await say("/model anthropic/claude-haiku-4-5 what is one?", "first");
  await wait("first");
  await say("and two?", "second");
  await wait("second");

  expect(provider.requests.map(({ body }) => (body as { model: string }).model)).toEqual([
    "claude-haiku-4-5",
    "claude-sonnet-5",
  ]);
  expect(JSON.stringify(provider.requests[0]?.body.messages)).not.toContain("/model");
  await gateway.stop();
});
