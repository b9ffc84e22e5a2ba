import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { expect } from "@playwright/test";
import { openDatabase } from "../../../../sidecar/base/store/database.ts";
import { SqliteCredentialStore } from "../../../../sidecar/base/store/sqlite/credentials.ts";
import { createTempHome, type TempHome, test } from "../../../helpers/home/temp-home.ts";
import { freePort } from "../../../helpers/network/ports.ts";
import { runCli, startCli } from "../../../helpers/process/cli.ts";
import { runBuilt } from "../../../helpers/process/run-built.ts";

const READY = /✓ log file: (.+)\n/;
const local = (port: number) => ({
  gateway: { mode: "local", port, auth: { token: "secret-token-of-tests" } },
});

/** A gateway of this home at `port`, ready. */
async function startGateway(
  home: TempHome,
  port: number,
  args: string[] = [],
  env: Record<string, string> = {},
) {
  home.writeConfig(local(port));
  const gateway = startCli(["gateway", ...args], { env: home.env(env) });
  await gateway.waitFor(READY);
  return gateway;
}

async function occupy(port: number) {
  const server = createServer().listen(port, "127.0.0.1");
  await once(server, "listening");
  return server;
}

test.describe("clawdbot gateway", () => {
  test("U13: prints model, addresses and log file, promises no agent, answers, and stops cleanly on SIGTERM", async ({
    home,
  }) => {
    const port = await freePort();
    const gateway = await startGateway(home, port);

    const health = await fetch(`http://127.0.0.1:${port}/healthz`);
    expect(await health.json()).toMatchObject({ ok: true, service: "clawdbot-gateway", pid: gateway.pid });
    const { code, stdout, stderr } = await gateway.stop();

    expect(stdout.split("\n")).toEqual([
      "✓ agent model: anthropic/claude-opus-4-5 (not set up: local/echo answers)",
      `✓ listening on ws://127.0.0.1:${port} (PID ${gateway.pid})`,
      ...(stdout.includes("[::1]") ? [`✓ listening on ws://[::1]:${port}`] : []),
      `✓ log file: ${join(home.stateDir, "logs", "gateway.log")}`,
      "",
    ]);
    expect(stderr).toBe("");
    expect(code).toBe(0);
  });

  for (const signal of ["SIGINT", "SIGHUP"] as const) {
    test(`stops cleanly on ${signal}`, async ({ home }) => {
      const gateway = await startGateway(home, await freePort());

      expect(await gateway.stop(signal)).toMatchObject({ code: 0, signal: null });
    });
  }

  test("keeps every file that may hold a secret to its owner", async ({ home }) => {
    const gateway = await startGateway(home, await freePort(), ["--verbose"]);
    await gateway.stop();

    expect(statSync(home.stateDir).mode & 0o777).toBe(0o700);
    const files = readdirSync(home.stateDir, { recursive: true, withFileTypes: true }).filter((entry) =>
      entry.isFile(),
    );
    for (const { parentPath, name } of files) {
      expect(statSync(join(parentPath, name)).mode & 0o077, name).toBe(0);
    }
    expect(files.map(({ name }) => name)).toContain("clawdbot.last-good.json");
    expect(readFileSync(join(home.stateDir, "logs", "gateway.log"), "utf8")).not.toContain(
      "secret-token-of-tests",
    );
  });

  test("lives on when its terminal has gone", async ({ home }) => {
    const port = await freePort();
    const gateway = await startGateway(home, port, ["--verbose"]);
    gateway.child.stdout?.destroy();
    gateway.child.stderr?.destroy();

    for (let request = 0; request < 5; request += 1) await fetch(`http://127.0.0.1:${port}/nowhere`);
    const health = await runBuilt(["gateway", "health"], { env: home.env() });

    expect(health).toMatchObject({ code: 0 });
    expect(await gateway.stop()).toMatchObject({ code: 0 });
  });

  test("row 43: works in the home of a user called Jürgen & Co", async () => {
    const home = createTempHome("Jürgen & Co's Übung");
    try {
      const gateway = await startGateway(home, await freePort());
      const health = await runBuilt(["gateway", "health"], { env: home.env() });

      expect(health).toMatchObject({ code: 0, stderr: "" });
      await gateway.stop();
    } finally {
      home.dispose();
    }
  });

  test("finds the home directory of the account when HOME is not set", async ({ home }) => {
    const { HOME: _home, ...env } = home.env({ CLAWDBOT_STATE_DIR: home.stateDir });

    const { code, stderr } = await runCli(["gateway"], { env });

    expect({ code, stderr }).toMatchObject({ code: 1, stderr: expect.stringContaining(home.stateDir) });
  });

  test("prints one JSON document with --json", async ({ home }) => {
    const port = await freePort();
    home.writeConfig(local(port));
    const gateway = startCli(["gateway", "--json"], { env: home.env() });
    await gateway.waitFor(/\n}\n/);

    const { stdout } = await gateway.stop();

    expect(JSON.parse(stdout)).toMatchObject({
      ok: true,
      pid: gateway.pid,
      urls: expect.arrayContaining([`ws://127.0.0.1:${port}`]),
    });
  });
});

