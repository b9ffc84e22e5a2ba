import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { expect } from "@playwright/test";
import { test as base, type TempHome } from "../../../helpers/home/temp-home.ts";
import { treeChecksum } from "../../../helpers/home/tree-checksum.ts";
import { freePort } from "../../../helpers/network/ports.ts";
import { type CliProcess, runCli, startCli } from "../../../helpers/process/cli.ts";
import { runInProcess } from "../../../helpers/process/in-process.ts";

interface Running {
  process: CliProcess;
  port: number;
}

/** `gateway` runs in `home` with a token in its configuration. */
const test = base.extend<{ gateway: Running }>({
  gateway: async ({ home }, use) => {
    const port = await freePort();
    home.writeConfig({ gateway: { mode: "local", port, auth: { token: "secret-token" } } });
    const process = startCli(["gateway"], { env: home.env() });
    await process.waitFor(/✓ log file/);
    await use({ process, port });
    await process.stop();
  },
});

const cli = (home: TempHome, ...args: string[]) => runInProcess(args, { env: home.env() });
const logPath = (home: TempHome) => join(home.stateDir, "logs", "gateway.log");

/** What a change says while no gateway runs. */
const NOBODY = "No gateway runs; it holds from the next start.\n";

test.describe("gateway health", () => {
  test("prints the three lines of a healthy gateway", async ({ home, gateway: _running }) => {
    const { code, stdout, stderr } = await cli(home, "gateway", "health");

    expect({ code, stdout, stderr }).toEqual({
      code: 0,
      stdout: "✓ Gateway is healthy\n✓ WebSocket connection: OK\n✓ RPC methods: available\n",
      stderr: "",
    });
  });

  test("prints the payload with --json", async ({ home, gateway: _running }) => {
    const { stdout } = await cli(home, "gateway", "health", "--json");

    expect(JSON.parse(stdout)).toMatchObject({ ok: true, channels: {}, defaultAgentId: "main" });
  });

  test("finds a gateway on a port that only its command line knew", async ({ home }) => {
    const port = await freePort();
    const gateway = startCli(["gateway", "--port", String(port), "--allow-unconfigured"], {
      env: home.env(),
    });
    await gateway.waitFor(/✓ log file/);

    expect(await cli(home, "gateway", "health")).toMatchObject({ code: 0 });
    await gateway.stop();
  });

  test("uses a password where the gateway asks for one", async ({ home }) => {
    const port = await freePort();
    home.writeConfig({ gateway: { mode: "local", port, auth: { password: "grüße" } } });
    const gateway = startCli(["gateway"], { env: home.env() });
    await gateway.waitFor(/✓ log file/);

    expect(await cli(home, "gateway", "health")).toMatchObject({ code: 0 });
    expect(await cli(home, "gateway", "health", "--password", "grüsse")).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("unauthorized"),
    });
    await gateway.stop();
  });

  test("row 2: is refused with a wrong token, wherever the option stands", async ({
    home,
    gateway: _running,
  }) => {
    for (const args of [
      ["gateway", "health", "--token", "WRONG"],
      ["gateway", "--token", "WRONG", "health"],
    ]) {
      const { code, stderr } = await cli(home, ...args);

      expect(code).toBe(1);
      expect(stderr).toMatch(/^unauthorized.*Pass --token or --password/);
      expect(stderr.trim().split("\n")).toHaveLength(1);
    }
  });

  test("names the socket error, the target and its source when nobody listens", async ({ home }) => {
    const port = await freePort();
    home.writeConfig({ gateway: { port } });

    const { code, stderr } = await cli(home, "gateway", "health");
    const json = await cli(home, "gateway", "health", "--json");

    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: `No gateway answers: ECONNREFUSED 127.0.0.1:${port} (ws://127.0.0.1:${port}, from configuration). Start one with clawdbot gateway\n`,
    });
    expect(json.code).toBe(1);
    expect(JSON.parse(json.stdout)).toMatchObject({
      ok: false,
      error: { type: "unavailable", code: "UNREACHABLE", target: `ws://127.0.0.1:${port}` },
    });
  });

  test("U9: leads to what has to be done first where no gateway could start", async ({ home }) => {
    const env = { CLAWDBOT_GATEWAY_PORT: String(await freePort()) };
    const advised = async (...args: string[]) => {
      const { stderr } = await runInProcess(["gateway", "health", ...args], { env: home.env(env) });
      return stderr.trim().split("). ")[1];
    };

    const missing = await advised();
    home.writeConfig("{ gateway: {");
    const invalid = await advised();
    const elsewhere = await advised("--url", "ws://nowhere.invalid:1");

    expect([missing, invalid, elsewhere]).toEqual([
      "Nothing is set up yet: clawdbot onboard",
      "Its configuration cannot be used: clawdbot config validate",
      undefined,
    ]);
  });

  test("does not take a web server for a gateway", async ({ home }) => {
    const server = createServer((_request, response) => response.writeHead(404).end()).listen(0, "127.0.0.1");
    await new Promise((resolve) => server.once("listening", resolve));
    const { port } = server.address() as AddressInfo;

    const { code, stderr } = await cli(home, "gateway", "health", "--url", `ws://127.0.0.1:${port}`);
    server.close();

    expect(code).toBe(1);
    expect(stderr).toContain("instead of a gateway");
  });

  test("gives up after --timeout on a listener that says nothing", async ({ home }) => {
    const server = createServer()
      .on("upgrade", () => {})
      .listen(0, "127.0.0.1");
    await new Promise((resolve) => server.once("listening", resolve));
    const { port } = server.address() as AddressInfo;

    const { code, durationMs } = await cli(
      home,
      "gateway",
      "health",
      "--url",
      `ws://127.0.0.1:${port}`,
      "--timeout",
      "300",
    );
    server.close();

    expect(code).toBe(1);
    expect(durationMs).toBeLessThan(5_000);
    expect((await cli(home, "gateway", "health", "--timeout", "soon")).code).toBe(2);
  });
});

