import { spawnSync } from "node:child_process";
import { createServer } from "node:net";
import { join } from "node:path";
import { expect } from "@playwright/test";
import { type Clock, systemClock } from "../../../../../shared/clock.ts";
import { isAlive, startIdOf } from "../../../../../shared/node/process-identity.ts";
import { writeJsonFile } from "../../../../../shared/node/run-state.ts";
import { english, type Remedy } from "../../../../../shared/remedy.ts";
import { bindFailure } from "../../../../../sidecar/host/net/bind-test.ts";
import { freePort } from "../../../../../sidecar/host/net/force.ts";
import { type TempHome, test } from "../../../../helpers/home/temp-home.ts";
import { type PortServer, startPortServer } from "../../../../helpers/network/port-server.ts";
import { freePort as unusedPort } from "../../../../helpers/network/ports.ts";
import { startNode } from "../../../../helpers/process/cli.ts";
import { testProgram } from "../../../../helpers/run/test-programs.ts";

const LOOPBACK = ["127.0.0.1", "::1"];
const NOBODY = 65_534;
const isRoot = process.getuid?.() === 0;
const GATEWAY = { ok: true, service: "clawdbot-gateway", instanceId: "other" };

/** Runs freePort in this process, and tells what it said, how it failed and how long it took. */
async function force(port: number, home: TempHome, confirm?: (question: Remedy) => Promise<boolean>) {
  const lines: string[] = [];
  const startedAt = performance.now();
  const options = {
    tick: (line: Remedy) => lines.push(english(line)),
    factsFile: factsFile(home),
    lockFile: lockFile(home),
    env: {},
  };
  const failure = await freePort(port, LOOPBACK, {
    ...options,
    platform: process.platform,
    ...(confirm ? { confirm } : {}),
  }).then(
    () => undefined,
    (error) => error,
  );
  return { lines, failure, tookMs: performance.now() - startedAt };
}

function factsFile(home: TempHome): string {
  return join(home.stateDir, "run", "gateway.json");
}

function lockFile(home: TempHome): string {
  return join(home.stateDir, "run", "gateway.lock");
}

function writeFacts(home: TempHome, server: PortServer, instanceId: string): void {
  writeJsonFile(factsFile(home), {
    pid: server.pid,
    startId: startIdOf(server.pid),
    instanceId,
    port: server.port,
  });
}

