import { mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test as base, expect } from "@playwright/test";
import { resolveProfileContext } from "../../../../../shared/node/profile-context.ts";
import { readFacts } from "../../../../../shared/node/run-state.ts";
import { serviceIdentity } from "../../../../../shared/node/service-identity.ts";
import { LaunchdManager } from "../../../../../sidecar/host/service/launchd/launchd.ts";
import type { ServiceDefinition } from "../../../../../sidecar/host/service/service-manager.ts";
import { createTempHome, type TempHome } from "../../../../helpers/home/temp-home.ts";
import { freePort } from "../../../../helpers/network/ports.ts";
import { LAUNCHER } from "../../../../helpers/process/clawdbot.ts";
import { runCli } from "../../../../helpers/process/cli.ts";
import {
  type LaunchdRecorder,
  noLaunchdReason,
  startLaunchd,
} from "../../../../helpers/service/launchctl.ts";

const MARKS = {
  CLAWDBOT_SERVICE_MARKER: "clawdbot",
  CLAWDBOT_SERVICE_KIND: "gateway",
  CLAWDBOT_LAUNCHD_LABEL: "com.clawdbot.gateway",
};

const test = base.extend<{ home: TempHome; launchd: LaunchdRecorder; manager: LaunchdManager }>({
  // biome-ignore lint/correctness/noEmptyPattern: the runner reads the fixture's needs from this pattern.
  home: async ({}, use) => {
    const home = createTempHome("my home");
    await use(home);
    home.dispose();
  },
  // biome-ignore lint/correctness/noEmptyPattern: see above.
  launchd: async ({}, use) => {
    const launchd = await startLaunchd();
    await use(launchd);
    await launchd.dispose();
  },
  manager: async ({ home, launchd }, use) => {
    const env = launchd.macEnv(home);
    const context = resolveProfileContext({ profile: undefined, dev: false }, env, "darwin");
    await use(new LaunchdManager(serviceIdentity(context), context));
  },
});

test.beforeEach(() => {
  const reason = noLaunchdReason();
  test.skip(reason !== undefined, reason);
});

test.describe("a gateway that launchd runs", () => {
  test("row 12: comes back after kill -9, on the same port", async ({ home, manager }) => {
    const port = await freePort();
    home.writeConfig({ gateway: { mode: "local", port, auth: { token: "t" } } });
    await manager.install(definitionIn(home), { force: false });
    const first = await healthyPid(home, port);

    process.kill(first, "SIGKILL");

    await expect.poll(() => healthyPid(home, port)).not.toBe(first);
    const { pid, restarts } = await manager.status();
    expect(pid).toBe(await healthyPid(home, port));
    expect(restarts).toBe(1);
    await manager.stop();
    expect(await answers(port)).toBe(false);
  });

  test("row 1: is refused once when its configuration goes wrong, and the status says why", async ({
    home,
    manager,
    launchd,
  }) => {
    home.writeConfig({ gateway: {} });

    await manager.install(definitionIn(home), { force: false });

    await expect
      .poll(() => manager.status())
      .toMatchObject({ runtime: "blocked", detail: expect.stringContaining("Gateway start blocked") });
    const { restarts, lastExit } = await manager.status();
    expect({ restarts, lastExit }).toEqual({ restarts: undefined, lastExit: { how: "exited", status: 0 } });
    expect(blocked(home)).toMatchObject({ code: "MODE_NOT_LOCAL" });
    // Later than launchd would have started it again.
    const { atMs } = blocked(home);
    await expect.poll(() => Date.now() - atMs).toBeGreaterThan(2 * launchd.state.throttleMs);
    expect(await manager.status()).toMatchObject({ runtime: "blocked" });
    expect(blocked(home).atMs).toBe(atMs);
  });

  test("row 40: answers again after a sleep, the same process, started no second time", async ({
    home,
    manager,
    launchd,
  }) => {
    const port = await freePort();
    home.writeConfig({ gateway: { mode: "local", port, auth: { token: "t" } } });
    await manager.install(definitionIn(home), { force: false });
    const pid = await healthyPid(home, port);

    // A sleep stops everything at once; longer than launchd waits between two starts is as good as eight hours.
    process.kill(pid, "SIGSTOP");
    const until = Date.now() + 3 * launchd.state.throttleMs;
    await expect.poll(() => Date.now()).toBeGreaterThan(until);
    process.kill(pid, "SIGCONT");

    expect(await healthyPid(home, port)).toBe(pid);
    const { code } = await runCli(["gateway", "health", "--token", "t"], { env: launchd.macEnv(home) });
    expect(code).toBe(0);
    expect(await manager.status()).toMatchObject({ runtime: "running", pid });
    expect((await manager.status()).restarts).toBeUndefined();
  });

  test("empties at its start what launchd let grow too large, and prints on into it", async ({
    home,
    manager,
  }) => {
    home.writeConfig({ gateway: {} });
    const file = join(home.stateDir, "logs", "gateway.err.log");
    mkdirSync(join(home.stateDir, "logs"), { recursive: true });
    writeFileSync(file, "x".repeat(11 * 1024 * 1024));

    await manager.install(definitionIn(home), { force: false });

    await expect.poll(() => readFileSync(file, "utf8")).toMatch(/^Gateway start blocked/);
    expect(statSync(`${file}.1`).size).toBe(10 * 1024 * 1024);
  });

  test("reads service.env, which cannot lead it to another state directory", async ({ home, manager }) => {
    const port = await freePort();
    home.writeConfig({ gateway: { mode: "local", auth: { token: "t" } } });
    const file = join(home.stateDir, "service.env");
    writeFileSync(file, `CLAWDBOT_GATEWAY_PORT=${port}\nCLAWDBOT_STATE_DIR=/nowhere\nHOME=/nowhere\n`);

    await manager.install(definitionIn(home), { force: false });

    expect(await healthyPid(home, port)).toBe((await manager.status()).pid);
  });
});

