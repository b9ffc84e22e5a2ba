import { once } from "node:events";
import { existsSync, readFileSync, statSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { join } from "node:path";
import { expect } from "@playwright/test";
import { systemClock } from "../../../shared/clock.ts";
import { readConfig } from "../../../shared/node/config-source.ts";
import { acquireLock } from "../../../shared/node/lock.ts";
import { readFacts } from "../../../shared/node/run-state.ts";
import { spell } from "../../../shared/remedy.ts";
import { type GatewayHandle, startGateway } from "../../../sidecar/app.ts";
import type { RunContext } from "../../../sidecar/run/run-context.ts";
import { sourceOf, testSettings } from "../../helpers/gateway/gateway.ts";
import { startGatewayProcess } from "../../helpers/gateway/gateway-process.ts";
import { connectWire } from "../../helpers/gateway/wire-client.ts";
import { type TempHome, test } from "../../helpers/home/temp-home.ts";
import { freePort } from "../../helpers/network/ports.ts";

/** Starts in this process; what it warns of is collected. */
async function start(home: TempHome, port: number): Promise<{ gateway: GatewayHandle; warnings: string[] }> {
  const warnings: string[] = [];
  // The process of the tests has its own reasons to be large.
  const guard = { warnMb: 64_000, refuseMb: 65_000, restartMb: 65_500, restartShare: 1 };
  const settings = { ...testSettings(home, { config: { gateway: { guard } } }), port };
  const hooks: RunContext = {
    console: () => {},
    tick: () => {},
    warn: (message) => warnings.push(spell(message, { name: "clawdbot", profile: undefined })),
    env: {},
    programEnv: {},
    source: sourceOf(settings),
  };
  const gateway = await startGateway(settings, readConfig(settings.paths.configFile, {}), hooks);
  return { gateway, warnings };
}

async function occupy(host: string, port: number): Promise<Server> {
  const server = createServer().listen({ host, port, exclusive: true });
  await once(server, "listening");
  return server;
}

async function hasIpv6(): Promise<boolean> {
  const server = createServer().listen({ host: "::1", port: 0 });
  const [outcome] = await Promise.race([
    once(server, "listening").then(() => [true]),
    once(server, "error").then(() => [false]),
  ]);
  server.close();
  return outcome === true;
}

test.describe("startGateway", () => {
  test("serves both loopback addresses and leaves its facts while it runs", async ({ home }) => {
    test.skip(!(await hasIpv6()), "the machine has no ::1");
    const port = await freePort();

    const { gateway, warnings } = await start(home, port);
    const facts = readFacts(join(home.stateDir, "run", "gateway.json"));
    const overIpv6 = await fetch(`http://[::1]:${port}/healthz`);
    await gateway.stop("gateway stopping");

    expect(warnings).toEqual([]);
    expect(gateway.urls).toEqual([`ws://127.0.0.1:${port}`, `ws://[::1]:${port}`]);
    expect(overIpv6.status).toBe(200);
    expect(facts).toMatchObject({ pid: process.pid, port, instanceId: gateway.instanceId, phase: "ready" });
    expect(existsSync(join(home.stateDir, "run", "gateway.json"))).toBe(false);
  });

  test("row 17: runs with a warning when ::1 is taken and 127.0.0.1 is free", async ({ home }) => {
    test.skip(!(await hasIpv6()), "the machine has no ::1");
    const port = await freePort();
    const holder = await occupy("::1", port);

    const { gateway, warnings } = await start(home, port);
    const answer = await fetch(`http://127.0.0.1:${port}/readyz`);
    await gateway.stop("gateway stopping");
    holder.close();

    expect(gateway.urls).toEqual([`ws://127.0.0.1:${port}`]);
    expect(warnings).toEqual([`[::1]:${port} cannot be bound (EADDRINUSE); 127.0.0.1 serves without it`]);
    expect(answer.status).toBe(200);
  });

  test("fails at once when another program listens, and leaves neither lock nor facts", async ({ home }) => {
    const port = await freePort();
    const holder = await occupy("127.0.0.1", port);

    const startedAt = performance.now();
    const failure = await start(home, port).catch((error) => error);
    const tookMs = performance.now() - startedAt;
    holder.close();

    expect(failure).toMatchObject({
      code: "PORT_IN_USE",
      message: `listen EADDRINUSE: address already in use 127.0.0.1:${port}`,
    });
    expect(tookMs).toBeLessThan(10_000); // Nothing waits for the port.
    const lock = await acquireLock(join(home.stateDir, "run", "gateway.lock"));
    expect(lock).toBeDefined();
    lock?.dispose();
    expect(existsSync(join(home.stateDir, "run", "gateway.json"))).toBe(false);
  });

  test("row 14: lets exactly one of two starts in one state directory through", async ({ home }) => {
    const attempts = await Promise.allSettled([start(home, await freePort()), start(home, await freePort())]);

    const won = attempts.filter((attempt) => attempt.status === "fulfilled");
    const lost = attempts.filter((attempt) => attempt.status === "rejected");
    expect(won).toHaveLength(1);
    expect(lost[0]?.reason).toMatchObject({ code: "ALREADY_RUNNING" });
    await won[0]?.value.gateway.stop("gateway stopping");
  });

  test("takes five restart requests at once for one, and a stop beside them for the last word", async ({
    home,
  }) => {
    const { gateway } = await start(home, await freePort());
    const before = gateway.instanceId;

    const requests = [1, 2, 3, 4, 5].map((number) => gateway.restart(`request ${number}`));
    await Promise.all(requests);
    const after = gateway.instanceId;
    const last = gateway.restart("too late");
    await gateway.stop("gateway stopping");
    await last;
    await gateway.ended;

    const reasons = readFileSync(gateway.logFile, "utf8").match(
      /"reason":"(request \d|too late)","msg":"restarting"/g,
    );
    expect(after).not.toBe(before);
    expect(reasons).toEqual(['"reason":"request 1","msg":"restarting"']);
  });

  test("keeps state, run and log to the owner", async ({ home }) => {
    const { gateway } = await start(home, await freePort());
    await gateway.stop("gateway stopping");

    const mode = (path: string) => (statSync(join(home.stateDir, path)).mode & 0o777).toString(8);
    expect(["", "run", "logs", "run/gateway.lock", "logs/gateway.log"].map(mode)).toEqual([
      "700",
      "700",
      "700",
      "600",
      "600",
    ]);
  });

  test("logs start and end, and no secret", async ({ home }) => {
    const { gateway } = await start(home, await freePort());
    const { client } = await connectWire(Number(new URL(gateway.urls[0] ?? "").port));
    await gateway.stop("gateway stopping (SIGTERM)");
    await client.end();

    const log = readFileSync(gateway.logFile, "utf8");
    const texts = log
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line).msg);
    expect(texts).toEqual(expect.arrayContaining(["listening", "ws connected", "stopping", "stopped"]));
    expect(log).not.toContain("test-token-of-the-tests");
  });
});

test.describe("a gateway that was killed", () => {
  test("leaves no lock behind: the next one starts at once and is the one that answers", async ({ home }) => {
    const first = await startGatewayProcess(home);
    await first.process.stop("SIGKILL");
    const stale = readFacts(join(home.stateDir, "run", "gateway.json"));

    const startedAt = systemClock.now();
    const second = await startGatewayProcess(home);
    const tookMs = systemClock.now() - startedAt;
    const facts = readFacts(join(home.stateDir, "run", "gateway.json"));
    await second.process.stop();

    expect(stale?.pid).toBe(first.pid);
    expect(facts?.pid).toBe(second.pid);
    expect(tookMs).toBeLessThan(5_000);
  });
});
