/** The gateway is killed while a command runs or waits for an answer, and a model that goes round in circles with commands. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, mergeTests } from "@playwright/test";
import { isAlive } from "../../../../shared/node/process-identity.ts";
import { isRecord } from "../../../../shared/protocol/frame.ts";
import { resultsIn, startCommands, usesOf } from "../../../helpers/gateway/commands.ts";
import { test as gatewayTest } from "../../../helpers/gateway/running.ts";
import { connectWire, TEST_TOKEN } from "../../../helpers/gateway/wire-client.ts";
import { rowsOf } from "../../../helpers/home/store-rows.ts";
import { test as homeTest, type TempHome } from "../../../helpers/home/temp-home.ts";
import { fakeModel } from "../../../helpers/models/fake-model.ts";
import { type FakeProvider, test as providerTest } from "../../../helpers/models/fake-provider.ts";
import { answered } from "../../../helpers/models/reply.ts";
import { freePort } from "../../../helpers/network/ports.ts";
import { startCli } from "../../../helpers/process/cli.ts";

const test = mergeTests(gatewayTest, providerTest, homeTest);
const SCOPES = { scopes: ["operator.admin", "operator.approvals"] };
const SENT = { sessionKey: "agent:main:main", message: "go on", idempotencyKey: "only-once" };
const FREE = { security: "full", ask: "off" } as const;

async function startProcess(home: TempHome, provider: FakeProvider, exec: object) {
  const port = await freePort();
  home.writeConfig({
    ...fakeModel(provider.url),
    tools: { exec },
    gateway: { mode: "local", port, auth: { mode: "token", token: TEST_TOKEN } },
  });
  const process = startCli(["gateway"], { env: home.env(), timeoutMs: 120_000 });
  await process.waitFor(/log file: /);
  const { client } = await connectWire(port, SCOPES);
  return { process, client };
}

/** Which process answers the message; nothing while it waits for one. */
async function holderIn(home: TempHome): Promise<unknown> {
  const [row] = await rowsOf(home, "SELECT holder FROM turns WHERE state = 'running'");
  return row?.holder;
}

test("case 11: killed during a command that wrote a file, the gateway does not run it twice, and the model is told that nobody knows how it ended", async ({
  home,
  provider,
}) => {
  const workspace = join(home.path, "clawd");
  const written = join(workspace, "written");
  const command = "echo $$ >> written; sleep 600";
  provider.script(...usesOf([{ name: "exec", arguments: { command } }]), answered("I look first."));
  const first = await startProcess(home, provider, FREE);
  await first.client.request("chat.send", SENT);
  await expect.poll(() => existsSync(written) && readFileSync(written, "utf8").endsWith("\n")).toBe(true);
  first.process.child.kill("SIGKILL");
  await first.process.ended;
  const [pid = ""] = readFileSync(written, "utf8").split("\n");
  const wasAlive = isAlive(Number(pid));

  const second = await startProcess(home, provider, FREE);
  const answer = await second.client.request("agent.wait", { runId: "only-once", timeoutMs: 30_000 });
  const [result = ""] = provider.requests.slice(-1).flatMap(resultsIn);

  expect(answer).toMatchObject({ payload: { status: "ok" } });
  expect(result).toContain("the outcome is unknown");
  expect(readFileSync(written, "utf8")).toBe(`${pid}\n`);
  expect(provider.requests).toHaveLength(2);
  // What the killed gateway left is ended by the next one.
  expect(wasAlive).toBe(true);
  await expect.poll(() => isAlive(Number(pid))).toBe(false);
  second.process.child.kill("SIGTERM");
  await second.process.ended;
});

for (const [times, kills] of [
  ["", 1],
  [" three times", 3],
] as const) {
  test(`case 11: killed${times} while a command waits for its answer, the gateway tells the question again, and one answer runs it once`, async ({
    home,
    provider,
  }) => {
    const made = join(home.path, "clawd/made");
    const command = "tee -a made";
    mkdirSync(join(home.path, "clawd"), { recursive: true });
    provider.script(
      ...usesOf([{ name: "exec", arguments: { command: `echo once | ${command}` } }]),
      answered("Done."),
    );
    let { process: gateway, client } = await startProcess(home, provider, {});
    await client.request("chat.send", SENT);
    const { payload } = await client.event("exec.approval.requested");
    for (let kill = 0; kill < kills; kill += 1) {
      const holder = await holderIn(home);
      await gateway.stop("SIGKILL");
      ({ process: gateway, client } = await startProcess(home, provider, {}));
      await expect.poll(async () => [undefined, holder].includes(await holderIn(home))).toBe(false);
    }

    const listed = await client.request("exec.approval.list", {});
    const id = isRecord(payload) ? payload.id : "";
    await client.request("exec.approval.resolve", { id, decision: "allow-once" });
    const answer = await client.request("agent.wait", { runId: "only-once", timeoutMs: 30_000 });

    expect(listed.payload).toMatchObject({ approvals: [{ id }] });
    expect(answer).toMatchObject({ payload: { status: "ok" } });
    expect(readFileSync(made, "utf8")).toBe("once\n");
    expect(provider.requests.slice(-1).flatMap(resultsIn)).toEqual(["once"]);
    await gateway.stop();
  });
}

for (const [what, change, runs] of [
  ["the same command", () => ({}), 8],
  ["a command that fails, with small changes", (count: number) => ({ yieldMs: 20_000 + count }), 12],
] as const) {
  test(`case 35: ${what} again and again is run ${runs} times, and the turn ends with an explanation`, async ({
    start,
    provider,
  }) => {
    const { client, workspace } = await startCommands(start, provider, { exec: FREE });
    writeFileSync(join(workspace, "runs"), "");
    let count = 0;
    provider.script(() => {
      count += 1;
      return answered("", {
        calls: [
          {
            id: `call-${count}`,
            name: "exec",
            arguments: { command: "echo x >> runs; cat missing", ...change(count) },
          },
        ],
      });
    });
    await client.request("chat.send", SENT);
    const answer = await client.request("agent.wait", { runId: "only-once", timeoutMs: 60_000 });

    expect(answer).toMatchObject({ payload: { status: "error" } });
    expect(readFileSync(join(workspace, "runs"), "utf8").split("\n")).toHaveLength(runs + 1);
    expect(provider.requests.length).toBeLessThanOrEqual(14);
  });
}
