/** Failures of a gateway and its commands that only whole processes show. */
import { mkdirSync, readdirSync, readFileSync, symlinkSync } from "node:fs";
import { createConnection, type Socket } from "node:net";
import { join } from "node:path";
import { expect } from "@playwright/test";
import { isAlive } from "../../../../shared/node/process-identity.ts";
import { type CliResult, runCli, startCli, startNode } from "../../../helpers/cli.ts";
import { startPortServer } from "../../../helpers/port-server.ts";
import { freePort } from "../../../helpers/ports.ts";
import { recordTailscale } from "../../../helpers/tailscale.ts";
import { type TempHome, test } from "../../../helpers/temp-home.ts";

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

    const status = await runCli(["gateway", "status", "--json"], { env });
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

test.describe("a stop that hangs", () => {
  test("row 45: ends after 5 s with code 0, and says what hung", async ({ home }) => {
    test.skip(process.platform === "win32", "the recorder is a shell script");
    const port = await freePort();
    configured(home, port);
    const recorder = recordTailscale();
    try {
      const env = home.env({ PATH: `${recorder.folder}:${process.env.PATH}` });
      const args = ["gateway", "--tailscale", "serve", "--tailscale-reset-on-exit"];
      const gateway = startCli(args, { env, timeoutMs: 25_000 });
      await gateway.waitFor(READY);
      recorder.set({ slow: { serve: 60_000 } });

      const stoppedAt = performance.now();
      const { code, signal, stderr } = await gateway.stop();
      const tookMs = performance.now() - stoppedAt;

      expect({ code, signal }).toEqual({ code: 0, signal: null });
      expect(tookMs).toBeGreaterThan(4_000);
      expect(tookMs).toBeLessThan(7_000);
      const log = readFileSync(join(home.stateDir, "logs", "gateway.log"), "utf8");
      expect(`${stderr}${log}`).toContain('"hung":["Tailscale"]');
    } finally {
      recorder.dispose();
    }
  });

  test("row 45: a client that never answers the close is left behind", async ({ home }) => {
    const port = await freePort();
    configured(home, port);
    const gateway = startCli(["gateway"], { env: home.env() });
    await gateway.waitFor(READY);
    const client = await mute(port);

    const stoppedAt = performance.now();
    const { code, signal } = await gateway.stop();
    const tookMs = performance.now() - stoppedAt;
    client.destroy();

    expect({ code, signal }).toEqual({ code: 0, signal: null });
    expect(tookMs).toBeLessThan(5_500);
  });
});

test.describe("output for programs", () => {
  const verbs = [
    ["gateway", "health"],
    ["gateway", "status"],
    ["gateway", "status", "--no-probe"],
    ["gateway", "status", "--require-rpc"],
    ["gateway", "probe", "--timeout", "1500"],
    ["gateway", "discover", "--timeout", "100"],
    ["gateway", "call", "status"],
    ["gateway", "call", "nonsense"],
    ["gateway", "call", "status", "--params", "{"],
    ["logs"],
    ["config", "get"],
    ["config", "get", "gateway.port"],
    ["config", "get", "no.such.key"],
    ["config", "path"],
    ["config", "validate"],
    ["config", "set", "logging.level", "debug"],
    ["config", "set", "gateway.port", "99999"],
    ["config", "unset", "logging.level"],
    ["config", "unset", "no.such.key"],
    ["config", "edit"],
    ["reset", "--scope", "full", "--dry-run"],
    ["reset", "--scope", "config"],
    ["gateway"],
    ["gateway", "--bind", "wan"],
    ["--version"],
    ["nonsense"],
  ];

  test("row 57: every verb prints one JSON document, whether it succeeds or fails", async ({ home }) => {
    test.setTimeout(120_000);
    const port = await freePort();
    configured(home, port);
    const env = home.env({ VISUAL: "false", CLAWDBOT_DISABLE_BONJOUR: "1" });
    const gateway = startCli(["gateway"], { env, timeoutMs: 120_000 });
    await gateway.waitFor(READY);
    const running = await everyVerb(verbs, env);
    await gateway.stop();
    const stopped = await everyVerb(
      verbs.filter(([verb, ...rest]) => verb !== "gateway" || rest.length !== 0),
      env,
    );
    home.writeConfig("{ gateway: { port: ");
    const broken = await everyVerb(verbs, env);

    for (const [args, { stdout }] of [...running, ...stopped, ...broken]) {
      expect(() => JSON.parse(stdout), `${args}: ${stdout}`).not.toThrow();
    }
    const codes = new Set([...running, ...stopped].map(([, { code }]) => code === 0));
    expect(codes).toEqual(new Set([true, false]));
  });

  test("row 59: questions on a host where no gateway ever ran create no files", async ({ home }) => {
    const env = home.env({
      CLAWDBOT_GATEWAY_PORT: String(await freePort()),
      CLAWDBOT_DISABLE_BONJOUR: "1",
    });
    const questions = [
      ["gateway", "status"],
      ["gateway", "status", "--json"],
      ["gateway", "probe"],
      ["gateway", "health"],
      ["gateway", "call", "status"],
      ["gateway", "discover", "--timeout", "100"],
      ["config", "validate"],
      ["config", "path"],
      ["logs"],
    ];

    for (const args of questions) await runCli(args, { env });

    expect(readdirSync(home.path)).toEqual([]);
  });
});

/** Runs every verb with --json, one after the other. */
async function everyVerb(
  verbs: readonly string[][],
  env: Record<string, string>,
): Promise<[string, CliResult][]> {
  const results: [string, CliResult][] = [];
  for (const args of verbs) results.push([args.join(" "), await runCli([...args, "--json"], { env })]);
  return results;
}

/** A WebSocket client that never answers a close. */
function mute(port: number): Promise<Socket> {
  const socket = createConnection(port, "127.0.0.1");
  socket.write(
    [
      "GET / HTTP/1.1",
      `Host: 127.0.0.1:${port}`,
      "Connection: Upgrade",
      "Upgrade: websocket",
      "Sec-WebSocket-Version: 13",
      "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==",
      "\r\n",
    ].join("\r\n"),
  );
  return new Promise((resolve, reject) => {
    socket.once("error", reject);
    socket.once("data", () => {
      socket.pause();
      socket.on("error", () => {}); // The end of the gateway may reset the connection.
      resolve(socket);
    });
  });
}