test.describe("gateway call", () => {
  test("U11: prints the answer and nothing else on stdout", async ({ home, gateway: _running }) => {
    const { code, stdout } = await cli(home, "gateway", "call", "logs.tail", "--params", '{"limit":1}');

    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ lines: [expect.stringContaining("{")] });
  });

  test("suggests the nearest method", async ({ home, gateway: _running }) => {
    const { code, stderr } = await cli(home, "gateway", "call", "helth");

    expect({ code, stderr }).toEqual({ code: 1, stderr: 'Unknown method "helth"; did you mean "health"?\n' });
  });

  test("checks the parameters before it connects", async ({ home }) => {
    const broken = await cli(home, "gateway", "call", "health", "--params", '{"a":}');
    const list = await cli(home, "gateway", "call", "health", "--params", "[1]");

    expect(broken).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/^--params: not JSON: line 1, column 6: /),
    });
    expect(list).toMatchObject({ code: 2, stderr: '--params: expected a JSON object, got "[1]"\n' });
  });

  test("reports what the gateway refuses as JSON too", async ({ home, gateway: _running }) => {
    const { code, stdout } = await cli(
      home,
      "gateway",
      "call",
      "logs.tail",
      "--params",
      '{"limit":0}',
      "--json",
    );

    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ ok: false, error: { code: "REMOTE_ERROR" } });
  });
});

