/** A real gateway, asked by real commands, with a provider that speaks Anthropic's API in the place of the network. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, mergeTests } from "@playwright/test";
import { isRecord } from "../../../../shared/protocol/frame.ts";
import { connectWire, TEST_TOKEN } from "../../../helpers/gateway/wire-client.ts";
import { test as homeTest, type TempHome } from "../../../helpers/home/temp-home.ts";
import {
  type FakeProvider,
  test as providerTest,
  type SeenRequest,
} from "../../../helpers/models/fake-provider.ts";
import { answered, inTrouble } from "../../../helpers/models/reply.ts";
import { freePort } from "../../../helpers/network/ports.ts";
import { startCli } from "../../../helpers/process/cli.ts";
import { runBuilt } from "../../../helpers/process/run-built.ts";

const test = mergeTests(homeTest, providerTest);

interface Start {
  env?: Record<string, string>;
  more?: object;
  http?: object;
}

async function startGateway(
  home: TempHome,
  { url }: FakeProvider,
  { env = {}, more = {}, http = {} }: Start = {},
) {
  const port = await freePort();
  home.writeConfig({
    gateway: { mode: "local", port, auth: { mode: "token", token: TEST_TOKEN }, http },
    agents: { defaults: { model: "anthropic/claude-sonnet-5" } },
    models: { providers: { anthropic: { baseUrl: url, apiKey: "sk-ant-secret" } } },
    ...more,
  });
  const gateway = startCli(["gateway"], { env: home.env(env), timeoutMs: 90_000 });
  await gateway.waitFor(/log file: /);
  const ask = (message: string, ...more: string[]) =>
    runBuilt(["agent", "--message", message, ...more], { env: home.env() });
  const stop = async () => {
    gateway.child.kill("SIGTERM");
    await gateway.ended;
  };
  return { gateway, port, ask, stop };
}

/** Everything that the model was told, as JSON. */
const toldIn = ({ body }: SeenRequest) => JSON.stringify(body);
/** As much of the two as begins alike. */
function commonStart(one: string, other: string): number {
  let length = 0;
  while (length < one.length && one[length] === other[length]) length += 1;
  return length;
}
const messagesOf = ({ body }: SeenRequest) => (isRecord(body) ? JSON.stringify(body.messages) : "");

test("a configured model answers, knows its work directory and what was said before", async ({
  home,
  provider,
}) => {
  provider.script(answered("Hello, I am here."), answered("You said good morning."));
  const { ask, stop } = await startGateway(home, provider);

  const first = await ask("Good morning");
  const second = await ask("What did I say?");

  expect(first).toMatchObject({ code: 0, stdout: "Hello, I am here.\n", stderr: "" });
  expect(second.stdout).toBe("You said good morning.\n");
  const [one, two] = provider.requests;
  if (one === undefined || two === undefined) throw new Error("the provider was not asked twice");
  expect(toldIn(one)).toContain("## AGENTS.md");
  expect(toldIn(two)).toContain("Good morning");
  expect(toldIn(two)).toContain("Hello, I am here.");
  expect(existsSync(join(home.path, "clawd", "AGENTS.md"))).toBe(true);
  for (const request of provider.requests) expect(toldIn(request)).not.toContain(TEST_TOKEN);
  await stop();
});

test("an answer that the model's limit ended says so, in the terminal, to programs and over HTTP", async ({
  home,
  provider,
}) => {
  provider.script(() => answered("Once upon a time", { finish: "length" }));
  const http = { endpoints: { chatCompletions: { enabled: true }, responses: { enabled: true } } };
  const { ask, port, stop } = await startGateway(home, provider, { http });
  const called = async (path: string, body: object) => {
    const headers = { "content-type": "application/json", authorization: `Bearer ${TEST_TOKEN}` };
    const init = { method: "POST", headers, body: JSON.stringify({ model: "clawdbot", ...body }) };
    return await (await fetch(`http://127.0.0.1:${port}/v1/${path}`, init)).json();
  };

  const shown = await ask("Tell me a story");
  const { result } = JSON.parse((await ask("Tell me a story", "--json")).stdout);
  const completion = await called("chat/completions", { messages: [{ role: "user", content: "a story" }] });
  const response = await called("responses", { input: "a story" });

  expect(shown).toMatchObject({ code: 0, stdout: "Once upon a time\n" });
  expect(shown.stderr).toContain("The answer ends here because the model says no more at a time.");
  expect(result.meta).toMatchObject({ aborted: false, stopReason: "length" });
  expect(completion).toMatchObject({ choices: [{ finish_reason: "length" }] });
  expect(response).toMatchObject({
    status: "incomplete",
    incomplete_details: { reason: "max_output_tokens" },
  });
  await stop();
});

