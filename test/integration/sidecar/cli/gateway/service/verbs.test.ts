import { existsSync, readFileSync } from "node:fs";
import { stat } from "node:fs/promises";
import { connect, type Socket } from "node:net";
import { join } from "node:path";
import { freePort } from "../../../../../helpers/network/ports.ts";
import {
  expect,
  filesBelow,
  localConfig,
  test,
  until,
} from "../../../../../helpers/service/gateway-service.ts";

test.describe("gateway install", () => {
  test("says the promised lines, starts the gateway and waits until it answers", async ({ place }) => {
    const { code, stdout, stderr } = await place.clawdbot("gateway", "install");

    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: "✓ systemd service enabled\n✓ service runtime: active\n",
    });
    expect(stderr).not.toContain("Fix:");
    const facts = place.facts();
    expect(facts).toMatchObject({ port: place.port, service: place.unit });
    expect(await place.instanceAt(place.port)).toBe(facts?.instanceId);
    expect(place.property("MainPID")).toBe(String(facts?.pid));
    expect(place.property("UnitFileState")).toBe("enabled");
  });

  test("leaves an equal service that runs alone", async ({ place }) => {
    await place.clawdbot("gateway", "install");
    const before = { pid: place.facts()?.pid, written: (await stat(place.unitFile)).mtimeMs };

    const { code, document } = await place.json("gateway", "install");

    expect(code).toBe(0);
    expect(document).toMatchObject({
      ok: true,
      action: "install",
      result: "already-installed",
      service: { label: "systemd", loaded: true, runtime: { status: "running", pid: before.pid } },
      gateway: { pid: before.pid, port: place.port },
    });
    expect({ pid: place.facts()?.pid, written: (await stat(place.unitFile)).mtimeMs }).toEqual(before);
  });

  test("row 2: takes --port and --force to effect, and keeps a port that it was given", async ({ place }) => {
    const other = await freePort();
    await place.clawdbot("gateway", "install");
    const first = place.facts();

    const withPort = await place.json("gateway", "install", "--port", String(other));
    const second = place.facts();

    expect(withPort.document).toMatchObject({ result: "updated", gateway: { port: other } });
    expect(second?.pid).not.toBe(first?.pid);
    expect(await place.instanceAt(other)).toBe(second?.instanceId);
    expect(await place.instanceAt(place.port)).toBeUndefined();
    expect(readFileSync(place.unitFile, "utf8")).toContain(`"--port" "${other}"`);

    expect((await place.json("gateway", "install")).document).toMatchObject({ result: "already-installed" });
    const forced = await place.json("gateway", "install", "--force");
    expect(forced.document).toMatchObject({ result: "updated", gateway: { port: place.port } });
    expect(readFileSync(place.unitFile, "utf8")).not.toContain("--port");
    expect(place.facts()?.pid).not.toBe(second?.pid);
  });

  test("row 27: writes --token to the configuration, never into the unit, and the service takes it", async ({
    place,
  }) => {
    await place.clawdbot("gateway", "install");
    const { pid } = place.facts() ?? {};

    const { document } = await place.json("gateway", "install", "--token", "another-secret");

    expect(document).toMatchObject({ ok: true, result: "already-installed" });
    expect(place.facts()?.pid).toBe(pid);
    expect(readFileSync(place.unitFile, "utf8")).not.toMatch(/another-secret|test-token-of-the-tests/);
    const config = JSON.parse(readFileSync(place.context.paths.configFile, "utf8"));
    expect(config.gateway).toMatchObject({
      port: place.port,
      auth: { mode: "token", token: "another-secret" },
    });
    await expect
      .poll(async () => (await place.clawdbot("gateway", "health", "--token", "another-secret")).code)
      .toBe(0);
    const wrong = await place.clawdbot("gateway", "health", "--token", "WRONG");
    expect({ code: wrong.code, stderr: wrong.stderr }).toMatchObject({ code: 1 });
    expect(wrong.stderr).toMatch(/unauthorized/i);
  });

  test("row 1: refuses a service that could not start, and installs nothing", async ({ place }) => {
    place.writeConfig({ gateway: { auth: { token: "x" } } });
    const unset = await place.clawdbot("gateway", "install");
    place.writeConfig({ gateway: { mode: "local", bind: "lan" } });
    const open = await place.clawdbot("gateway", "install");

    expect(unset).toMatchObject({ code: 1, stdout: "" });
    expect(unset.stderr).toContain(
      "Gateway start blocked: set gateway.mode=local (current: unset) or pass --allow-unconfigured.",
    );
    expect(open).toMatchObject({ code: 1, stdout: "" });
    expect(open.stderr).toContain("Refusing to bind gateway to lan without auth.");
    expect(existsSync(place.unitFile)).toBe(false);
  });

  test("row 1: refuses without a configuration, and --token alone does not make one", async ({ place }) => {
    const { configFile } = place.context.paths;
    place.writeConfig("");
    const empty = await place.clawdbot("gateway", "install");
    expect(empty.stderr).toContain(`Invalid configuration: ${configFile}`);

    (await import("node:fs")).rmSync(configFile);
    for (const more of [[], ["--token", "secret-of-mine"]]) {
      const { code, stderr } = await place.clawdbot("gateway", "install", ...more);
      expect(code).toBe(1);
      expect(stderr).toContain(`No configuration yet (${configFile}).`);
    }
    expect(existsSync(configFile)).toBe(false);
    expect(existsSync(place.unitFile)).toBe(false);
  });

  test("names a secret that only the shell knows", async ({ place }) => {
    place.writeConfig({ gateway: { mode: "local", port: place.port } });

    const { code, stderr } = await place.start(["gateway", "install"], {
      CLAWDBOT_GATEWAY_TOKEN: "of-the-shell",
    }).ended;

    expect(code).toBe(1);
    expect(stderr).toContain("CLAWDBOT_GATEWAY_TOKEN of this shell does not reach the service");
    expect(stderr).not.toContain("of-the-shell");
  });

  test("refuses bun, a bad port and an empty token without touching anything", async ({ place }) => {
    for (const [args, text] of [
      [["--runtime", "bun"], "--runtime bun: the gateway runs on Node only"],
      [["--port", "99999"], '--port: expected 1-65535, got "99999"'],
      [["--token", ""], "Empty --token"],
    ] as const) {
      const { code, stderr } = await place.clawdbot("gateway", "install", ...args);
      expect({ code, stderr: stderr.includes(text) }).toEqual({ code: 2, stderr: true });
    }
    expect(existsSync(place.unitFile)).toBe(false);
  });

  test("row 53: leaves a service alone whose configuration a newer version wrote, unless forced", async ({
    place,
  }) => {
    place.writeConfig({ ...localConfig(place.port), meta: { lastTouchedVersion: "99.0.0" } });

    const refused = await place.json("gateway", "install");

    expect(refused.code).toBe(1);
    expect(refused.document).toMatchObject({
      ok: false,
      action: "install",
      error: { code: "SERVICE_REFUSED" },
    });
    expect(refused.document.message).toContain("was written by version 99.0.0");
    expect(existsSync(place.unitFile)).toBe(false);
    expect((await place.json("gateway", "install", "--force")).document).toMatchObject({
      result: "installed",
    });
  });

  test("leaves a service of another state directory alone, unless forced", async ({ place }) => {
    await place.clawdbot("gateway", "install");
    const other = `${place.stateDir}/nested bot`;
    const env = { CLAWDBOT_STATE_DIR: other, CLAWDBOT_CONFIG_PATH: place.context.paths.configFile };

    const refused = await place.start(["gateway", "install"], env).ended;
    const restart = await place.start(["gateway", "restart"], env).ended;
    const stop = await place.start(["gateway", "stop"], env).ended;
    const removal = await place.start(["gateway", "uninstall"], env).ended;
    const running = place.property("ActiveState");
    const forced = await place.start(["gateway", "install", "--force", "--json"], env).ended;

    expect(refused).toMatchObject({ code: 1, stdout: "" });
    expect(refused.stderr).toContain(`runs on ${place.stateDir}, this command on ${other}`);
    expect(restart).toMatchObject({ code: 1, stdout: "" });
    for (const { stderr } of [restart, stop, removal]) {
      expect(stderr).toContain(`Fix: set CLAWDBOT_STATE_DIR to ${place.stateDir} for this command`);
    }
    expect(running).toBe("active");
    expect(JSON.parse(forced.stdout)).toMatchObject({
      ok: true,
      result: "updated",
      gateway: { port: place.port },
    });
    expect(existsSync(join(other, "run", "gateway.json"))).toBe(true);
    expect((await place.start(["gateway", "uninstall"], env).ended).code).toBe(0);
  });

  test("names the foreground gateway in its way, and takes it over when forced", async ({ place }) => {
    const foreground = place.start(["gateway", "run"]);
    await foreground.waitFor(/log file: /);
    const { pid } = place.facts() ?? {};

    const refused = await place.json("gateway", "install");
    expect(refused.document).toMatchObject({ ok: false, error: { code: "ALREADY_RUNNING", pid } });
    expect(existsSync(place.unitFile)).toBe(false);

    const forced = await place.clawdbot("gateway", "install", "--force");
    expect(forced.stdout).toBe(
      `The gateway with PID ${pid} was stopped; the service runs in its place.\n✓ systemd service enabled\n✓ service runtime: active\n`,
    );
    expect((await foreground.ended).code).toBe(0);
    expect(place.facts()).toMatchObject({ service: place.unit });
  });

  test("row 52: refuses a second service for one state directory, also when forced", async ({ place }) => {
    await place.clawdbot("gateway", "install");
    const before = place.facts();

    const second = await place.start(["gateway", "install", "--force", "--json"], {
      CLAWDBOT_SYSTEMD_UNIT: `second-${place.profile}`,
    }).ended;

    expect(second.code).toBe(1);
    expect(JSON.parse(second.stdout)).toMatchObject({
      ok: false,
      error: {
        code: "ALREADY_RUNNING",
        service: place.unit,
        fix: `stop that one and keep it from starting again: systemctl --user stop ${place.unit}`,
      },
    });
    expect(place.facts()?.instanceId).toBe(before?.instanceId);
    expect(filesBelow(place.systemd.home).filter((file) => file.includes("second-"))).toEqual([]);
  });

  test("names the program that holds the port, and writes no token then", async ({ place }) => {
    const { createServer } = await import("node:net");
    const server = createServer().listen(place.port, "127.0.0.1");
    await new Promise((resolve) => server.once("listening", resolve));

    const { code, stderr } = await place.clawdbot("gateway", "install", "--token", "not-to-be-written");
    server.close();

    expect(code).toBe(1);
    expect(stderr).toContain(`port ${place.port} is held by pid ${process.pid} (node`);
    expect(existsSync(place.unitFile)).toBe(false);
    expect(readFileSync(place.context.paths.configFile, "utf8")).not.toContain("not-to-be-written");
  });
});

