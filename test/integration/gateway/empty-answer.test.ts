/** A model that says nothing, and nothing again: whoever asked is told that there is no answer, and no program takes that for one. */
import { expect, mergeTests } from "@playwright/test";
import { test as gatewayTest } from "../../helpers/gateway/running.ts";
import { connectWire, TEST_TOKEN } from "../../helpers/gateway/wire-client.ts";
import { test as homeTest } from "../../helpers/home/temp-home.ts";
import { fakeModel } from "../../helpers/models/fake-model.ts";
import { test as providerTest } from "../../helpers/models/fake-provider.ts";
import { answered } from "../../helpers/models/reply.ts";
import { runInProcess } from "../../helpers/process/in-process.ts";

const test = mergeTests(gatewayTest, providerTest, homeTest);

const EMPTY = /empty answer, twice/;

test("fails over the wire, over HTTP and on the command line", async ({ home, start, provider }) => {
  provider.script(answered(""));
  const gateway = {
    http: { endpoints: { chatCompletions: { enabled: true }, responses: { enabled: true } } },
  };
  const { port } = await start({ config: { ...fakeModel(provider.url), gateway } });
  const { client } = await connectWire(port, { scopes: ["operator.admin"] });

  await client.request("chat.send", { sessionKey: "main", message: "hi", idempotencyKey: "empty-1" });
  const final = await client.event("chat");
  const post = (path: string, body: object) =>
    fetch(`http://127.0.0.1:${port}${path}`, {
      method: "POST",
      headers: { authorization: `Bearer ${TEST_TOKEN}`, "content-type": "application/json" },
      body: JSON.stringify(body),
    });
  const chat = await post("/v1/chat/completions", { messages: [{ role: "user", content: "hi" }] });
  const responses = await post("/v1/responses", { model: "clawdbot", input: "hi" });
  const words = ["agent", "--message", "hi", "--url", `ws://127.0.0.1:${port}`, "--token", TEST_TOKEN];
  const printed = await runInProcess(words, { env: home.env() });
  const told = await runInProcess([...words, "--json"], { env: home.env() });

  expect(final.payload).toMatchObject({ state: "error", errorMessage: expect.stringMatching(EMPTY) });
  expect(provider.requests.length).toBe(2 * 5);
  expect([chat.status, responses.status]).toEqual([500, 500]);
  expect(await chat.json()).toMatchObject({ error: { message: expect.stringMatching(EMPTY) } });
  expect(printed).toMatchObject({ code: 1, stderr: expect.stringMatching(EMPTY) });
  expect(told.code).toBe(1);
  expect(JSON.parse(told.stdout)).toMatchObject({
    ok: false,
    error: { message: expect.stringMatching(EMPTY) },
  });
});
