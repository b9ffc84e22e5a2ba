import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { expect } from "@playwright/test";
import { isListening } from "../../../../shared/node/is-listening.ts";
import { connectWire } from "../../../helpers/gateway/wire-client.ts";
import { asking } from "../../../helpers/home/readings.ts";
import { type TempHome, test } from "../../../helpers/home/temp-home.ts";
import { freePort } from "../../../helpers/network/ports.ts";
import { type CliProcess, runCli, startCli } from "../../../helpers/process/cli.ts";
import { runBuilt } from "../../../helpers/process/run-built.ts";

const TOKEN = { MY_TOKEN: "a-token-from-elsewhere" };

async function withGateway(
  home: TempHome,
  env: Record<string, string>,
  use: (gateway: CliProcess) => Promise<void>,
  args: string[] = [],
): Promise<void> {
  const gateway = startCli(["gateway", "--verbose", ...args], { env: home.env(env), timeoutMs: 60_000 });
  try {
    await gateway.waitFor(/✓ log file: /);
    await use(gateway);
  } finally {
    await gateway.stop();
  }
}

const statusOf = async (home: TempHome, env: Record<string, string> = {}) =>
  JSON.parse((await runBuilt(["gateway", "status", "--json"], { env: home.env(env) })).stdout);

test.describe("a gateway whose secret is a variable", () => {
  test("S7: takes the variable's value, and no longer its name; commands find it the same way", async ({
    home,
  }) => {
    const port = await freePort();
    home.writeConfig({ gateway: { mode: "local", port, auth: { token: asking("MY_TOKEN") } } });

    await withGateway(home, TOKEN, async () => {
      const named = await runBuilt(["gateway", "health"], { env: home.env(TOKEN) });
      const literal = await runBuilt(["gateway", "health", "--token", asking("MY_TOKEN")], {
        env: home.env(),
      });
      const { client } = await connectWire(port, { auth: { token: TOKEN.MY_TOKEN } });
      const answer = await client.request("config.get");
      client.socket.close();

      expect(named.code).toBe(0);
      expect(literal.code).toBe(1);
      expect(JSON.stringify(answer)).not.toContain(TOKEN.MY_TOKEN);
      expect(answer).toMatchObject({ ok: true, payload: { valid: true } });
    });
  });

  test("S7: does not start without the variable, and names key and variable", async ({ home }) => {
    home.writeConfig({ gateway: { mode: "local", bind: "lan", auth: { token: asking("MY_TOKEN") } } });

    const { code, stderr } = await runCli(["gateway", "--supervised"], { env: home.env() });

    expect(code).toBe(78);
    expect(stderr).toContain("  gateway.auth.token: the variable MY_TOKEN is not set\n");
  });

  test("S7: does not start with a secret that only stands for one, wherever it comes from", async ({
    home,
  }) => {
    home.writeConfig({ gateway: { mode: "local", auth: { token: "a-token-for-tests" } } });
    const refusals = [
      await runCli(["gateway", "--token", "<token>"], { env: home.env() }),
      await runCli(["gateway"], { env: home.env({ CLAWDBOT_GATEWAY_TOKEN: "changeme" }) }),
      await runCli(["gateway"], { env: home.env({ CLAWDBOT_GATEWAY_PASSWORD: asking("my_password") }) }),
    ];

    expect(refusals.map(({ code }) => code)).toEqual([1, 1, 1]);
    expect(refusals.map(({ stderr }) => stderr.split(" is only ")[0])).toEqual([
      "--token:",
      "CLAWDBOT_GATEWAY_TOKEN:",
      "CLAWDBOT_GATEWAY_PASSWORD:",
    ]);
  });

  test("S7: takes over what changes in an included file", async ({ home }) => {
    const [port, next] = [await freePort(), await freePort()];
    const included = join(home.stateDir, "gateway.json5");
    home.writeConfig({ gateway: { $include: "./gateway.json5", mode: "local" } });
    const content = (number: number) =>
      `{ port: ${number}, auth: { token: "${asking("MY_TOKEN")}" } } // mine`;
    writeFileSync(included, content(port), { mode: 0o600 });

    await withGateway(home, TOKEN, async () => {
      writeFileSync(included, content(next));
      await expect.poll(() => isListening("127.0.0.1", next)).toBe(true);

      expect(await isListening("127.0.0.1", port)).toBe(false);
      await expect.poll(async () => (await statusOf(home, TOKEN)).gateway.config).toBe("this");
    });
  });
});

