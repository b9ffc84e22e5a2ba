import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { expect } from "@playwright/test";
import { APP_VERSION } from "../../../../../shared/version.ts";
import { isServicePossible } from "../../../../../sidecar/host/service/possible.ts";
import { startGateway, type TestGateway } from "../../../../helpers/gateway/gateway.ts";
import { startGatewayProcess } from "../../../../helpers/gateway/gateway-process.ts";
import { TEST_TOKEN } from "../../../../helpers/gateway/wire-client.ts";
import { test as base, type TempHome } from "../../../../helpers/home/temp-home.ts";
import { freePort } from "../../../../helpers/network/ports.ts";
import { runInProcess } from "../../../../helpers/process/in-process.ts";

/** `foreign` is a gateway of somebody else's home. */
const test = base.extend<{ foreign: TestGateway }>({
  // biome-ignore lint/correctness/noEmptyPattern: the runner reads the fixture's needs from this pattern.
  foreign: async ({}, use) => {
    const gateway = await startGateway();
    await use(gateway);
    await gateway.stop();
  },
});

const status = (home: TempHome, args: string[] = [], env: Record<string, string> = {}) =>
  runInProcess(["gateway", "status", ...args], { env: home.env(env) });

test.describe("gateway status", () => {
  test("U9: says which version runs, for how long and by whom, and what to do once it does not", async ({
    home,
  }) => {
    const gateway = await startGatewayProcess(home);
    const env = { CLAWDBOT_GATEWAY_PORT: String(gateway.port) };

    const running = await status(home, [], env);
    const document = JSON.parse((await status(home, ["--json"], env)).stdout);
    await gateway.process.stop();
    const stopped = await status(home, ["--no-probe"]);

    expect(running.stdout).toMatch(
      new RegExp(
        `^Gateway version: ${APP_VERSION}, up \\d+ s, kept by nobody: it ends with its terminal$`,
        "m",
      ),
    );
    expect(running.stdout).not.toContain("Next:");
    expect(document.gateway).toMatchObject({ version: APP_VERSION, uptimeMs: expect.any(Number) });
    const next = isServicePossible(process.platform) ? "gateway install" : "gateway";
    expect(stopped.stdout).toContain(`\nNext: clawdbot ${next}\n`);
  });

  test("says which state and configuration won, and what an explicit profile overrules", async ({ home }) => {
    const port = String(await freePort());
    const env = {
      CLAWDBOT_PROFILE: "home",
      CLAWDBOT_STATE_DIR: "/srv/other",
      CLAWDBOT_GATEWAY_PORT: port,
    };

    const overruled = await status(home, ["--profile", "work", "--no-probe"], env);
    const inherited = await status(home, ["--json", "--no-probe"], env);

    const stateDir = join(home.path, ".clawdbot-work");
    expect(overruled.stdout).toContain(`Config: ${join(stateDir, "clawdbot.json")} (missing)\n`);
    expect(overruled.stdout).toContain(`State: ${stateDir} (profile work)\n`);
    for (const variable of [
      "CLAWDBOT_STATE_DIR=/srv/other",
      `CLAWDBOT_GATEWAY_PORT=${port}`,
      "CLAWDBOT_PROFILE=home",
    ]) {
      expect(overruled.stdout).toContain(`Ignored: ${variable}, because another profile was asked for\n`);
    }
    expect(overruled.stdout).toContain("port=18789 (default)\n");
    expect(JSON.parse(inherited.stdout)).toMatchObject({
      profile: { name: "home", stateDir: "/srv/other", stateSource: "CLAWDBOT_STATE_DIR", overruled: [] },
      config: { cli: { path: "/srv/other/clawdbot.json", source: "CLAWDBOT_STATE_DIR", exists: false } },
      gateway: { port: Number(port), portSource: "CLAWDBOT_GATEWAY_PORT" },
    });
  });

  test("names both configurations when the gateway that answers reads another one", async ({
    home,
    foreign,
  }) => {
    home.writeConfig({ gateway: { port: foreign.port, auth: { token: TEST_TOKEN } } });
    const theirs = foreign.settings.paths;

    const { stdout } = await status(home);
    const json = await status(home, ["--json"]);

    expect(stdout).toContain(
      `Mismatch: this command reads ${home.configFile}, the gateway that answers reads ${theirs.configFile}\n`,
    );
    expect(stdout).toContain(`CLAWDBOT_CONFIG_PATH=${theirs.configFile} clawdbot gateway status\n`);
    expect(stdout).toContain(
      `Note: the gateway that answers uses another state directory, ${theirs.stateDir}\n`,
    );
    expect(stdout).toContain("│ Runtime: stopped ");
    expect(JSON.parse(json.stdout)).toMatchObject({
      config: { daemon: { path: theirs.configFile }, mismatch: true },
      rpc: { ok: true },
    });
  });

  test("keeps the port of this machine apart from a gateway that was named", async ({ home, foreign }) => {
    const port = await freePort();
    home.writeConfig({ gateway: { port } });

    const url = `ws://127.0.0.1:${foreign.port}`;
    const { stdout } = await status(home, ["--url", url, "--token", TEST_TOKEN]);

    expect(stdout).toContain(`│ Port: ${port} `);
    expect(stdout).toContain(`│ Target: ${url} `);
    expect(stdout).toContain(`Note: asked ${url} (--url) instead of the gateway of this machine\n`);
    expect(stdout).not.toContain("is held by");
  });

  test("shows dashboard, command and addresses of a gateway, and says when its port is not the configured one", async ({
    home,
  }) => {
    const gateway = await startGatewayProcess(home);
    const configured = await freePort();
    home.writeConfig({
      gateway: {
        mode: "local",
        port: configured,
        auth: { token: TEST_TOKEN },
        controlUi: { basePath: "/ui" },
      },
    });

    const { stdout } = await status(home, ["--deep"]);
    const json = await status(home, ["--json", "--require-rpc"]);
    await gateway.process.stop();

    expect(stdout).toContain(
      `Gateway: bind=loopback (127.0.0.1, ::1), port=${gateway.port} (running gateway)\n`,
    );
    expect(stdout).toMatch(/^Command: .*dist\/launch\.cjs gateway --port \d+$/m);
    expect(stdout).toContain(`Dashboard: http://127.0.0.1:${gateway.port}/ui/\n`);
    expect(stdout).toContain(
      `Note: gateway.port is ${configured}, but the gateway that runs was started on ${gateway.port}\n`,
    );
    expect(json.code).toBe(0);
    expect(JSON.parse(json.stdout)).toMatchObject({
      service: {
        loaded: false,
        command: null,
        runtime: { status: "running", missingUnit: true, pid: gateway.pid },
      },
      config: { cli: { controlUi: { basePath: "/ui" } } },
      gateway: { hosts: ["127.0.0.1", "::1"], dashboardUrl: `http://127.0.0.1:${gateway.port}/ui/` },
      portCli: { port: configured, status: "free", listeners: [], hints: [] },
      legacyServices: [],
      extraServices: [],
    });
    expect(stdout + json.stdout).not.toContain(TEST_TOKEN);
  });

  test("names a program that holds the port, and what to do about it", async ({ home }) => {
    const server = createServer((_request, response) => response.writeHead(404).end()).listen(0, "127.0.0.1");
    await new Promise((resolve) => server.once("listening", resolve));
    const { port } = server.address() as AddressInfo;
    home.writeConfig({ gateway: { port } });

    const { stdout } = await status(home);
    const json = await status(home, ["--json", "--require-rpc"]);
    server.close();

    expect(stdout).toContain(`Port ${port} is held by pid ${process.pid} (node, user `);
    expect(stdout).toMatch(/^ {2}end pid \d+ .*, choose another port, or start the gateway with --force$/m);
    expect(json.code).toBe(1);
    expect(JSON.parse(json.stdout)).toMatchObject({
      service: { runtime: { status: "stopped" } },
      port: { port, status: "busy", hints: [expect.stringContaining("--force")] },
      rpc: { ok: false },
    });
  });
});