test.describe("gateway start, stop and restart", () => {
  test("do what they say and say it", async ({ place }) => {
    await place.clawdbot("gateway", "install");
    const first = place.facts();

    expect(await place.clawdbot("gateway", "start")).toMatchObject({
      code: 0,
      stdout: `The service runs already (PID ${first?.pid}).\n✓ service runtime: active\n`,
    });
    expect(await place.clawdbot("gateway", "stop")).toMatchObject({ code: 0, stdout: "✓ service stopped\n" });
    expect(await place.instanceAt(place.port)).toBeUndefined();
    expect(place.property("ActiveState")).toBe("inactive");
    expect(await place.clawdbot("gateway", "stop")).toMatchObject({
      code: 0,
      stdout: `The service (${place.unit}) does not run.\n`,
    });
    expect(await place.clawdbot("gateway", "start")).toMatchObject({
      code: 0,
      stdout: "✓ service runtime: active\n",
    });
    const second = place.facts();
    const restarted = await place.clawdbot("gateway", "restart");
    const third = place.facts();

    expect(restarted).toMatchObject({
      code: 0,
      stdout: `✓ service restarted (PID ${third?.pid})\n✓ service runtime: active\n`,
    });
    expect(third?.pid).not.toBe(second?.pid);
    expect(third?.instanceId).not.toBe(second?.instanceId);
    expect(readFileSync(place.context.paths.logFile, "utf8")).toContain("restarted as planned");
  });

  test("of a missing service name the way, and fail where nothing was done that was asked for", async ({
    place,
  }) => {
    const start = await place.json("gateway", "start");
    const restart = await place.json("gateway", "restart");
    const stop = await place.json("gateway", "stop");
    const uninstall = await place.json("gateway", "uninstall");

    for (const { code, document } of [start, restart]) {
      expect(code).toBe(1);
      expect(document).toMatchObject({ ok: false, error: { code: "SERVICE_NOT_INSTALLED" } });
      expect(document.hints).toEqual([
        expect.stringContaining(`clawdbot --profile ${place.profile} gateway install`),
      ]);
    }
    for (const { code, document } of [stop, uninstall]) {
      expect(code).toBe(0);
      expect(document).toMatchObject({ ok: true, result: "not-loaded" });
    }
  });

  test("leave a foreground gateway alone and name its pid", async ({ place }) => {
    await place.clawdbot("gateway", "install");
    await place.clawdbot("gateway", "stop");
    const foreground = place.start(["gateway", "run"]);
    await foreground.waitFor(/log file: /);
    const { pid } = place.facts() ?? {};

    const stop = await place.clawdbot("gateway", "stop");
    const start = await place.clawdbot("gateway", "start");
    const restart = await place.clawdbot("gateway", "restart");

    expect(stop).toMatchObject({ code: 0 });
    expect(stop.stdout).toContain(`A gateway runs in the foreground (PID ${pid}, port ${place.port}).`);
    for (const { code, stderr } of [start, restart]) {
      expect(code).toBe(1);
      expect(stderr).toContain(`Gateway already running locally (PID ${pid}, port ${place.port})`);
    }
    expect(await place.instanceAt(place.port)).toBe(place.facts()?.instanceId);
    expect((await foreground.stop()).code).toBe(0);
  });

  test("give up when --timeout is over, while the system goes on", async ({ place }) => {
    await place.clawdbot("gateway", "install");
    const client = await mute(place.port);

    const { code, stderr } = await place.clawdbot("gateway", "stop", "--timeout", "1");
    client.destroy();

    expect(code).toBe(1);
    expect(stderr).toContain(`The service (${place.unit}) did not stop within 0.001 s.`);
    await until(() => (place.property("ActiveState") === "inactive" ? true : undefined));
  });

  test("are written down with their time and outcome", async ({ place }) => {
    await place.clawdbot("daemon", "install");
    await place.clawdbot("gateway", "stop");
    place.writeConfig({});
    await place.clawdbot("gateway", "start");

    const journal = readFileSync(join(place.stateDir, "logs", "gateway-restart.log"), "utf8");
    expect(
      journal
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line)),
    ).toEqual([
      expect.objectContaining({ action: "install", result: "installed", port: place.port }),
      expect.objectContaining({ action: "stop", result: "stopped" }),
      expect.objectContaining({ action: "start", error: expect.stringContaining("gateway.mode=local") }),
    ]);
  });

  test("row 50: restart called five times at once is one restart", async ({ place }) => {
    await place.clawdbot("gateway", "install");
    const before = place.facts();

    const results = await Promise.all(Array.from({ length: 5 }, () => place.json("gateway", "restart")));

    expect(results.map(({ code, document }) => [code, document.result])).toEqual(
      Array.from({ length: 5 }, () => [0, "restarted"]),
    );
    const log = readFileSync(place.context.paths.logFile, "utf8");
    expect(log.match(/restarted as planned/g)).toHaveLength(1);
    const pids = new Set(results.map(({ document }) => (document.gateway as { pid: number }).pid));
    expect([...pids]).toEqual([place.facts()?.pid]);
    expect(pids.has(before?.pid ?? 0)).toBe(false);
  });
});

test.describe("gateway uninstall", () => {
  test("leaves nothing of the service behind", async ({ place }) => {
    await place.clawdbot("gateway", "install");

    const { code, stdout } = await place.clawdbot("gateway", "uninstall");

    expect(code).toBe(0);
    expect(stdout).toContain("✓ service removed");
    expect(filesBelow(place.systemd.home).filter((file) => file.includes(place.unit))).toEqual([]);
    expect(filesBelow(place.stateDir).filter((file) => /service/.test(file))).toEqual([]);
    expect(filesBelow(place.systemd.runtimeDir).filter((file) => file.includes(place.profile))).toEqual([]);
    expect(place.property("LoadState")).toBe("not-found");
    expect(place.systemd.processesOf(place.unit)).toEqual([]);
    expect(await place.instanceAt(place.port)).toBeUndefined();
    expect(existsSync(place.context.paths.configFile)).toBe(true);
  });
});

/** A client that holds a connection open and never says a word. */
function mute(port: number): Promise<Socket> {
  const socket = connect(port, "127.0.0.1");
  return new Promise((resolve, reject) => {
    socket.once("error", reject);
    socket.once("connect", () => {
      socket.on("error", () => {}); // The end of the gateway may reset the connection.
      resolve(socket);
    });
  });
}