test.describe("what a gateway goes by", () => {
  const config = (port: number, more: object = {}) => ({
    gateway: { mode: "local", port, auth: { token: "a-token-for-tests" }, ...more },
  });

  test("F8: is told by status, and read again on SIGHUP even where reloads are off", async ({ home }) => {
    test.skip(process.platform === "win32", "Windows has no SIGHUP");
    const [port, next] = [await freePort(), await freePort()];
    const off = { reload: { mode: "off" } };
    home.writeConfig(config(port, off));

    const use = async (gateway: CliProcess) => {
      const before = await statusOf(home);
      home.writeConfig(config(next, off));
      const changed = await statusOf(home);
      const { stdout } = await runBuilt(["gateway", "status"], { env: home.env() });
      gateway.child.kill("SIGHUP");
      await expect.poll(() => isListening("127.0.0.1", next)).toBe(true);

      expect([before, changed].map((status) => status.gateway.config)).toEqual(["this", "unread"]);
      // It listens at the new port before it says that the change is in force as a whole.
      await expect.poll(async () => (await statusOf(home)).gateway.config).toBe("this");
      expect(stdout).toContain(`Note: ${home.configFile} has changed since the gateway read it: `);
    };
    await withGateway(home, {}, use, ["--supervised"]);
  });

  test("S8: stays whole when a change cannot be applied, and status says so", async ({ home }) => {
    const [port, taken] = [await freePort(), await freePort()];
    const holder = createServer().listen(taken, "127.0.0.1");
    await once(holder, "listening");
    home.writeConfig(config(port));

    await withGateway(home, {}, async (gateway) => {
      home.writeConfig(config(taken, { bind: "lan" }));
      await gateway.waitFor(/cannot be applied; the old one stays in force as a whole/);
      const status = await statusOf(home);

      expect(status.gateway).toMatchObject({
        config: "refused",
        port,
        hosts: expect.not.arrayContaining(["0.0.0.0"]),
      });
      expect(await isListening("127.0.0.1", port)).toBe(true);
    });
    holder.close();
  });

  test("F16: is the last configuration that worked for every command, when a full disk emptied the file", async ({
    home,
  }) => {
    const port = await freePort();
    const log = join(home.stateDir, "elsewhere.log");
    home.writeConfig({
      ...config(port, { bind: "custom", customBindHost: "127.0.0.2" }),
      logging: { file: log },
    });

    await withGateway(home, {}, async (gateway) => {
      writeFileSync(home.configFile, "");
      await gateway.waitFor(/configuration not usable/);
      const health = await runBuilt(["gateway", "health"], { env: home.env() });
      const status = await statusOf(home);
      const logs = await runBuilt(["logs", "--limit", "1", "--url", `ws://127.0.0.1:1`], { env: home.env() });
      const doctor = JSON.parse((await runBuilt(["doctor", "--json"], { env: home.env() })).stdout);
      const codes = doctor.findings.map(({ code }: { code: string }) => code);

      expect(health.code).toBe(0);
      expect(status).toMatchObject({
        gateway: { bindMode: "custom", customBindHost: "127.0.0.2", config: "refused" },
        logFile: log,
        rpc: { ok: true },
      });
      expect(logs.code).toBe(1);
      expect(codes).toContain("config-unparseable");
      expect(codes).not.toContain("gateway-unauthorized");
    });
  });
});
