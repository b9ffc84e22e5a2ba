import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "@playwright/test";
import { COMMANDS } from "../../../../sidecar/cli/commands.ts";
import { type GatewayProcess, startGatewayProcess } from "../../../helpers/gateway/gateway-process.ts";
import { TEST_TOKEN } from "../../../helpers/gateway/wire-client.ts";
import { test as base, type TempHome } from "../../../helpers/home/temp-home.ts";
import { createNetwork, networkReason } from "../../../helpers/network/namespaces.ts";
import { freePort } from "../../../helpers/network/ports.ts";
import { LAUNCHER } from "../../../helpers/process/clawdbot.ts";
import { type CliResult, startCli } from "../../../helpers/process/cli.ts";
import { startProgram } from "../../../helpers/process/program.ts";
import { runBuilt } from "../../../helpers/process/run-built.ts";
import { test as serviceTest } from "../../../helpers/service/gateway-service.ts";

const test = base.extend<{ gateway: GatewayProcess }>({
  gateway: async ({ home }, use) => {
    const gateway = await startGatewayProcess(home);
    await use(gateway);
    await gateway.process.stop();
  },
});

/** Asks nothing of the network around. */
const run = (home: TempHome, args: readonly string[], env: Record<string, string> = {}) =>
  runBuilt([...args], { env: home.env({ CLAWDBOT_DISABLE_BONJOUR: "1", ...env }) });

test.describe("row 2: a wrong token", () => {
  for (const args of [
    ["gateway", "health", "--token", "WRONG"],
    ["gateway", "--token", "WRONG", "health"],
    ["daemon", "health", "--token=WRONG"],
    ["gateway", "call", "status", "--token", "WRONG"],
  ]) {
    test(`row 2: refuses "${args.join(" ")}" as unauthorized`, async ({ home, gateway: _running }) => {
      const text = await run(home, args);
      const json = await run(home, [...args, "--json"]);

      expect({ text: text.code, json: json.code }).toEqual({ text: 1, json: 1 });
      expect(text.stderr).toMatch(/^unauthorized/);
      expect(JSON.parse(json.stdout)).toMatchObject({
        ok: false,
        error: { type: "auth", code: "TOKEN_MISMATCH", message: expect.stringMatching(/^unauthorized/) },
      });
    });
  }
});

test.describe("row 54: a stray .env in the current directory", () => {
  test("row 54: changes neither port nor token", async ({ home, gateway: { port } }) => {
    const cwd = join(home.path, "project");
    mkdirSync(cwd);
    writeFileSync(
      join(cwd, ".env"),
      "CLAWDBOT_GATEWAY_PORT=4\nCLAWDBOT_GATEWAY_TOKEN=stray\nHOME=/nowhere\n",
    );

    const health = await runBuilt(["gateway", "health"], { env: home.env(), cwd });
    const status = await runBuilt(["gateway", "status", "--json"], { env: home.env(), cwd });

    expect(health.code).toBe(0);
    expect(JSON.parse(status.stdout)).toMatchObject({
      gateway: { port, portSource: "running gateway" },
      rpc: { ok: true },
    });
  });

  test("row 54: does not reach a gateway that is started there", async ({ home }) => {
    const cwd = join(home.path, "project");
    const port = await freePort();
    mkdirSync(cwd);
    writeFileSync(join(cwd, ".env"), "CLAWDBOT_GATEWAY_PORT=4\n");
    home.writeConfig({ gateway: { mode: "local", port, auth: { token: TEST_TOKEN } } });

    const gateway = startCli(["gateway"], { env: home.env(), cwd });
    await gateway.waitFor(new RegExp(`listening on ws://127\\.0\\.0\\.1:${port} `));

    expect((await gateway.stop()).code).toBe(0);
  });
});

test.describe("row 58: one token in the environment, another in the configuration", () => {
  test("row 58: server and command line of one shell agree", async ({ home }) => {
    const port = await freePort();
    const env = { CLAWDBOT_GATEWAY_TOKEN: "of-the-environment" };
    home.writeConfig({ gateway: { mode: "local", port, auth: { token: "of-the-file" } } });
    const gateway = startCli(["gateway"], { env: home.env(env) });
    await gateway.waitFor(/log file: /);

    const [health, status, probe, otherShell] = await Promise.all([
      run(home, ["gateway", "health"], env),
      run(home, ["gateway", "status", "--require-rpc"], env),
      run(home, ["gateway", "probe", "--json"], env),
      run(home, ["gateway", "health"]),
    ]);
    await gateway.stop();

    expect([health.code, status.code, probe.code]).toEqual([0, 0, 0]);
    expect(JSON.parse(probe.stdout)).toMatchObject({ targets: [{ connect: { ok: true } }] });
    expect(otherShell).toMatchObject({ code: 1, stderr: expect.stringMatching(/^unauthorized/) });
  });
});

