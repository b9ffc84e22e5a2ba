/** The whole way of a task where there is neither a desktop nor a page: every step is a command line of its own. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, mergeTests } from "@playwright/test";
import { resultsIn, usesOf } from "../../../helpers/gateway/commands.ts";
import { startGatewayProcess } from "../../../helpers/gateway/gateway-process.ts";
import { test as homeTest } from "../../../helpers/home/temp-home.ts";
import { fakeModel } from "../../../helpers/models/fake-model.ts";
import { test as providerTest } from "../../../helpers/models/fake-provider.ts";
import { answered } from "../../../helpers/models/reply.ts";
import { runCli } from "../../../helpers/process/cli.ts";

const test = mergeTests(homeTest, providerTest);

test("no DISPLAY, no page: a cron job fires, its approval is decided by `clawdbot approvals`, the answer is in `clawdbot sessions`", async ({
  home,
  provider,
}) => {
  provider.script(
    ...usesOf([{ name: "exec", arguments: { command: "echo watered | tee -a garden.txt" } }]),
    answered("The garden is watered."),
  );
  const env = home.env();
  const gateway = await startGatewayProcess(home, [], {
    ...fakeModel(provider.url),
    session: { titles: "off" },
    gateway: { controlUi: { enabled: false } },
  });
  const clawdbot = async (...args: string[]) => {
    const result = await runCli(args, { env });
    expect(result, args.join(" ")).toMatchObject({ code: 0 });
    return result.stdout;
  };
  const page = await fetch(`http://127.0.0.1:${gateway.port}/`);

  const made = await clawdbot(
    "cron",
    "add",
    "--name",
    "garden",
    "--at",
    "2s",
    "--message",
    "Water the garden.",
    "--json",
  );
  const { id: jobId } = JSON.parse(made);
  const waiting = async () => JSON.parse(await clawdbot("approvals", "list", "--json")).approvals;
  await expect.poll(waiting, { timeout: 60_000 }).toHaveLength(1);
  const [{ id }] = await waiting();
  const listed = await clawdbot("approvals", "list");
  const beforehand = existsSync(join(home.path, "clawd/garden.txt"));
  await clawdbot("approvals", "allow", id);
  await expect
    .poll(async () => await clawdbot("cron", "runs", jobId), { timeout: 60_000 })
    .toMatch(/^.*done/m);
  const sessions = await clawdbot("sessions");
  const said = await clawdbot("sessions", "export", `agent:main:cron:${jobId}`, "--markdown");
  const left = await clawdbot("approvals", "list");
  await gateway.process.stop();

  expect(Object.keys(env).toSorted()).toEqual(["HOME", "LANG", "PATH", "TMPDIR"]);
  expect(page.status).toBe(404);
  expect(listed).toContain("tee -a garden.txt");
  expect(beforehand).toBe(false);
  expect(readFileSync(join(home.path, "clawd/garden.txt"), "utf8")).toBe("watered\n");
  expect(provider.requests.slice(-1).flatMap(resultsIn)).toEqual(["watered"]);
  expect(sessions).toMatch(new RegExp(`^.*agent:main:cron:${jobId}  Water the garden\\.$`, "m"));
  expect(said).toContain("The garden is watered.");
  expect(left).toContain("Nothing waits for your approval.");
});
