import { once } from "node:events";
import { createServer, type Server } from "node:net";
import { expect } from "@playwright/test";
import { systemClock } from "../../../../shared/clock.ts";
import { readConfig } from "../../../../shared/node/config-source.ts";
import { isListening } from "../../../../shared/node/is-listening.ts";
import { readFacts } from "../../../../shared/node/run-state.ts";
import { spell } from "../../../../shared/remedy.ts";
import type { GatewaySettings } from "../../../../sidecar/base/config/settings.ts";
import { openLog } from "../../../../sidecar/base/log/logger.ts";
import { GatewayServer } from "../../../../sidecar/run/gateway-server.ts";
import type { RunContext } from "../../../../sidecar/run/run-context.ts";
import { sourceOf, testSettings } from "../../../helpers/gateway/gateway.ts";
import { test as base } from "../../../helpers/home/temp-home.ts";
import { freePort } from "../../../helpers/network/ports.ts";

interface Running {
  run: GatewayServer;
  port: number;
  settings: GatewaySettings;
  warnings: string[];
  /** What the configuration is taken for; the settings of the start unless a test says otherwise. */
  next: { settings: GatewaySettings; settle: () => GatewaySettings };
}

const test = base.extend<{ running: (programEnv?: NodeJS.ProcessEnv) => Promise<Running> }>({
  running: async ({ home }, use) => {
    const ends: (() => Promise<void>)[] = [];
    await use(async (programEnv = {}) => {
      home.writeConfig({ gateway: { mode: "local" } });
      const port = await freePort();
      const settings = { ...testSettings(home, { config: { gateway: { mode: "local" } } }), port };
      const warnings: string[] = [];
      const next = { settings, settle: () => next.settings };
      const hooks: RunContext = {
        console: () => {},
        tick: () => {},
        warn: (message) => warnings.push(spell(message, { name: "clawdbot", profile: undefined })),
        env: {},
        programEnv,
        source: { ...sourceOf(settings), settle: () => next.settle() },
      };
      const log = openLog({
        file: settings.logFile,
        level: "info",
        consoleLevel: "silent",
        console: () => {},
        clock: systemClock,
      });
      const run = new GatewayServer(settings, log, hooks);
      await run.start(readConfig(home.configFile, {}));
      ends.push(async () => {
        await run.stop("the test is over");
        log.close();
      });
      return { run, port, settings, warnings, next };
    });
    for (const end of ends) await end();
  },
});

/**
 * An environment of programs that takes nothing: what is applied before it has to be taken back. It gives nothing back either as
 * long as it `holds`.
 */
function stubborn(lock = { holds: false }): NodeJS.ProcessEnv {
  const refuse = () => {
    throw new Error("the environment is read-only");
  };
  return new Proxy({}, { set: refuse, deleteProperty: () => (lock.holds ? refuse() : true) });
}

async function occupy(host: string, port: number): Promise<Server> {
  const server = createServer().listen({ host, port, exclusive: true });
  await once(server, "listening");
  return server;
}

const factsOf = ({ settings }: Running) => readFacts(settings.paths.factsFile);

test.describe("a changed configuration that cannot be applied as a whole", () => {
  test("S8: leaves no address open that was not, and no rule in force that was not", async ({ running }) => {
    const gateway = await running(stubborn());
    const { run, port, settings } = gateway;

    const applied = await run.applyLive({
      ...settings,
      bind: "custom",
      customBindHost: "127.0.0.2",
      auth: { mode: "token", token: "another-token" },
      variables: { X: "1" },
    });

    expect(applied).toMatchObject({ kind: "undone", failed: "the variables for programs" });
    expect(await isListening("127.0.0.2", port)).toBe(false);
    expect(await isListening("127.0.0.1", port)).toBe(true);
    expect(run.settings).toBe(settings);
    expect(factsOf(gateway)?.hosts).not.toContain("127.0.0.2");
  });

  test("S8: goes back to the old port when it has left it already", async ({ running }) => {
    const gateway = await running(stubborn());
    const { run, port, settings } = gateway;
    const next = await freePort();

    const applied = await run.applyLive({ ...settings, port: next, variables: { X: "1" } });

    expect(applied).toMatchObject({ kind: "undone" });
    expect(await isListening("127.0.0.1", next)).toBe(false);
    expect(await isListening("127.0.0.1", port)).toBe(true);
    expect(factsOf(gateway)).toMatchObject({ port });
  });

  test("S8: names the part that cannot be taken back, and goes by the rest as before", async ({
    running,
  }) => {
    const lock = { holds: true };
    const { run, settings } = await running(stubborn(lock));

    const applied = await run.applyLive({ ...settings, variables: { X: "1" } });

    expect(applied).toMatchObject({
      kind: "stuck",
      stuck: [{ name: "the variables for programs" }],
    });
    lock.holds = false;
    expect(run.settings).toBe(settings);
  });

  test("S8: is applied in the end when nothing is in its way", async ({ running }) => {
    const env: NodeJS.ProcessEnv = {};
    const gateway = await running(env);
    const { run, port, settings } = gateway;

    const applied = await run.applyLive({
      ...settings,
      bind: "custom",
      customBindHost: "127.0.0.2",
      variables: { X: "1" },
    });

    expect(applied).toEqual({ kind: "applied" });
    expect(await isListening("127.0.0.2", port)).toBe(true);
    expect(env).toEqual({ X: "1" });
    expect(factsOf(gateway)?.hosts).toContain("127.0.0.2");
  });
});

test.describe("a restart in place", () => {
  test("S8: comes back with the former settings when the new ones do not work", async ({ home, running }) => {
    const gateway = await running();
    const { run, port, settings, warnings, next } = gateway;
    const taken = await freePort();
    const holder = await occupy("127.0.0.1", taken);
    const before = factsOf(gateway);
    next.settings = { ...settings, port: taken, variables: { X: "1" } };
    home.writeConfig({ gateway: { mode: "local", port: taken } });

    await run.restart("test");
    holder.close();

    const { fingerprint } = readConfig(home.configFile, {});
    expect(await isListening("127.0.0.1", port)).toBe(true);
    expect(run.settings).toBe(settings);
    expect(warnings).toEqual([expect.stringMatching(/could not be used .*; running on the last good one/)]);
    expect(factsOf(gateway)).toMatchObject({
      config: { inForce: before?.config?.inForce, refused: fingerprint },
    });
  });

  test("S8: ends with the reason when neither the new settings work nor the former ones", async ({
    running,
  }) => {
    const { run, settings, next } = await running();
    const [taken, gone] = [await freePort(), await freePort()];
    const holders = [await occupy("127.0.0.1", taken), await occupy("127.0.0.1", gone)];
    next.settings = { ...settings, port: taken };
    settings.port = gone;
    const ended = run.ended.catch((error) => error);

    await run.restart("test");
    for (const holder of holders) holder.close();

    expect(await ended).toMatchObject({ code: "PORT_IN_USE", details: { port: gone } });
  });

  test("S8: is not put off by a configuration that cannot be read", async ({ home, running }) => {
    const { run, port, warnings, next } = await running();
    home.writeConfig("{ broken");
    const before = run.instanceId;
    next.settle = () => {
      throw new Error("invalid");
    };

    await run.restart("test");

    expect(run.instanceId).not.toBe(before);
    expect(await isListening("127.0.0.1", port)).toBe(true);
    expect(warnings).toEqual(["the configuration could not be used (invalid); running on the last good one"]);
  });
});
