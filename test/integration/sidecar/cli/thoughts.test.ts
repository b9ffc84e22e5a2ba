/** What `/reasoning` shows in the terminal: in `clawdbot agent` and in `clawdbot chat`. */
import { expect, mergeTests } from "@playwright/test";
import { test as gatewayTest } from "../../../helpers/gateway/running.ts";
import { TEST_TOKEN } from "../../../helpers/gateway/wire-client.ts";
import { test as homeTest } from "../../../helpers/home/temp-home.ts";
import { type FakeProvider, test as providerTest } from "../../../helpers/models/fake-provider.ts";
import { answered } from "../../../helpers/models/reply.ts";
import { LAUNCHER } from "../../../helpers/process/clawdbot.ts";
import { runInProcess } from "../../../helpers/process/in-process.ts";
import { openTerminal } from "../../../helpers/process/terminal.ts";
import { missingReason } from "../../../helpers/run/desktop-needs.ts";

const test = mergeTests(gatewayTest, homeTest, providerTest);

const withModel = ({ url }: FakeProvider) => ({
  agents: { defaults: { model: "anthropic/claude-sonnet-5" } },
  models: { providers: { anthropic: { baseUrl: url, apiKey: "sk-ant-secret" } } },
});

const at = (port: number) => ["--url", `ws://127.0.0.1:${port}`, "--token", TEST_TOKEN, "--timeout", "60000"];

test("agent tells a thought beside the answer, never within what a program reads", async ({
  home,
  provider,
  start,
}) => {
  provider.script(answered("42", { thinking: "Let me count." }));
  const { port } = await start({ config: withModel(provider) });
  const ask = (message: string, ...more: string[]) =>
    runInProcess(["agent", "--message", message, ...at(port), ...more], { env: home.env() });

  const without = await ask("how many?");
  await ask("/reasoning on");
  const whole = await ask("how many?");
  await ask("/reasoning stream");
  const streamed = await ask("how many?");
  const json = await ask("how many?", "--json");

  expect(without).toMatchObject({ stdout: "42\n", stderr: "" });
  expect(whole).toMatchObject({ stdout: "42\n", stderr: expect.stringMatching(/^\S+ Let me count\.\n$/) });
  expect(streamed).toMatchObject({ stdout: "42\n", stderr: whole.stderr });
  expect(JSON.parse(json.stdout)).toMatchObject({
    status: "ok",
    result: { payloads: [{ text: "42" }], thoughts: ["Let me count."] },
  });
  expect(json.stderr).toBe("");
});

test("a thought within the words of the model is one like any other", async ({ home, provider, start }) => {
  provider.script(answered("<think>Let me count.</think>42"));
  const { port } = await start({ config: withModel(provider) });
  const ask = (message: string, ...more: string[]) =>
    runInProcess(["agent", "--message", message, ...at(port), ...more], { env: home.env() });

  const without = await ask("how many?");
  const hidden = await ask("how many?", "--json");
  await ask("/reasoning on");
  const whole = await ask("how many?");
  const json = await ask("how many?", "--json");

  expect(without).toMatchObject({ stdout: "42\n", stderr: "" });
  expect(hidden.stdout).not.toContain("count");
  expect(whole).toMatchObject({ stdout: "42\n", stderr: expect.stringMatching(/^\S+ Let me count\.\n$/) });
  expect(JSON.parse(json.stdout).result).toMatchObject({
    payloads: [{ text: "42" }],
    thoughts: ["Let me count."],
  });
});

test.describe("in a terminal", () => {
  const missing = missingReason("terminal");
  test.skip(missing !== undefined, missing ?? "");

  test("chat shows a thought while it is thought, and the answer below it", async ({
    home,
    provider,
    start,
  }) => {
    const { promise: until, resolve } = Promise.withResolvers<void>();
    provider.script({ kind: "thinking", thinking: "Let me count.", until, text: "They are 42" });
    const { port } = await start({ config: withModel(provider) });
    const terminal = openTerminal([process.execPath, LAUNCHER, "chat", ...at(port)], {
      env: home.env(),
      columns: 80,
    });
    const say = (text: string) => {
      terminal.type(text);
      terminal.press("Enter");
    };
    try {
      await terminal.waitFor(/^❯ ?$/m);
      say("/reasoning stream");
      await terminal.waitFor(/stream, from now on/);
      say("how many?");
      const thinking = await terminal.waitFor(/^💭 Let me count\.$/m);
      expect(thinking).not.toContain("42");
      resolve();
      await terminal.waitFor(/^💭 Let me count\.\n\nThey are 42$/m);
    } finally {
      terminal.close();
    }
  });
});
