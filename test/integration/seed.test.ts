/** What a newcomer is promised: the steps of the first lesson, typed one after the other in a fresh home. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { expect } from "@playwright/test";
import { reachableAddresses } from "../../sidecar/host/net/bind.ts";
import { bindFailure } from "../../sidecar/host/net/bind-test.ts";
import { type TempHome, test } from "../helpers/home/temp-home.ts";
import { freePort } from "../helpers/network/ports.ts";
import { recordTailscale } from "../helpers/network/tailscale.ts";
import { type CliProcess, runCli, startCli } from "../helpers/process/cli.ts";
import { runBuilt } from "../helpers/process/run-built.ts";

const MODEL = "✓ agent model: anthropic/claude-opus-4-5 (not set up: local/echo answers)";
const HEALTHY = "✓ Gateway is healthy\n✓ WebSocket connection: OK\n✓ RPC methods: available\n";
const DEFAULT_PORT = 18_789;

/** What was printed on stdout, with times, pids, ports and names that differ between machines replaced. */
function lines(process: CliProcess): string[] {
  return process
    .output()
    .stdout.replaceAll(String(process.pid), "PID")
    .replace(/waited \d+ms/, "waited Nms")
    .trimEnd()
    .split("\n")
    .filter((line) => line !== "✓ listening on ws://[::1]:PORT");
}

/** Starts a gateway and resolves when it has said everything it says at the start. */
async function start(home: TempHome, args: string[], env: Record<string, string> = {}): Promise<CliProcess> {
  const gateway = startCli(["gateway", ...args], { env: home.env(env) });
  await gateway.waitFor(/✓ log file: .+\n/);
  return gateway;
}

/** A start is a process of its own, also one that is refused. */
const cli = (home: TempHome, ...args: string[]) => {
  const isStart = args[0] === "gateway" && args[1]?.startsWith("--");
  return (isStart ? runCli : runBuilt)(args, { env: home.env() });
};

/** A home as the onboarding leaves it. */
async function onboard(home: TempHome): Promise<void> {
  for (const args of [
    ["gateway.mode", "local"],
    ["gateway.auth.token", "your-own-long-token"],
  ]) {
    expect(await cli(home, "config", "set", ...args)).toMatchObject({ code: 0 });
  }
}

/** The lines of a gateway on loopback alone. */
function loopbackLines(home: TempHome, port: number, gateway: CliProcess): string[] {
  const { stdout } = gateway.output();
  return [
    MODEL,
    `✓ listening on ws://127.0.0.1:${port} (PID PID)`,
    ...(stdout.includes("[::1]") ? [`✓ listening on ws://[::1]:${port}`] : []),
    `✓ log file: ${join(home.stateDir, "logs", "gateway.log")}`,
  ];
}

test.describe("step 1: start in the foreground", () => {
  for (const [args, title] of [
    [[], "clawdbot gateway"],
    [["--verbose"], "clawdbot gateway --verbose"],
  ] as const) {
    test(title, async ({ home }) => {
      await onboard(home);
      const taken = await bindFailure("127.0.0.1", DEFAULT_PORT);
      test.skip(taken !== undefined, `port ${DEFAULT_PORT} of this machine is taken (${taken})`);

      const gateway = await start(home, [...args]).catch((error: Error) => error);
      // Another test may have taken the port since it was looked at.
      test.skip(
        gateway instanceof Error && gateway.message.includes("EADDRINUSE"),
        "port 18789 was taken meanwhile",
      );
      if (gateway instanceof Error) throw gateway;
      const printed = lines(gateway).filter((line) => line.startsWith("✓"));
      const expected = loopbackLines(home, DEFAULT_PORT, gateway);
      const { code } = await gateway.stop();

      expect(printed).toEqual(expected);
      expect(code).toBe(0);
    });
  }

  test("clawdbot gateway --port", async ({ home }) => {
    await onboard(home);
    const port = await freePort();

    const gateway = await start(home, ["--port", String(port)]);
    await gateway.stop();

    expect(lines(gateway)).toEqual(loopbackLines(home, port, gateway));
    expect(readFileSync(join(home.stateDir, "logs", "gateway.log"), "utf8")).toContain("listening");
  });
});