test.describe("gateway status", () => {
  test("shows a running gateway with its pid", async ({ home, gateway: { process, port } }) => {
    const { code, stdout } = await cli(home, "gateway", "status");

    expect(code).toBe(0);
    expect(stdout).toMatch(/^Gateway service status\n┌─+┐\n│ Service: .+ \(not installed\) +│\n/);
    expect(stdout).toContain(`│ Runtime: running in foreground (PID ${process.pid}) `);
    expect(stdout).toContain("│ Last gateway error: none ");
    expect(stdout).toMatch(
      new RegExp(
        `RPC probe\n┌─+┐\n│ Target: ws://127\\.0\\.0\\.1:${port} +│\n│ Status: ✓ connected +│\n│ Latency: \\d+ms +│`,
      ),
    );
    expect(stdout).not.toContain("secret-token");
  });

  test("agrees with itself in JSON", async ({ home, gateway: { process, port } }) => {
    const { stdout } = await cli(home, "gateway", "status", "--json", "--require-rpc");

    expect(JSON.parse(stdout)).toMatchObject({
      service: { loaded: false, runtime: { status: "running", pid: process.pid } },
      config: { cli: { path: home.configFile, exists: true, valid: true } },
      gateway: { bindMode: "loopback", port, pid: process.pid },
      port: { status: "busy", listeners: [expect.objectContaining({ pid: process.pid })] },
      rpc: { ok: true, url: `ws://127.0.0.1:${port}`, latencyMs: expect.any(Number) },
    });
    expect(stdout).not.toContain("secret-token");
  });

  test("does not connect with --no-probe", async ({ home, gateway: { process } }) => {
    const { stdout } = await cli(home, "gateway", "status", "--no-probe");

    expect(stdout).toContain(`running in foreground (PID ${process.pid})`);
    expect(stdout).not.toContain("RPC probe");
  });

  test("row 59: creates no files where no gateway ever ran, and reports all the same", async ({ home }) => {
    const port = await freePort();
    const env = home.env({ CLAWDBOT_GATEWAY_PORT: String(port) });
    const status = await runInProcess(["gateway", "status"], { env });
    const required = await runInProcess(["gateway", "status", "--require-rpc", "--json"], { env });

    expect(status.code).toBe(0);
    expect(status.stdout).toContain("│ Runtime: stopped ");
    expect(status.stdout).toContain(`✗ failed`);
    expect(status.stdout).toContain(`Reason: ECONNREFUSED 127.0.0.1:${port}`);
    expect(status.stdout).toContain(`Config: ${home.configFile} (missing)`);
    expect(required.code).toBe(1);
    expect(JSON.parse(required.stdout)).toMatchObject({ rpc: { ok: false }, port: { status: "free" } });
    expect(readdirSync(home.path)).toEqual([]);
  });

  test("shows why a supervised start was refused, and what is wrong with the file", async ({ home }) => {
    home.writeConfig("{ gateway: { prot: 1 } }");
    await cli(home, "gateway", "--supervised");

    const { stdout } = await cli(home, "gateway", "status", "--no-probe");

    expect(stdout).toContain("Last gateway error: Invalid configuration:");
    expect(stdout).toContain(
      `Config: ${home.configFile} (invalid)\n  gateway.prot: unknown key; did you mean "port"?`,
    );
  });

  test("shows the last error of the log when the gateway is down", async ({ home }) => {
    mkdirSync(join(home.stateDir, "logs"), { recursive: true });
    writeFileSync(
      logPath(home),
      `${[
        '{"level":50,"msg":"of an earlier run"}',
        '{"level":30,"msg":"listening"}',
        '{"level":50,"msg":"lost the thread"}',
      ].join("\n")}\n`,
    );

    const { stdout } = await cli(home, "gateway", "status", "--no-probe");

    expect(stdout).toContain("Last gateway error: lost the thread");
  });
});

