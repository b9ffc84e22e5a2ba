import { readdirSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { delimiter } from "node:path";
import { expect } from "@playwright/test";
import { startIdOf } from "../../../../../shared/node/process-identity.ts";
import { startGateway, type TestGateway } from "../../../../helpers/gateway/gateway.ts";
import { TEST_TOKEN } from "../../../../helpers/gateway/wire-client.ts";
import { test as base, type TempHome } from "../../../../helpers/home/temp-home.ts";
import { freePort } from "../../../../helpers/network/ports.ts";
import { type SshServer, startSshServer } from "../../../../helpers/network/ssh-server.ts";
import { type CliResult, startCli } from "../../../../helpers/process/cli.ts";
import { runInProcess } from "../../../../helpers/process/in-process.ts";
import { startProgram } from "../../../../helpers/process/program.ts";
import { missingReason } from "../../../../helpers/run/desktop-needs.ts";

interface Tools {
  /** A gateway in this process, with `TEST_TOKEN`. */
  gateway: TestGateway;
  ssh: SshServer;
}

const test = base.extend<Tools>({
  // biome-ignore lint/correctness/noEmptyPattern: the runner reads the fixture's needs from this pattern.
  gateway: async ({}, use) => {
    const gateway = await startGateway();
    await use(gateway);
    await gateway.stop();
  },
  ssh: async ({ home }, use) => {
    const ssh = await startSshServer(home, { address: "127.0.0.1", port: await freePort() });
    await use(ssh);
    await ssh.stop();
  },
});

/** Asks nothing of the network around: only addresses that a test names. */
const probe = (home: TempHome, args: string[], env: Record<string, string> = {}): Promise<CliResult> =>
  runInProcess(["gateway", "probe", ...args], { env: home.env({ CLAWDBOT_DISABLE_BONJOUR: "1", ...env }) });
const parsed = ({ stdout }: CliResult) => JSON.parse(stdout);

test.describe("gateway probe", () => {
  test("row 59: reports that nothing is reachable and creates no files where no gateway ever ran", async ({
    home,
  }) => {
    const env = { CLAWDBOT_GATEWAY_PORT: String(await freePort()) };

    const text = await probe(home, [], env);
    const json = await probe(home, ["--json"], env);
    await runInProcess(["gateway", "status"], { env: home.env(env) });

    expect({ code: text.code, stderr: text.stderr }).toEqual({ code: 1, stderr: "" });
    expect(text.stdout).toMatch(/^Gateway probe\nReachable: no\nTime limit: 3000ms\n/);
    expect(json.code).toBe(1);
    expect(parsed(json)).toMatchObject({
      ok: false,
      timeoutMs: 3_000,
      primaryTargetId: "localLoopback",
      warnings: [],
      discovery: null,
      targets: [
        {
          id: "localLoopback",
          kind: "localLoopback",
          active: true,
          tunnel: null,
          connect: { ok: false, latencyMs: null, error: expect.stringContaining("ECONNREFUSED") },
          self: null,
          config: null,
          health: null,
          summary: null,
          presence: null,
        },
      ],
    });
    expect(readdirSync(home.path)).toEqual([]);
  });

  test("shows health, sessions, presence and configuration of a gateway, without its secrets", async ({
    home,
    gateway: { port },
  }) => {
    home.writeConfig({ gateway: { port, auth: { token: TEST_TOKEN } } });

    const text = await probe(home, []);
    const json = await probe(home, ["--json"]);

    expect(text.code).toBe(0);
    expect(text.stdout).toMatch(
      /Reachable: yes\n.*\n\nThis machine: ws:\/\/127\.0\.0\.1:\d+\n {2}Connect: ✓ reachable \(\d+ms\)\n {2}Gateway: .+\n {2}Health: OK\n/,
    );
    expect(parsed(json)).toMatchObject({
      ok: true,
      targets: [
        {
          connect: { ok: true, latencyMs: expect.any(Number), error: null, close: null },
          self: { host: expect.any(String), version: expect.any(String), platform: expect.any(String) },
          config: { valid: true, gateway: { authTokenConfigured: false } },
          health: { ok: true },
          summary: { sessions: { count: 0 } },
          presence: expect.arrayContaining([expect.objectContaining({ mode: "gateway" })]),
        },
      ],
    });
    expect(text.stdout + json.stdout).not.toContain(TEST_TOKEN);
  });

  test("calls a gateway that refuses the secret reachable, unauthorized", async ({
    home,
    gateway: { port },
  }) => {
    home.writeConfig({ gateway: { port, auth: { token: "WRONG" } } });

    const text = await probe(home, []);
    const json = await probe(home, ["--json"]);

    expect(text.code).toBe(0);
    expect(text.stdout).toContain("Reachable: yes\n");
    expect(text.stdout).toContain("Connect: ✗ reachable, unauthorized: gateway token mismatch");
    expect(parsed(json)).toMatchObject({
      ok: true,
      targets: [{ connect: { ok: false, error: expect.stringMatching(/^unauthorized/) }, health: null }],
    });
  });

  test("knows one gateway behind two addresses, and two gateways from one", async ({
    home,
    gateway: { port },
  }) => {
    const other = await startGateway();
    home.writeConfig({ gateway: { port, auth: { token: TEST_TOKEN } } });
    const url = (its: number) => ["--json", "--url", `ws://localhost:${its}`];

    const same = await probe(home, url(port));
    const different = await probe(home, url(other.port));
    await other.stop();

    expect(parsed(same)).toMatchObject({
      primaryTargetId: "explicit",
      warnings: [],
      targets: [{ connect: { ok: true } }, { connect: { ok: true } }],
    });
    expect(parsed(different).warnings).toEqual([
      {
        code: "multiple_gateways",
        message: expect.stringMatching(/^2 different gateways answer/),
        targetIds: ["explicit", "localLoopback"],
      },
    ]);
  });

  test("gives a silent address its share of the time and no more", async ({ home }) => {
    const server = createServer(() => {}).listen(0, "127.0.0.1");
    await new Promise((resolve) => server.once("listening", resolve));
    const { port } = server.address() as AddressInfo;
    home.writeConfig({ gateway: { port } });

    const [short, long] = await Promise.all([
      probe(home, ["--timeout", "600", "--json"]),
      probe(home, ["--timeout", "6000", "--json"]),
    ]);
    server.close();

    expect({ short: short.code, long: long.code }).toEqual({ short: 1, long: 1 });
    expect(parsed(short)).toMatchObject({
      timeoutMs: 600,
      targets: [{ connect: { ok: false, error: expect.stringContaining("within 160 ms") } }],
    });
    expect(parsed(long).targets[0].connect.error).toContain("within 1600 ms");
    expect(parsed(short).durationMs).toBeLessThan(parsed(long).durationMs);
  });

  for (const [what, args] of [
    ["a URL", ["--url", "http://x"]],
    ["an ssh target", ["--ssh", "-oProxyCommand=x"]],
    ["a time limit", ["--timeout", "soon"]],
    ["a key", ["--ssh", "me@den", "--ssh-identity", "/no/such/key"]],
  ] as const) {
    test(`refuses ${what} that is none, as JSON too`, async ({ home }) => {
      const { code, stdout } = await probe(home, [...args, "--json"]);

      expect(code).toBe(2);
      expect(JSON.parse(stdout)).toMatchObject({ ok: false, error: { code: "USAGE" } });
    });
  }
});

test.describe("gateway probe --ssh", () => {
  const reason = missingReason("network");
  test.skip(reason !== undefined, reason ?? "");

  const through = (ssh: SshServer) => ({ PATH: `${ssh.binFolder}${delimiter}${process.env.PATH}` });
  const target = ({ user, port }: SshServer) => `${user}@127.0.0.1:${port}`;

  const withKey = (ssh: SshServer) => ["--ssh", target(ssh), "--ssh-identity", ssh.identity];

  test("asks through a tunnel, knows the gateway again, and leaves no ssh behind", async ({
    home,
    gateway: { port },
    ssh,
  }) => {
    home.writeConfig({ gateway: { port, auth: { token: TEST_TOKEN } } });

    const args = [...withKey(ssh), "--token", TEST_TOKEN, "--json"];
    const { code, stdout } = await probe(home, args, through(ssh));

    const report = JSON.parse(stdout);
    expect(code).toBe(0);
    expect(report).toMatchObject({
      primaryTargetId: "sshTunnel",
      warnings: [],
      targets: [
        { id: "localLoopback", connect: { ok: true } },
        {
          id: "sshTunnel",
          active: true,
          url: expect.stringMatching(/^ws:\/\/127\.0\.0\.1:\d+$/),
          tunnel: { kind: "ssh", target: target(ssh), remotePort: port, localPort: expect.any(Number) },
          connect: { ok: true },
          health: { ok: true },
        },
      ],
    });
    expect(startIdOf(report.targets[1].tunnel.pid)).toBeUndefined();
  });

  test("takes target, key and secrets from the configuration", async ({ home, gateway: { port }, ssh }) => {
    const { identity } = ssh;
    const remote = {
      url: `ws://den.invalid:${port}`,
      token: TEST_TOKEN,
      sshTarget: target(ssh),
      sshIdentity: identity,
    };
    home.writeConfig({ gateway: { mode: "remote", port: await freePort(), remote } });

    const { code, stdout } = await probe(home, [], through(ssh));

    expect(code).toBe(0);
    expect(stdout).toContain(`Tunnel: ssh ${target(ssh)}, remote port ${port}\n  Connect: ✓ reachable`);
  });

  test("says what ssh said when it is not let in or does not know the host", async ({ home, ssh }) => {
    home.writeConfig({ gateway: { port: await freePort() } });
    const ask = (identity: string) =>
      probe(home, ["--ssh", target(ssh), "--ssh-identity", identity, "--json"], through(ssh));

    const refused = await ask(ssh.strangerIdentity);
    writeFileSync(ssh.knownHosts, "");
    const unknown = await ask(ssh.identity);

    expect(refused.code).toBe(1);
    for (const [result, text] of [
      [refused, "Permission denied \\(publickey\\)\\."],
      [unknown, "Host key verification failed."],
    ] as const) {
      const message = `ssh to ${target(ssh)}: `;
      const [warning] = parsed(result).warnings;
      expect(warning).toMatchObject({ code: "ssh_tunnel_failed", targetIds: ["sshTunnel"] });
      expect(warning.message).toMatch(new RegExp(`^${message}.*${text}$`));
      expect(parsed(result).targets[1]).toMatchObject({
        url: null,
        tunnel: { localPort: null, pid: null },
        connect: { ok: false, error: warning.message },
      });
    }
  });

  test("tells a tunnel that leads nowhere from one that fails", async ({ home, ssh }) => {
    home.writeConfig({ gateway: { port: await freePort() } });

    const report = parsed(await probe(home, [...withKey(ssh), "--json"], through(ssh)));

    expect(report.warnings).toEqual([]);
    expect(report.targets[1]).toMatchObject({ url: expect.any(String), connect: { ok: false } });
  });

  test("says that there is no ssh", async ({ home }) => {
    home.writeConfig({ gateway: { port: await freePort() } });

    const report = parsed(await probe(home, ["--ssh", "me@den", "--json"], { PATH: "/nowhere" }));

    expect(report.warnings).toMatchObject([{ code: "ssh_tunnel_failed", message: "ssh is not installed" }]);
  });

  test("takes its ssh along when it is ended", async ({ home, ssh }) => {
    const silent = createServer(() => {}).listen(0, "127.0.0.1");
    await new Promise((resolve) => silent.once("listening", resolve));
    home.writeConfig({ gateway: { port: (silent.address() as AddressInfo).port } });
    const accepted = new Promise((resolve) => {
      silent.on("connection", (socket) => {
        // The second one comes through the tunnel.
        if (socket.remotePort !== undefined)
          silent.getConnections((_, count) => count >= 2 && resolve(count));
      });
    });
    const args = ["gateway", "probe", ...withKey(ssh), "--timeout", "20000"];
    const running = startCli(args, { env: home.env({ CLAWDBOT_DISABLE_BONJOUR: "1", ...through(ssh) }) });
    await accepted;
    const children = await startProgram(["ps", "-o", "pid=", "--ppid", String(running.pid)], home.env())
      .ended;
    const [sshPid] = children.stdout.trim().split(/\s+/).map(Number);

    const { signal } = await running.stop();
    silent.close();

    expect(signal).toBe("SIGTERM");
    expect(sshPid).toBeGreaterThan(1);
    await expect.poll(() => startIdOf(sshPid ?? 0)).toBeUndefined();
  });
});
