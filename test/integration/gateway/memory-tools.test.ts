/** The tools for notes, with a gateway and a provider over real HTTP. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, mergeTests } from "@playwright/test";
import type { GatewayConfig } from "../../../shared/config/schema.ts";
import { test as gatewayTest } from "../../helpers/gateway/running.ts";
import { connectWire, type WireClient } from "../../helpers/gateway/wire-client.ts";
import { type FakeProvider, test as providerTest } from "../../helpers/models/fake-provider.ts";
import { answered } from "../../helpers/models/reply.ts";

const test = mergeTests(gatewayTest, providerTest);

const configFor = ({ url }: FakeProvider, more: GatewayConfig["agents"] = {}): GatewayConfig => ({
  agents: { ...more, defaults: { model: "home/small", userTimezone: "UTC", ...more.defaults } },
  models: {
    providers: { home: { baseUrl: `${url}/v1`, models: [{ id: "small", contextWindow: 64_000 }] } },
  },
  session: { titles: "off" },
});

async function say(client: WireClient, message: string, sessionKey = "main") {
  const idempotencyKey = crypto.randomUUID();
  await client.request("chat.send", { sessionKey, message, idempotencyKey });
  await client.next("its end", ({ event, payload }) => {
    const { runId, state } = (payload ?? {}) as Record<string, unknown>;
    return event === "chat" && runId === idempotencyKey && state === "final";
  });
}

const lastRequest = ({ requests }: FakeProvider) => JSON.stringify(requests.at(-1)?.body.messages);
const offered = ({ requests }: FakeProvider) => JSON.stringify(requests.at(-1)?.body.tools ?? []);

test("a note that was never in the conversation is found, and so is what was said before a reset", async ({
  start,
  provider,
}) => {
  const search = (query: string) =>
    answered("", { calls: [{ name: "memory_search", arguments: { query } }] });
  const { port, settings } = await start({ config: configFor(provider) });
  const folder = join(settings.paths.workspaceDir, "memory");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "house.md"), "# House\n\nThe spare key is under the blue pot.");
  const { client } = await connectWire(port, { scopes: ["operator.admin"] });

  provider.script(answered("Noted."), search("spare key pot"), answered("Under the pot."));
  await say(client, "My locker has the code 48151623.");
  await say(client, "Where is the spare key?");
  const notes = lastRequest(provider);
  await client.request("sessions.reset", { key: "main" });
  provider.script(search("locker code"), answered("It is 48151623."));
  await say(client, "What was the code?");
  const before = lastRequest(provider);

  expect(notes).toContain("memory/house.md, lines 1–3 · House");
  expect(notes).toContain("under the blue pot");
  expect(before).toContain("48151623");
});

test("nobody is offered them who is not the owner alone, and nobody where they are switched off", async ({
  start,
  provider,
}) => {
  provider.script(() => answered("Yes."));
  const { port } = await start({ config: configFor(provider) });
  const { client } = await connectWire(port, { scopes: ["operator.admin"] });

  await say(client, "hi");
  expect(offered(provider)).toContain("memory_search");
  await say(client, "hi", "agent:main:signal:group:12");
  expect(offered(provider)).not.toContain("memory_");
});

test("switched off for an agent, its notes cannot be searched", async ({ start, provider }) => {
  provider.script(() => answered("Yes."));
  const list = [{ id: "main", memorySearch: { enabled: false } }];
  const { port } = await start({ config: configFor(provider, { list }) });
  const { client } = await connectWire(port, { scopes: ["operator.admin"] });

  await say(client, "hi");

  expect(offered(provider)).toContain("session_status");
  expect(offered(provider)).not.toContain("memory_");
});
