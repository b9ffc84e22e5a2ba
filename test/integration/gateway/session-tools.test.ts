/** The tools for conversations, with a gateway and a provider over real HTTP. */
import { expect, mergeTests } from "@playwright/test";
import type { GatewayConfig } from "../../../shared/config/schema.ts";
import { directFrom, withChannelGateway } from "../../helpers/channel/channel-gateway.ts";
import { test as gatewayTest } from "../../helpers/gateway/running.ts";
import { connectWire, type WireClient } from "../../helpers/gateway/wire-client.ts";
import {
  type FakeProvider,
  test as providerTest,
  type SeenRequest,
} from "../../helpers/models/fake-provider.ts";
import { answered, type Reply } from "../../helpers/models/reply.ts";

const test = mergeTests(gatewayTest, providerTest);

const configFor = ({ url }: FakeProvider): GatewayConfig => ({
  agents: { defaults: { model: "home/small" } },
  models: {
    providers: { home: { baseUrl: `${url}/v1`, models: [{ id: "small", contextWindow: 64_000 }] } },
  },
  session: { titles: "off" },
});

async function say(client: WireClient, message: string, sessionKey = "main") {
  const idempotencyKey = crypto.randomUUID();
  await client.request("chat.send", { sessionKey, message, idempotencyKey });
  await client.request("agent.wait", { runId: idempotencyKey, timeoutMs: 20_000 });
}

const lastOf = ({ body }: SeenRequest) =>
  JSON.stringify(Array.isArray(body.messages) ? body.messages.at(-1) : "");
const toolsOf = ({ body }: SeenRequest) => JSON.stringify(body.tools ?? []);

/** A model that makes one call when it is asked, and then says what came of it; elsewhere it says `elsewhere`. */
function calls(
  provider: FakeProvider,
  name: string,
  args: object,
  elsewhere: Reply = answered("Two o'clock."),
) {
  const results: string[] = [];
  provider.script((request): Reply => {
    const last = lastOf(request);
    if (last.includes('"role":"tool"')) {
      results.push(last);
      return answered("Done.");
    }
    return last.includes("USE IT") ? answered("", { calls: [{ name, arguments: args }] }) : elsewhere;
  });
  return results;
}

const OTHER = "agent:main:signal:direct:peer";
const GROUP = "agent:main:signal:group:club";

test("the owner's conversation lists others, reads them, and gets an answer of them", async ({
  start,
  provider,
}) => {
  const { port } = await start({ config: configFor(provider) });
  const { client } = await connectWire(port, { scopes: ["operator.admin"] });
  calls(provider, "none", {});
  await say(client, "The train leaves at two.", OTHER);

  const listed = calls(provider, "sessions_list", {});
  await say(client, "USE IT");
  const read = calls(provider, "sessions_history", { sessionKey: OTHER });
  await say(client, "USE IT");
  const asked = calls(provider, "sessions_send", { sessionKey: OTHER, message: "When does it leave?" });
  await say(client, "USE IT");
  const request = provider.requests.find((each) => lastOf(each).includes("When does it leave?"));

  expect(listed[0]).toContain(OTHER);
  expect(listed[0]).toContain("this one");
  expect(read[0]).toContain("The train leaves at two.");
  expect(asked[0]).toContain("Two o'clock.");
  expect(lastOf(request as SeenRequest)).toContain("authority: guest");
});

