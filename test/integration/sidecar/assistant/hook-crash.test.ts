/** A gateway that is killed before it told what came of a hook tells it when it runs again. */
import { expect, mergeTests } from "@playwright/test";
import { isRecord } from "../../../../shared/protocol/frame.ts";
import { connectWire, TEST_TOKEN } from "../../../helpers/gateway/wire-client.ts";
import { test as homeTest, type TempHome } from "../../../helpers/home/temp-home.ts";
import { type FakeProvider, test as providerTest } from "../../../helpers/models/fake-provider.ts";
import { answered } from "../../../helpers/models/reply.ts";
import { freePort } from "../../../helpers/network/ports.ts";
import { startCli } from "../../../helpers/process/cli.ts";

const test = mergeTests(homeTest, providerTest);

async function startGateway(home: TempHome, { url }: FakeProvider, failpoint?: string) {
  const port = await freePort();
  const models = [{ id: "small", contextWindow: 64_000 }];
  home.writeConfig({
    gateway: { mode: "local", port, auth: { mode: "token", token: TEST_TOKEN } },
    agents: { defaults: { model: "home/small" } },
    models: { providers: { home: { baseUrl: `${url}/v1`, models } } },
    session: { titles: "off" },
    hooks: { enabled: true, token: "hook-secret-of-its-own" },
  });
  const env = home.env(failpoint === undefined ? {} : { CLAWDBOT_TEST_FAILPOINT: failpoint });
  const process = startCli(["gateway"], { env, timeoutMs: 60_000 });
  await process.waitFor(/log file: /);
  return { process, port };
}

test("what came of a hook is told once", async ({ home, provider }) => {
  provider.script((request) =>
    answered(JSON.stringify(request.body.messages).includes("Look at what has happened") ? "Seen." : "Red."),
  );
  const first = await startGateway(home, provider, "hook-answered");
  const headers = { authorization: "Bearer hook-secret-of-its-own" };
  const call = fetch(`http://127.0.0.1:${first.port}/hooks/agent`, {
    method: "POST",
    headers,
    body: JSON.stringify({ message: "Build 7 failed." }),
  });
  expect((await call).status).toBe(202);
  await first.process.ended;

  const second = await startGateway(home, provider);
  const { client } = await connectWire(second.port, { scopes: ["operator.admin"] });
  const answers = async () => {
    const { payload } = await client.request("chat.history", { sessionKey: "agent:main:main" });
    const messages = isRecord(payload) && Array.isArray(payload.messages) ? payload.messages : [];
    return messages.filter(({ role }) => role === "assistant").map(({ content }) => content?.[0]?.text);
  };
  await expect.poll(answers, { timeout: 20_000 }).toEqual(["Seen."]);
  second.process.child.kill("SIGTERM");
  await second.process.ended;

  const told = provider.requests.filter(({ body }) =>
    JSON.stringify(body.messages).includes("Hook Hook: Red."),
  );
  expect(told).toHaveLength(1);
});
