/** Sub-agents of a real gateway: what they are given, what comes of them, and that a restart loses and repeats nothing of it. */
import { expect, mergeTests } from "@playwright/test";
import { isRecord } from "../../../../shared/protocol/frame.ts";
import { connectWire, TEST_TOKEN, type WireClient } from "../../../helpers/gateway/wire-client.ts";
import { test as homeTest, type TempHome } from "../../../helpers/home/temp-home.ts";
import {
  type FakeProvider,
  test as providerTest,
  type SeenRequest,
} from "../../../helpers/models/fake-provider.ts";
import { answered, type Reply } from "../../../helpers/models/reply.ts";
import { freePort } from "../../../helpers/network/ports.ts";
import { startCli } from "../../../helpers/process/cli.ts";

const test = mergeTests(homeTest, providerTest);

const MAIN = "agent:main:main";
const TASK = "Count the boats in the harbour.";

async function startGateway(home: TempHome, { url }: FakeProvider, failpoint?: string) {
  const port = await freePort();
  const models = [{ id: "small", contextWindow: 64_000 }];
  home.writeConfig({
    gateway: { mode: "local", port, auth: { mode: "token", token: TEST_TOKEN } },
    agents: { defaults: { model: "home/small" } },
    models: { providers: { home: { baseUrl: `${url}/v1`, models } } },
    session: { titles: "off" },
  });
  const env = home.env(failpoint === undefined ? {} : { CLAWDBOT_TEST_FAILPOINT: failpoint });
  const process = startCli(["gateway"], { env, timeoutMs: 60_000 });
  await process.waitFor(/log file: /);
  const { client } = await connectWire(port, { scopes: ["operator.admin"] });
  return { process, client };
}

type Gateway = Awaited<ReturnType<typeof startGateway>>;

async function stop({ process }: Gateway) {
  process.child.kill("SIGTERM");
  await process.ended;
}

const textOf = ({ body }: SeenRequest) => JSON.stringify(body.messages);
const isOfSubAgent = (request: SeenRequest) => textOf(request).includes("You are a sub-agent of");
/** What the model is to answer now: the last message. */
const lastOf = ({ body }: SeenRequest) =>
  JSON.stringify(Array.isArray(body.messages) ? body.messages.at(-1) : "");
const isOfReport = (request: SeenRequest) => lastOf(request).includes("The sub-agent ");
const toolsOf = ({ body }: SeenRequest) => JSON.stringify(body.tools ?? []);

/** A model that starts one sub-agent when it is asked, and passes its report on. */
function harbour(
  provider: FakeProvider,
  child: (request: SeenRequest) => Reply = () => answered("There are 42 boats."),
) {
  const call = { name: "sessions_spawn", arguments: { task: TASK, label: "boats" } };
  provider.script((request): Reply => {
    if (isOfSubAgent(request)) return child(request);
    if (isOfReport(request)) return answered("Told: 42.");
    return lastOf(request).includes('"role":"tool"') ? answered("Started.") : answered("", { calls: [call] });
  });
}

async function historyOf(client: WireClient): Promise<string[]> {
  const { payload } = await client.request("chat.history", { sessionKey: MAIN });
  const messages = isRecord(payload) && Array.isArray(payload.messages) ? payload.messages : [];
  return messages.map(({ role, content }) => `${role}: ${content?.[0]?.text ?? content?.[0]?.type}`);
}

const told = async (client: WireClient) =>
  (await historyOf(client)).filter((each) => each === "assistant: Told: 42.").length;

const ASKED = { sessionKey: MAIN, message: "How many boats?", idempotencyKey: "boats" };

test("a sub-agent gets its task and nothing of the conversation, and its report comes as a message", async ({
  home,
  provider,
}) => {
  harbour(provider);
  const gateway = await startGateway(home, provider);
  const { client } = gateway;
  await client.request("chat.send", { ...ASKED, message: "How many boats? My name is Ada Canary." });
  await expect.poll(() => told(client), { timeout: 20_000 }).toBe(1);

  const child = provider.requests.find(isOfSubAgent) as SeenRequest;
  const report = provider.requests.find(isOfReport) as SeenRequest;
  expect(textOf(child)).toContain(TASK);
  expect(textOf(child)).not.toContain("Canary");
  for (const name of ["sessions_spawn", "sessions_list", "sessions_send", "sessions_history"])
    expect(toolsOf(child)).not.toContain(name);
  expect(textOf(report)).toMatch(/There are 42 boats\./);
  expect(textOf(report)).toContain("authority: guest");
  const { payload } = await client.request("sessions.list", { spawnedBy: MAIN });
  expect(payload).toMatchObject({ sessions: [{ displayName: "boats", spawnedBy: MAIN }] });
  await stop(gateway);
});

test("case 46: one that ends while the gateway is down or restarts is reported once", async ({
  home,
  provider,
}) => {
  harbour(provider);
  for (const [round, failpoint] of ["spawn-kept", "spawn-ended", "report-kept"].entries()) {
    const before = round === 0 ? 0 : round;
    const first = await startGateway(home, provider, failpoint);
    first.client.send({
      type: "req",
      id: "1",
      method: "chat.send",
      params: { ...ASKED, idempotencyKey: failpoint },
    });
    await first.process.ended;

    const second = await startGateway(home, provider);
    await expect.poll(() => told(second.client), { timeout: 20_000 }).toBe(before + 1);
    // Whatever would come twice would come now.
    const third = await restart(home, provider, second);
    expect(await told(third.client)).toBe(before + 1);
    const reports = (await historyOf(third.client)).filter((each) => each === "user: There are 42 boats.");
    expect([failpoint, reports.length]).toEqual([failpoint, before + 1]);
    await stop(third);
  }
});

async function restart(home: TempHome, provider: FakeProvider, former: Gateway): Promise<Gateway> {
  await stop(former);
  return await startGateway(home, provider);
}

test("one that fails and one that is stopped report that", async ({ home, provider }) => {
  const { promise: never } = Promise.withResolvers<void>();
  const kinds: Reply[] = [
    { kind: "trouble", trouble: "format" },
    { kind: "held", text: "I ", until: never, rest: "see." },
  ];
  harbour(provider, () => kinds.shift() ?? answered("There are 42 boats."));
  const gateway = await startGateway(home, provider);
  const { client } = gateway;
  const reports = () => provider.requests.filter(isOfReport).map(textOf);

  await client.request("chat.send", ASKED);
  await expect.poll(() => reports().length, { timeout: 20_000 }).toBe(1);
  await client.request("sessions.reset", { key: MAIN });
  await client.request("chat.send", { ...ASKED, idempotencyKey: "second" });
  await expect.poll(() => provider.requests.filter(isOfSubAgent).length, { timeout: 20_000 }).toBe(2);
  await client.request("chat.abort", { sessionKey: MAIN });
  await expect.poll(() => reports().length, { timeout: 20_000 }).toBe(2);

  expect(reports()[0]).toContain("has failed after");
  expect(reports()[1]).toContain("was stopped after");
  await stop(gateway);
});
