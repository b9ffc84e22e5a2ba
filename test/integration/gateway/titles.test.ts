/** Titles that a model makes of conversations, with a gateway, a client and providers over real HTTP. */
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
import { answered, inTrouble, type Reply } from "../../helpers/models/reply.ts";

const test = mergeTests(gatewayTest, providerTest);

const payloadOf = ({ payload }: Frame) => (isRecord(payload) ? payload : {});
const cost = (usd: number) => ({ input: usd, output: usd, cacheRead: usd, cacheWrite: usd });

function configFor({ url }: FakeProvider, more: GatewayConfig = {}): GatewayConfig {
  const models = [
    { id: "good", contextWindow: 64_000, cost: cost(5) },
    { id: "cheap", contextWindow: 64_000, cost: cost(1) },
    { id: "unknown", contextWindow: 64_000 },
  ];
  return {
    agents: { defaults: { model: "home/good" } },
    models: { providers: { home: { baseUrl: `${url}/v1`, models } } },
    ...more,
  };
}

const isTitle = ({ body }: SeenRequest) =>
  JSON.stringify(body.messages).includes("title of three to six words");

async function say(client: WireClient, message: string, sessionKey = "work"): Promise<void> {
  const idempotencyKey = crypto.randomUUID();
  await client.request("chat.send", { sessionKey, message, idempotencyKey });
  await client.next("its end", ({ event, payload }) => {
    return (
      event === "chat" && isRecord(payload) && payload.runId === idempotencyKey && payload.state === "final"
    );
  });
}

async function titleOf(client: WireClient): Promise<unknown> {
  const { sessions } = payloadOf(await client.request("sessions.list", { includeDerivedTitles: true }));
  return Array.isArray(sessions) && isRecord(sessions[0]) ? sessions[0].derivedTitle : undefined;
}

const titled = (client: WireClient) =>
  client.next(
    "a title",
    ({ event, payload }) => event === "sessions.changed" && isRecord(payload) && payload.reason === "titled",
  );

test("after the second answer the cheapest model makes one, out of the background's share, and clients are told", async ({
  start,
  provider,
}) => {
  provider.script((request) => answered(isTitle(request) ? '"A trip to Rome."' : "Fine."));
  const { port } = await start({ config: configFor(provider) });
  const { client } = await connectWire(port, { scopes: ["operator.admin"] });

  await say(client, "I want to see Rome");
  expect(await titleOf(client)).toBe("I want to see Rome");
  await say(client, "In May");
  const event = await titled(client);

  expect(payloadOf(event)).toEqual({ key: "agent:main:work", reason: "titled" });
  expect(await titleOf(client)).toBe("A trip to Rome");
  const [request, ...others] = provider.requests.filter(isTitle);
  expect(others).toEqual([]);
  expect(request?.model).toBe("cheap");
  expect(JSON.stringify(request?.body)).toContain("In May");
  const { messages } = payloadOf(await client.request("chat.history", { sessionKey: "work" }));
  expect(messages).toHaveLength(4);

  await client.request("sessions.patch", { key: "work", label: "Holidays" });
  expect(await titleOf(client)).toBe("Holidays");
});

test("one that came to nothing is tried at the next answers, and then left", async ({ start, provider }) => {
  const bad: Reply[] = [inTrouble("format"), answered("This is no title but a sentence that goes on")];
  const { promise: isLeft, resolve: left } = Promise.withResolvers<void>();
  provider.script((request) => {
    if (!isTitle(request)) return answered("Fine.");
    const next = bad.shift() ?? answered("Nothing but the usual words again and again");
    if (provider.requests.filter(isTitle).length === 3) left();
    return next;
  });
  const { port } = await start({ config: configFor(provider) });
  const { client } = await connectWire(port, { scopes: ["operator.admin"] });

  for (const text of ["one", "two", "three", "four"]) await say(client, text);
  await isLeft;
  await say(client, "five");
  await say(client, "six");

  expect(provider.requests.filter(isTitle)).toHaveLength(3);
  expect(await titleOf(client)).toBe("one");
});

for (const [what, more, prepare] of [
  ["where nobody wants them", { session: { titles: "off" } }, undefined],
  ["for a conversation that has a name", {}, { key: "work", label: "Mine" }],
  [
    "where the budget has nothing for what nobody waits for",
    { budget: { perDayUsd: 1, backgroundShare: 0.000_001 } },
    undefined,
  ],
] as const) {
  test(`none is made ${what}`, async ({ start, provider }) => {
    const { port } = await start({ config: configFor(provider, more) });
    const { client } = await connectWire(port, { scopes: ["operator.admin"] });
    if (prepare !== undefined) await client.request("sessions.patch", prepare);

    for (const text of ["one", "two", "three"]) await say(client, text);

    expect(provider.requests.filter(isTitle)).toEqual([]);
    expect(provider.requests).toHaveLength(3);
  });
}

test("none is made where only the echo answers", async ({ start, provider }) => {
  const { port } = await start({ config: { agents: { defaults: { model: "local/echo" } } } });
  const { client } = await connectWire(port, { scopes: ["operator.admin"] });

  for (const text of ["one", "two", "three"]) await say(client, text);

  expect(await titleOf(client)).toBe("one");
  expect(provider.requests).toEqual([]);
});
