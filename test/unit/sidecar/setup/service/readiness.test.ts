import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { expect } from "@playwright/test";
import { resolveProfileContext } from "../../../../../shared/node/profile-context.ts";
import { type RuntimeInfo, type StartRefusal, writeJsonFile } from "../../../../../shared/node/run-state.ts";
import { serviceIdentity } from "../../../../../shared/node/service-identity.ts";
import type { ServiceManager, ServiceStatus } from "../../../../../sidecar/host/service/service-manager.ts";
import { waitUntilHealthy } from "../../../../../sidecar/setup/service/readiness.ts";
import { test as base, type TempHome } from "../../../../helpers/home/temp-home.ts";

/** A server that answers as the gateway with this instance id would. */
interface Answering {
  port: number;
  instanceId: string;
}

const test = base.extend<{ gateway: Answering }>({
  // biome-ignore lint/correctness/noEmptyPattern: the runner reads the fixture's needs from this pattern.
  gateway: async ({}, use) => {
    const gateway = { port: 0, instanceId: "one" };
    const server: Server = createServer((_request, response) => {
      response.end(JSON.stringify({ ok: true, service: "clawdbot-gateway", instanceId: gateway.instanceId }));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    gateway.port = (server.address() as AddressInfo).port;
    await use(gateway);
    server.close();
  },
});

const RUNNING: ServiceStatus = {
  installed: true,
  loaded: true,
  enabled: true,
  runtime: "running",
  pid: 1,
  state: "active",
};

function place(home: TempHome) {
  return resolveProfileContext({ profile: undefined, dev: false }, { HOME: home.path }, "linux");
}

/** A manager that is asked for the status only, and answers with these one after the other, the last one for ever. */
function managerThat(home: TempHome, ...states: Partial<ServiceStatus>[]): ServiceManager {
  const left = [...states];
  const status = async () => ({ ...RUNNING, ...(left.length > 1 ? left.shift() : left[0]) });
  return { identity: serviceIdentity(place(home)), status } as unknown as ServiceManager;
}

function writeFacts(home: TempHome, facts: Partial<RuntimeInfo>): void {
  writeJsonFile(place(home).paths.factsFile, { pid: process.pid, hosts: ["127.0.0.1"], ...facts });
}

function wait(
  home: TempHome,
  manager: ServiceManager,
  timeoutMs = 300,
  { instance, refusal }: { instance?: string; refusal?: StartRefusal } = {},
) {
  const { paths } = place(home);
  return waitUntilHealthy(manager, paths, { formerRefusal: refusal, formerInstance: instance, timeoutMs });
}

test.describe("waiting for the gateway of a service", () => {
  test("ends when it answers with the instance id of its facts", async ({ home, gateway }) => {
    writeFacts(home, gateway);

    expect(await wait(home, managerThat(home, {}))).toMatchObject({ ...gateway });
  });

  test("does not take the former instance, another gateway or a dead one for it", async ({
    home,
    gateway,
  }) => {
    writeFacts(home, gateway);
    await expect(wait(home, managerThat(home, {}), 300, { instance: gateway.instanceId })).rejects.toThrow(
      "is running, but the gateway did not answer within 0.3 s",
    );

    gateway.instanceId = "another";
    await expect(wait(home, managerThat(home, {}))).rejects.toThrow("did not answer within 0.3 s");

    writeFacts(home, { ...gateway, port: 1 });
    await expect(wait(home, managerThat(home, {}))).rejects.toThrow("did not answer within 0.3 s");
  });

  test("ends at once with the reason of a refused start", async ({ home }) => {
    const { startBlockedFile } = place(home).paths;
    writeJsonFile(startBlockedFile, {
      code: "MODE_NOT_LOCAL",
      message: "gateway.mode is remote",
      atMs: 2_000,
    });
    const manager = managerThat(home, { runtime: "blocked", lastExit: { how: "exited", status: 78 } });

    await expect(wait(home, manager, 60_000)).rejects.toMatchObject({
      code: "SERVICE_FAILED",
      message:
        "The service (clawdbot-gateway.service) does not run: blocked, exited with code 78.\ngateway.mode is remote",
      details: { reason: "MODE_NOT_LOCAL" },
    });
  });

  test("goes on after a refusal that is older than the start", async ({ home, gateway }) => {
    const refusal = { code: "X", message: "long ago", atMs: 999 };
    writeJsonFile(place(home).paths.startBlockedFile, refusal);
    writeFacts(home, gateway);

    expect(await wait(home, managerThat(home, { runtime: "blocked" }), 300, { refusal })).toMatchObject({
      ...gateway,
    });
  });

  test("F10: an older refusal is none of this start, also when the clock was set back by days since", async ({
    home,
  }) => {
    const refusal = { code: "X", message: "long ago", atMs: Date.now() + 259_200_000 };
    writeJsonFile(place(home).paths.startBlockedFile, refusal);

    await expect(wait(home, managerThat(home, { runtime: "running" }), 300, { refusal })).rejects.not.toThrow(
      "long ago",
    );
  });

  test("gives a start request time to show before it takes the service for dead", async ({
    home,
    gateway,
  }) => {
    const manager = managerThat(home, { runtime: "stopped" }, { runtime: "starting" }, {});
    const showing: ServiceManager = {
      ...manager,
      status: async () => {
        const status = await manager.status();
        if (status.runtime === "running") writeFacts(home, gateway);
        return status;
      },
    };

    expect(await wait(home, showing, 20_000)).toMatchObject({ ...gateway });
    await expect(
      wait(home, managerThat(home, { runtime: "crash-looping", restarts: 3 }), 20_000, { instance: "one" }),
    ).rejects.toThrow("does not run: crash-looping, restarted 3 times.");
  });

  test("says what a failed installation left", async ({ home }) => {
    const { startBlockedFile } = place(home).paths;
    writeJsonFile(startBlockedFile, { code: "PORT_IN_USE", message: "taken", atMs: 2_000, pid: 7 });
    const manager = managerThat(home, { installed: false, runtime: "stopped" });

    await expect(wait(home, manager, 60_000)).rejects.toMatchObject({
      message:
        "The service (clawdbot-gateway.service) was not installed, because its gateway did not start.\ntaken",
      details: { reason: "PORT_IN_USE", pid: 7 },
    });
  });
});
