import { readFileSync } from "node:fs";
import { expect } from "@playwright/test";
import { TEST_TOKEN } from "../../../../helpers/gateway/wire-client.ts";
import { type TempHome, test } from "../../../../helpers/home/temp-home.ts";
import { freePort } from "../../../../helpers/network/ports.ts";
import { type CliProcess, startCli } from "../../../../helpers/process/cli.ts";
import { runInProcess } from "../../../../helpers/process/in-process.ts";

const cli = (home: TempHome, ...args: string[]) => runInProcess(args, { env: home.env() });
const cliWith = (home: TempHome, env: Record<string, string>, ...args: string[]) =>
  runInProcess(args, { env: home.env(env) });
const written = (home: TempHome) => readFileSync(home.configFile, "utf8");

interface Start {
  gateway?: object;
  args?: string[];
  env?: Record<string, string>;
}

async function withGateway(
  home: TempHome,
  { gateway = {}, args = [], env = {} }: Start,
  use: (process: CliProcess) => Promise<void>,
): Promise<void> {
  const port = await freePort();
  home.writeConfig({ gateway: { mode: "local", port, auth: { token: TEST_TOKEN }, ...gateway } });
  const process = startCli(["gateway", ...args], { env: home.env(env), timeoutMs: 40_000 });
  try {
    await process.waitFor(/✓ log file: /);
    await use(process);
  } finally {
    await process.stop();
  }
}

test.describe("config set, of a running gateway", () => {
  test("U4: says that none runs", async ({ home }) => {
    const { stderr } = await cli(home, "config", "set", "gateway.port", "19001");
    const json = await cli(home, "config", "unset", "gateway.port", "--json");

    expect(stderr).toBe("No gateway runs; it holds from the next start.\n");
    expect(JSON.parse(json.stdout)).toMatchObject({ ok: true, gateway: "not running" });
  });

  test("U4: names the option that counts more, of a key and of a section", async ({ home }) => {
    const other = String(await freePort());
    await withGateway(home, { args: ["--port", other, "--bind", "loopback"] }, async ({ pid }) => {
      const port = await cli(home, "config", "set", "gateway.port", "19001");
      const bind = await cli(home, "config", "set", "gateway.bind", "auto", "--json");
      const level = await cli(home, "config", "set", "logging.level", "debug");

      expect(port.stderr).toBe(
        `The running gateway (PID ${pid}) goes on with --port, which counts more than gateway.port.\n`,
      );
      expect(JSON.parse(bind.stdout)).toMatchObject({ gateway: "is overruled" });
      expect(level.stderr).toBe(`The running gateway (PID ${pid}) took it over.\n`);
    });
  });

  test("U4: names the variable that counts more", async ({ home }) => {
    const env = { CLAWDBOT_GATEWAY_TOKEN: "another-token-of-this-run" };
    await withGateway(home, { env }, async ({ pid }) => {
      const { stderr } = await cli(home, "config", "set", "gateway.auth.token", "5c1d0b6e9a7f4e2d8b3a");

      expect(stderr).toBe(
        `The running gateway (PID ${pid}) goes on with CLAWDBOT_GATEWAY_TOKEN, which counts more than gateway.auth.token.\n`,
      );
    });
  });

  test("U4: says what needs a restart, and no longer when it is taken back", async ({ home }) => {
    await withGateway(home, {}, async ({ pid }) => {
      const file = await cli(home, "config", "set", "logging.file", "other.log");
      const back = await cli(home, "config", "unset", "logging.file");

      expect(file.stderr).toBe(
        `The running gateway (PID ${pid}) needs a restart for logging.file. It holds after a restart: stop it in its terminal or in the tray, or with kill ${pid}, then start it again: clawdbot gateway\n`,
      );
      expect(back.stderr).toBe(`The running gateway (PID ${pid}) took it over.\n`);
    });
  });

  test("U4: says that a gateway that never restarts by itself needs a restart", async ({ home }) => {
    await withGateway(home, { gateway: { reload: { mode: "hot" } } }, async () => {
      const { stdout } = await cli(home, "config", "set", "discovery.mdns.mode", "off", "--json");

      expect(JSON.parse(stdout)).toMatchObject({ gateway: "needs a restart" });
    });
  });

  test("U4: says at once that a gateway that looks at no change does not", async ({ home }) => {
    await withGateway(home, { gateway: { reload: { mode: "off" } } }, async ({ pid }) => {
      const { stderr } = await cli(home, "config", "set", "logging.level", "debug");

      expect(stderr).toBe(
        `The running gateway (PID ${pid}) does not look at it: gateway.reload.mode is off. It holds after a restart: stop it in its terminal or in the tray, or with kill ${pid}, then start it again: clawdbot gateway\n`,
      );
    });
  });

  test("U4: says that the gateway keeps the secret that the file no longer has", async ({ home }) => {
    await withGateway(home, { args: ["--allow-unconfigured"] }, async ({ pid }) => {
      const { stderr } = await cli(home, "config", "unset", "gateway.auth.token");

      expect(stderr).toContain(`The running gateway (PID ${pid}) needs a restart for gateway.auth.token.`);
    });
  });

  test("U4: warns of a key that nobody reads", async ({ home }) => {
    const { code, stderr } = await cli(home, "config", "set", "logging.consoleLevel", "debug");

    expect(code).toBe(0);
    expect(stderr).toContain(
      "Warning: logging.consoleLevel: this release does not serve it; the console shows",
    );
  });
});

