import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { dirname, join } from "node:path";
import { isAlive } from "../../../../../../shared/node/process-identity.ts";
import { readFacts, readStartBlocked } from "../../../../../../shared/node/run-state.ts";
import type { ServiceDefinition } from "../../../../../../sidecar/host/service/service-manager.ts";
import { TEST_TOKEN } from "../../../../../helpers/gateway/wire-client.ts";
import { freePort } from "../../../../../helpers/network/ports.ts";
import { LAUNCHER } from "../../../../../helpers/process/clawdbot.ts";
import {
  test as base,
  expect,
  type SystemdServiceUnderTest,
  serviceFor,
} from "../../../../../helpers/service/systemd-service.ts";

/** A real gateway as the service of a profile, not installed yet. */
interface GatewayService extends SystemdServiceUnderTest {
  port: number;
  gateway: ServiceDefinition;
  configure(gateway: object, more?: object): void;
  facts(): ReturnType<typeof readFacts>;
  /** Status text that systemd was told. */
  told(): string;
}

const test = base.extend<{ gateway: GatewayService }>({
  gateway: async ({ service }, use) => {
    const { paths } = service.context;
    const port = await freePort();
    const configure = (gateway: object, more: object = {}) => {
      mkdirSync(paths.stateDir, { recursive: true, mode: 0o700 });
      const auth = { mode: "token", token: TEST_TOKEN };
      const config = { gateway: { mode: "local", port, auth, ...gateway }, ...more };
      writeFileSync(paths.configFile, JSON.stringify(config), { mode: 0o600 });
    };
    configure({});
    const file = join(`${service.manager.identity.file}.d`, "test.conf");
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, "[Service]\nRestartSec=100ms\n[Unit]\nStartLimitBurst=3\n");
    await use({
      ...service,
      port,
      configure,
      gateway: {
        ...service.definition(),
        command: [process.execPath, LAUNCHER, "gateway", "run", "--supervised"],
        environment: {
          HOME: paths.home,
          PATH: "/usr/local/bin:/usr/bin:/bin",
          CLAWDBOT_PROFILE: paths.profile ?? "",
          CLAWDBOT_SERVICE_MARKER: "clawdbot",
          CLAWDBOT_SERVICE_KIND: "gateway",
          CLAWDBOT_SYSTEMD_UNIT: service.unit,
        },
      },
      facts: () => readFacts(paths.factsFile),
      told: () => service.systemd.systemctl("show", "--property=StatusText", "--value", service.unit).trim(),
    });
  },
});

function health(port: number): Promise<unknown> {
  return fetch(`http://127.0.0.1:${port}/healthz`).then(
    (response) => response.json(),
    (error: Error) => error.message,
  );
}