test.describe("step 2: where it listens", () => {
  test("--bind loopback", async ({ home }) => {
    await onboard(home);
    const port = await freePort();

    const gateway = await start(home, ["--bind", "loopback", "--port", String(port)]);
    await gateway.stop();

    expect(lines(gateway)).toEqual(loopbackLines(home, port, gateway));
  });

  test("--bind lan names every address of the machine, the first with the pid", async ({ home }) => {
    const wanted = reachableAddresses("0.0.0.0").filter((address) => !address.includes(":"));
    test.skip(wanted.length === 0, "this machine has no address but loopback");
    await onboard(home);
    const port = await freePort();

    const gateway = await start(home, [
      "--bind",
      "lan",
      "--token",
      "your-own-long-token",
      "--port",
      String(port),
    ]);
    const { stderr } = await gateway.stop();

    const printed = lines(gateway).filter((line) => line.includes("listening"));
    expect(printed[0]).toBe(`✓ listening on ws://${wanted[0]}:${port} (PID PID)`);
    for (const address of wanted.slice(1))
      expect(printed).toContain(`✓ listening on ws://${address}:${port}`);
    expect(stderr).toContain("Warning: --token is visible to other users of this machine");
  });

  test("--bind tailnet without a tailnet stays on loopback and says so", async ({ home }) => {
    await onboard(home);
    const port = await freePort();

    const gateway = await start(home, [
      "--bind",
      "tailnet",
      "--token",
      "your-own-long-token",
      "--port",
      String(port),
    ]);
    const { stderr } = await gateway.stop();

    expect(lines(gateway)).toContain(`✓ listening on ws://127.0.0.1:${port} (PID PID)`);
    expect(stderr).toMatch(/Warning: .*tailnet/i);
  });

  test("--bind auto is loopback, and the local network too once there is a secret", async ({ home }) => {
    const port = String(await freePort());
    const open = await start(home, ["--bind", "auto", "--allow-unconfigured", "--port", port]);
    await open.stop();
    await onboard(home);
    const secured = await start(home, ["--bind", "auto", "--port", port]);
    await secured.stop();

    expect(lines(open)).toEqual(loopbackLines(home, Number(port), open));
    const wanted = ["127.0.0.1", ...reachableAddresses("0.0.0.0")].filter(
      (address) => !address.includes(":"),
    );
    for (const address of wanted) expect(secured.output().stdout).toContain(`ws://${address}:${port}`);
  });

  test("without auth the local network is refused", async ({ home }) => {
    await cli(home, "config", "set", "gateway.mode", "local");

    for (const mode of ["lan", "tailnet"]) {
      const { code, stdout, stderr } = await cli(home, "gateway", "--bind", mode);
      if (mode === "tailnet" && !stderr.startsWith("Refusing")) continue; // Without a tailnet it means loopback.
      expect({ code, stdout, stderr }).toEqual({
        code: 1,
        stdout: "",
        stderr: `Refusing to bind gateway to ${mode} without auth.\nSet gateway.auth.token/password (or CLAWDBOT_GATEWAY_TOKEN/CLAWDBOT_GATEWAY_PASSWORD) or pass --token/--password.\n`,
      });
    }
  });
});

test.describe("step 4: a port that is taken", () => {
  test("--force names whom it ended, how long it waited, and starts", async ({ home }) => {
    await onboard(home);
    const port = await freePort();
    const script = `require("node:http").createServer().listen(${port}, "127.0.0.1", () => console.log("up"))`;
    const holder = spawn(process.execPath, ["-e", script], { stdio: ["ignore", "pipe", "ignore"] });
    await once(holder.stdout, "data");

    const refused = await cli(home, "gateway", "--port", String(port));
    const gateway = await start(home, ["--force", "--port", String(port)]);
    await gateway.stop();

    expect(refused.code).toBe(1);
    expect(refused.stderr.split("\n")[0]).toBe(
      `Error: listen EADDRINUSE: address already in use 127.0.0.1:${port}`,
    );
    expect(lines(gateway)).toEqual([
      `✓ force: killed pid ${holder.pid} (node) on port ${port}`,
      `✓ force: waited Nms for port ${port} to free`,
      ...loopbackLines(home, port, gateway),
    ]);
  });
});