test.describe("config set, of a key that nobody knows", () => {
  for (const [path, problem] of [
    ["gatway.port", 'gatway: unknown key; did you mean "gateway"?'],
    ["gateway.prot", 'gateway.prot: unknown key; did you mean "port"?'],
    ["gateway.auth.tokn", 'gateway.auth.tokn: unknown key; did you mean "token"?'],
    ["logging.levle", 'logging.levle: unknown key; did you mean "level"?'],
    ["agents.defaults.workspce", 'agents.defaults.workspce: unknown key; did you mean "workspace"?'],
    ["discovery.mdns.mod", 'discovery.mdns.mod: unknown key; did you mean "mode"?'],
    ["zzzzzzz", "zzzzzzz: unknown key"],
  ] as const) {
    test(`U4: refuses ${path}, and writes it when told to`, async ({ home }) => {
      home.writeConfig("{}");

      const refused = await cli(home, "config", "set", path, "x");
      const before = written(home);
      const allowed = await cli(home, "config", "set", path, "x", "--allow-unknown");

      expect(refused).toMatchObject({
        code: 1,
        stderr: `Nothing was written: ${problem}; --allow-unknown writes it all the same\n`,
      });
      expect(before).toBe("{}");
      expect(allowed.code).toBe(0);
      expect(JSON.parse(written(home))).toMatchObject(
        path.split(".").reduceRight<unknown>((inner, name) => ({ [name]: inner }), "x") as Record<
          string,
          unknown
        >,
      );
    });
  }

  test("U4: looks into an object, and says what a start makes of a strange key in gateway", async ({
    home,
  }) => {
    const inside = await cli(home, "config", "set", "logging", '{level: "info", levle: "debug"}');
    const strange = await cli(home, "config", "set", "gateway.prot", "1", "--allow-unknown");

    expect(inside).toMatchObject({ code: 1, stderr: expect.stringContaining("logging.levle: unknown key") });
    expect(strange.stderr).toContain("Warning: the gateway does not start with unknown keys in gateway\n");
  });

  for (const [path, value] of [
    ["channels.telegram.enabled", "true"],
    ["agents.list", "[]"],
    ["agents.defaults.compaction.mode", "safeguard"],
    ["models.providers.any.thing", "x"],
    ["env.MY_VARIABLE", "x"],
    ["gateway.nodes.browser.mode", "off"],
    ["gateway.trustedProxies.0", "10.0.0.1"],
  ] as const) {
    test(`U4: takes ${path}, which another release reads or the person names`, async ({ home }) => {
      home.writeConfig({ gateway: { trustedProxies: [] } });

      expect(await cli(home, "config", "set", path, value)).toMatchObject({ code: 0 });
    });
  }
});