test.describe("logs", () => {
  test("come from the gateway while it answers", async ({ home, gateway: { port } }) => {
    const { code, stdout, stderr } = await cli(home, "logs", "--limit", "1");

    expect(code).toBe(0);
    expect(stdout).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d \w+ /);
    expect(stderr).toBe(`Log of the gateway at ws://127.0.0.1:${port} (${logPath(home)})\n`);
  });

  test("come from the file when no gateway answers, as text and as JSON", async ({ home }) => {
    const env = home.env({ CLAWDBOT_GATEWAY_PORT: String(await freePort()) });
    mkdirSync(join(home.stateDir, "logs"), { recursive: true });
    writeFileSync(logPath(home), '{"level":30,"time":0,"msg":"one"}\n{"level":40,"time":0,"msg":"two"}\n');

    const text = await runInProcess(["logs", "--limit", "1"], { env });
    const json = await runInProcess(["logs", "--json"], { env });

    expect(text.stdout).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d warn {2}two\n$/);
    expect(text.stderr).toContain(`Log from ${logPath(home)}, read directly: no gateway answers`);
    expect(JSON.parse(json.stdout)).toMatchObject({
      ok: true,
      source: "file",
      lines: [expect.any(String), expect.any(String)],
    });
  });

  test("say that there are none yet", async ({ home }) => {
    const env = home.env({ CLAWDBOT_GATEWAY_PORT: String(await freePort()) });

    expect(await runInProcess(["logs"], { env })).toMatchObject({
      code: 1,
      stderr: `No log yet: ${logPath(home)} does not exist.\n`,
    });
  });

  test("go on with --follow, across a rotation and the end of the gateway", async ({ home, gateway }) => {
    const following = startCli(["logs", "--follow", "--limit", "1"], { env: home.env() });
    await following.waitFor(/Log of the gateway/);

    appendFileSync(logPath(home), '{"level":30,"time":0,"msg":"before rotation"}\n');
    renameSync(logPath(home), `${logPath(home)}.1`);
    writeFileSync(logPath(home), '{"level":30,"time":0,"msg":"after rotation"}\n');
    await following.waitFor(/after rotation/);
    await gateway.process.stop();
    appendFileSync(logPath(home), '{"level":30,"time":0,"msg":"after the end"}\n');
    await following.waitFor(/after the end/);

    expect(following.output().stdout.match(/before rotation/g)).toHaveLength(1);
    expect(await following.stop("SIGINT")).toMatchObject({ code: 0 });
  });

  test("follow as one JSON object per line until the reader goes", async ({ home }) => {
    const env = home.env({ CLAWDBOT_GATEWAY_PORT: String(await freePort()) });
    mkdirSync(join(home.stateDir, "logs"), { recursive: true });
    writeFileSync(logPath(home), '{"level":30,"time":0,"msg":"one"}\nnot json\n');
    const following = startCli(["logs", "--follow", "--json"], { env });
    await following.waitFor(/not json/);

    const lines = following
      .output()
      .stdout.trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    following.child.stdout?.destroy();
    appendFileSync(logPath(home), '{"level":30,"time":0,"msg":"to nobody"}\n');

    expect(lines).toEqual([{ level: 30, time: 0, msg: "one" }, { line: "not json" }]);
    expect(await following.ended).toMatchObject({ code: 0, stderr: expect.not.stringContaining("EPIPE") });
  });
});

