/** `clawdbot node run` as a process of its own, at gateways that are processes of their own, and `clawdbot nodes …` between them. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "@playwright/test";
import { type GatewayProcess, startGatewayProcess } from "../../../helpers/gateway/gateway-process.ts";
import { connectWire, TEST_TOKEN } from "../../../helpers/gateway/wire-client.ts";
import { test as base, type TempHome } from "../../../helpers/home/temp-home.ts";
import { startForwardingProxy } from "../../../helpers/network/forwarding-proxy.ts";
import type { CliProcess } from "../../../helpers/process/cli.ts";
import { startCli } from "../../../helpers/process/cli.ts";
import { runBuilt } from "../../../helpers/process/run-built.ts";
import { pauseAfterLook } from "../../../helpers/time/pause.ts";

interface Stage {
  gateway: GatewayProcess;
  node: CliProcess;
  /** A verb about nodes, at this gateway. */
  nodes: (...args: string[]) => ReturnType<typeof runBuilt>;
  startNode: (...args: string[]) => CliProcess;
  startGateway: () => Promise<GatewayProcess>;
}

const ALLOW = ["sh", "uname"];

const test = base.extend<{ stage: Stage }>({
  stage: async ({ home }, use) => {
    const started: CliProcess[] = [];
    const startGateway = async (args: string[] = []) => {
      const gateway = await startGatewayProcess(home, args, { nodeHost: { allow: ALLOW } });
      started.push(gateway.process);
      return gateway;
    };
    const startNode = (...args: string[]) => {
      const node = startCli(["node", "run", "--display-name", "Build box", ...args], {
        env: home.env({ LC_ALL: "C.UTF-8" }),
        timeoutMs: 120_000,
      });
      started.push(node);
      return node;
    };
    const gateway = await startGateway();
    const node = startNode();
    await node.waitFor(/connected to /);
    const nodes = (...args: string[]) => runBuilt(["nodes", ...args], { env: home.env() });
    await use({ gateway, node, nodes, startNode, startGateway });
    await Promise.all(started.map((each) => each.stop("SIGKILL")));
  },
});

test.skip(process.platform === "win32", "starts programs of Unix");

/** What a program that waits wrote: its number. */
async function pidIn(home: TempHome, name: string): Promise<number> {
  const file = join(home.path, name);
  while (!existsSync(file) || !readFileSync(file, "utf8").endsWith("\n"))
    await pauseAfterLook(performance.now(), 20);
  return Number(readFileSync(file, "utf8"));
}

async function gone(pid: number): Promise<void> {
  for (;;) {
    try {
      process.kill(pid, 0);
    } catch {
      return; // Nobody has the number any more.
    }
    await pauseAfterLook(performance.now(), 20);
  }
}

/** A program that tells its number and waits. */
const waiting = (home: TempHome, name: string) => [
  "sh",
  "-c",
  `echo $$ > ${join(home.path, name)}; exec sleep 300`,
];

test("does what it is asked, by name and by id, for people and for programs", async ({
  home,
  stage: { nodes },
}) => {
  const status = await nodes("status");
  const listed = JSON.parse((await nodes("list", "--json")).stdout);
  const described = await nodes("describe", "--node", "build BOX");
  const { nodeId } = JSON.parse((await nodes("describe", "--node", "Build box", "--json")).stdout);
  const ran = await nodes(
    "run",
    "--node",
    nodeId.slice(0, 8),
    "--",
    "sh",
    "-c",
    "echo out; echo err >&2; exit 4",
  );
  const json = await nodes(
    "run",
    "--node",
    nodeId,
    "--json",
    "--env",
    "LC_ALL=C",
    "--cwd",
    "/",
    "--",
    "sh",
    "-c",
    "pwd",
  );
  const refused = await nodes("run", "--node", "Build box", "--", "env");
  const which = await nodes(
    "invoke",
    "--node",
    "Build box",
    "--command",
    "system.which",
    "--params",
    '{"bins":["sh","none"]}',
  );
  const unknown = await nodes("invoke", "--node", "Build box", "--command", "system.execApprovals.get");
  const renamed = await nodes("rename", "--node", "Build box", "--name", "Kitchen");
  const nobody = await nodes("describe", "--node", "Build box");

  expect(status.stdout).toMatch(/^ {2}[0-9a-f]{8} {2}Build box \(linux|darwin\) {2}connected since /);
  expect(status.stdout).toContain("system.run, system.which");
  expect(listed).toMatchObject({ pending: [], paired: [{ nodeId, connected: true }], legacy: [] });
  expect(described.stdout).toMatch(/^Name: Build box\nId: [0-9a-f]{64}\nPlatform: /);
  expect(ran).toMatchObject({ code: 1, stdout: "out\nerr\n", stderr: "the program ended with 4\n" });
  expect(JSON.parse(json.stdout)).toEqual({
    exitCode: 0,
    timedOut: false,
    success: true,
    stdout: "/\n",
    stderr: "",
    error: null,
  });
  expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining("nodeHost.allow") });
  expect(JSON.parse(which.stdout)).toEqual({ bins: { sh: expect.stringContaining("/sh") } });
  expect(unknown).toMatchObject({ code: 1, stderr: expect.stringContaining("node command not allowed") });
  expect(renamed).toMatchObject({ code: 0 });
  expect(nobody).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('There is no node "Build box"; there is "Kitchen"'),
  });
  const own = await runBuilt(["node", "status", "--json"], { env: home.env() });
  expect(JSON.parse(own.stdout)).toMatchObject({ nodeId, allow: ALLOW, service: { installed: false } });
});