test.describe("config get", () => {
  test("U4: prints the default where the file says nothing, and where it is from", async ({ home }) => {
    const text = await cli(home, "config", "get", "gateway.port");
    const json = await cli(home, "config", "get", "gateway.port", "--json");

    expect(text).toMatchObject({ code: 0, stdout: "18789\n", stderr: "" });
    expect(JSON.parse(json.stdout)).toEqual({
      value: 18_789,
      source: "default",
      path: "gateway.port",
      file: home.configFile,
    });
  });

  test("U4: prints what the file says, and the variable that counts more", async ({ home }) => {
    home.writeConfig({ gateway: { port: 1, auth: { token: "of-the-file" } } });
    const env = { CLAWDBOT_GATEWAY_PORT: "19001", CLAWDBOT_GATEWAY_TOKEN: "of-the-environment" };

    const file = await cli(home, "config", "get", "gateway.port", "--json");
    const variable = await cliWith(home, env, "config", "get", "gateway.port", "--json");
    const secret = await cliWith(home, env, "config", "get", "gateway.auth.token", "--json");
    const text = await cliWith(home, env, "config", "get", "gateway.auth.token");

    expect(JSON.parse(file.stdout)).toMatchObject({ value: 1, source: "file" });
    expect(JSON.parse(variable.stdout)).toMatchObject({
      value: 19_001,
      source: "environment",
      variable: "CLAWDBOT_GATEWAY_PORT",
    });
    expect(JSON.parse(secret.stdout)).toMatchObject({
      value: "__CLAWDBOT_REDACTED__",
      source: "environment",
    });
    expect(text.stdout).toBe("of-the-environment\n");
  });

  test("U4: names what is meant by a key that nobody knows", async ({ home }) => {
    expect(await cli(home, "config", "get", "gateway.prot")).toMatchObject({
      code: 1,
      stderr: `gateway.prot is not set in ${home.configFile}: unknown key; did you mean "port"?\n`,
    });
    expect(await cli(home, "config", "get", "gateway.customBindHost")).toMatchObject({
      code: 1,
      stderr: `gateway.customBindHost is not set in ${home.configFile}\n`,
    });
  });
});

test.describe("config set --generate", () => {
  test("U5: makes a secret that is long enough, and shows it to nobody", async ({ home }) => {
    const set = await cli(home, "config", "set", "gateway.auth.token", "--generate");
    const token = (await cli(home, "config", "get", "gateway.auth.token")).stdout.trim();

    expect(set.code).toBe(0);
    expect(token).toMatch(/^[0-9a-f]{48}$/);
    expect(set.stdout + set.stderr).not.toContain(token);
  });

  for (const [what, args, problem] of [
    [
      "what is no secret",
      ["gateway.port", "--generate"],
      "gateway.port is no secret: --generate makes only those",
    ],
    [
      "a value beside it",
      ["gateway.auth.token", "x", "--generate"],
      "--generate and a value exclude each other",
    ],
    ["no value at all", ["gateway.port"], '"config set" needs <value>'],
  ] as const) {
    test(`U5: refuses ${what}`, async ({ home }) => {
      expect(await cli(home, "config", "set", ...args)).toMatchObject({
        code: 2,
        stderr: expect.stringContaining(problem),
      });
    });
  }
});

test.describe("a gateway with a short secret", () => {
  test("U5: does not start beyond loopback, under a supervisor neither, and starts on it", async ({
    home,
  }) => {
    const port = String(await freePort());
    home.writeConfig({ gateway: { mode: "local", auth: { token: "short" } } });

    const refused = await cli(home, "gateway", "--bind", "lan", "--port", port);
    const supervised = await cli(home, "gateway", "--bind", "lan", "--port", port, "--supervised");
    const local = startCli(["gateway", "--port", port], { env: home.env(), timeoutMs: 40_000 });
    await local.waitFor(/✓ log file: /);

    expect(refused).toMatchObject({
      code: 1,
      stderr: expect.stringContaining(
        "Refusing to bind gateway to lan with a token of 5 characters (gateway.auth.token): beyond this machine it needs at least 16.\n",
      ),
    });
    expect(refused.stderr).toContain("clawdbot config set gateway.auth.token --generate");
    expect(supervised.code).toBe(78);
    expect(await local.stop()).toMatchObject({ code: 0 });
  });

  test("U5: is not installed as a service", async ({ home }) => {
    home.writeConfig({ gateway: { mode: "local", bind: "lan", auth: { token: "short" } } });

    const { code, stdout } = await cli(home, "gateway", "install", "--json");

    expect(code).not.toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ ok: false });
  });

  test("U5: keeps its address while it runs when a wider one is asked for", async ({ home }) => {
    await withGateway(home, { gateway: { auth: { token: "short" } } }, async ({ pid }) => {
      const { stderr } = await cli(home, "config", "set", "gateway.bind", "lan");

      expect(stderr).toContain(
        `The running gateway (PID ${pid}) keeps the old values; clawdbot logs says why.`,
      );
    });
  });
});