test.describe("config", () => {
  test("sets, gets and shows where", async ({ home }) => {
    expect(await cli(home, "config", "set", "gateway.port", "19001")).toMatchObject({ code: 0 });
    expect(await cli(home, "config", "get", "gateway.port")).toMatchObject({ code: 0, stdout: "19001\n" });
    expect(await cli(home, "config", "path")).toMatchObject({ stdout: `${home.configFile}\n` });
    expect(statSync(home.configFile).mode & 0o777).toBe(0o600);
    expect(statSync(home.stateDir).mode & 0o777).toBe(0o700);
  });

  test("keeps a token of digits a text, and shows a secret only to who asks for it", async ({ home }) => {
    await cli(home, "config", "set", "gateway.auth.token", "123456");

    expect((await cli(home, "config", "get", "gateway.auth.token")).stdout).toBe("123456\n");
    expect((await cli(home, "config", "get")).stdout).not.toContain("123456");
    expect((await cli(home, "config", "get", "gateway.auth")).stdout).not.toContain("123456");
    const json = await cli(home, "config", "get", "gateway.auth.token", "--json");
    expect(JSON.parse(json.stdout)).toMatchObject({ value: "__CLAWDBOT_REDACTED__", source: "file" });
    const shown = await runInProcess(["config", "get", "--json"], {
      env: home.env({ CLAWDBOT_SHOW_SECRETS: "1" }),
    });
    expect(JSON.parse(shown.stdout)).toMatchObject({ gateway: { auth: { token: "123456" } } });
  });

  test("hides secrets of channels, programs and in the wrong place, but for who names one", async ({
    home,
  }) => {
    const secrets = { "channels.telegram.botToken": "s3cr3t-bot", "env.vars.DATABASE": "s3cr3t-db" };
    home.writeConfig({
      gateway: { token: "s3cr3t-misplaced" },
      channels: { telegram: { botToken: "s3cr3t-bot" } },
      env: { vars: { DATABASE: "s3cr3t-db" } },
    });

    for (const args of [
      [],
      ["--json"],
      ["channels"],
      ["env.vars"],
      ["gateway"],
      ["env.vars.DATABASE", "--json"],
    ]) {
      const { code, stdout, stderr } = await cli(home, "config", "get", ...args);
      expect(code, args.join(" ")).toBe(0);
      expect(stdout + stderr, args.join(" ")).not.toContain("s3cr3t");
    }
    for (const [path, secret] of Object.entries({ ...secrets, "gateway.token": "s3cr3t-misplaced" })) {
      expect((await cli(home, "config", "get", path)).stdout).toBe(`${secret}\n`);
    }
  });

  test("writes nothing that is not valid", async ({ home }) => {
    home.writeConfig("{ gateway: { port: 1 } } // mine");

    for (const [path, value, problem] of [
      ["gateway.port", "99999", "gateway.port: must be at most 65535, got 99999"],
      ["gateway.prot", "1", 'gateway.prot: unknown key; did you mean "port"?'],
      ["gateway.mode", "lokal", "gateway.mode: expected one of local, remote"],
      ["gateway", "5", "gateway: expected object"],
    ] as const) {
      const { code, stderr } = await cli(home, "config", "set", path, value);

      expect({ code, stderr }).toEqual({
        code: 1,
        stderr: expect.stringContaining(`Nothing was written: ${problem}`),
      });
    }
    expect(readFileSync(home.configFile, "utf8")).toBe("{ gateway: { port: 1 } } // mine");
    expect(existsSync(`${home.configFile}.bak`)).toBe(false);
  });

  test("F2: leaves nothing where nothing was when it refuses", async ({ home }) => {
    const before = treeChecksum(home.path);

    const { code } = await cli(home, "config", "set", "gateway.prot", "1");

    expect(code).toBe(1);
    expect(treeChecksum(home.path)).toBe(before);
  });

  test("refuses what would be stored as something else, and what it writes itself", async ({ home }) => {
    home.writeConfig({ a: { list: [1, 2] } });

    for (const [path, value, problem] of [
      ["gateway.auth", '{token:"__CLAWDBOT_REDACTED__"}', "A redacted value cannot be set"],
      ["hooks.token", "'\\x5f_CLAWDBOT_REDACTED__'", "A redacted value cannot be set"],
      ["channels", '{x:[{botToken:"__CLAWDBOT_REDACTED__"}]}', "A redacted value cannot be set"],
      ["a.nan", "NaN", "a.nan: NaN is no number that can be stored"],
      ["a.many", "[1, -Infinity]", "a.many: -Infinity is no number that can be stored"],
      [
        "a.deep",
        `${"[".repeat(5_000)}${"]".repeat(5_000)}`,
        "a.deep: the value is nested deeper than 100 levels",
      ],
      ["meta", "5", "meta: the program itself writes meta"],
      ["meta.lastTouchedVersion", "x", "meta.lastTouchedVersion: the program itself writes meta"],
      [`a${".a".repeat(1_999)}`, "1", "has 2000 keys, at most 32 are possible"],
    ] as const) {
      const { code, stderr } = await cli(home, "config", "set", path, value);

      expect({ code, stderr }, path).toEqual({ code: 2, stderr: expect.stringContaining(problem) });
    }
    expect((await cli(home, "config", "unset", "meta")).code).toBe(2);
    expect((await cli(home, "config", "get", "a.list.length")).code).toBe(1);
    expect(readFileSync(home.configFile, "utf8")).toBe('{"a":{"list":[1,2]}}');
  });

  test("loses no change of eight processes at the same time", async ({ home }) => {
    const env = home.env();
    const results = await Promise.all(
      Array.from({ length: 8 }, (_, index) =>
        runCli(["config", "set", `env.vars.k${index}`, String(index)], { env }),
      ),
    );

    expect(results.map(({ code }) => code)).toEqual(results.map(() => 0));
    expect(Object.keys(JSON.parse(readFileSync(home.configFile, "utf8")).env.vars)).toHaveLength(8);
  });

  test("F2: takes lists and objects in JSON5, and keeps everything else as it is written", async ({
    home,
  }) => {
    home.writeConfig("{ gateway: { port: 1 }, theirs: { kept: 1e400 } } // mine");

    const { code, stderr } = await cli(home, "config", "set", "gateway.trustedProxies", "['10.0.0.0/8']");

    expect({ code, stderr }).toEqual({ code: 0, stderr: NOBODY });
    expect(readFileSync(home.configFile, "utf8")).toMatch(
      /^\{ gateway: \{ port: 1, trustedProxies: \["10\.0\.0\.0\/8"\] \}, theirs: \{ kept: 1e400 \}, meta: \{.*\} \} \/\/ mine$/,
    );
  });

  test("says that the running gateway takes the change over", async ({ home, gateway: { process } }) => {
    const { stderr } = await cli(home, "config", "set", "logging.level", "debug");

    expect(stderr).toContain(`The running gateway (PID ${process.pid}) took it over.`);
  });

  test("names what is not set and what is broken", async ({ home }) => {
    expect(await cli(home, "config", "get", "gateway.customBindHost", "--json")).toMatchObject({
      code: 1,
      stdout: expect.stringContaining('"code": "NOT_FOUND"'),
    });
    home.writeConfig("{ gateway: ");
    for (const args of [
      ["config", "get"],
      ["config", "set", "gateway.port", "1"],
    ]) {
      const { code, stderr } = await cli(home, ...args);
      expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringMatching(/line 1, column \d+: /) });
    }
  });
});

