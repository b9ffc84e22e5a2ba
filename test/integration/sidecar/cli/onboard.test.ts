import {
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { expect } from "@playwright/test";
import { validateConfig } from "../../../../shared/config/validate.ts";
import { startGatewayProcess } from "../../../helpers/gateway/gateway-process.ts";
import { TEST_TOKEN } from "../../../helpers/gateway/wire-client.ts";
import { createTempHome, type TempHome, test } from "../../../helpers/home/temp-home.ts";
import { treeChecksum } from "../../../helpers/home/tree-checksum.ts";
import { FakeProvider } from "../../../helpers/models/fake-provider.ts";
import { answered, inTrouble } from "../../../helpers/models/reply.ts";
import { freePort } from "../../../helpers/network/ports.ts";
import { LAUNCHER } from "../../../helpers/process/clawdbot.ts";
import { type CliResult, runCli, startCli, startNode } from "../../../helpers/process/cli.ts";
import { runInProcess } from "../../../helpers/process/in-process.ts";
import { findProgram } from "../../../helpers/run/desktop-needs.ts";

const CONSENT = ["--non-interactive", "--accept-risk"];

function onboard(home: TempHome, args: string[], env: Record<string, string> = {}): Promise<CliResult> {
  return runInProcess(["onboard", ...args], { env: home.env(env), cwd: home.path });
}

async function onboardJson(home: TempHome, args: string[], env: Record<string, string> = {}) {
  const { code, stdout, stderr } = await onboard(home, [...CONSENT, ...args, "--json"], env);
  return { code, stderr, document: JSON.parse(stdout) as Record<string, unknown> };
}

function configIn(home: TempHome) {
  return JSON.parse(readFileSync(home.configFile, "utf8"));
}

test.describe("onboard without questions", () => {
  test("sets a local gateway up and prints one document without a secret", async ({ home }) => {
    const { code, document, stderr } = await onboardJson(home, ["--gateway-port", "19345"]);

    const config = configIn(home);
    const { token } = config.gateway.auth;
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(validateConfig(config)).toMatchObject({ valid: true, warnings: [] });
    expect(config).toMatchObject({
      gateway: { mode: "local", port: 19_345, bind: "loopback", auth: { mode: "token" } },
      agents: { defaults: { workspace: join(home.path, "clawd") } },
    });
    expect(token).toMatch(/^[0-9a-f]{48}$/);
    expect(JSON.stringify(document)).not.toContain(token);
    expect(document).toMatchObject({
      ok: true,
      mode: "local",
      changed: { config: true, workspace: true, variables: false },
      gateway: { url: "ws://127.0.0.1:19345", auth: { mode: "token", source: "generated" } },
      next: "clawdbot gateway",
    });
    expect(statSync(home.configFile).mode & 0o777).toBe(0o600);
    expect(statSync(home.stateDir).mode & 0o777).toBe(0o700);
  });

  test("changes nothing when it runs again, and keeps the token", async ({ home }) => {
    await onboardJson(home, []);
    const before = treeChecksum(home.path);

    const { code, document } = await onboardJson(home, []);

    expect(code).toBe(0);
    expect(document).toMatchObject({
      changed: { config: false, workspace: false },
      gateway: { auth: { source: "kept" } },
    });
    expect(treeChecksum(home.path)).toBe(before);
  });

  test("takes every answer as an option", async ({ home }) => {
    const answers = [
      ...["--flow", "manual", "--mode", "local", "--workspace", "my clawd"],
      ...["--auth-choice", "openai-api-key"],
      ...["--openai-api-key", "sk-open", "--anthropic-api-key", "sk-ant", "--gateway-port", "19346"],
      ...["--gateway-bind", "custom", "--gateway-custom-host", "127.0.0.1", "--gateway-auth", "token"],
      ...["--gateway-token", "a token of my own", "--tailscale", "off", "--tailscale-reset-on-exit"],
      ...["--daemon-runtime", "node", "--node-manager", "pnpm", "--skip-daemon", "--no-install-daemon"],
      ...["--skip-channels", "--skip-skills", "--skip-health", "--skip-ui", "--skip-key-check"],
    ];
    // A path that begins in the directory where it was typed.
    const { code } = await runCli(["onboard", ...CONSENT, ...answers], { env: home.env(), cwd: home.path });

    expect(code).toBe(0);
    expect(configIn(home)).toMatchObject({
      gateway: {
        mode: "local",
        port: 19_346,
        bind: "custom",
        customBindHost: "127.0.0.1",
        auth: { mode: "token", token: "a token of my own" },
        tailscale: { resetOnExit: true },
      },
      agents: { defaults: { workspace: join(home.path, "my clawd") } },
    });
    const envFile = join(home.stateDir, ".env");
    expect(readFileSync(envFile, "utf8")).toBe("ANTHROPIC_API_KEY=sk-ant\nOPENAI_API_KEY=sk-open\n");
    expect(statSync(envFile).mode & 0o777).toBe(0o600);
    expect(statSync(join(home.path, "my clawd")).isDirectory()).toBe(true);
  });

  for (const [what, reply, expected] of [
    [
      "that it works",
      answered("Hi"),
      { said: "✓ the key of Anthropic works: anthropic/claude-haiku-4-5 answered", kind: "good" },
    ],
    [
      "that it is refused, and goes on",
      inTrouble("auth"),
      {
        said: /^The key of Anthropic does not work: .*Give another one: clawdbot models auth add anthropic$/m,
        kind: "refused",
      },
    ],
    [
      "that nobody knows, and goes on",
      inTrouble("server"),
      {
        said: /^Whether the key of Anthropic works is not known yet .*the first message will tell\.$/m,
        kind: "unknown",
      },
    ],
  ] as const) {
    test(`tries a key with one small request and says ${what}`, async ({ home }) => {
      const provider = await FakeProvider.start();
      provider.script(reply);
      home.writeConfig({
        gateway: { mode: "local", port: await freePort() },
        models: { providers: { anthropic: { baseUrl: provider.url } } },
      });
      const args = ["--anthropic-api-key", "sk-ant-secret", "--daemon", "skip"];
      const { code, stdout, stderr } = await onboard(home, [...CONSENT, ...args]);

      expect(code).toBe(0);
      const { said, kind } = expected;
      if (typeof said === "string") expect(stdout).toContain(said);
      else expect(stderr).toMatch(said);
      expect(stdout + stderr).not.toContain("sk-ant-secret");
      expect(provider.requests.map(({ body, headers }) => [body.max_tokens, headers["x-api-key"]])).toEqual([
        [16, "sk-ant-secret"],
      ]);
      expect(readFileSync(join(home.stateDir, ".env"), "utf8")).toBe("ANTHROPIC_API_KEY=sk-ant-secret\n");

      const again = await onboardJson(home, args);
      expect(again.document).toMatchObject({
        keyChecks: [{ variable: "ANTHROPIC_API_KEY", kind, model: "anthropic/claude-haiku-4-5" }],
      });
      await provider.stop();
    });
  }

  test("says in one line where no service can be kept, and what to run instead", async ({ home }) => {
    const { code, stdout, stderr } = await onboard(home, [...CONSENT, "--install-daemon"]);
    const { document } = await onboardJson(home, ["--install-daemon"]);

    expect(code).toBe(1);
    expect(stderr.trim().split("\n")).toHaveLength(1);
    expect(stdout.trim().split("\n").at(-1)).toBe("Next: clawdbot gateway");
    expect(document).toMatchObject({ ok: false, service: { state: "unavailable", reason: stderr.trim() } });
  });

  test("leads to another gateway and says whether it answers", async ({ home }) => {
    const elsewhere = createTempHome();
    const other = await startGatewayProcess(elsewhere);
    const url = `ws://127.0.0.1:${other.port}`;

    const there = await onboardJson(home, [
      "--mode",
      "remote",
      "--remote-url",
      url,
      "--remote-token",
      TEST_TOKEN,
    ]);
    const again = await onboardJson(home, []);
    await other.process.stop();
    elsewhere.dispose();
    const gone = await onboardJson(home, []);

    expect(there).toMatchObject({
      code: 0,
      document: { ok: true, mode: "remote", healthy: true, gateway: { url } },
    });
    expect(again.document).toMatchObject({ healthy: true, changed: { config: false } });
    expect(gone).toMatchObject({ code: 0, document: { reachable: false, next: "clawdbot gateway probe" } });
    expect(configIn(home).gateway).toEqual({ mode: "remote", remote: { url, token: TEST_TOKEN } });
    expect(existsSync(join(home.path, "clawd"))).toBe(false);
  });

  test("hands changes to a gateway that runs, and asks it with the new password", async ({ home }) => {
    const gateway = await startGatewayProcess(home);
    try {
      const { code, document, stderr } = await onboardJson(home, ["--gateway-password", "correct hörse"]);

      expect(stderr).toContain(`The running gateway (PID ${gateway.pid}) took it over.`);
      expect(code).toBe(0);
      expect(document).toMatchObject({
        healthy: true,
        gateway: { url: `ws://127.0.0.1:${gateway.port}`, auth: { mode: "password", source: "given" } },
      });
      expect(configIn(home).gateway.auth).toEqual({
        mode: "password",
        token: TEST_TOKEN,
        password: "correct hörse",
      });
    } finally {
      await gateway.process.stop();
    }
  });

  test("takes the secret of this shell and warns of one that differs", async ({ home }) => {
    const first = await onboard(home, CONSENT, { CLAWDBOT_GATEWAY_TOKEN: "of this shell" });
    const second = await onboard(home, CONSENT, { CLAWDBOT_GATEWAY_TOKEN: "of another" });

    expect(first).toMatchObject({ code: 0, stderr: "" });
    expect(second.stderr).toContain("CLAWDBOT_GATEWAY_TOKEN in this shell differs from gateway.auth.token");
    expect(configIn(home).gateway.auth.token).toBe("of this shell");
  });

  test("moves the old configuration to the trash and makes a new token on --reset", async ({ home }) => {
    home.writeConfig({ gateway: { mode: "local", bind: "lan", auth: { token: TEST_TOKEN } } });

    const { code, document } = await onboardJson(home, ["--reset"]);

    expect(code).toBe(0);
    expect(document).toMatchObject({
      moved: [{ path: home.configFile, kind: "trash" }],
      gateway: { bind: "loopback", auth: { source: "generated" } },
    });
    expect(configIn(home).gateway.auth.token).not.toBe(TEST_TOKEN);
    const trash = join(home.path, ".local", "share", "Trash", "files");
    expect(readdirSync(trash)).toEqual(["clawdbot.json"]);
  });

  test("repairs by --reset what it refuses to touch otherwise", async ({ home }) => {
    home.writeConfig("{ gateway: ");

    const refused = await onboard(home, CONSENT);
    const reset = await onboard(home, [...CONSENT, "--existing", "reset", "--reset-scope", "config"]);

    expect(refused).toMatchObject({ code: 1, stderr: expect.stringMatching(/^Invalid configuration: /) });
    expect(reset.code).toBe(0);
    expect(configIn(home).gateway.mode).toBe("local");
  });

  test("refuses a reset while a gateway runs without a service, and touches nothing", async ({ home }) => {
    const gateway = await startGatewayProcess(home);
    const before = readFileSync(home.configFile, "utf8");

    const { code, stderr } = await onboard(home, [
      ...CONSENT,
      "--reset",
      "--workspace",
      join(home.path, "w"),
    ]);
    await gateway.process.stop();

    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining(`PID ${gateway.pid}`) });
    expect(readFileSync(home.configFile, "utf8")).toBe(before);
    expect(existsSync(join(home.path, "w"))).toBe(false);
  });

  const refusals: [args: string[], code: number, message: RegExp][] = [
    [["--gateway-port", "19111x"], 1, /^--gateway-port: expected 1-65535, got "19111x"$/],
    [["--gateway-port", "99999"], 1, /^--gateway-port: expected 1-65535, got "99999"$/],
    [["--gateway-bind", "all"], 1, /^--gateway-bind: expected one of loopback, lan, .*; got "all"$/],
    [["--gateway-bind", "custom"], 1, /^--gateway-bind custom needs .*--gateway-custom-host <host>\.$/],
    [
      ["--gateway-bind", "custom", "--gateway-custom-host", "203.0.113.9"],
      1,
      /^--gateway-custom-host: Cannot bind gateway to 203\.0\.113\.9: address not available on this machine\.$/,
    ],
    [["--gateway-auth", "none"], 1, /^--gateway-auth: expected one of token, password; got "none"$/],
    [["--gateway-auth", "password"], 1, /^Auth mode password needs a password: --gateway-password or /],
    [["--tailscale", "funnel"], 1, /^Auth mode password needs a password: /],
    [["--mode", "remote"], 1, /^--mode remote needs the address of the gateway: --remote-url /],
    [
      ["--mode", "remote", "--remote-url", "http://x"],
      1,
      /^--remote-url: expected a ws:\/\/ or wss:\/\/ address/,
    ],
    [["--daemon-runtime", "deno"], 1, /^--daemon-runtime: expected one of node, bun; got "deno"$/],
    [["--daemon-runtime", "bun"], 1, /^--daemon-runtime: the gateway runs on Node only; leave it out$/],
    [
      ["--daemon", "maybe"],
      1,
      /^--daemon: expected one of install, restart, reinstall, start, skip; got "maybe"$/,
    ],
    [["--flow", "slow"], 1, /^--flow: expected one of quickstart, advanced; got "slow"$/],
    [["--auth-choice", "acme"], 1, /^--auth-choice: expected one of anthropic-api-key, /],
    [
      ["--auth-choice", "openai-api-key"],
      1,
      /^--auth-choice openai-api-key needs a key: --openai-api-key or OPENAI_API_KEY\.$/,
    ],
    [["--openai-api-key", "two words"], 1, /^--openai-api-key: holds blanks or characters that no key has/],
    [["--workspace", "/dev/null"], 1, /^--workspace: \/dev\/null is a file$/],
    [["--workspace", "~other/clawd"], 1, /^--workspace: must be an absolute path, or begin with ~\/$/],
    [
      ["--remote-url", "wss://home.example"],
      1,
      /^--remote-url: has no effect with a gateway on this machine: add --mode remote$/,
    ],
    [
      ["--mode", "remote", "--remote-url", "wss://home.example", "--gateway-port", "19111"],
      1,
      /^--gateway-port: has no effect with mode remote: leave it out$/,
    ],
    [
      ["--mode", "remote", "--remote-url", "wss://home.example", "--install-daemon"],
      1,
      /^--daemon: has no effect with mode remote: leave it out$/,
    ],
    [["--reset-scope", "full"], 1, /^--reset-scope: has no effect without a reset: add --reset$/],
    [
      ["--gateway-token", "a", "--gateway-password", "b"],
      2,
      /^--gateway-token and --gateway-password exclude each other$/,
    ],
    [["--gateway-token", ""], 2, /^Empty --gateway-token$/],
    [["--install-daemon", "--skip-daemon"], 2, /^--install-daemon and --skip-daemon exclude each other$/],
    [["--reset", "--existing", "keep"], 2, /^--reset and --existing exclude each other$/],
    [["--nonsense"], 2, /^Unknown option --nonsense/],
  ];
  for (const [args, code, message] of refusals) {
    test(`refuses ${args.join(" ")} with one line and exit ${code}`, async ({ home }) => {
      const before = treeChecksum(home.path);

      const result = await onboard(home, [...CONSENT, ...args]);

      expect(result).toMatchObject({ code, stdout: "", stderr: expect.stringMatching(/^[^\n]+\n$/) });
      expect(result.stderr.trim()).toMatch(message);
      expect(treeChecksum(home.path)).toBe(before);
    });
  }

  test("refuses a variable that is no port before anything is written", async ({ home }) => {
    const { code, stderr } = await onboard(home, CONSENT, { CLAWDBOT_GATEWAY_PORT: "abc" });

    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: 'CLAWDBOT_GATEWAY_PORT: expected 1-65535, got "abc"\n',
    });
    expect(readdirSync(home.path)).toEqual([]);
  });

  test("leaves an installation in which doctor finds no error, also with a configuration elsewhere", async ({
    home,
  }) => {
    const env = { CLAWDBOT_CONFIG_PATH: join(home.path, "etc", "gateway.json") };
    const port = String(await freePort());

    const { code } = await onboard(home, [...CONSENT, "--gateway-port", port], env);
    const doctor = await runInProcess(["doctor"], { env: home.env(env) });

    expect({ code, doctor: doctor.code }).toEqual({ code: 0, doctor: 0 });
    expect(statSync(home.stateDir).mode & 0o777).toBe(0o700);
  });

  test("F12: puts no files of root into the home of somebody who uses sudo", async ({ home }) => {
    test.skip(process.getuid?.() !== 0, "only root can stand for sudo");
    chownSync(home.path, 65_534, 65_534);
    const commands = [
      ["onboard", ...CONSENT],
      ["start"],
      ["uninstall", "--all", "--yes"],
      ["reset", "--scope", "full", "--yes"],
    ];
    for (const args of commands) {
      const { code, stderr } = await runCli(args, { env: home.env({ SUDO_USER: "mira" }), cwd: "/" });

      expect({ code, stderr }).toEqual({
        code: 1,
        stderr: [
          `Run by sudo, this would put files of root into ${home.path}, where mira could not use them.`,
          `Fix: run it as mira, without sudo: clawdbot ${args[0]}; CLAWDBOT_ALLOW_ROOT=1 insists, for containers\n`,
        ].join("\n"),
      });
    }
    expect(readdirSync(home.path)).toEqual([]);
  });

  test("leaves the configuration in its place when a full disk has no room for the next one", async ({
    home,
  }) => {
    test.skip(
      process.platform !== "linux" || process.getuid?.() !== 0,
      "a disk of its own needs Linux and root",
    );
    test.skip(findProgram("unshare") === undefined, "unshare (util-linux) is missing");
    mkdirSync(home.stateDir, { mode: 0o700 });
    const script = [
      'mount -t tmpfs -o size=16k tmpfs "$1"',
      `echo '{ gateway: { mode: "local", auth: { token: "${TEST_TOKEN}" } } }' > "$1/clawdbot.json"`,
      'chmod 600 "$1/clawdbot.json"; head -c 99999 /dev/zero > "$1/fill" 2> /dev/null',
      '"$2" "$3" onboard --non-interactive --accept-risk --reset; code=$?; ls "$1"; exit $code',
    ].join("; ");
    const words = ["--mount", "sh", "-c", script, "sh", home.stateDir, process.execPath, LAUNCHER];

    const { code, stdout, stderr } = await startNode(words, { env: home.env() }, "unshare").ended;

    expect({ code, stdout }).toEqual({ code: 1, stdout: "clawdbot.json\nfill\n" });
    expect(stderr).toMatch(/^Cannot write .*: the disk is full \(ENOSPC\)\nFix: [^\n]+\n$/);
  });

  test("row 57: prints one JSON document also when it is refused", async ({ home }) => {
    const { code, document } = await onboardJson(home, ["--gateway-port", "0"]);

    expect({ code, document }).toEqual({
      code: 1,
      document: { ok: false, error: expect.objectContaining({ code: "USAGE" }) },
    });
  });

  test("needs the risk to be accepted, and says what it is", async ({ home }) => {
    const { code, stdout, stderr } = await onboard(home, ["--non-interactive"]);

    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toMatch(/act on this machine with your rights.*\nPass --accept-risk /);
    expect(readdirSync(home.path)).toEqual([]);
  });

  test("asks nothing where nobody can answer", async ({ home }) => {
    for (const args of [[], ["--json"], ["--accept-risk"]]) {
      const { code, stderr } = await onboard(home, args);

      expect(code).toBe(2);
      if (!args.includes("--json")) expect(stderr).toContain("--non-interactive --accept-risk");
    }
    expect(readdirSync(home.path)).toEqual([]);
  });

  test("leaves a machine alone that Nix manages", async ({ home }) => {
    const { code, stderr } = await onboard(home, CONSENT, { CLAWDBOT_NIX_MODE: "1" });

    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining("CLAWDBOT_NIX_MODE=1") });
    expect(readdirSync(home.path)).toEqual([]);
  });

  test("writes nothing when the work directory cannot be made", async ({ home }) => {
    mkdirSync(join(home.path, ".clawdbot"), { mode: 0o700 });
    writeFileSync(join(home.path, "file"), "");

    const { code, stderr } = await onboard(home, [
      ...CONSENT,
      "--workspace",
      join(home.path, "file", "clawd"),
    ]);

    expect(code).toBe(1);
    expect(stderr).toMatch(/^--workspace: .*file is a file\n$/);
    expect(readdirSync(home.stateDir)).toEqual([]);
  });

  test("runs the gateway at the end with --daemon start", async ({ home }) => {
    const port = await freePort();
    const process = startCli(["onboard", ...CONSENT, "--daemon", "start", "--gateway-port", String(port)], {
      env: home.env(),
    });
    await process.waitFor(/✓ log file: /);

    const health = await runInProcess(["gateway", "health"], { env: home.env() });
    const { code, stdout } = await process.stop();

    expect(health.code).toBe(0);
    expect(code).toBe(0);
    expect(stdout).toContain(`Dashboard: http://127.0.0.1:${port}/\n`);
  });
});
