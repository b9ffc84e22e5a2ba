/** The built program makes a picture smaller with what lies in dist/ alone. */
import { expect } from "@playwright/test";
import { TEST_TOKEN } from "../../../../helpers/gateway/wire-client.ts";
import { test } from "../../../../helpers/home/temp-home.ts";
import { attached, pictureOf } from "../../../../helpers/media/files.ts";
import { pngOf } from "../../../../helpers/media/pictures.ts";
import { FakeProvider } from "../../../../helpers/models/fake-provider.ts";
import { answered } from "../../../../helpers/models/reply.ts";
import { freePort } from "../../../../helpers/network/ports.ts";
import { runCli, startCli } from "../../../../helpers/process/cli.ts";

const WIDE = pngOf(9_000, 20, () => [0, 128, 0]);

test("a picture beyond the model's limit is shown to it as a JPEG by the built program", async ({ home }) => {
  const provider = await FakeProvider.start();
  provider.script(answered("I see it."));
  home.writeConfig({
    gateway: { mode: "local", auth: { mode: "token", token: TEST_TOKEN } },
    agents: { defaults: { model: "home/small", skipBootstrap: true } },
    models: {
      providers: {
        home: {
          baseUrl: provider.url,
          api: "anthropic-messages",
          apiKey: "sk-ant",
          models: [{ id: "small", contextWindow: 200_000, input: ["text", "image"] }],
        },
      },
    },
    session: { titles: "off" },
  });
  const port = await freePort();
  const gateway = startCli(["gateway", "--port", String(port)], { env: home.env(), timeoutMs: 60_000 });
  await gateway.waitFor(/log file: /);
  const clawdbot = (...args: string[]) => runCli(["gateway", "call", ...args], { env: home.env() });
  const attachments = [attached(pictureOf(2_000), "small.png"), attached(WIDE, "wide.png")];
  const params = { sessionKey: "main", message: "What is it?", idempotencyKey: "run-1", attachments };

  await clawdbot("chat.send", "--params", JSON.stringify(params));
  await clawdbot("agent.wait", "--params", JSON.stringify({ runId: "run-1" }));
  await gateway.stop();
  await provider.stop();

  const told = JSON.stringify(provider.requests[0]?.body);
  expect(told.match(/"media_type":"[^"]+"/g)).toEqual([
    '"media_type":"image/png"',
    '"media_type":"image/jpeg"',
  ]);
});
