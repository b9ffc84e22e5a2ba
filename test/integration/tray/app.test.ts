/** The tray with real gateways as processes of their own; only the icon is left out. */
import { spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { expect } from "@playwright/test";
import { isAlive } from "../../../shared/node/process-identity.ts";
import { test as base, createTempHome, type TempHome } from "../../helpers/home/temp-home.ts";
import { freePort } from "../../helpers/network/ports.ts";
import { startCli } from "../../helpers/process/cli.ts";
import { findProgram } from "../../helpers/run/desktop-needs.ts";
import { configure, kill, TestTray, TOKEN } from "../../helpers/tray/tray.ts";

/** Longer than the first restart delay with its jitter. */
const PAST_FIRST_BACKOFF_MS = 2_000;

const test = base.extend<{ startTray: (env?: Record<string, string>) => TestTray }>({
  startTray: async ({ home }, use) => {
    const trays: TestTray[] = [];
    await use((env) => {
      const tray = new TestTray(home, env);
      trays.push(tray);
      return tray;
    });
    for (const tray of trays) await tray.dispose();
  },
});

test.describe("starting", () => {
  test("spawns a gateway where nobody listens, in a process group of its own with output in files", async ({
    home,
    startTray,
  }) => {
    const port = await configure(home);
    const tray = startTray();

    await tray.reach("running");

    expect(await healthOf(port)).toMatchObject({ service: "clawdbot-gateway", pid: tray.gatewayPid });
    expect(tray.view).toMatchObject({ icon: "normal", label: "Running", iconLoss: null });
    expect(tray.view.gateway).toMatchObject({ url: `ws://127.0.0.1:${port}`, clients: 0 });
    expect(processGroupOf(tray.gatewayPid)).toBe(tray.gatewayPid);
    const output = join(home.stateDir, "logs", "gateway.out.log");
    expect(readFileSync(output, "utf8")).toContain(`listening on ws://127.0.0.1:${port}`);
    expect(statSync(output).mode & 0o777).toBe(0o600);
  });

  test("counts the other clients, not itself", async ({ home, startTray }) => {
    const port = await configure(home);
    const tray = startTray();
    await tray.reach("running");
    const { connectGateway } = await import("../../../shared/client/gateway-connection.ts");
    const { WebSocket } = await import("ws");

    const client = await connectGateway({
      open: () => new WebSocket(`ws://127.0.0.1:${port}`),
      client: { id: "gateway-client", mode: "ui", version: "1", platform: "test" },
      auth: { token: TOKEN },
      timeoutMs: 5_000,
    });

    await tray.until("one client is shown", () => tray.view.gateway?.clients === 1);
    client.close();
    await tray.until("no client is shown", () => tray.view.gateway?.clients === 0);
  });

  test("attaches to a gateway started by hand and leaves it alone when it quits", async ({
    home,
    startTray,
  }) => {
    await configure(home);
    const gateway = startCli(["gateway"], { env: home.env() });
    await gateway.waitFor(/listening on/);
    const tray = startTray();
    await tray.reach("attached");
    expect(tray.gatewayPid).toBe(gateway.pid);

    tray.click("quit");
    await tray.tray.left;

    expect(isAlive(gateway.pid)).toBe(true);
    expect((await gateway.stop()).code).toBe(0);
  });

  test("finds a gateway of its own state directory on another port than the configured one", async ({
    home,
    startTray,
  }) => {
    await configure(home);
    const gateway = startCli(["gateway", "--port", String(await freePort())], { env: home.env() });
    await gateway.waitFor(/listening on/);

    const tray = startTray();
    await tray.reach("attached");

    expect(tray.gatewayPid).toBe(gateway.pid);
    await gateway.stop();
  });

  test("uses the password in password mode", async ({ home, startTray }) => {
    await configure(home, { auth: { mode: "password", password: "open sesame" } });
    const tray = startTray();

    await tray.reach("running");
  });

  test("takes port and token from the environment, as the gateway does", async ({ home, startTray }) => {
    await configure(home);
    const port = await freePort();
    const tray = startTray({
      CLAWDBOT_GATEWAY_PORT: String(port),
      CLAWDBOT_GATEWAY_TOKEN: "another-token-for-this-run",
    });

    await tray.reach("running");

    expect(tray.view.gateway?.url).toBe(`ws://127.0.0.1:${port}`);
  });

  test("starts the gateway with few arenas of memory, unless the user wants another number", async ({
    home,
    startTray,
  }) => {
    test.skip(process.platform !== "linux", "glibc is of Linux");
    await configure(home);
    const usual = startTray();
    await usual.reach("running");
    expect(variablesOf(usual.gatewayPid)).toContain("MALLOC_ARENA_MAX=2");
    await usual.dispose();

    const chosen = startTray({ MALLOC_ARENA_MAX: "5" });
    await chosen.reach("running");
    expect(variablesOf(chosen.gatewayPid)).toContain("MALLOC_ARENA_MAX=5");
  });
});

function variablesOf(pid: number): string[] {
  return readFileSync(`/proc/${pid}/environ`, "utf8").split("\0");
}

test.describe("being blocked", () => {
  test("names a foreign listener, leaves it alone until the click, and runs after it", async ({
    home,
    startTray,
  }) => {
    test.skip(findProgram("python3") === undefined, "python3 is not installed");
    const port = await configure(home);
    const server = spawn("python3", ["-m", "http.server", String(port), "--bind", "127.0.0.1"], {
      stdio: "ignore",
    });
    try {
      await expect.poll(() => answers(port)).toBe(true);
      const pid = await listenerPid(port);
      const tray = startTray();
      await tray.reach("blocked");
      expect(tray.view.detail).toContain(`Port ${port} is held by python`);
      expect(tray.view.detail).toContain(`pid ${pid}`);
      await delay(500);
      expect(isAlive(pid)).toBe(true);
      expect(tray.startCount()).toBe(0);

      tray.click("free-port");

      await tray.reach("running", 15_000);
      expect(isAlive(pid)).toBe(false);
    } finally {
      server.kill("SIGKILL");
    }
  });

  test("starts by itself when the foreign listener goes", async ({ home, startTray }) => {
    const port = await configure(home);
    const { createServer } = await import("node:http");
    const server = createServer((_request, response) => response.end("hello")).listen(port, "127.0.0.1");
    const tray = startTray();
    await tray.reach("blocked");
    // It is the test itself: nothing may end it.
    expect(tray.view.detail).toContain(`pid ${process.pid}`);
    tray.click("free-port");
    await tray.until("the refusal is shown", () => tray.view.detail.startsWith("That did not work"));
    expect(tray.view.detail).toContain("is this very process");

    server.close();
    server.closeAllConnections();

    await tray.reach("running");
  });

  test("takes the gateway of another state directory for a stranger, even one that takes any token", async ({
    home,
    startTray,
  }) => {
    const port = await configure(home);
    const other = createTempHome();
    other.writeConfig({ gateway: { mode: "local", port } });
    const gateway = startCli(["gateway", "--allow-unconfigured"], { env: other.env() });
    await gateway.waitFor(/listening on/);

    const tray = startTray();
    await tray.reach("blocked");

    expect(tray.view.detail).toContain(`pid ${gateway.pid}`);
    await gateway.stop();
    await tray.reach("running");
    other.dispose();
  });

  test("says which line of the configuration is wrong and starts when it is corrected", async ({
    home,
    startTray,
  }) => {
    home.writeConfig('{\n  "gateway": {\n    "mode": "local",,\n  }\n}');
    const tray = startTray();
    await tray.reach("blocked");
    expect(tray.view.detail).toContain(home.configFile);
    expect(tray.view.detail).toContain("line 3");

    await configure(home);

    await tray.reach("running");
  });

  test("passes on what the gateway itself refuses", async ({ home, startTray }) => {
    await configure(home, { bindd: "loopback" });
    const tray = startTray();
    await tray.reach("blocked");

    expect(tray.view.detail).toContain("gateway.bindd");
    expect(tray.notifications).toEqual([]); // Quiet for a while after the start.
    await configure(home);
    await tray.reach("running");
  });

  test("tells a wrong secret from a stranger", async ({ home, startTray }) => {
    const port = await configure(home);
    const gateway = startCli(["gateway", "--token", "another-token"], { env: home.env() });
    await gateway.waitFor(/listening on/);

    const tray = startTray();
    await tray.reach("blocked");

    expect(tray.tray.model.gateway).toMatchObject({ reason: { kind: "auth-mismatch" } });
    await gateway.stop();
    await tray.reach("running");
    expect(await healthOf(port)).toMatchObject({ ok: true });
  });
});

test.describe("crashing", () => {
  test("notices a killed gateway, says so and has it running again", async ({ home, startTray }) => {
    await configure(home);
    const tray = startTray();
    await tray.reach("running");
    const first = tray.gatewayPid;

    kill(first, "SIGKILL");
    await tray.reach("backoff");
    const notices = tray.view.notices;
    const detail = tray.view.detail;
    await tray.reach("running");

    expect(notices).toMatchObject([{ kind: "down", body: expect.stringContaining("SIGKILL") }]);
    expect(detail).toContain("try 1");
    expect(tray.gatewayPid).not.toBe(first);
    expect(crashReports(home)).toMatchObject([{ cause: "exit", signal: "SIGKILL", pid: first }]);
  });

  test("gives up after five crashes until the user asks again", async ({ home, startTray }) => {
    await configure(home);
    const tray = startTray();
    for (let crash = 1; crash <= 5; crash += 1) {
      await tray.reach("running", 15_000);
      kill(tray.gatewayPid, "SIGKILL");
      await tray.until("the crash is noticed", () => tray.state !== "running");
    }
    await tray.reach("gave-up");
    const starts = tray.startCount();
    await delay(PAST_FIRST_BACKOFF_MS);

    expect(starts).toBe(5);
    expect(tray.startCount()).toBe(5);
    expect(tray.state).toBe("gave-up");
    expect(tray.view.notices).toMatchObject([{ kind: "gave-up" }]);
    expect(crashReports(home)).toHaveLength(5);
    const told = tray.notifications.filter(({ title }) => title === "Gateway crashed too often");
    expect(told).toHaveLength(1);

    tray.click("start");
    await tray.reach("running");
  });

  test("calls a stopped gateway degraded, then ends it and starts another", async ({ home, startTray }) => {
    await configure(home);
    const tray = startTray();
    await tray.reach("running");
    const first = tray.gatewayPid;

    kill(first, "SIGSTOP");
    await tray.reach("degraded", 20_000);
    expect(tray.view.icon).toBe("degraded");
    await tray.reach("stopping", 30_000);
    await tray.reach("running", 20_000);

    expect(tray.gatewayPid).not.toBe(first);
    expect(isAlive(first)).toBe(false);
    expect(crashReports(home)).toMatchObject([{ cause: "unresponsive", pid: first }]);
  });

  test("starts one of its own when an attached gateway vanishes", async ({ home, startTray }) => {
    await configure(home);
    const gateway = startCli(["gateway"], { env: home.env() });
    await gateway.waitFor(/listening on/);
    const tray = startTray();
    await tray.reach("attached");

    await gateway.stop("SIGKILL");

    await tray.reach("running");
    expect(tray.gatewayPid).not.toBe(gateway.pid);
  });
});

test.describe("what the user asks for", () => {
  test("beats a restart that is scheduled", async ({ home, startTray }) => {
    await configure(home);
    const tray = startTray();
    await tray.reach("running");
    kill(tray.gatewayPid, "SIGKILL");
    await tray.reach("backoff");

    tray.click("stop");
    await delay(PAST_FIRST_BACKOFF_MS);

    expect(tray.state).toBe("stopped");
    expect(tray.startCount()).toBe(1);
  });

  test("is kept: a start while stopping ends in another gateway", async ({ home, startTray }) => {
    await configure(home);
    const tray = startTray();
    await tray.reach("running");
    const first = tray.gatewayPid;

    tray.click("stop");
    expect(tray.state).toBe("stopping");
    tray.click("start");
    await tray.reach("running");

    expect(tray.gatewayPid).not.toBe(first);
    expect(isAlive(first)).toBe(false);
    expect(tray.startCount()).toBe(2);
  });

  test("is done once: two restarts in a row are one", async ({ home, startTray }) => {
    await configure(home);
    const tray = startTray();
    await tray.reach("running");
    const first = tray.gatewayPid;

    tray.click("restart");
    tray.tray.dispatch({ type: "user-restart" });
    await tray.reach("running");
    await delay(PAST_FIRST_BACKOFF_MS);

    expect(tray.state).toBe("running");
    expect(tray.gatewayPid).not.toBe(first);
    expect(tray.startCount()).toBe(2);
  });

  test("stops and restarts an attached gateway by its recorded identity", async ({ home, startTray }) => {
    await configure(home);
    const gateway = startCli(["gateway"], { env: home.env() });
    await gateway.waitFor(/listening on/);
    const tray = startTray();
    await tray.reach("attached");

    tray.click("restart");
    await tray.reach("running");

    expect((await gateway.ended).code).toBe(0);
    expect(tray.gatewayPid).not.toBe(gateway.pid);
  });

  test("is remembered by the next tray: stopped stays stopped", async ({ home, startTray }) => {
    await configure(home);
    const tray = startTray();
    await tray.reach("running");
    tray.click("stop");
    await tray.reach("stopped");
    tray.click("keep-on-quit");
    await tray.tray.stop();

    const next = startTray();
    await delay(1_000);

    expect(next.state).toBe("stopped");
    expect(next.tray.model.intent).toMatchObject({ desired: "stopped", onQuit: "keep" });
    expect(statSync(join(home.stateDir, "tray.json")).mode & 0o777).toBe(0o600);
    next.click("start");
    await next.reach("running");
  });

  test("quits and ends the gateway that is its own, unless it is to be kept", async ({ home, startTray }) => {
    await configure(home);
    const tray = startTray();
    await tray.reach("running");
    const first = tray.gatewayPid;
    tray.click("quit");
    await tray.tray.left;
    expect(isAlive(first)).toBe(false);
    await tray.tray.stop();

    const keeping = startTray();
    await keeping.reach("running");
    keeping.click("keep-on-quit");
    keeping.click("quit");
    await keeping.tray.left;

    expect(isAlive(keeping.gatewayPid)).toBe(true);
  });

  test("resets the dev profile after the second click, and the default profile never", async ({
    home,
    startTray,
  }) => {
    await configure(home);
    const tray = startTray();
    await tray.until("running", () => tray.state === "running");
    tray.click("dev-mode");
    await tray.until(
      "running in dev mode",
      () => tray.state === "running" && tray.view.tooltip.includes("Dev"),
    );
    const before = { pid: tray.gatewayPid, config: readFileSync(home.configFile, "utf8") };
    const diary = `${home.path}/clawd-dev/diary.md`;
    writeFileSync(diary, "dear diary");

    tray.click("reset-dev");
    expect(tray.state).toBe("running");
    tray.click("reset-dev-really");
    await tray.until(
      "another gateway runs",
      () => tray.state === "running" && tray.gatewayPid !== before.pid,
    );

    expect(existsSync(diary)).toBe(false);
    expect(existsSync(`${home.path}/clawd-dev/SOUL.md`)).toBe(true);
    expect(tray.view.tooltip).toContain("Dev mode");
    expect(readFileSync(home.configFile, "utf8")).toBe(before.config);
  });

  test("switches to the dev profile and back", async ({ home, startTray }) => {
    const port = await configure(home);
    const tray = startTray();
    await tray.reach("running");
    const first = tray.gatewayPid;

    tray.click("dev-mode");
    await tray.until("the normal gateway is gone", () => !isAlive(first));
    await tray.reach("running");
    const dev = tray.gatewayPid;

    expect(tray.view.tooltip).toContain("Dev mode");
    expect(existsSync(`${home.stateDir}-dev/run/gateway.json`)).toBe(true);
    expect(JSON.parse(readFileSync(`${home.stateDir}-dev/run/gateway.json`, "utf8"))).toMatchObject({
      pid: dev,
    });

    tray.click("dev-mode");
    await tray.until("the dev gateway is gone", () => !isAlive(dev));
    await tray.reach("running");
    expect(await healthOf(port)).toMatchObject({ pid: tray.gatewayPid });
  });
});

test.describe("settings", () => {
  test("start from their defaults when the file is damaged, which is kept", async ({ home, startTray }) => {
    await configure(home);
    writeFileSync(join(home.stateDir, "tray.json"), "{ not json");

    const tray = startTray();
    await tray.reach("running");

    expect(tray.said.join("\n")).toContain("tray.json is damaged");
    expect(readFileSync(join(home.stateDir, "tray.json.bak"), "utf8")).toBe("{ not json");
  });

  test("put an entry into the desktop's autostart and believe it when it is removed", async ({
    home,
    startTray,
  }) => {
    test.skip(process.platform !== "linux", "the entry is looked up where Linux desktops have it");
    await configure(home);
    const entry = join(home.path, ".config/autostart/clawdbot.desktop");
    const tray = startTray();
    tray.click("launch-at-login");
    expect(readFileSync(entry, "utf8")).toContain("launch.cjs");
    await tray.tray.stop();

    const { rmSync } = await import("node:fs");
    rmSync(entry);
    const next = startTray();

    expect(next.tray.model.intent.launchAtLogin).toBe(false);
    expect(existsSync(entry)).toBe(false);
  });
});

function crashReports(home: TempHome): Record<string, unknown>[] {
  const folder = join(home.stateDir, "logs");
  return readdirSync(folder)
    .filter((name) => name.startsWith("crash-"))
    .sort()
    .map((name) => JSON.parse(readFileSync(join(folder, name), "utf8")));
}

async function healthOf(port: number): Promise<unknown> {
  const response = await fetch(`http://127.0.0.1:${port}/healthz`);
  return response.json();
}

async function answers(port: number): Promise<boolean> {
  return fetch(`http://127.0.0.1:${port}/`).then(
    () => true,
    () => false,
  );
}

async function listenerPid(port: number): Promise<number> {
  const { listenersOn } = await import("../../../shared/node/port-owner.ts");
  const [listener] = await listenersOn(port);
  return listener?.pid ?? 0;
}

function processGroupOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[2]);
}