test.describe("the gateway as a systemd service", () => {
  test("answers as soon as its installation is done, and says which service runs it", async ({ gateway }) => {
    await gateway.manager.install(gateway.gateway, { force: false });

    expect(await health(gateway.port)).toMatchObject({ ok: true, service: "clawdbot-gateway" });
    const facts = gateway.facts();
    expect(facts).toMatchObject({ service: gateway.unit, port: gateway.port });
    expect(await gateway.manager.status()).toMatchObject({ runtime: "running", pid: facts?.pid });
    expect(gateway.told()).toContain(`listening on ws://127.0.0.1:${gateway.port}`);
    expect(gateway.systemd.processesOf(gateway.unit)).toEqual([facts?.pid]);
  });

  test("row 28: tells systemd where it listens when its port changes", async ({ gateway }) => {
    await gateway.manager.install(gateway.gateway, { force: false });
    const { pid } = await gateway.manager.status();
    const port = await freePort();

    gateway.configure({ port });

    await expect.poll(gateway.told).toContain(`ws://127.0.0.1:${port}`);
    expect(gateway.facts()).toMatchObject({ port, service: gateway.unit });
    expect(await gateway.manager.status()).toMatchObject({ runtime: "running", pid });
  });

  test("keeps its process and its name through a restart in place", async ({ gateway }) => {
    gateway.configure({}, { commands: { restart: true } });
    await gateway.manager.install(gateway.gateway, { force: false });
    const before = gateway.facts();

    process.kill(before?.pid ?? 0, "SIGUSR2");

    await expect.poll(() => gateway.facts()?.instanceId ?? before?.instanceId).not.toBe(before?.instanceId);
    expect(gateway.facts()).toMatchObject({ pid: before?.pid, service: gateway.unit });
    expect(await gateway.manager.status()).toMatchObject({
      runtime: "running",
      pid: before?.pid,
      restarts: 0,
    });
  });

  test("row 12: comes back after a SIGKILL, with its port and its lock", async ({ gateway }) => {
    await gateway.manager.install(gateway.gateway, { force: false });
    const before = gateway.facts();

    gateway.kill(before?.pid ?? 0);

    await expect
      .poll(
        async () =>
          (await gateway.manager.status()).runtime === "running" && gateway.facts()?.pid !== before?.pid,
      )
      .toBe(true);
    expect(await health(gateway.port)).toMatchObject({ ok: true, instanceId: gateway.facts()?.instanceId });
    expect(isAlive(before?.pid ?? 0)).toBe(false);
    expect(gateway.systemd.processesOf(gateway.unit)).toHaveLength(1);
    expect(await gateway.manager.status()).toMatchObject({ restarts: 1 });
  });

  test("row 1: a configuration that became unusable blocks it without a loop, and the reason is kept", async ({
    gateway,
  }) => {
    await gateway.manager.install(gateway.gateway, { force: false });
    await gateway.manager.stop();
    gateway.configure({ mode: undefined });

    await expect(gateway.manager.start()).rejects.toMatchObject({ code: "SERVICE_FAILED" });

    expect(await gateway.manager.status()).toMatchObject({
      runtime: "blocked",
      restarts: 0,
      lastExit: { how: "exited", status: 78 },
    });
    expect(readStartBlocked(gateway.context.paths.startBlockedFile)?.message).toContain("gateway.mode");
  });

  test("row 16: a port that somebody else holds blocks it, and the holder is named", async ({ gateway }) => {
    await gateway.manager.install(gateway.gateway, { force: false });
    await gateway.manager.stop();
    const holder = createServer();
    await new Promise<void>((resolve) => holder.listen(gateway.port, "127.0.0.1", resolve));

    const attempt = gateway.manager.start();

    await expect(attempt).rejects.toMatchObject({ code: "SERVICE_FAILED" });
    await expect
      .poll(() => gateway.manager.status())
      .toMatchObject({ runtime: "blocked", lastExit: { how: "exited", status: 75 } });
    expect(readStartBlocked(gateway.context.paths.startBlockedFile)).toMatchObject({ pid: process.pid });
    await new Promise((resolve) => holder.close(resolve));
    await gateway.manager.start();
    expect(await health(gateway.port)).toMatchObject({ ok: true });
  });

  test("row 52: a second service for the same state gives up at once, and the first is untouched", async ({
    gateway,
  }) => {
    await gateway.manager.install(gateway.gateway, { force: false });
    const { stateDir, profile = "", startBlockedFile } = gateway.context.paths;
    const second = serviceFor(gateway.systemd, profile, { CLAWDBOT_SYSTEMD_UNIT: "second.service" });
    const before = gateway.facts();

    const attempt = second.manager.install(gateway.gateway, { force: false });

    await expect(attempt).rejects.toMatchObject({
      code: "SERVICE_FAILED",
      details: { lastExit: { status: 78 } },
    });
    expect(readStartBlocked(startBlockedFile)).toMatchObject({ code: "ALREADY_RUNNING", pid: before?.pid });
    expect(gateway.facts()).toEqual(before);
    expect(await second.manager.status()).toMatchObject({ installed: false });
    expect(second.context.paths.stateDir).toBe(stateDir);
  });

  test("reads the variables that its user keeps for it, and its unit holds none of them", async ({
    gateway,
  }) => {
    gateway.configure({ auth: { mode: "token" } });
    const secret = `secret-${process.hrtime.bigint()}`;
    writeFileSync(gateway.gateway.environmentFile, `CLAWDBOT_GATEWAY_TOKEN=${secret}\n`, { mode: 0o600 });

    await gateway.manager.install(gateway.gateway, { force: false });

    expect(await health(gateway.port)).toMatchObject({ ok: true });
    expect(readFileSync(gateway.manager.identity.file, "utf8")).not.toContain(secret);
    expect(JSON.stringify(await gateway.manager.readDefinition())).not.toContain(secret);
  });

  test("tells systemd that it listens, whatever PATH its user keeps for it", async ({ gateway }) => {
    writeFileSync(gateway.gateway.environmentFile, "PATH=$HOME/go/bin:$PATH\n", { mode: 0o600 });
    writeFileSync(join(`${gateway.manager.identity.file}.d`, "soon.conf"), "[Service]\nTimeoutStartSec=8s\n");

    await gateway.manager.install(gateway.gateway, { force: false });

    expect(gateway.told()).toContain(`listening on ws://127.0.0.1:${gateway.port}`);
  });

  test("is not taken for a service when only its supervisor is ours", async ({ gateway }) => {
    const { CLAWDBOT_SERVICE_MARKER: _, ...environment } = gateway.gateway.environment;

    await gateway.manager.install({ ...gateway.gateway, environment }, { force: false });

    expect(await health(gateway.port)).toMatchObject({ ok: true });
    expect(gateway.facts()).not.toHaveProperty("service");
  });
});