test.describe("a refused start", () => {
  const refusals: [args: string[], config: object | undefined, code: number, line: string][] = [
    [["--reset"], undefined, 1, "Use --reset with --dev."],
    [["--port", "99999"], undefined, 2, '--port: expected 1-65535, got "99999"'],
    [["--token", ""], undefined, 2, "Empty --token"],
    [
      [],
      {},
      1,
      "Gateway start blocked: set gateway.mode=local (current: unset) or pass --allow-unconfigured.",
    ],
    [
      ["--bind", "lan"],
      { gateway: { mode: "local" } },
      1,
      "Refusing to bind gateway to lan without auth.\nSet gateway.auth.token/password (or CLAWDBOT_GATEWAY_TOKEN/CLAWDBOT_GATEWAY_PASSWORD) or pass --token/--password.",
    ],
  ];
  for (const [args, config, code, line] of refusals) {
    test(`gateway ${args.join(" ")} prints the reason only`, async ({ home }) => {
      if (config) home.writeConfig(config);

      const result = await runCli(["gateway", ...args], { env: home.env() });

      expect(result).toMatchObject({ code, stdout: "", stderr: `${line}\n` });
    });
  }

  test("creates no files", async ({ home }) => {
    await runCli(["gateway"], { env: home.env() });
    await runCli(["gateway", "--bind", "wan"], { env: home.env() });

    expect(readdirSync(home.path)).toEqual([]);
  });

  test("prints one JSON document with --json", async ({ home }) => {
    const { code, stdout, stderr } = await runCli(["gateway", "--json"], { env: home.env() });

    expect({ code, stderr }).toEqual({ code: 1, stderr: "" });
    expect(JSON.parse(stdout)).toMatchObject({ ok: false, error: { type: "setup", code: "CONFIG_MISSING" } });
  });

  test("supervised, exits 78 and leaves the reason, which the next good start removes", async ({ home }) => {
    const blocked = join(home.stateDir, "run", "start-blocked.json");
    home.writeConfig({ gateway: {} });

    const refused = await runCli(["gateway", "--supervised"], { env: home.env() });

    expect(refused.code).toBe(78);
    expect(JSON.parse(readFileSync(blocked, "utf8"))).toMatchObject({
      code: "MODE_NOT_LOCAL",
      message: expect.stringContaining("Gateway start blocked"),
      atMs: expect.any(Number),
    });
    const gateway = await startGateway(home, await freePort(), ["--supervised"]);
    expect(existsSync(blocked)).toBe(false);
    await gateway.stop();
  });

  test("supervised, leaves a wrong environment as reason too", async ({ home }) => {
    const { code } = await runCli(["gateway", "--supervised"], {
      env: home.env({ CLAWDBOT_GATEWAY_PORT: "abc" }),
    });

    expect(code).toBe(2);
    expect(readFileSync(join(home.stateDir, "run", "start-blocked.json"), "utf8")).toContain(
      "CLAWDBOT_GATEWAY_PORT",
    );
  });
});

