/** The assistant on a server without a desktop: installed as a service, asked and told about its budget by commands alone. */

import { FakeProvider } from "../../../../../helpers/models/fake-provider.ts";
import { answered } from "../../../../../helpers/models/reply.ts";
import { runCli } from "../../../../../helpers/process/cli.ts";
import { expect, localConfig, test } from "../../../../../helpers/service/gateway-service.ts";

test("installed on a server, it gives the first answer, and goes on after a question about the budget", async ({
  place,
}) => {
  expect(Object.keys(place.env)).not.toContain("DISPLAY");
  const provider = await FakeProvider.start();
  provider.script(answered("I am here."), answered("Worth every cent."));
  place.writeConfig({
    ...localConfig(place.port),
    agents: { defaults: { model: "anthropic/claude-haiku-4-5", workspace: `${place.stateDir}/work` } },
  });

  expect(await place.clawdbot("gateway", "install")).toMatchObject({ code: 0 });
  const keyless = await place.clawdbot("agent", "--message", "hi");
  expect(keyless.code).not.toBe(0);
  expect(keyless.stderr).toContain("models auth add anthropic");

  const add = ["--profile", place.profile, "models", "auth", "add", "anthropic"];
  expect(await runCli(add, { env: place.env, input: "sk-ant-secret\n" })).toMatchObject({ code: 0 });
  const address = ["models.providers.anthropic.baseUrl", provider.url];
  expect(await place.clawdbot("config", "set", ...address)).toMatchObject({ code: 0 });
  expect(await place.clawdbot("agent", "--message", "hi")).toMatchObject({ code: 0, stdout: "I am here.\n" });

  expect(await place.clawdbot("config", "set", "budget.perDayUsd", "0.01")).toMatchObject({ code: 0 });
  const asking = place.start(["agent", "--message", "is it worth it?"]);
  await expect
    .poll(async () => (await place.json("budget")).document, { timeout: 20_000 })
    .toMatchObject({ waiting: 1 });
  expect((await place.clawdbot("budget")).stdout).toContain("Answers that wait for more: 1");
  expect(await place.clawdbot("budget", "add", "5")).toMatchObject({ code: 0 });
  expect(await asking.ended).toMatchObject({ code: 0, stdout: expect.stringContaining("Worth every cent.") });
  expect(provider.requests).toHaveLength(2);
  await provider.stop();
});