test.describe("a refused start", () => {
  for (const [who, marks, code] of [
    ["a service", MARKS, 0],
    ["another supervisor's", {}, 78],
  ] as const) {
    test(`of ${who} exits ${code} on a Mac, with the reason left`, async ({ home, launchd }) => {
      const env = { ...launchd.macEnv(home), ...marks };

      const refused = await runCli(["gateway", "run", "--supervised"], { env });

      expect(refused.code).toBe(code);
      expect(refused.stderr).not.toBe("");
      expect(blocked(home)).toMatchObject({ code: "CONFIG_MISSING" });
    });
  }

  test("of a service with a wrong option in its definition is one too", async ({ home, launchd }) => {
    const env = { ...launchd.macEnv(home), ...MARKS, CLAWDBOT_GATEWAY_PORT: "abc" };

    const refused = await runCli(["gateway", "run", "--supervised"], { env });

    expect(refused.code).toBe(0);
    expect(blocked(home)).toMatchObject({ message: expect.stringContaining("CLAWDBOT_GATEWAY_PORT") });
  });

  test("whose reason cannot be written fails, so that launchd tries again", async ({ home, launchd }) => {
    home.writeConfig({ gateway: {} });
    // A file where the directory should be: not even root can write below it.
    writeFileSync(join(home.stateDir, "run"), "");
    const env = { ...launchd.macEnv(home), ...MARKS };

    const refused = await runCli(["gateway", "run", "--supervised"], { env });

    expect(refused.code).toBe(78);
    expect(refused.stderr).toContain("start-blocked.json cannot be written");
  });

  test("of a service on Linux exits 78, which its unit knows", async ({ home }) => {
    const refused = await runCli(["gateway", "run", "--supervised"], { env: home.env(MARKS) });

    expect(refused.code).toBe(78);
  });
});

function definitionIn(home: TempHome): ServiceDefinition {
  mkdirSync(home.stateDir, { recursive: true });
  return {
    description: "Clawdbot Gateway (v0.0.0)",
    command: [process.execPath, LAUNCHER, "gateway", "run", "--supervised"],
    workingDirectory: home.path,
    environment: { HOME: home.path, PATH: process.env.PATH ?? "", ...MARKS },
    environmentFile: join(home.stateDir, "service.env"),
    logDir: join(home.stateDir, "logs"),
  };
}

function blocked(home: TempHome) {
  return JSON.parse(readFileSync(join(home.stateDir, "run", "start-blocked.json"), "utf8"));
}

/** The pid of the gateway once it answers. */
async function healthyPid(home: TempHome, port: number): Promise<number> {
  await expect.poll(() => answers(port)).toBe(true);
  return readFacts(join(home.stateDir, "run", "gateway.json"))?.pid ?? 0;
}

async function answers(port: number): Promise<boolean> {
  try {
    return (await fetch(`http://127.0.0.1:${port}/healthz`)).ok;
  } catch {
    return false; // Nobody listens.
  }
}