test.describe("row 57: every verb with --json", () => {
  const verbs = COMMANDS.filter(({ options }) => "json" in options).map(({ name }) => name);
  const config = { gateway: { mode: "local", auth: { token: TEST_TOKEN } }, logging: { level: "info" } };

  const BROWSER_VERBS = ["status", "start", "stop", "profiles", "tabs", "snapshot", "screenshot"];

  /** Arguments with which a verb succeeds, while a gateway runs unless it says otherwise. */
  const successes: Record<string, readonly string[]> = {
    "gateway status": [],
    "gateway health": [],
    "gateway call": ["status"],
    "gateway probe": [],
    agent: ["--message", "hi"],
    "agents list": [],
    "agents add": ["work"],
    "agents set-identity": ["work", "--name", "Wanda"],
    "agents delete": ["work", "--yes"],
    sessions: [],
    budget: [],
    "budget add": ["1"],
    "node status": [],
    "nodes list": [],
    "nodes status": [],
    "nodes pending": [],
    devices: [],
    "models list": [],
    "models status": [],
    "models auth": [],
    "models set": ["local/echo"],
    "skills list": [],
    "skills info": ["weather"],
    "skills check": [],
    "skills trust": ["weather"],
    "skills disable": ["weather"],
    "skills enable": ["weather"],
    outbox: [],
    "cron list": [],
    "cron add": ["--name", "cake", "--at", "20m", "--system-event", "Cake"],
    "cron status": [],
    "system event": ["--text", "The backup failed"],
    "system heartbeat": ["last"],
    "pairing list": [],
    "approvals list": [],
    "approvals rules": [],
    "approvals get": [],
    dashboard: [],
    logs: [],
    completion: ["bash"],
    "config get": [],
    "config set": ["logging.level", "debug"],
    "config unset": ["logging.level"],
    "config validate": [],
    "config edit": [],
    "config path": [],
  };
  const failures: Record<string, readonly string[]> = {
    gateway: ["--bind", "nowhere"],
    "gateway run": [],
    "gateway status": ["--require-rpc"],
    "gateway health": [],
    "gateway call": ["status"],
    "gateway probe": [],
    "gateway discover": [],
    agent: [],
    "agents list": ["superfluous"],
    "agents add": ["No Name"],
    "agents set-identity": ["nobody", "--name", "Wanda"],
    "agents delete": ["nobody", "--yes"],
    sessions: [],
    "sessions delete": ["nobody"],
    "sessions reopen": ["nobody"],
    "sessions import": ["--from", "/dev/null"],
    budget: [],
    "budget add": ["much"],
    "node status": ["superfluous"],
    "node install": ["superfluous"],
    "node uninstall": ["superfluous"],
    "nodes list": [],
    "nodes status": [],
    "nodes pending": [],
    "nodes describe": [],
    "nodes approve": ["nobody"],
    "nodes reject": ["nobody"],
    "nodes rename": ["--node", "nobody"],
    "nodes invoke": ["--node", "nobody"],
    "nodes run": ["true"],
    "nodes notify": ["--node", "nobody"],
    devices: [],
    "devices approve": ["nobody"],
    "devices reject": ["nobody"],
    "devices revoke": ["nobody"],
    "devices rotate": ["nobody"],
    "models list": [],
    "models status": [],
    "models auth": [],
    "models set": ["local/echo", "superfluous"],
    "skills list": ["--agent", "nobody"],
    "skills info": ["nothing"],
    "skills check": ["superfluous"],
    "skills trust": ["nothing", "--yes"],
    "skills disable": ["nothing"],
    "skills enable": ["nothing"],
    "skills install": ["weather", "--yes"],
    "browser install": ["superfluous"],
    "browser open": ["example.org"],
    ...Object.fromEntries(BROWSER_VERBS.map((verb) => [`browser ${verb}`, ["superfluous"]])),
    outbox: ["superfluous"],
    "cron list": ["superfluous"],
    "cron add": ["--name", "cake"],
    "cron edit": ["nothing"],
    "cron rm": ["nothing"],
    "cron enable": ["nothing"],
    "cron disable": ["nothing"],
    "cron run": ["nothing"],
    "cron runs": [],
    "cron status": ["superfluous"],
    "system event": [],
    "system heartbeat": ["first"],
    "outbox resend": ["nothing"],
    "approvals list": ["superfluous"],
    "approvals allow": ["nothing"],
    "approvals deny": ["nothing"],
    "approvals rules": ["superfluous"],
    "approvals revoke": ["nothing"],
    "approvals get": ["superfluous"],
    "approvals set": ["not-there.json"],
    "pairing list": [],
    "pairing approve": ["telegram", "ABCD2345"],
    "pairing dismiss": ["telegram", "ABCD2345"],
    dashboard: [],
    logs: [],
    completion: ["nushell"],
    "backup create": ["-"],
    "backup verify": ["not-there.tar.gz"],
    "backup restore": ["not-there.tar.gz"],
    "config get": ["gateway.customBindHost"],
    "config set": ["gateway.port", "0"],
    "config unset": ["gateway.port"],
    "config validate": [],
    "config edit": [],
    "config path": ["superfluous"],
    reset: ["--scope", "all"],
    tray: ["superfluous"],
    uninstall: [],
    onboard: [],
    doctor: ["superfluous"],
    "gateway install": ["--runtime", "bun"],
    ...Object.fromEntries(
      ["start", "stop", "restart", "uninstall"].map((verb) => [`gateway ${verb}`, ["superfluous"]]),
    ),
  };
  /** Verbs of the service, in an order in which each succeeds. */
  const serviceVerbs = ["install", "start", "restart", "stop", "uninstall"];
  /** What is tested below in a way of its own; what needs a person or a device that asks, doctor, onboard and the tray have files of their own. */
  const apart = [
    ...["devices approve", "devices reject", "devices revoke", "devices rotate"],
    ...["node install", "node uninstall"],
    ...["describe", "approve", "reject", "rename", "invoke", "run", "notify"].map((verb) => `nodes ${verb}`),
    ...["pairing approve", "pairing dismiss", "sessions import", "outbox resend"],
    ...["approvals allow", "approvals deny", "approvals revoke", "approvals set"],
    ...["sessions delete", "sessions reopen"],
    ...["edit", "rm", "enable", "disable", "run", "runs"].map((verb) => `cron ${verb}`),
    "skills install",
    ...["install", "open", ...BROWSER_VERBS].map((verb) => `browser ${verb}`),
    ...["backup create", "backup verify", "backup restore"],
    ...["gateway", "gateway run", "gateway discover", "reset", "uninstall", "doctor", "onboard", "tray"],
    ...serviceVerbs.map((verb) => `gateway ${verb}`),
  ];

  test("row 57: is tried here, in success and in failure", () => {
    expect([...Object.keys(successes), ...apart].sort()).toEqual([...verbs].sort());
    expect(Object.keys(failures).sort()).toEqual([...verbs].sort());
  });

  test("row 57: prints one document when it succeeds", async ({ home, gateway: _running }) => {
    home.writeConfig(config);
    for (const [verb, args] of Object.entries(successes)) {
      const result = await run(home, [...verb.split(" "), ...args, "--json"], { EDITOR: "true" });

      expect({ verb, code: result.code, document: isOneDocument(result) }).toEqual({
        verb,
        code: 0,
        document: true,
      });
      expect(result.stdout).not.toContain(TEST_TOKEN);
    }
  });

  for (const verb of ["gateway", "gateway run"]) {
    test(`row 57: prints one document when ${verb} starts`, async ({ home }) => {
      home.writeConfig(config);
      const args = [...verb.split(" "), "--json", "--port", String(await freePort())];
      const gateway = startCli(args, { env: home.env() });
      await gateway.waitFor(/logFile/);

      const result = await gateway.stop();

      expect({ code: result.code, document: isOneDocument(result) }).toEqual({ code: 0, document: true });
    });
  }

  test("row 57: prints one document when reset moved something", async ({ home }) => {
    home.writeConfig(config);

    const result = await run(home, ["reset", "--scope", "full", "--yes", "--json"]);

    expect({ code: result.code, document: isOneDocument(result) }).toEqual({ code: 0, document: true });
  });

  test("row 57: prints one document when uninstall moved something", async ({ home }) => {
    home.writeConfig(config);

    const env = { CLAWDBOT_SYSTEMD_UNIT: `clawdbot-test-${process.pid}` };
    const result = await run(home, ["uninstall", "--state", "--yes", "--json"], env);

    expect({ code: result.code, document: isOneDocument(result) }).toEqual({ code: 0, document: true });
  });

  serviceTest("row 57: prints one document for every verb of the service", async ({ place }) => {
    for (const verb of serviceVerbs) {
      const result = await place.clawdbot("gateway", verb, "--json");

      expect({ verb, code: result.code, document: isOneDocument(result) }).toEqual({
        verb,
        code: 0,
        document: true,
      });
      expect(result.stdout).not.toContain(TEST_TOKEN);
    }
  });

  test("row 57: prints one document when discover found nothing", async ({ home }) => {
    const reason = networkReason();
    test.skip(reason !== undefined, reason ?? "");
    const network = createNetwork();
    const words = [process.execPath, LAUNCHER, "gateway", "discover", "--timeout", "200", "--json"];

    const result = await startProgram(network.here.on(...words), home.env()).ended;
    network.dispose();

    expect({ code: result.code, document: isOneDocument(result) }).toEqual({ code: 0, document: true });
  });

  test("row 57: prints one document when it fails", async ({ home }) => {
    const env = { CLAWDBOT_GATEWAY_PORT: String(await freePort()), EDITOR: "false" };
    for (const [verb, args] of Object.entries(failures)) {
      const result = await run(home, [...verb.split(" "), ...args, "--json"], env);

      expect({ verb, failed: result.code !== 0, document: isOneDocument(result) }).toEqual({
        verb,
        failed: true,
        document: true,
      });
    }
  });
});

function isOneDocument({ stdout }: CliResult): boolean {
  try {
    JSON.parse(stdout);
    return true;
  } catch {
    return false;
  }
}
