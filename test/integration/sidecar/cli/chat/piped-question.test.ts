/** What an agent asks before it acts, told to whoever writes through a pipe. */
import { expect, mergeTests } from "@playwright/test";
import { usesOf } from "../../../../helpers/gateway/commands.ts";
import { startGatewayProcess } from "../../../../helpers/gateway/gateway-process.ts";
import { test as homeTest } from "../../../../helpers/home/temp-home.ts";
import { fakeModel } from "../../../../helpers/models/fake-model.ts";
import { test as providerTest } from "../../../../helpers/models/fake-provider.ts";
import { answered } from "../../../../helpers/models/reply.ts";
import { runCli, startCli } from "../../../../helpers/process/cli.ts";

const test = mergeTests(homeTest, providerTest);

for (const [args, input] of [
  [["chat"], "Water the garden.\n"],
  [["agent", "--message", "Water the garden."], ""],
] as const) {
  test(`clawdbot ${args[0]} through a pipe tells what waits for approval and how it is answered, beside the answer`, async ({
    home,
    provider,
  }) => {
    provider.script(
      ...usesOf([{ name: "exec", arguments: { command: "echo watered | tee -a garden.txt" } }]),
      answered("The garden is watered."),
    );
    const gateway = await startGatewayProcess(home, [], {
      ...fakeModel(provider.url),
      session: { titles: "off" },
    });
    const talk = startCli([...args], { env: home.env(), input });
    const [, id = ""] = await talk.waitFor(/clawdbot approvals allow (\S+)/);
    const allowed = await runCli(["approvals", "allow", id], { env: home.env() });
    const { code, stdout, stderr } = await talk.ended;
    await gateway.process.stop();

    expect([allowed.code, code]).toEqual([0, 0]);
    expect(stderr).toContain("echo watered | tee -a garden.txt");
    expect(stderr.match(/approvals allow/g)).toHaveLength(1);
    expect(stdout).toBe("The garden is watered.\n");
  });
}
