import { mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { expect } from "@playwright/test";
import { isAlive } from "../../../../shared/node/process-identity.ts";
import { type TempHome, test } from "../../../helpers/home/temp-home.ts";
import { startPortServer } from "../../../helpers/network/port-server.ts";
import { startCli, startNode } from "../../../helpers/process/cli.ts";
import { runInProcess } from "../../../helpers/process/in-process.ts";

const READY = /✓ log file: (.+)\n/;
const configured = (home: TempHome, port: number) =>
  home.writeConfig({ gateway: { mode: "local", port, auth: { token: "secret-token" } } });

test.describe("a machine without lsof, ss and ps", () => {
  test("row 11: status names the owner of the port and --force ends it", async ({ home }) => {
    test.skip(process.platform !== "linux", "other systems name the owner with their own tools only");
    const bin = join(home.path, "bin");
    mkdirSync(bin);
    symlinkSync(process.execPath, join(bin, "node"));
    const env = home.env({ PATH: bin });
    const server = await startPortServer();
    configured(home, server.port);

    const status = await runInProcess(["gateway", "status", "--json"], { env });
    const gateway = startCli(["gateway", "--force"], { env });
    await gateway.waitFor(READY);
    const { stdout, code } = await gateway.stop();

    expect(JSON.parse(status.stdout).port).toMatchObject({
      status: "busy",
      listeners: [expect.objectContaining({ pid: server.pid })],
    });
    expect(stdout).toContain(`✓ force: killed pid ${server.pid} (node) on port ${server.port}\n`);
    expect(code).toBe(0);
  });
});

test.describe("a port that is left alone", () => {
  test("row 7: --force against a port of root exits 1 and ends nothing", async ({ home }) => {
    const root = process.getuid?.() === 0;
    test.skip(!root || process.platform !== "linux", "needs root on Linux to become another user");
    const server = await startPortServer();
    configured(home, server.port);
    const script = `process.setgid(65534); process.setuid(65534); process.env.HOME = "/nonexistent"; process.argv = [process.argv[0], "clawdbot", "gateway", "--force", "--allow-unconfigured", "--port", "${server.port}"]; process.env.CLAWDBOT_STATE_DIR = "/nonexistent"; await import(${JSON.stringify(new URL("../../../../sidecar/main.ts", import.meta.url).href)});`;

    const result = await startNode(["--input-type=module", "-e", script], { env: home.env() }).ended;
    const survived = isAlive(server.pid);
    await server.process.stop("SIGKILL");

    expect(result.stderr).toContain(`force: port ${server.port} is held by a process of user root`);
    expect(result.code).toBe(1);
    expect(survived).toBe(true);
  });
});
