/** Tools of an MCP server in turns: real server, real gateway, a provider over HTTP, and the owner who is asked. */
import { join } from "node:path";
import { expect, mergeTests } from "@playwright/test";
import { test as gatewayTest } from "../../helpers/gateway/running.ts";
import { connectWire, type WireClient } from "../../helpers/gateway/wire-client.ts";
import { test as providerTest, type SeenRequest } from "../../helpers/models/fake-provider.ts";
import { answered, type Reply } from "../../helpers/models/reply.ts";

const test = mergeTests(gatewayTest, providerTest);

const PROGRAM = join(import.meta.dirname, "../../fixtures/mcp/server.mjs");
const lastOf = ({ body }: SeenRequest) =>
  JSON.stringify(Array.isArray(body.messages) ? body.messages.at(-1) : "");

async function begin(client: WireClient): Promise<string> {
  const idempotencyKey = crypto.randomUUID();
  await client.request("chat.send", { sessionKey: "main", message: "USE IT", idempotencyKey });
  return idempotencyKey;
}

const ended = (client: WireClient, runId: string) =>
  client.request("agent.wait", { runId, timeoutMs: 20_000 });

async function asked(client: WireClient): Promise<{ id: string; request: { command: string } }> {
  const frame = await client.next("a question", ({ event }) => event === "exec.approval.requested");
  return frame.payload as { id: string; request: { command: string } };
}

test("what only looks is called, anything else when the owner says so: once, always, never", async ({
  start,
  provider,
}) => {
  let call = { name: "example__add", arguments: { a: 40, b: 2 } as object };
  const results: string[] = [];
  provider.script((request): Reply => {
    const last = lastOf(request);
    if (!last.includes('"role":"tool"')) return answered("", { calls: [call] });
    results.push(last);
    return answered("Done.");
  });
  const { port } = await start({
    config: {
      agents: { defaults: { model: "home/small" } },
      models: {
        providers: {
          home: { baseUrl: `${provider.url}/v1`, models: [{ id: "small", contextWindow: 64_000 }] },
        },
      },
      session: { titles: "off" },
      mcp: { servers: { example: { command: process.execPath, args: [PROGRAM] } } },
    },
  });
  const { client } = await connectWire(port, { scopes: ["operator.admin", "operator.approvals"] });

  await ended(client, await begin(client));
  expect(results.at(-1)).toContain("42");

  call = { name: "example__where", arguments: {} };
  const denied = await begin(client);
  const first = await asked(client);
  await client.request("exec.approval.resolve", { id: first.id, decision: "deny" });
  await ended(client, denied);
  expect(first.request.command).toBe("example__where {}");
  expect(results.at(-1)).toContain("The owner denied this");

  const once = await begin(client);
  await client.request("exec.approval.resolve", { id: (await asked(client)).id, decision: "allow-once" });
  await ended(client, once);
  expect(results.at(-1)).toContain("pid");

  const always = await begin(client);
  await client.request("exec.approval.resolve", { id: (await asked(client)).id, decision: "allow-always" });
  await ended(client, always);
  const { payload: before } = await client.request("exec.approval.list", {});
  await ended(client, await begin(client));
  expect(before).toEqual({ approvals: [] });
  expect(results.at(-1)).toContain("pid");
  expect(results).toHaveLength(5);
});