test.describe("start", () => {
  test("without a display writes a first configuration and runs in the foreground", async ({ home }) => {
    const port = await freePort();
    const gateway = startCli(["start"], { env: home.env({ CLAWDBOT_GATEWAY_PORT: String(port) }) });
    await gateway.waitFor(/✓ log file/);

    const health = await runInProcess(["gateway", "health"], { env: home.env() });
    const { code, stdout } = await gateway.stop();

    expect(health.code).toBe(0);
    expect(code).toBe(0);
    expect(stdout.split("\n").slice(0, 2)).toEqual([
      `✓ first start: wrote ${home.configFile} (local, loopback, with a new token)`,
      "No display (DISPLAY and WAYLAND_DISPLAY are not set): the gateway runs in the foreground.",
    ]);
    expect(statSync(home.configFile).mode & 0o777).toBe(0o600);
    expect(statSync(home.stateDir).mode & 0o777).toBe(0o700);
    expect(JSON.parse(readFileSync(home.configFile, "utf8")).gateway.auth.token).toMatch(/^[0-9a-f]{48}$/);
  });
});

test.describe("output", () => {
  const everyVerb = [
    ["gateway", "--json"],
    ["gateway", "health", "--json"],
    ["gateway", "status", "--json"],
    ["gateway", "call", "x", "--json"],
    ["gateway", "call", "--json"],
    ["logs", "--json"],
    ["config", "get", "--json"],
    ["config", "set", "a", "--json"],
    ["config", "path", "--json"],
    ["--version", "--json"],
    ["nonsense", "--json"],
  ];
  for (const args of everyVerb) {
    test(`of ${args.join(" ")} parses as one JSON document`, async ({ home }) => {
      const { stdout } = await runInProcess(args, {
        env: home.env({ CLAWDBOT_GATEWAY_PORT: String(await freePort()) }),
      });

      expect(() => JSON.parse(stdout)).not.toThrow();
    });
  }

  test("helps without a configuration, a gateway or a home directory", async ({ home }) => {
    for (const args of [
      [],
      ["--help"],
      ["help"],
      ["config", "--help"],
      ["gateway", "run", "--help"],
      ["help", "logs"],
    ]) {
      const { code, stdout, stderr } = await runInProcess(args, { env: { PATH: home.env().PATH ?? "" } });

      expect({ code, stderr }, args.join(" ")).toEqual({ code: 0, stderr: "" });
      expect(stdout).toContain("Usage: clawdbot");
    }
  });
});