/** What stands in the messages of the exchange, in order; each answer of `said` answers one of them. */
function exchange(
  provider: FakeProvider,
  said: readonly string[],
  announced = "ANNOUNCE_SKIP",
  target = OTHER,
) {
  const seen: { number: string | undefined; text: string }[] = [];
  const announcements: string[] = [];
  const left = [...said];
  let isSent = false;
  provider.script((request): Reply => {
    const last = lastOf(request);
    const number = /it is number (\d of at most \d)/.exec(last)?.[1];
    if (number !== undefined) {
      seen.push({ number, text: last });
      return answered(left.shift() ?? "Go on.");
    }
    if (last.includes("The exchange with another conversation")) {
      announcements.push(last);
      return answered(announced);
    }
    if (last.includes("When does it leave?")) return answered("At two.");
    if (last.includes("USE IT") && !isSent) {
      isSent = true;
      const args = { sessionKey: target, message: "When does it leave?" };
      return answered("", { calls: [{ name: "sessions_send", arguments: args }] });
    }
    return answered("Done.");
  });
  return { seen, announcements };
}

test("messages go back and forth after the first answer until one side has nothing to add", async ({
  start,
  provider,
}) => {
  const { port } = await start({ config: configFor(provider) });
  const { client } = await connectWire(port, { scopes: ["operator.admin"] });
  calls(provider, "none", {});
  await say(client, "The train leaves at two.", OTHER);

  const { seen } = exchange(provider, ["From where?", "From platform nine.", "**REPLY_SKIP**"]);
  await say(client, "USE IT");
  await expect.poll(() => seen.length).toBe(3);
  // Whatever would follow comes before this.
  await say(client, "Anything else?", OTHER);
  await say(client, "Anything else?");

  expect(seen.map(({ number }) => number)).toEqual(["1 of at most 5", "2 of at most 5", "3 of at most 5"]);
  expect(seen[0]?.text).toContain("At two.");
  expect(seen[1]?.text).toContain("From where?");
  expect(seen[2]?.text).toContain("From platform nine.");
  for (const { text } of seen) expect(text).toContain("authority: guest");
});

test("no more messages go back and forth than the configuration says", async ({ start, provider }) => {
  const config = configFor(provider);
  const { port } = await start({
    config: { ...config, session: { ...config.session, agentToAgent: { maxPingPongTurns: 2 } } },
  });
  const { client } = await connectWire(port, { scopes: ["operator.admin"] });
  calls(provider, "none", {});
  await say(client, "The train leaves at two.", OTHER);

  const { seen } = exchange(provider, []);
  await say(client, "USE IT");
  await expect.poll(() => seen.length).toBe(2);
  await say(client, "Anything else?", OTHER);
  await say(client, "Anything else?");

  expect(seen.map(({ number }) => number)).toEqual(["1 of at most 2", "2 of at most 2"]);
});

for (const { said, inChat } of [
  { said: "It leaves at two.", inChat: ["Done.", "It leaves at two.", "Done."] },
  { said: "ANNOUNCE_SKIP", inChat: ["Done.", "Done."] },
])
  test(`in the end the owner's chat hears what came of it, unless that is nothing: ${said}`, async ({
    provider,
  }) => {
    calls(provider, "none", {}, answered("Done."));
    await withChannelGateway({ config: configFor(provider) }, async ({ platform, client }) => {
      platform.deliver(directFrom("ann", "hello"));
      await platform.until(() => platform.textsIn("dm-ann").includes("Done."));
      const { announcements } = exchange(provider, ["REPLY_SKIP"], said, "main");

      await say(client, "USE IT", "agent:main:work");
      await expect.poll(() => announcements.length).toBe(1);
      platform.deliver(directFrom("ann", "and now?"));
      await platform.until(() => platform.textsIn("dm-ann").length === inChat.length);

      expect(platform.textsIn("dm-ann")).toEqual(inChat);
      expect(announcements[0]).toContain("At two.");
    });
  });

