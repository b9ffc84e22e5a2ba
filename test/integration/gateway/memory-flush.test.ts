/** Notes before a conversation is summed up, with a gateway, a client and a provider over real HTTP. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, mergeTests } from "@playwright/test";
import type { GatewayConfig } from "../../../shared/config/schema.ts";
import { isRecord } from "../../../shared/protocol/frame.ts";
import { test as gatewayTest } from "../../helpers/gateway/running.ts";
import { connectWire, type Frame, type WireClient } from "../../helpers/gateway/wire-client.ts";
import {
  type FakeProvider,
  test as providerTest,
  type SeenRequest,
} from "../../helpers/models/fake-provider.ts";
import { answered, type Reply } from "../../helpers/models/reply.ts";

const test = mergeTests(gatewayTest, providerTest);

const PROMPT = "Time for notes.";
const payloadOf = ({ payload }: Frame) => (isRecord(payload) ? payload : {});

function configFor({ url }: FakeProvider): GatewayConfig {
  const models = [{ id: "small", contextWindow: 32_000, maxTokens: 1_000 }];
  const memoryFlush = { softThresholdTokens: 29_000, prompt: PROMPT };
  return {
    agents: { defaults: { model: "home/small", userTimezone: "UTC", compaction: { memoryFlush } } },
    models: { providers: { home: { baseUrl: `${url}/v1`, models } } },
    session: { titles: "off" },
  };
}

async function say(client: WireClient, message: string): Promise<string> {
  const idempotencyKey = crypto.randomUUID();
  await client.request("chat.send", { sessionKey: "main", message, idempotencyKey });
  const end = await client.next("its end", ({ event, payload }) => {
    return (
      event === "chat" && isRecord(payload) && payload.runId === idempotencyKey && payload.state === "final"
    );
  });
  return JSON.stringify(payloadOf(end).message);
}

const toolNamesOf = ({ body }: SeenRequest) =>
  (Array.isArray(body.tools) ? body.tools : []).map(
    (tool: { function?: { name?: string } }) => tool.function?.name,
  );

test("notes are written beside the conversation, which holds nothing of them, and the next message does not wait", async ({
  start,
  provider,
}) => {
  const usage = { input: 10_000, output: 10 };
  const { promise: until, resolve: goOn } = Promise.withResolvers<void>();
  const { promise: isAsked, resolve: asked } = Promise.withResolvers<void>();
  const flushes: SeenRequest[] = [];
  provider.script((request): Reply => {
    if (!JSON.stringify(request.body.messages).includes(PROMPT)) return answered("Fine.", { usage });
    flushes.push(request);
    asked();
    if (flushes.length === 1) return { kind: "held", text: "I ", until, rest: "see." };
    return answered("unexpected", { usage });
  });
  const { port } = await start({ config: configFor(provider) });
  const { client } = await connectWire(port, { scopes: ["operator.admin"] });

  await say(client, `I like trains. ${"We talked of it. ".repeat(400)}`);
  await isAsked;
  const second = await say(client, "And now?");

  expect(second).toContain("Fine.");
  expect(toolNamesOf(flushes[0] as SeenRequest).toSorted()).toEqual(["edit", "read", "write"]);
  for (const request of provider.requests.filter((each) => !flushes.includes(each)))
    expect(toolNamesOf(request)).toContain("session_status");
  goOn();
  const { messages } = payloadOf(await client.request("chat.history", { sessionKey: "main" }));
  expect(messages).toHaveLength(4);
  expect(JSON.stringify(messages)).not.toContain(PROMPT);
});

test("what the model writes is in its work directory, and told to it at the next message", async ({
  start,
  provider,
}) => {
  const usage = { input: 10_000, output: 10 };
  const path = `memory/${new Date().toISOString().slice(0, 10)}.md`;
  const { promise: isDone, resolve: done } = Promise.withResolvers<void>();
  let count = 0;
  provider.script((request): Reply => {
    if (!JSON.stringify(request.body.messages).includes(PROMPT)) return answered("Fine.", { usage });
    count += 1;
    if (count === 1)
      return answered("", {
        calls: [{ name: "write", arguments: { path, content: "Likes trains.\n" } }],
        usage,
      });
    if (count === 2)
      return answered("", { calls: [{ name: "write", arguments: { path: "../x", content: "x" } }], usage });
    done();
    return answered("NO_REPLY", { usage });
  });
  const { port, settings } = await start({ config: configFor(provider) });
  const { client } = await connectWire(port, { scopes: ["operator.admin"] });

  await say(client, `Good morning. ${"We talked of it. ".repeat(400)}`);
  await isDone;
  await say(client, "And now?");

  expect(readFileSync(join(settings.paths.workspaceDir, path), "utf8")).toBe("Likes trains.\n");
  expect(JSON.stringify(provider.requests.at(-1)?.body)).toContain("Likes trains.");
  expect(JSON.stringify(provider.requests.at(-2)?.body)).toContain("is no path that can be used here");
});