test.describe("freePort", () => {
  test("says so when nothing listens", async ({ home }) => {
    const port = await unusedPort();

    const { lines, failure } = await force(port, home);

    expect(failure).toBeUndefined();
    expect(lines).toEqual([`force: nothing listened on port ${port}`]);
  });

  test("F10: asks the time of day for no duration, since somebody may set it meanwhile", async ({ home }) => {
    const server = await startPortServer({ ignoreTerm: true });
    const clock: Clock = {
      ...systemClock,
      now: () => {
        throw new Error("asked for the time of day");
      },
    };

    const freed = freePort(server.port, LOOPBACK, {
      tick: () => {},
      factsFile: factsFile(home),
      lockFile: lockFile(home),
      env: {},
      platform: process.platform,
      clock,
    });

    await expect(freed).resolves.toBeUndefined();
  });

  test("ends a polite server and proves that the port is free", async ({ home }) => {
    const server = await startPortServer();

    const { lines, failure } = await force(server.port, home);

    expect(failure).toBeUndefined();
    expect(lines).toEqual([
      `force: killed pid ${server.pid} (node) on port ${server.port}`,
      expect.stringMatching(new RegExp(`^force: waited \\d+ms for port ${server.port} to free$`)),
    ]);
    expect(await bindFailure("127.0.0.1", server.port)).toBeUndefined();
    expect((await server.process.ended).signal).toBe("SIGTERM");
  });

  test("row 6: kills a server that ignores SIGTERM after 700 ms, within two seconds", async ({ home }) => {
    const server = await startPortServer({ ignoreTerm: true });

    const { lines, failure, tookMs } = await force(server.port, home);

    expect(failure).toBeUndefined();
    expect(lines[0]).toBe(`force: pid ${server.pid} (node) still there after 700ms, sent SIGKILL`);
    expect(lines[1]).toBe(`force: killed pid ${server.pid} (node) on port ${server.port}`);
    expect((await server.process.ended).signal).toBe("SIGKILL");
    expect(tookMs).toBeGreaterThanOrEqual(700);
    expect(tookMs).toBeLessThan(10_000);
  });

  test("row 10: ends a server that listens on ::1 only", async ({ home }) => {
    const server = await startPortServer({ host: "::1" });

    const { failure } = await force(server.port, home);

    expect(failure).toBeUndefined();
    expect(await bindFailure("::1", server.port)).toBeUndefined();
  });

  test("row 10: ends a server on all addresses", async ({ home }) => {
    const server = await startPortServer({ host: "::" });

    const { failure } = await force(server.port, home);

    expect(failure).toBeUndefined();
    expect(await bindFailure("127.0.0.1", server.port)).toBeUndefined();
  });

  test("leaves a server on an address alone that is not wanted", async ({ home }) => {
    test.skip(process.platform !== "linux", "only Linux has all of 127.0.0.0/8");
    const server = await startPortServer({ host: "127.0.0.2" });

    const { lines } = await force(server.port, home);
    const survived = isAlive(server.pid);
    await server.process.stop("SIGKILL");

    expect(lines).toEqual([`force: nothing listened on port ${server.port}`]);
    expect(survived).toBe(true);
  });

  test("ends the child that shares the socket as well", async ({ home }) => {
    const server = await startPortServer({ fork: true });

    const { lines, failure } = await force(server.port, home);

    expect(failure).toBeUndefined();
    expect(lines.filter((line) => line.includes("killed"))).toHaveLength(2);
    expect(isAlive(server.childPid ?? 0)).toBe(false);
  });

  test("ends the process to which the server hands its socket on SIGTERM", async ({ home }) => {
    const server = await startPortServer({ handOver: true });

    const { lines, failure } = await force(server.port, home);

    const killed = lines.flatMap(
      (line) => /pid (\d+) \(node\) still there after 700ms, sent SIGKILL/.exec(line)?.[1] ?? [],
    );
    // A busy machine ends the first one as late.
    const heir = killed.find((pid) => pid !== String(server.pid));
    expect(failure).toBeUndefined();
    expect(heir).toBeDefined();
    expect(lines).toContain(`force: killed pid ${heir} (node) on port ${server.port}`);
    expect(isAlive(Number(heir))).toBe(false);
  });

  test("fails after two seconds when something else still takes the port", async ({ home }) => {
    test.skip(
      spawnSync("perl", ["-MSocket", "-e", "1"]).status !== 0,
      "needs perl to bind without listening",
    );
    const server = await startPortServer({ host: "::1" });
    const bind = `socket S, PF_INET, SOCK_STREAM, 0; bind S, sockaddr_in(${server.port}, INADDR_LOOPBACK) or die $!;`;
    const program = `use Socket; $| = 1; ${bind} print "bound"; sleep 60`;
    const holder = startNode(["-e", program], { env: home.env() }, "perl");
    await holder.waitFor(/bound/);

    const { failure } = await force(server.port, home);
    await holder.stop();

    expect(failure?.code).toBe("PORT_IN_USE");
    expect(failure.message).toContain(`force: port ${server.port} is still taken after 2000ms`);
    expect(failure.message).toContain("no program listens on it, but another socket is bound to it");
  });

  test("spares this process and names it", async ({ home }) => {
    const server = createServer();
    const port = await unusedPort();
    await new Promise<void>((done) => server.listen(port, "127.0.0.1", done));

    const { failure } = await force(port, home);
    server.close();

    expect(failure.code).toBe("PORT_IN_USE");
    expect(failure.message).toBe(`force: pid ${process.pid} (node) is this very process: use --port`);
  });

  test("row 9: spares a process that started the command", async ({ home }) => {
    const server = createServer();
    const port = await unusedPort();
    await new Promise<void>((done) => server.listen(port, "127.0.0.1", done));

    const result = await startNode([testProgram("fixtures/port/force"), String(port), factsFile(home)], {
      env: home.env(),
    }).ended;
    server.close();

    expect(result.code).toBe(1);
    expect(result.stderr).toContain(`pid ${process.pid} (node) started this command`);
  });

  test("ends the gateway of the same state directory, also when it answers as healthy", async ({ home }) => {
    const server = await startPortServer({ healthz: { ...GATEWAY, instanceId: "mine" } });
    writeFacts(home, server, "mine");

    const { failure } = await force(server.port, home);

    expect(failure).toBeUndefined();
    expect((await server.process.ended).signal).toBe("SIGTERM");
  });

  test("spares a healthy gateway of another state directory when nobody can confirm", async ({ home }) => {
    const server = await startPortServer({ healthz: GATEWAY });
    writeFacts(home, server, "mine");

    const { failure, lines } = await force(server.port, home);
    const survived = isAlive(server.pid);
    await server.process.stop("SIGKILL");

    expect(failure.code).toBe("PORT_IN_USE");
    expect(failure.message).toContain("a healthy gateway with another state directory");
    expect(failure.message).toContain(`pid ${server.pid}`);
    expect(survived).toBe(true);
    expect(lines).toEqual([]);
  });

  for (const [answer, outcome] of [
    [true, "ends"],
    [false, "spares"],
  ] as const) {
    test(`${outcome} a healthy gateway of another state directory when the answer is ${answer}`, async ({
      home,
    }) => {
      const server = await startPortServer({ healthz: GATEWAY });

      const { failure } = await force(server.port, home, async () => answer);
      const survived = isAlive(server.pid);
      await server.process.stop("SIGKILL");

      expect(survived).toBe(!answer);
      expect(failure?.code).toBe(answer ? undefined : "PORT_IN_USE");
    });
  }

  test("row 11: ends a server of another user and needs no tool for it", async ({ home }) => {
    test.skip(
      !isRoot || process.platform !== "linux",
      "needs root on Linux to start a server as another user",
    );
    const server = await startPortServer({ uid: NOBODY });

    const env = { ...home.env(), PATH: "/nonexistent" };
    const result = await startNode([testProgram("fixtures/port/force"), String(server.port)], { env }).ended;

    expect(result.stdout).toContain(`force: killed pid ${server.pid} (node) on port ${server.port}`);
    expect(result.code).toBe(0);
  });

  test("row 7: names the user of a process that the system hides, and ends nothing", async ({ home }) => {
    test.skip(!isRoot || process.platform !== "linux", "needs root on Linux to run as another user");
    const server = await startPortServer();

    const args = [testProgram("fixtures/port/force"), String(server.port), "", String(NOBODY)];
    const result = await startNode(args, { env: home.env() }).ended;
    const survived = isAlive(server.pid);
    await server.process.stop("SIGKILL");

    expect(result.code).toBe(1);
    expect(result.stderr).toContain(`force: port ${server.port} is held by a process of user root`);
    expect(survived).toBe(true);
  });

  test("row 7: names pid and user of a process it may see but not signal, and ends nothing", async ({
    home,
  }) => {
    const caps = "+sys_ptrace,+dac_read_search";
    const args = [`--reuid=${NOBODY}`, "--clear-groups", `--inh-caps=${caps}`, `--ambient-caps=${caps}`];
    const usable = isRoot && spawnSync("setpriv", [...args, process.execPath, "--version"]).status === 0;
    test.skip(!usable, "needs root and setpriv to run with the right to see but not to signal");
    const server = await startPortServer();

    const command = [...args, process.execPath, testProgram("fixtures/port/force"), String(server.port)];
    const result = await startNode(command, { env: home.env() }, "setpriv").ended;
    const survived = isAlive(server.pid);
    await server.process.stop("SIGKILL");

    expect(result.stderr.trim()).toBe(
      `force: pid ${server.pid} (node) belongs to user root: stop it with sudo kill ${server.pid} or use --port`,
    );
    expect(result.code).toBe(1);
    expect(survived).toBe(true);
  });
});