test("case 39: the second request begins with the bytes of the first, up to its message", async ({
  home,
  provider,
}) => {
  provider.script(answered("one"), answered("two"));
  const { ask, stop } = await startGateway(home, provider);
  await ask("first");
  await ask("second");

  const [one, two] = provider.requests.map(messagesOf) as [string, string];
  const cached = one.lastIndexOf("first");
  expect(cached).toBeGreaterThan(0);
  expect(
    commonStart(
      one.replaceAll(',"cache_control":{"type":"ephemeral"}', ""),
      two.replaceAll(',"cache_control":{"type":"ephemeral"}', ""),
    ),
  ).toBeGreaterThan(cached);
  await stop();
});

test("case 10: an answer that a crash cut off is given once, and the next request holds its message", async ({
  home,
  provider,
}) => {
  provider.script(answered("This is the answer."), answered("This is the answer."), answered("Yes."));
  const first = await startGateway(home, provider, { env: { CLAWDBOT_TEST_FAILPOINT: "text-streamed" } });
  const { client } = await connectWire(first.port, { scopes: ["operator.admin"] });
  const SENT = { sessionKey: "main", message: "remember the tortoise", idempotencyKey: "once" };
  client.send({ type: "req", id: "1", method: "chat.send", params: SENT });
  await first.gateway.ended;

  const second = await startGateway(home, provider);
  const again = await connectWire(second.port, { scopes: ["operator.admin"] });
  const answer = await again.client.request("agent.wait", { runId: "once", timeoutMs: 30_000 });
  const next = await second.ask("Do you remember?");

  expect(answer).toMatchObject({ payload: { status: "ok" } });
  expect(next.stdout).toBe("Yes.\n");
  expect(provider.requests).toHaveLength(3);
  const last = provider.requests[2] as SeenRequest;
  expect(toldIn(last).split("remember the tortoise")).toHaveLength(2);
  expect(toldIn(last).split("This is the answer.")).toHaveLength(2);
  await second.stop();
});

test("case 52: a day's budget is asked before the call, and the answer says what helps", async ({
  home,
  provider,
}) => {
  provider.script(answered("cheap"));
  const { ask, stop } = await startGateway(home, provider, {
    more: { budget: { perDayUsd: 0.01, onLimit: "stop" } },
  });

  const { code, stderr } = await ask("hello");

  expect(code).toBe(1);
  expect(stderr).toContain("The budget of today is used up");
  expect(provider.requests).toHaveLength(0);
  await stop();
});

test("a budget that is used up waits, says so, and goes on when a command adds to it", async ({
  home,
  provider,
}) => {
  provider.script(answered("worth it"));
  const { ask, port, stop } = await startGateway(home, provider, { more: { budget: { perDayUsd: 0.01 } } });
  const { client } = await connectWire(port, { scopes: ["operator.admin"] });
  const asked = ask("hello");
  await client.next(
    "the notice",
    ({ event, payload }) => event === "chat" && JSON.stringify(payload).includes("used up"),
  );

  const shown = await runBuilt(["budget"], { env: home.env() });
  const added = await runBuilt(["budget", "add", "5"], { env: home.env() });

  expect(shown.stdout).toContain("Answers that wait for more: 1");
  expect(added).toMatchObject({ code: 0, stdout: expect.stringContaining("Added to today: $5.00") });
  expect(await asked).toMatchObject({ code: 0, stdout: "worth it\n" });
  await stop();
});

test("case 34: a refused key is named with the remedy, and appears nowhere", async ({ home, provider }) => {
  provider.script(inTrouble("auth"));
  const { ask, stop } = await startGateway(home, provider);

  const { code, stderr } = await ask("hello");

  expect(code).toBe(1);
  expect(stderr).toContain("anthropic/claude-sonnet-5");
  expect(stderr).toContain("models auth add anthropic");
  expect(stderr).not.toContain("sk-ant-secret");
  await stop();
  expect(readFileSync(join(home.stateDir, "logs", "gateway.log"), "utf8")).not.toContain("sk-ant-secret");
});

test("a chosen model without a key is an error, and never the echo", async ({ home, provider }) => {
  const { ask, stop } = await startGateway(home, provider, { more: { models: {} } });

  const { code, stdout, stderr } = await ask("hello");

  expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
  expect(stderr).toContain("models auth add anthropic");
  await stop();
});

test("a model whose window is too small is refused by its name, before it is asked", async ({
  home,
  provider,
}) => {
  const tiny = {
    baseUrl: `${provider.url}/v1`,
    api: "openai-completions",
    models: [{ id: "m", contextWindow: 8_000 }],
  };
  const { ask, stop } = await startGateway(home, provider, {
    more: { agents: { defaults: { model: "tiny/m" } }, models: { providers: { tiny } } },
  });

  const { code, stderr } = await ask("hello");

  expect(code).toBe(1);
  expect(stderr).toContain("tiny/m has a window of 8000 tokens");
  expect(provider.requests).toHaveLength(0);
  await stop();
});