test.describe("a second start", () => {
  test("row 3: names the gateway that runs and how to stop it, and leaves it alone", async ({ home }) => {
    const port = await freePort();
    const gateway = await startGateway(home, port);

    const second = await runCli(["gateway"], { env: home.env() });
    const supervised = await runCli(["gateway", "--supervised"], { env: home.env() });

    expect(second.code).toBe(1);
    expect(second.stderr).toMatch(
      new RegExp(
        `^Gateway already running locally \\(PID ${gateway.pid}, port ${port}, since [-\\d]+ [:\\d]+\\)\\.\n`,
      ),
    );
    expect(second.stderr).toContain(`kill ${gateway.pid}`);
    expect(supervised.code).toBe(78);
    expect(JSON.parse(readFileSync(join(home.stateDir, "run", "start-blocked.json"), "utf8"))).toMatchObject({
      code: "ALREADY_RUNNING",
      pid: gateway.pid,
    });
    expect((await fetch(`http://127.0.0.1:${port}/healthz`)).status).toBe(200);
    await gateway.stop();
  });

  test("row 14: of two at the same moment exactly one wins", async ({ home }) => {
    home.writeConfig(local(await freePort()));
    const both = [startCli(["gateway"], { env: home.env() }), startCli(["gateway"], { env: home.env() })];

    const loser = await Promise.race(both.map((gateway) => gateway.ended));
    const winner = both.find((gateway) => gateway.child.exitCode === null);

    expect(loser).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("Gateway already running locally"),
    });
    await winner?.waitFor(READY);
    expect(await winner?.stop()).toMatchObject({ code: 0 });
  });

  test("names the program that holds the port", async ({ home }) => {
    const port = await freePort();
    home.writeConfig(local(port));
    const server = await occupy(port);
    try {
      const { code, stderr } = await runCli(["gateway"], { env: home.env() });
      const supervised = await runCli(["gateway", "--supervised"], { env: home.env() });

      const [first, second, third] = stderr.split("\n");
      expect(code).toBe(1);
      expect(first).toBe(`Error: listen EADDRINUSE: address already in use 127.0.0.1:${port}`);
      expect(second).toContain(`Port ${port} is held by pid ${process.pid} (`);
      expect(third).toBe("Fix: use --port <port>, or end that program with --force");
      expect(supervised.code).toBe(78);
      expect(
        JSON.parse(readFileSync(join(home.stateDir, "run", "start-blocked.json"), "utf8")),
      ).toMatchObject({
        code: "PORT_IN_USE",
        pid: process.pid,
      });
    } finally {
      server.close();
    }
  });

  test("names a gateway of another profile as such", async ({ home }) => {
    const port = await freePort();
    const gateway = await startGateway(home, port);

    const other = await runCli(
      ["gateway", "--profile", "other", "--allow-unconfigured", "--port", String(port)],
      {
        env: home.env(),
      },
    );

    expect(other.code).toBe(1);
    expect(other.stderr).toContain(`pid ${gateway.pid} `);
    expect(other.stderr).toContain("a gateway of another profile");
    await gateway.stop();
  });
});

test.describe("--force", () => {
  test("row 5: ends a foreign HTTP server on the port and starts", async ({ home }) => {
    const port = await freePort();
    home.writeConfig(local(port));
    const holder = await spawnHolder(port);

    const gateway = startCli(["gateway", "--force"], { env: home.env() });
    await gateway.waitFor(READY);

    const { stdout } = gateway.output();
    expect(stdout).toMatch(new RegExp(`^✓ force: killed pid ${holder.pid} \\(node\\) on port ${port}\n`));
    expect(stdout).toMatch(new RegExp(`\n✓ force: waited \\d+ms for port ${port} to free\n✓ agent model`));
    await gateway.stop();
  });

  test("replaces our own gateway", async ({ home }) => {
    const port = await freePort();
    const first = await startGateway(home, port);

    const second = startCli(["gateway", "--force"], { env: home.env() });
    await second.waitFor(READY);

    expect(await first.ended).toMatchObject({ code: 0 });
    await second.stop();
  });
});