test.describe("step 5: dev mode", () => {
  test("--dev makes a profile of its own, --dev --reset makes it anew", async ({ home }) => {
    const port = await freePort();
    const stateDir = join(home.path, ".clawdbot-dev");
    const dev = { ...home, stateDir };
    const created = [
      "✓ dev config created at ~/.clawdbot-dev/clawdbot.json",
      "✓ dev workspace initialized at ~/clawd-dev",
    ];

    const first = await start(home, ["--dev", "--port", String(port)]);
    await first.stop();
    const again = await start(home, ["--dev", "--reset", "--port", String(port)]);
    await again.stop();

    expect(lines(first)).toEqual([...created, ...loopbackLines(dev, port, first)]);
    const printed = lines(again).filter((line) => !line.startsWith("✓ moved to the trash: "));
    expect(printed).toEqual([...created, ...loopbackLines(dev, port, again)]);
    expect(first.output().stderr).toContain("no token or password is set");
  });
});

test.describe("step 6: Tailscale", () => {
  test("serve and funnel print identity, address and listener", async ({ home }) => {
    test.skip(process.platform === "win32", "the recorder is a shell script");
    await onboard(home);
    const port = await freePort();
    const recorder = recordTailscale();
    try {
      const env = { PATH: `${recorder.folder}:${process.env.PATH}` };
      const serve = await start(home, ["--tailscale", "serve", "--port", String(port)], env);
      await serve.stop();
      await cli(home, "config", "set", "gateway.auth.password", "your-own-password");
      const args = ["--tailscale", "funnel", "--auth", "password", "--port", String(port)];
      const funnel = await start(home, args, env);
      await funnel.stop();

      expect(lines(serve)).toEqual([
        "✓ Tailscale identity detected",
        "✓ advertising gateway via Tailscale Serve",
        "✓ MagicDNS: https://gate.tail1234.ts.net",
        ...loopbackLines(home, port, serve),
      ]);
      expect(lines(funnel)).toEqual([
        "✓ Tailscale Funnel enabled",
        "✓ Funnel URL: https://gate.tail1234.ts.net",
        ...loopbackLines(home, port, funnel),
      ]);
    } finally {
      recorder.dispose();
    }
  });

  test("funnel without a password is refused", async ({ home }) => {
    await onboard(home);

    expect(await cli(home, "gateway", "--tailscale", "funnel")).toMatchObject({
      code: 1,
      stdout: "",
      stderr: "--tailscale funnel is public: it needs --auth password and a password.\n",
    });
  });
});

test.describe("step 7: does it run?", () => {
  test("status, status --no-probe, health and probe", async ({ home }) => {
    await onboard(home);
    const port = await freePort();
    const gateway = await start(home, ["--port", String(port)]);

    const status = await cli(home, "gateway", "status");
    const unprobed = await cli(home, "gateway", "status", "--no-probe");
    const health = await cli(home, "gateway", "health");
    const probe = await cli(home, "gateway", "probe");
    await gateway.stop();
    const gone = await cli(home, "gateway", "status", "--require-rpc");

    const service = [
      "Gateway service status",
      "┌─┐",
      "│ Service: NAME (not installed) │",
      `│ Runtime: running in foreground (PID ${gateway.pid}) │`,
      `│ Port: ${port} │`,
      "│ Last gateway error: none │",
      "└─┘",
    ];
    const rpc = [
      "RPC probe",
      "┌─┐",
      `│ Target: ws://127.0.0.1:${port} │`,
      "│ Status: ✓ connected │",
      "│ Latency: Nms │",
      "└─┘",
    ];
    expect(plainBoxes(status.stdout).slice(0, 13)).toEqual([...service, ...rpc]);
    expect(plainBoxes(unprobed.stdout).slice(0, 7)).toEqual(service);
    expect(unprobed.stdout).not.toContain("RPC probe");
    expect(health).toMatchObject({ code: 0, stdout: HEALTHY, stderr: "" });
    expect(probe).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^Gateway probe\nReachable: yes\n/),
    });
    expect(probe.stdout).toContain(`This machine: ws://127.0.0.1:${port}\n  Connect: ✓ reachable (`);
    expect(probe.durationMs).toBeLessThan(2_900); // Its time limit is 3 s; nothing may wait for that.
    expect(gone).toMatchObject({ code: 1, stdout: expect.stringContaining("│ Status: ✗ failed") });
  });
});