test("the end of it is told in nobody's chat that the owner's word would be needed for", async ({
  provider,
}) => {
  calls(provider, "none", {}, answered("Done."));
  const account = { dmPolicy: "open", allowFrom: ["*"] };
  await withChannelGateway({ account, config: configFor(provider) }, async ({ platform, client }) => {
    platform.deliver(directFrom("bob", "hello"));
    await platform.until(() => platform.textsIn("dm-bob").includes("Done."));
    const { payload } = await client.request("sessions.list", {});
    const bobs = /"key":"(agent:main:[^"]*bob[^"]*)"/.exec(JSON.stringify(payload))?.[1] ?? "";
    const { seen, announcements } = exchange(provider, ["REPLY_SKIP"], "Told.", bobs);

    await say(client, "USE IT");
    await expect.poll(() => seen.length).toBe(1);
    await say(client, "Anything else?");
    platform.deliver(directFrom("bob", "and now?"));
    await platform.until(() => platform.textsIn("dm-bob").length === 2);

    expect(bobs).not.toBe("");
    expect(announcements).toEqual([]);
    expect(platform.textsIn("dm-bob")).toEqual(["Done.", "Done."]);
  });
});

test("a conversation that others read along in is offered no other one, and reaches none", async ({
  start,
  provider,
}) => {
  const { port } = await start({ config: configFor(provider) });
  const { client } = await connectWire(port, { scopes: ["operator.admin"] });
  calls(provider, "none", {});
  await say(client, "A secret canary.");

  const read = calls(provider, "sessions_history", { sessionKey: "agent:main:main" });
  await say(client, "USE IT", GROUP);
  const sent = calls(provider, "sessions_send", { sessionKey: "main", message: "hello there" });
  await say(client, "USE IT", GROUP);

  expect(toolsOf(provider.requests.at(-1) as SeenRequest)).not.toMatch(
    /sessions_|memory_|"exec"|"process"|"nodes"/,
  );
  expect(read[0]).toContain("There is no tool");
  expect(sent[0]).toContain("There is no tool");
  const asked = provider.requests.filter((each) => lastOf(each).includes("hello there"));
  expect(asked).toEqual([]);
});

test("no turn starts more than eight sub-agents, and none starts those of another agent unasked", async ({
  start,
  provider,
}) => {
  const { port } = await start({ config: configFor(provider) });
  const { client } = await connectWire(port, { scopes: ["operator.admin"] });
  const spawn = (index: number, more: object = {}) => ({
    name: "sessions_spawn",
    arguments: { task: `Task number ${index}: ${"abcdefghij"[index]}`, ...more },
  });
  const results: string[] = [];
  provider.script((request): Reply => {
    const last = lastOf(request);
    if (JSON.stringify(request.body.messages).includes("You are a sub-agent")) return answered("Done.");
    if (last.includes("USE IT"))
      return answered("", {
        calls: [spawn(0, { agentId: "other" }), ...Array.from({ length: 9 }, (_, index) => spawn(index + 1))],
      });
    if (last.includes('"role":"tool"') && results.length === 0)
      results.push(JSON.stringify(request.body.messages));
    return answered("NO_REPLY");
  });

  await say(client, "USE IT");

  expect(results[0]?.match(/accepted/g)).toHaveLength(8);
  expect(results[0]).toContain("You have started 8 sub-agents already");
  expect(results[0]).toContain("You may not start sub-agents of the agent");
  await expect
    .poll(() => provider.requests.filter((each) => lastOf(each).includes("The sub-agent ")).length, {
      timeout: 20_000,
    })
    .toBe(8);
});

test("a sub-agent's tools hold no conversations", async ({ start, provider }) => {
  const { port } = await start({ config: configFor(provider) });
  const { client } = await connectWire(port, { scopes: ["operator.admin"] });
  calls(provider, "sessions_spawn", { task: "Think." });

  await say(client, "USE IT");
  await expect
    .poll(() =>
      provider.requests.filter((each) => JSON.stringify(each.body.messages).includes("sub-agent of")),
    )
    .toHaveLength(1);

  const child = provider.requests.find((each) => JSON.stringify(each.body.messages).includes("sub-agent of"));
  expect(toolsOf(child as SeenRequest)).toContain('"read"');
  expect(toolsOf(child as SeenRequest)).not.toMatch(/sessions_|agents_list/);
});