test("ends what it runs when its gateway is killed, and comes back to the next one", async ({
  home,
  stage,
}) => {
  const { gateway, node, nodes } = stage;
  const asked = nodes("run", "--node", "Build box", "--", ...waiting(home, "pid"));
  const pid = await pidIn(home, "pid");

  await gateway.process.stop("SIGKILL");
  const answer = await asked;
  await gone(pid);
  await node.waitFor(/is tried again/);
  await stage.startGateway();
  let again = await nodes("run", "--node", "Build box", "--", "sh", "-c", "echo back");
  while (again.code !== 0) {
    await pauseAfterLook(performance.now(), 100);
    again = await nodes("run", "--node", "Build box", "--", "sh", "-c", "echo back");
  }

  expect(answer).toMatchObject({ code: 1, stderr: expect.stringContaining("closed the connection") });
  expect(again.stdout).toBe("back\n");
});

test("that is killed is missed at once by whoever waits for it, and is the same node when it comes back", async ({
  home,
  stage: { node, nodes, startNode },
}) => {
  const before = JSON.parse((await nodes("status", "--json")).stdout);
  const asked = nodes("run", "--node", "Build box", "--", ...waiting(home, "pid"));
  const pid = await pidIn(home, "pid");

  await node.stop("SIGKILL");
  const answer = await asked;
  process.kill(pid, "SIGKILL");
  const away = await nodes("status", "--connected");
  const refused = await nodes("run", "--node", "Build box", "--", "uname");
  await startNode().waitFor(/connected to /);
  const after = JSON.parse((await nodes("status", "--json")).stdout);

  expect(answer).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("node disconnected (system.run)"),
  });
  expect(away.stdout).toBe("No node is connected.\n");
  expect(refused.stderr).toContain("node not connected");
  expect(after.nodes[0].nodeId).toBe(before.nodes[0].nodeId);
});

test("ends by itself when it is asked to, with what it started", async ({ home, stage: { node, nodes } }) => {
  const asked = nodes("run", "--node", "Build box", "--", ...waiting(home, "pid"));
  const pid = await pidIn(home, "pid");

  const ended = await node.stop("SIGTERM");
  await gone(pid);

  expect(ended.code).toBe(0);
  expect((await asked).code).not.toBe(0);
});

test("from elsewhere waits until it is approved, and stays welcome without the secret", async ({
  home,
  stage,
}) => {
  const { gateway, node, nodes, startNode } = stage;
  await node.stop("SIGTERM");
  const proxy = await startForwardingProxy(gateway.port, "X-Forwarded-For: 203.0.113.9");
  const url = proxy.url.replace("http:", "ws:");
  const away = startNode("--profile", "away", "--url", url, "--token", TEST_TOKEN);
  const [, id = ""] = await away.waitFor(/clawdbot.* nodes approve (\S+)/);

  const pending = await nodes("pending");
  const approved = await nodes("approve", id.slice(0, 8));
  await away.waitFor(/connected to /);
  await away.stop("SIGTERM");
  const later = startNode("--profile", "away", "--url", url);
  await later.waitFor(/connected to /);
  const { client } = await connectWire(gateway.port);
  const { payload } = await client.request("node.list");
  await later.stop("SIGTERM");
  proxy.stop();

  expect(pending.stdout).toMatch(/^Waiting for approval:\n {2}[0-9a-f]{8} {2}Build box/);
  expect(approved).toMatchObject({ code: 0, stdout: expect.stringContaining("Build box") });
  const connected = Object(payload).nodes.filter((each: { connected: boolean }) => each.connected);
  expect(connected).toMatchObject([{ displayName: "Build box", paired: true, connected: true }]);
  expect(existsSync(join(home.path, ".clawdbot-away", "node", "device.json"))).toBe(true);
});

test("words that make no sense are refused before anything is asked", async ({ stage: { nodes } }) => {
  const refusals = await Promise.all([
    nodes("describe"),
    nodes("invoke", "--node", "x"),
    nodes("run", "--node", "x", "--env", "NAME", "--", "true"),
    nodes("notify", "--node", "x"),
    nodes("run", "--node", "x"),
  ]);

  expect(refusals.map(({ code }) => code)).toEqual([2, 2, 2, 2, 2]);
});
