/** What waits while an answer takes too long, with a provider that says nothing and a clock that the test drives. */
import { expect, mergeTests } from "@playwright/test";
import { isRecord } from "../../../shared/protocol/frame.ts";
import { test as gatewayTest } from "../../helpers/gateway/running.ts";
import { connectWire, type Frame } from "../../helpers/gateway/wire-client.ts";
import { test as providerTest } from "../../helpers/models/fake-provider.ts";
import { answered } from "../../helpers/models/reply.ts";
import { FakeClock } from "../../helpers/time/fake-clock.ts";

const test = mergeTests(gatewayTest, providerTest);

const WAITING = ["one", "two", "three", "four", "five"];
const payloadOf = ({ payload }: Frame) => (isRecord(payload) ? payload : {});

for (const [mode, turns] of [
  ["collect", 1],
  ["followup", 5],
  ["steer", 1],
] as const) {
  test(`case 8: five messages that wait for a run that runs out of time are answered all the same, with ${mode}`, async ({
    start,
    provider,
  }) => {
    const clock = new FakeClock();
    const models = [{ id: "small", contextWindow: 64_000 }];
    const { port } = await start({
      clock,
      config: {
        agents: { defaults: { model: "home/small", timeoutSeconds: 30 } },
        models: { providers: { home: { baseUrl: `${provider.url}/v1`, models } } },
        messages: { queue: { mode } },
        session: { titles: "off" },
      },
    });
    const { client } = await connectWire(port, { scopes: ["operator.admin"] });
    const say = (message: string) =>
      client.request("chat.send", { sessionKey: "main", message, idempotencyKey: message });
    provider.script(() => (provider.requests.length === 1 ? { kind: "silence" } : answered("Here I am.")));
    await say("slow");
    await provider.asked(1);
    for (const message of WAITING) await say(message);

    clock.advance(30_000);
    await client.next("its end", ({ event, payload }) => {
      return event === "chat" && isRecord(payload) && payload.runId === "slow" && payload.state === "aborted";
    });
    await expect
      .poll(() => {
        clock.advance(1_000);
        return provider.requests.length;
      })
      .toBe(1 + turns);

    const waits = WAITING.map((runId) => client.request("agent.wait", { runId, timeoutMs: 20_000 }));
    expect((await Promise.all(waits)).map((each) => payloadOf(each).status)).toEqual(WAITING.map(() => "ok"));
    const { messages } = payloadOf(await client.request("chat.history", { sessionKey: "main" }));
    const said = (Array.isArray(messages) ? messages : []).filter(isRecord);
    const asked = said.filter(({ role }) => role === "user").map(({ content }) => JSON.stringify(content));
    expect(
      asked
        .slice(1)
        .join()
        .match(/one|two|three|four|five/g),
    ).toEqual(WAITING);
    expect(said.filter((each) => JSON.stringify(each.content).includes("Here I am."))).toHaveLength(turns);
  });
}