test.describe("--dev", () => {
  test("creates its profile once, says so, and leaves the default profile alone", async ({ home }) => {
    const port = String(await freePort());
    const env = home.env();
    const first = startCli(["gateway", "--dev", "--port", port], { env });
    await first.waitFor(READY);
    const { stdout } = await first.stop();

    const again = startCli(["--dev", "--port", port, "gateway"], { env });
    await again.waitFor(READY);
    const second = await again.stop();

    expect(stdout.split("\n").slice(0, 3)).toEqual([
      "✓ dev config created at ~/.clawdbot-dev/clawdbot.json",
      "✓ dev workspace initialized at ~/clawd-dev",
      "✓ agent model: anthropic/claude-opus-4-5 (not set up: local/echo answers)",
    ]);
    expect(second.stdout).toMatch(/^✓ agent model/);
    expect(readdirSync(home.path).sort()).toEqual([".clawdbot-dev", "clawd-dev"]);
  });

  test("is open on loopback and says so", async ({ home }) => {
    const gateway = startCli(["gateway", "--dev", "--port", String(await freePort())], { env: home.env() });
    await gateway.waitFor(/no token or password is set/);

    expect(await runBuilt(["gateway", "health", "--dev"], { env: home.env() })).toMatchObject({ code: 0 });
    await gateway.stop();
  });

  test("goes to 19001 when somebody else has 18789 and none was asked for", async ({ home }) => {
    const taken = await occupy(18_789).catch(() => undefined);
    const gateway = startCli(["gateway", "--dev"], { env: home.env() });
    try {
      await gateway.waitFor(/✓ port 18789 is taken, the dev gateway uses 19001\n/);
      const outcome = await Promise.race([gateway.waitFor(READY), gateway.ended]);

      test.skip("code" in outcome, "somebody on this machine holds port 19001 as well");
      expect(gateway.output().stdout).toContain("listening on ws://127.0.0.1:19001");
    } finally {
      await gateway.stop();
      taken?.close();
    }
  });
});

test.describe("a place that cannot be written", () => {
  test("is named in one line when the file system is read-only", async ({ home }) => {
    mkdirSync(home.stateDir, { mode: 0o700 });
    test.skip(!(await mountTmpfs(home.stateDir)), NO_MOUNT);
    try {
      home.writeConfig(local(await freePort()));
      await run("mount", ["-o", "remount,ro", home.stateDir]);

      const gateway = await runCli(["gateway", "--supervised"], { env: home.env() });
      const set = await runBuilt(["config", "set", "gateway.port", "2"], { env: home.env() });

      expect(gateway.code).toBe(78);
      expect(gateway.stderr).toContain(`Cannot write ${home.stateDir}: the file system is read-only (EROFS)`);
      expect(set).toMatchObject({
        code: 1,
        stderr: expect.stringContaining(
          `Cannot write ${home.configFile}: the file system is read-only (EROFS)`,
        ),
      });
      for (const { stderr } of [gateway, set]) expect(stderr).not.toContain("    at ");
    } finally {
      await run("umount", [home.stateDir]);
    }
  });

  test("is named in one line when the directory belongs to nobody who may write", async ({ home }) => {
    test.skip(process.getuid?.() === 0, "root may write everywhere; the read-only file system covers it");
    home.writeConfig(local(await freePort()));
    chmodSync(home.stateDir, 0o500);

    const { code, stderr } = await runCli(["gateway"], { env: home.env() });
    chmodSync(home.stateDir, 0o700);

    expect(code).toBe(1);
    expect(stderr).toContain(home.stateDir);
    expect(stderr).not.toContain("    at ");
  });

  test("is named in one line when a file stands where the directory belongs", async ({ home }) => {
    writeFileSync(home.stateDir, "");

    const start = await runCli(["start"], { env: home.env() });
    const gateway = await runCli(["gateway", "--allow-unconfigured", "--port", String(await freePort())], {
      env: home.env(),
    });

    for (const { code, stderr } of [start, gateway]) {
      expect(code).toBe(1);
      expect(stderr).toContain(home.stateDir);
      expect(stderr).not.toContain("    at ");
    }
  });

  test("says at once that its state cannot be kept, and nothing before", async ({ home }) => {
    home.writeConfig(local(await freePort()));
    const [earlier, config] = [startCli(["gateway"], { env: home.env() }), join(home.path, "own.json5")];
    await earlier.waitFor(READY);
    await earlier.stop();
    test.skip(!(await run("mount", ["--bind", home.stateDir, home.stateDir])), NO_MOUNT);
    try {
      await run("mount", ["-o", "remount,ro,bind", home.stateDir]);
      const ways = [["gateway"], ["gateway", "run"], ["start"]];
      const attempts = await Promise.all(ways.map((way) => runCli(way, { env: home.env() })));
      const env = home.env({ CLAWDBOT_CONFIG_PATH: config });
      const first = await runCli(["start"], { env });

      for (const attempt of [...attempts, first])
        expect(attempt).toMatchObject({
          code: 1,
          stdout: "",
          stderr: expect.stringMatching(
            /^Cannot write .*: the file system is read-only \(EROFS\)\nFix: .*\n$/,
          ),
        });
      expect(existsSync(config)).toBe(false);
    } finally {
      await run("umount", ["--lazy", home.stateDir]);
    }
  });

  test("row 47: a full disk costs neither the configuration nor the gateway", async ({ home }) => {
    mkdirSync(home.stateDir, { mode: 0o700 });
    test.skip(!(await mountTmpfs(home.stateDir)), NO_MOUNT);
    try {
      const port = await freePort();
      home.writeConfig(local(port));
      const before = readFileSync(home.configFile, "utf8");
      fillDisk(join(home.stateDir, "filler"));

      const set = await runBuilt(["config", "set", "gateway.port", "2"], { env: home.env() });
      const gateway = startCli(["gateway"], { env: home.env() });
      await gateway.waitFor(READY);
      const { status } = await fetch(`http://127.0.0.1:${port}/healthz`);
      const report = await runBuilt(["gateway", "status"], { env: home.env() });
      const stopped = await gateway.stop();

      expect(report.stdout).toContain("Not well: log: ");
      expect(set.code).toBe(1);
      expect(set.stderr).toContain(
        `Cannot write ${home.configFile}: the disk is full (ENOSPC)\nFix: free some space`,
      );
      expect(readFileSync(home.configFile, "utf8")).toBe(before);
      expect({ status, code: stopped.code }).toEqual({ status: 200, code: 0 });
      expect(stopped.stderr).toContain("ENOSPC");
      rmSync(join(home.stateDir, "filler"));
      expect(await runBuilt(["config", "set", "gateway.port", "2"], { env: home.env() })).toMatchObject({
        code: 0,
      });
    } finally {
      await run("umount", [home.stateDir]);
    }
  });
});