/** The report with boxes of no width, and without what differs between machines. */
function plainBoxes(text: string): string[] {
  return text
    .replace(/─+/g, "─")
    .replace(/ +│\n/g, " │\n")
    .replace(/Latency: \d+ms/, "Latency: Nms")
    .replace(/Service: .+ \(/, "Service: NAME (")
    .split("\n");
}

test.describe("common errors", () => {
  test("gateway.mode is not set, in the three ways out", async ({ home }) => {
    home.writeConfig({});
    const port = String(await freePort());

    const blocked = await cli(home, "gateway", "--port", port);
    const skipped = await start(home, ["--allow-unconfigured", "--port", port]);
    await skipped.stop();
    home.writeConfig({ gateway: { mode: "local", auth: { mode: "token", token: "your-secure-token" } } });
    const configured = await start(home, ["--port", port]);
    await configured.stop();

    expect(blocked).toMatchObject({
      code: 1,
      stdout: "",
      stderr:
        "Gateway start blocked: set gateway.mode=local (current: unset) or pass --allow-unconfigured.\n",
    });
    expect(lines(skipped)).toEqual(loopbackLines(home, Number(port), skipped));
    expect(lines(configured)).toEqual(loopbackLines(home, Number(port), configured));
  });

  test("bound to the local network without auth, and cured by the token in the file", async ({ home }) => {
    const port = String(await freePort());
    home.writeConfig({ gateway: { mode: "local" } });
    const refused = await cli(home, "gateway", "--bind", "lan", "--port", port);
    home.writeConfig({ gateway: { mode: "local", auth: { mode: "token", token: "your-secure-token" } } });
    const cured = await start(home, ["--bind", "lan", "--port", port]);

    expect(refused.stderr).toMatch(
      /^Refusing to bind gateway to lan without auth\.\nSet gateway\.auth\.token/,
    );
    expect(await cured.stop()).toMatchObject({ code: 0 });
  });

  test("the port is taken: the error names it, another port works", async ({ home }) => {
    await onboard(home);
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    try {
      const refused = await cli(home, "gateway", "--port", String(port));
      const other = await start(home, ["--port", String(await freePort())]);

      expect(refused.stderr).toMatch(/^Error: listen EADDRINUSE: address already in use \S+:\d+\n/);
      expect(refused.stderr).toContain("--force");
      expect(await other.stop()).toMatchObject({ code: 0 });
    } finally {
      server.close();
    }
  });

  test("--reset without --dev", async ({ home }) => {
    await onboard(home);

    expect(await cli(home, "gateway", "--reset")).toMatchObject({
      code: 1,
      stdout: "",
      stderr: "Use --reset with --dev.\n",
    });
  });

  test("a gateway runs already", async ({ home }) => {
    await onboard(home);
    const port = String(await freePort());
    const gateway = await start(home, ["--port", port]);

    const second = await cli(home, "gateway", "--port", port);
    await gateway.stop();

    expect(second.code).toBe(1);
    expect(second.stderr).toMatch(/^Gateway already running locally \(PID \d+, port \d+, since .+\)\.\n/);
    expect(second.stderr).toContain(`kill ${gateway.pid}`);
  });
});
