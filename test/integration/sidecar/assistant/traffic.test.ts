/** Days of traffic in minutes: what the gateway holds afterwards is what it held before. */
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { expect, mergeTests } from "@playwright/test";
import { allocatorVariables } from "../../../../shared/node/gateway/allocator.ts";
import { isRecord } from "../../../../shared/protocol/frame.ts";
import { connectWire, TEST_TOKEN, type WireClient } from "../../../helpers/gateway/wire-client.ts";
import { test as withHome } from "../../../helpers/home/temp-home.ts";
import { test as withProvider } from "../../../helpers/models/fake-provider.ts";
import { answered } from "../../../helpers/models/reply.ts";
import { freePort } from "../../../helpers/network/ports.ts";
import { startCli } from "../../../helpers/process/cli.ts";
import { Inspector } from "../../../helpers/process/inspector.ts";
import { repetitions, SOAK } from "../../../helpers/run/soak.ts";

const MESSAGES = repetitions({ short: 240, full: 20_000 });
/** Of the last half, in MB. A short run is still warming up. */
const MOST_GROWTH = repetitions({ short: 12, full: 1 });
/** As many as talk at the same time. */
const PEOPLE = 4;
/** Messages of one conversation, before the next one. */
const LENGTH = 60;

const test = mergeTests(withHome, withProvider);

test(`${MESSAGES} messages leave no memory, handle or timer behind`, SOAK, async ({ home, provider }) => {
  provider.script(() => {
    provider.requests.length = 0; // The test's own memory.
    return answered("Yes, that is so. ".repeat(20));
  });
  const port = await freePort();
  home.writeConfig({
    gateway: { mode: "local", port, auth: { mode: "token", token: TEST_TOKEN } },
    agents: { defaults: { model: "anthropic/claude-haiku-4-5", workspace: join(home.path, "clawd") } },
    models: { providers: { anthropic: { baseUrl: provider.url, apiKey: "sk-ant-secret" } } },
    budget: { perDayUsd: 0, perMonthUsd: 0, perDayTokens: 0 },
  });
  const program = startCli(["gateway", "--port", String(port)], {
    // As a service or the tray start it.
    env: {
      ...home.env(),
      ...allocatorVariables(process.platform),
      NODE_OPTIONS: "--inspect=127.0.0.1:0",
    },
    timeoutMs: 3_600_000,
  });
  await program.waitFor(/log file: /);
  const [address] = await program.waitFor(/ws:\/\/127\.0\.0\.1:\d+\/\S+/);
  const inspector = await Inspector.of(address);
  const clients = await Promise.all(
    Array.from(
      { length: PEOPLE },
      async () => (await connectWire(port, { scopes: ["operator.admin"] })).client,
    ),
  );

  await traffic(clients, "a", 4);
  const before = await settled(inspector);
  await traffic(clients, "b", MESSAGES / 2);
  const halfway = await inspector.anonymousMb(program.pid);
  await traffic(clients, "c", MESSAGES / 2);
  const after = await inspector.anonymousMb(program.pid);

  console.log(`${MESSAGES} messages: ${halfway.toFixed(1)} MB halfway, ${after.toFixed(1)} MB at the end`);
  const left = Object.entries(await settled(inspector)).filter(
    ([kind, count]) => count > (before[kind] ?? 0),
  );
  expect(left).toEqual([]);
  expect(after - halfway).toBeLessThan(MOST_GROWTH);
  inspector.close();
  await program.stop();
});

/** Once nothing is waited for any more: what came last is given a moment for more, and connections to providers are kept for a few seconds. */
async function settled(inspector: Inspector): Promise<Record<string, number>> {
  let handles = {};
  await expect
    .poll(
      async () => {
        const last = handles;
        handles = await inspector.handles();
        return isDeepStrictEqual(last, handles);
      },
      { intervals: [2_000], timeout: 60_000 },
    )
    .toBe(true);
  return handles;
}

async function traffic(clients: readonly WireClient[], name: string, messages: number): Promise<void> {
  await Promise.all(
    clients.map(async (client, person) => {
      for (let count = 0; count < messages / clients.length; count += 1) {
        const runId = `${name}-${person}-${count}`;
        const sessionKey = `${name}-${person}-${Math.floor(count / LENGTH)}`;
        const sent = await client.request("chat.send", {
          sessionKey,
          message: `message ${count}`,
          idempotencyKey: runId,
        });
        if (sent.ok !== true) throw new Error(JSON.stringify(sent));
        await client.next(
          "answer",
          ({ event, payload }) =>
            event === "chat" && isRecord(payload) && payload.runId === runId && payload.state === "final",
        );
        client.unread.length = 0;
      }
    }),
  );
}
