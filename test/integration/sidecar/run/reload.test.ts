import { once } from "node:events";
import { existsSync, readFileSync, renameSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { expect } from "@playwright/test";
import { isListening } from "../../../../shared/node/is-listening.ts";
import { acquireLock } from "../../../../shared/node/lock.ts";
import { readFacts } from "../../../../shared/node/run-state.ts";
import { createDevice, signedBy } from "../../../helpers/gateway/device.ts";
import { connectParams, connectWire, openWire, TEST_TOKEN } from "../../../helpers/gateway/wire-client.ts";
import { type TempHome, test } from "../../../helpers/home/temp-home.ts";
import { freePort } from "../../../helpers/network/ports.ts";
import { type CliProcess, runCli, startCli } from "../../../helpers/process/cli.ts";
import { runBuilt } from "../../../helpers/process/run-built.ts";

type Section = Record<string, unknown>;

/** A complete local configuration at `port`; `gateway` and `rest` add to it. */
function configAt(port: number, gateway: Section = {}, rest: Section = {}): Section {
  return { gateway: { mode: "local", port, auth: { token: TEST_TOKEN }, ...gateway }, ...rest };
}

const RESTARTABLE = { commands: { restart: true } };

/** Starts with the configuration, with its log on the console, and ends the gateway with the test. */
async function withGateway(
  home: TempHome,
  config: Section,
  use: (gateway: CliProcess) => Promise<void>,
  args: string[] = [],
): Promise<void> {
  home.writeConfig(config);
  const gateway = startCli(["gateway", "--verbose", ...args], { env: home.env(), timeoutMs: 40_000 });
  try {
    await gateway.waitFor(/✓ log file: /);
    await use(gateway);
  } finally {
    await gateway.stop();
  }
}

async function instanceAt(port: number): Promise<string | undefined> {
  try {
    const answer = await fetch(`http://127.0.0.1:${port}/healthz`, { headers: { connection: "close" } });
    return (await answer.json()).instanceId;
  } catch {
    return undefined; // Nobody there at the moment.
  }
}

/** The refusal a client without a secret gets, or `undefined` when it was let in. */
async function anonymousRefusal(port: number): Promise<unknown> {
  const client = await openWire(port);
  const params = { ...connectParams(), auth: {} };
  const device = createDevice();
  const answer = await client.request(
    "connect",
    signedBy(device, params as never, { signedAtMs: Date.now() }),
    "connect",
  );
  client.socket.close();
  return answer.ok === true ? undefined : (answer.error as { message?: unknown }).message;
}

const lastGood = (home: TempHome) => join(home.stateDir, "clawdbot.last-good.json");
const countOf = (gateway: CliProcess, text: string) =>
  Object.values(gateway.output()).join("").split(text).length - 1;

test.describe("a changed configuration", () => {
  test("row 27: a new token is in force at once, and clients with the old one are sent away", async ({
    home,
  }) => {
    const port = await freePort();
    await withGateway(home, configAt(port), async () => {
      const { client } = await connectWire(port);
      const before = await instanceAt(port);

      home.writeConfig(configAt(port, { auth: { token: "another-token" } }));
      const closed = await client.end();
      const health = await runBuilt(["gateway", "health"], { env: home.env() });
      const old = await connectWire(port).catch(String);

      expect(closed).toEqual({ code: 1008, reason: "credentials changed" });
      expect(health).toMatchObject({ code: 0 });
      expect(old).toContain("token mismatch");
      expect(await instanceAt(port)).toBe(before);
    });
  });

  test("row 28: a new port is served, the old one closes, status agrees and nobody is cut off", async ({
    home,
  }) => {
    const [port, next] = [await freePort(), await freePort()];
    await withGateway(home, configAt(port), async (gateway) => {
      const { client } = await connectWire(port);
      const before = await instanceAt(port);

      home.writeConfig(configAt(next));
      await expect.poll(() => instanceAt(next)).toBe(before);
      await expect.poll(() => isListening("127.0.0.1", port)).toBe(false);
      const answer = await client.request("health");
      const status = await runBuilt(["gateway", "status", "--json", "--require-rpc"], { env: home.env() });

      expect(answer).toMatchObject({ ok: true });
      expect(readFacts(join(home.stateDir, "run", "gateway.json"))).toMatchObject({
        pid: gateway.pid,
        port: next,
      });
      expect(status.code).toBe(0);
      expect(JSON.parse(status.stdout)).toMatchObject({ gateway: { port: next } });
      client.socket.close();
    });
  });

  test("keeps the old port, and everything else, when the new one is taken", async ({ home }) => {
    const [port, taken] = [await freePort(), await freePort()];
    const holder = createServer().listen(taken, "127.0.0.1");
    await once(holder, "listening");
    try {
      await withGateway(home, configAt(port), async (gateway) => {
        home.writeConfig(configAt(taken, { auth: { token: "another-token" } }));
        await gateway.waitFor(/the changed configuration cannot be applied; the old one stays/);

        const { client } = await connectWire(port);
        client.socket.close();
        expect(readFileSync(lastGood(home), "utf8")).toContain(TEST_TOKEN);
      });
    } finally {
      holder.close();
    }
  });

  test("row 29: half-written, invalid, empty or deleted: one warning each, and the gateway goes on", async ({
    home,
  }) => {
    const port = await freePort();
    const config = configAt(port);
    await withGateway(home, config, async (gateway) => {
      const before = await instanceAt(port);
      const warning = "configuration not usable; the gateway keeps the old one";
      const bad = [JSON.stringify(config).slice(0, -4), '{"gateway":{"port":"x"}}', "", undefined];
      for (const [index, content] of bad.entries()) {
        if (content === undefined) rmSync(home.configFile);
        else home.writeConfig(content);
        // An empty file and none at all are the same to whoever wants to read something.
        const expected = Math.min(index + 1, 3);
        await expect.poll(() => countOf(gateway, warning)).toBe(expected);
        expect(await anonymousRefusal(port)).toContain("unauthorized");
      }
      const { client } = await connectWire(port);
      client.socket.close();

      expect(await instanceAt(port)).toBe(before);
      expect(JSON.parse(readFileSync(lastGood(home), "utf8"))).toEqual(config);
    });
  });

  test("row 30: invalid at the start under a supervisor: exit 78, the reason on disk, the last good one offered", async ({
    home,
  }) => {
    const port = await freePort();
    await withGateway(home, configAt(port), async () => {});
    const good = readFileSync(lastGood(home), "utf8");

    home.writeConfig('{"gateway":{"mode":"local","port":"x"}}');
    const refused = await runCli(["gateway", "--supervised"], { env: home.env() });

    expect(refused.code).toBe(78);
    expect(refused.stderr).toContain("gateway.port: ");
    expect(refused.stderr).toContain(lastGood(home));
    expect(readFileSync(join(home.stateDir, "run", "start-blocked.json"), "utf8")).toContain(
      "CONFIG_INVALID",
    );
    expect(readFileSync(lastGood(home), "utf8")).toBe(good);
  });

  test("row 31: config set stamps the file without a restart", async ({ home }) => {
    const port = await freePort();
    await withGateway(home, configAt(port), async (gateway) => {
      const before = await instanceAt(port);

      const set = await runBuilt(["config", "set", "session.mainKey", "other"], { env: home.env() });
      await gateway.waitFor(/configuration changed.*session\.mainKey/);
      const again = await runBuilt(["config", "set", "session.mainKey", "other"], { env: home.env() });
      await expect
        .poll(() => readFileSync(lastGood(home), "utf8"))
        .toBe(readFileSync(home.configFile, "utf8"));

      expect([set.code, again.code]).toEqual([0, 0]);
      expect(readFileSync(home.configFile, "utf8")).toContain("lastTouchedAt");
      expect(await instanceAt(port)).toBe(before);
      expect(countOf(gateway, "restarting")).toBe(0);
    });
  });

  test("row 55: renamed away and restored, even across a restart in place: never open, nobody paired", async ({
    home,
  }) => {
    const port = await freePort();
    const config = configAt(port, {}, RESTARTABLE);
    const away = `${home.configFile}.away`;
    const use = async (gateway: CliProcess) => {
      const before = await instanceAt(port);
      renameSync(home.configFile, away);
      await gateway.waitFor(/the file is gone/);
      const refusals = [await anonymousRefusal(port)];

      gateway.child.kill("SIGUSR2");
      await gateway.waitFor(/running on the last good one/);
      await expect.poll(() => instanceAt(port)).not.toBe(before);
      refusals.push(await anonymousRefusal(port));
      renameSync(away, home.configFile);
      refusals.push(await anonymousRefusal(port));
      const { client } = await connectWire(port);
      client.socket.close();

      for (const refusal of refusals) expect(refusal).toContain("unauthorized");
      expect(existsSync(join(home.stateDir, "devices", "paired.json"))).toBe(false);
    };
    await withGateway(home, config, use, ["--allow-unconfigured"]);
  });

  test("a token removed from the file stays in force, also when the same edit asks for a restart", async ({
    home,
  }) => {
    const port = await freePort();
    const use = async (gateway: CliProcess) => {
      const before = await instanceAt(port);

      home.writeConfig({ gateway: { mode: "local", port }, discovery: { mdns: { mode: "off" } } });
      await gateway.waitFor(/restarting/);
      await expect.poll(async () => (await instanceAt(port)) ?? before).not.toBe(before);

      expect(await anonymousRefusal(port)).toContain("unauthorized");
      const { client } = await connectWire(port);
      client.socket.close();
      expect(countOf(gateway, "no longer has a secret")).toBeGreaterThan(0);
    };
    await withGateway(home, configAt(port), use, ["--allow-unconfigured"]);
  });

  test("a wider bind without a secret is refused while running", async ({ home }) => {
    const port = await freePort();
    const use = async (gateway: CliProcess) => {
      home.writeConfig({ gateway: { mode: "local", port, bind: "lan" } });
      await gateway.waitFor(/Refusing to bind gateway to lan without auth/);

      expect(readFacts(join(home.stateDir, "run", "gateway.json"))?.hosts).not.toContain("0.0.0.0");
    };
    await withGateway(home, { gateway: { mode: "local", port } }, use, ["--allow-unconfigured"]);
  });

  test("a value that an option hides is named and not taken", async ({ home }) => {
    const [port, other] = [await freePort(), await freePort()];
    const use = async (gateway: CliProcess) => {
      home.writeConfig(configAt(other));
      await gateway.waitFor(/an option or the environment of this run says otherwise.*gateway\.port/);

      expect(await isListening("127.0.0.1", other)).toBe(false);
      expect(await instanceAt(port)).toBeDefined();
    };
    await withGateway(home, configAt(port), use, ["--port", String(port)]);
  });

  test("another log level is in force at once, for the file only", async ({ home }) => {
    const port = await freePort();
    const logFile = join(home.stateDir, "logs", "gateway.log");
    const debugLines = () => readFileSync(logFile, "utf8").split('{"level":20,').length - 1;
    home.writeConfig(configAt(port));
    const gateway = startCli(["gateway"], { env: home.env() });
    try {
      await gateway.waitFor(/✓ log file: /);
      (await connectWire(port)).client.socket.close();
      const before = debugLines();
      home.writeConfig(configAt(port, {}, { logging: { level: "debug" } }));
      await expect.poll(() => readFileSync(lastGood(home), "utf8")).toContain("debug");
      const { client } = await connectWire(port);
      await client.request("health");
      client.socket.close();

      await expect.poll(debugLines).toBeGreaterThan(0);
      expect(before).toBe(0);
    } finally {
      const { stderr } = await gateway.stop();
      expect(stderr).toBe("");
    }
  });

  test("SIGHUP makes a supervised gateway read its file now", async ({ home }) => {
    const [port, next] = [await freePort(), await freePort()];
    const slow = { reload: { debounceMs: 60_000 } };
    const use = async (gateway: CliProcess) => {
      const before = await instanceAt(port);

      home.writeConfig(configAt(next, slow));
      gateway.child.kill("SIGHUP");

      await expect.poll(() => instanceAt(next)).toBe(before);
    };
    await withGateway(home, configAt(port, slow), use, ["--supervised"]);
  });
});

test.describe("a restart in place", () => {
  for (const signal of ["SIGUSR1", "SIGUSR2"] as const) {
    test(`${signal} is ignored, with a line that names commands.restart, and opens no debugger`, async ({
      home,
    }) => {
      const port = await freePort();
      await withGateway(home, configAt(port), async (gateway) => {
        const before = await instanceAt(port);

        gateway.child.kill(signal);
        await gateway.waitFor(/commands\.restart is not true: ignored/);

        expect(await instanceAt(port)).toBe(before);
        expect(gateway.output().stderr).not.toContain("Debugger");
      });
    });

    test(`${signal} with commands.restart keeps pid and lock, and tells the clients first`, async ({
      home,
    }) => {
      const port = await freePort();
      await withGateway(home, configAt(port, {}, RESTARTABLE), async (gateway) => {
        const before = await instanceAt(port);
        const { client } = await connectWire(port);
        const lockFile = join(home.stateDir, "run", "gateway.lock");

        gateway.child.kill(signal);
        const shutdown = await client.event("shutdown");
        const lockWhileAway = await acquireLock(lockFile);
        lockWhileAway?.dispose();
        const closed = await client.end();
        await expect.poll(async () => (await instanceAt(port)) ?? before).not.toBe(before);
        const lockAfterwards = await acquireLock(lockFile);
        lockAfterwards?.dispose();
        const { client: again } = await connectWire(port);
        again.socket.close();

        expect(shutdown.payload).toMatchObject({ restartExpectedMs: 1_500 });
        expect(closed).toEqual({ code: 1012, reason: "service restart" });
        expect([lockWhileAway, lockAfterwards]).toEqual([undefined, undefined]);
        const facts = readFacts(join(home.stateDir, "run", "gateway.json"));
        expect(facts).toMatchObject({ pid: gateway.pid, instanceId: await instanceAt(port) });
        expect(gateway.output().stderr).not.toContain("Debugger");
      });
    });
  }

  test("takes over another port and another address", async ({ home }) => {
    const [port, next] = [await freePort(), await freePort()];
    const off = { reload: { mode: "off" } };
    await withGateway(home, configAt(port, off, RESTARTABLE), async (gateway) => {
      home.writeConfig(configAt(next, { ...off, bind: "custom", customBindHost: "127.0.0.2" }, RESTARTABLE));
      gateway.child.kill("SIGUSR2");
      await expect.poll(() => isListening("127.0.0.2", next)).toBe(true);

      expect(await isListening("127.0.0.1", next)).toBe(true);
      expect(await isListening("127.0.0.1", port)).toBe(false);
      expect(readFacts(join(home.stateDir, "run", "gateway.json"))).toMatchObject({
        pid: gateway.pid,
        hosts: ["127.0.0.2", "127.0.0.1"],
      });
    });
  });

  test("that cannot start goes back to the last good configuration", async ({ home }) => {
    const [port, taken] = [await freePort(), await freePort()];
    const off = { reload: { mode: "off" } };
    const holder = createServer().listen(taken, "127.0.0.1");
    await once(holder, "listening");
    try {
      await withGateway(home, configAt(port, off, RESTARTABLE), async (gateway) => {
        const before = await instanceAt(port);
        home.writeConfig(configAt(taken, off, RESTARTABLE));

        gateway.child.kill("SIGUSR2");
        await gateway.waitFor(/could not be used \(listen EADDRINUSE.*running on the last good one/);

        expect(await instanceAt(port)).not.toBe(before);
      });
    } finally {
      holder.close();
    }
  });

  test("S8: that cannot start goes back to what was in force, also without a copy of it", async ({
    home,
  }) => {
    const [port, taken] = [await freePort(), await freePort()];
    const off = { reload: { mode: "off" } };
    const holder = createServer().listen(taken, "127.0.0.1");
    await once(holder, "listening");
    home.writeConfig(configAt(port, off, RESTARTABLE));
    const gateway = startCli(["gateway", "--supervised"], { env: home.env() });
    try {
      await gateway.waitFor(/✓ log file: /);
      await expect.poll(() => existsSync(lastGood(home))).toBe(true);
      home.writeConfig(configAt(taken, off, RESTARTABLE));
      rmSync(lastGood(home));

      gateway.child.kill("SIGUSR2");
      await gateway.waitFor(/could not be used \(listen EADDRINUSE.*running on the last good one/);

      expect(await instanceAt(port)).toBeDefined();
    } finally {
      await gateway.stop();
      holder.close();
    }
  });

  test("does not wait for a client that does not let go", async ({ home }) => {
    const port = await freePort();
    await withGateway(home, configAt(port, {}, RESTARTABLE), async (gateway) => {
      const before = await instanceAt(port);
      const { client } = await connectWire(port);
      client.socket.pause();

      const startedAt = performance.now();
      gateway.child.kill("SIGUSR2");
      await expect.poll(async () => (await instanceAt(port)) ?? before, { intervals: [50] }).not.toBe(before);

      // Such a client is given up after half a minute.
      expect(performance.now() - startedAt).toBeLessThan(15_000);
      client.socket.terminate();
    });
  });
});