const NO_MOUNT = "mounting a small file system needs root and the permission to mount";

/** A node process that listens on `port` and ends on SIGTERM as any program does. */
async function spawnHolder(port: number): Promise<ChildProcess> {
  const script = `require("node:http").createServer().listen(${port}, "127.0.0.1", () => console.log("up"))`;
  const holder = spawn(process.execPath, ["-e", script], { stdio: ["ignore", "pipe", "ignore"] });
  await new Promise((resolve) => holder.stdout?.once("data", resolve));
  return holder;
}

function run(command: string, args: string[]): Promise<boolean> {
  return new Promise((resolve) => {
    const child = spawn(command, args, { stdio: "ignore" });
    child.once("error", () => resolve(false));
    child.once("exit", (code) => resolve(code === 0));
  });
}

const mountTmpfs = (path: string) => run("mount", ["-t", "tmpfs", "-o", "size=64k,mode=0700", "tmpfs", path]);

function fillDisk(path: string): void {
  for (const size of [65_536, 4_096]) {
    for (;;) {
      try {
        writeFileSync(path, Buffer.alloc(size), { flag: "a" });
      } catch {
        break; // Full for this size: that is the point.
      }
    }
  }
}

test("the first line names the model whose provider has a key in the store", async ({ home }) => {
  const port = await freePort();
  home.writeConfig(local(port));
  const database = await openDatabase(join(home.stateDir, "clawdbot.db"));
  const key = {
    provider: "anthropic",
    profile: "default",
    kind: "api_key" as const,
    secret: "sk-ant-secret",
  };
  await new SqliteCredentialStore(database).put(key, 1);
  database.close();
  const gateway = startCli(["gateway"], { env: home.env() });

  await gateway.waitFor(/log file: /);

  const { stdout } = await gateway.stop();
  expect(stdout).toMatch(/^✓ agent model: anthropic\/claude-\S+\n/);
});
