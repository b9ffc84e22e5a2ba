/** The tray and a real service: everything goes through the manager, and what happens there is followed. */
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { isAlive } from "../../../shared/node/process-identity.ts";
import { expect, test, UNIT } from "../../helpers/tray/service-tray.ts";
import { configure, kill } from "../../helpers/tray/tray.ts";

/** RestartSec of the unit, and what a start takes on a busy machine. */
const BACK_WITHIN_MS = 15_000;
/** Longer than RestartSec. */
const PAST_RESTART_MS = 6_500;

test.describe("a tray with an installed service", () => {
  test("starts through the service, and shows whose gateway it is", async ({ home, startTray }) => {
    await configure(home);
    await home.clawdbot("gateway", "install");
    await home.clawdbot("gateway", "stop");
    const tray = startTray();

    await tray.reach("running");

    expect(tray.view).toMatchObject({ label: "Running (service)", owner: "service", icon: "normal" });
    expect(tray.view.gateway).toMatchObject({ service: UNIT });
    expect(home.property("MainPID")).toBe(String(tray.gatewayPid));
    expect(tray.startCount()).toBe(0);
  });

  test("attaches to the running service, stops it and starts it through the manager", async ({
    home,
    startTray,
  }) => {
    await configure(home);
    await home.clawdbot("gateway", "install");
    const tray = startTray();
    await tray.reach("running");
    const first = tray.gatewayPid;

    tray.click("stop");
    await tray.reach("stopped");
    expect(isAlive(first)).toBe(false);
    expect(home.property("ActiveState")).toBe("inactive");
    await delay(PAST_RESTART_MS);
    expect(tray.state).toBe("stopped");
    expect(home.property("ActiveState")).toBe("inactive");

    tray.click("start");
    await tray.reach("running");
    expect(home.property("MainPID")).toBe(String(tray.gatewayPid));
    expect(tray.gatewayPid).not.toBe(first);
  });

  test("restarts it by one restart of the manager", async ({ home, startTray }) => {
    await configure(home);
    await home.clawdbot("gateway", "install");
    const tray = startTray();
    await tray.reach("running");
    const first = tray.gatewayPid;

    tray.click("restart");
    tray.tray.dispatch({ type: "user-restart" });
    expect(tray.view.label).toBe("Restarting …");
    await tray.reach("running");

    expect(isAlive(first)).toBe(false);
    expect(home.property("MainPID")).toBe(String(tray.gatewayPid));
    expect(home.property("NRestarts")).toBe("0");
    expect(tray.notifications).toEqual([]);
  });

  test("shows a killed gateway as down, waits for the manager and says that it has recovered", async ({
    home,
    startTray,
  }) => {
    await configure(home);
    await home.clawdbot("gateway", "install");
    const tray = startTray();
    await tray.reach("running");
    const first = tray.gatewayPid;

    kill(first, "SIGKILL");
    await tray.reach("backoff", 3_000);
    expect(tray.view.label).toBe("Down, its service restarts it");
    expect(tray.view.notices).toMatchObject([{ kind: "down", body: expect.stringContaining("Its service") }]);
    await tray.reach("running", BACK_WITHIN_MS);

    expect(tray.gatewayPid).not.toBe(first);
    expect(tray.view.owner).toBe("service");
    expect(tray.view.notices.map(({ kind }) => kind)).toContain("recovered");
    expect(home.property("NRestarts")).toBe("1");
    expect(tray.startCount()).toBe(0);
  });

  test("does not let it come back when Stop is clicked while it is down", async ({ home, startTray }) => {
    await configure(home);
    await home.clawdbot("gateway", "install");
    const tray = startTray();
    await tray.reach("running");
    kill(tray.gatewayPid, "SIGKILL");
    await tray.reach("backoff", 3_000);

    tray.click("stop");
    await tray.reach("stopped");
    await delay(PAST_RESTART_MS);

    expect(home.property("ActiveState")).toBe("inactive");
    expect(tray.state).toBe("stopped");
  });

  test("follows a stop and a start elsewhere, and does not start it again", async ({
    home,
    systemd,
    startTray,
  }) => {
    await configure(home);
    await home.clawdbot("gateway", "install");
    const tray = startTray();
    await tray.reach("running");

    systemd.systemctl("stop", UNIT);
    await tray.reach("stopped");
    await delay(PAST_RESTART_MS);
    expect(tray.state).toBe("stopped");
    expect(tray.notifications).toEqual([]);
    expect(home.property("ActiveState")).toBe("inactive");

    await home.clawdbot("gateway", "start");
    await tray.reach("running");
    expect(tray.tray.model.intent.desired).toBe("run");
  });

  test("takes a restart elsewhere for what it is", async ({ home, systemd, startTray }) => {
    await configure(home);
    await home.clawdbot("gateway", "install");
    const tray = startTray();
    await tray.reach("running");
    const first = tray.gatewayPid;

    systemd.systemctl("restart", UNIT);
    await tray.until("another gateway runs", () => tray.state === "running" && tray.gatewayPid !== first);

    expect(tray.tray.model.facts).toMatchObject({ downSinceMs: null, recoveredFromMs: null });
    expect(tray.notifications).toEqual([]);
  });

  test("says why it cannot start, and starts it when that is put right", async ({ home, startTray }) => {
    await configure(home);
    await home.clawdbot("gateway", "install");
    const good = readFileSync(home.configFile, "utf8");
    const tray = startTray();
    await tray.reach("running");
    writeFileSync(home.configFile, good.replace('"mode":"local"', '"mode":"local","bindd":"x"'));

    kill(tray.gatewayPid, "SIGKILL");
    await tray.reach("blocked", BACK_WITHIN_MS);
    expect(tray.view.detail).toContain("gateway.bindd");
    expect(home.property("ActiveState")).toBe("failed");
    writeFileSync(home.configFile, good);
    await tray.reach("running", BACK_WITHIN_MS);

    expect(tray.view.owner).toBe("service");
    expect(tray.startCount()).toBe(0);
  });

  test("says why a restart elsewhere was refused", async ({ home, systemd, startTray }) => {
    await configure(home);
    await home.clawdbot("gateway", "install");
    const good = readFileSync(home.configFile, "utf8");
    const tray = startTray();
    await tray.reach("running");
    writeFileSync(home.configFile, good.replace('"mode":"local"', '"mode":"local","bindd":"x"'));

    expect(() => systemd.systemctl("restart", UNIT)).toThrow();
    await tray.reach("blocked", BACK_WITHIN_MS);

    expect(tray.view.detail).toContain("gateway.bindd");
    writeFileSync(home.configFile, good);
    await tray.reach("running", BACK_WITHIN_MS);
  });

  test("row 16: names who holds the port of a service that can no longer start", async ({
    home,
    startTray,
  }) => {
    const port = await configure(home);
    await home.clawdbot("gateway", "install");
    const tray = startTray();
    await tray.reach("running");
    tray.click("stop");
    await tray.reach("stopped");
    const { createServer } = await import("node:http");
    const server = createServer((_request, response) => response.end("hello")).listen(port, "127.0.0.1");

    tray.click("start");
    await tray.reach("blocked", BACK_WITHIN_MS);

    expect(tray.view.detail).toContain(`Port ${port} is held by`);
    expect(tray.view.detail).toContain(`pid ${process.pid}`);
    server.close();
    server.closeAllConnections();
    await tray.reach("running", BACK_WITHIN_MS);
    expect(tray.view.owner).toBe("service");
  });

  test("leaves it running when it quits, and says so before", async ({ home, startTray }) => {
    await configure(home);
    await home.clawdbot("gateway", "install");
    const tray = startTray();
    await tray.reach("running");
    const rows = tray.view.rows.flatMap((row) => (row.kind === "row" ? [row] : []));
    expect(rows.find(({ id }) => id === "quit")?.title).toBe("Quit (gateway keeps running)");

    tray.click("quit");
    await tray.tray.left;

    expect(isAlive(tray.gatewayPid)).toBe(true);
    expect(home.property("ActiveState")).toBe("active");
  });

  test("leaves it running in dev mode, and comes back to it", async ({ home, startTray }) => {
    await configure(home);
    await home.clawdbot("gateway", "install");
    const tray = startTray();
    await tray.reach("running");
    const service = tray.gatewayPid;

    tray.click("dev-mode");
    await tray.until("a child runs", () => tray.view.owner === "child" && tray.state === "running");
    expect(tray.gatewayPid).not.toBe(service);
    expect(home.property("MainPID")).toBe(String(service));

    tray.click("dev-mode");
    await tray.until("the service is shown", () => tray.view.owner === "service");
    expect(tray.gatewayPid).toBe(service);
  });
});

test.describe("Run as a service", () => {
  test("on and off hands the gateway over with one restart each, on the same port", async ({
    home,
    startTray,
  }) => {
    const port = await configure(home);
    const config = readFileSync(home.configFile, "utf8");
    const tray = startTray();
    await tray.reach("running");
    expect(tray.view.owner).toBe("child");
    const child = tray.gatewayPid;

    tray.click("run-as-service");
    await tray.until("the service runs", () => tray.state === "running" && tray.view.owner === "service");
    const service = tray.gatewayPid;
    expect(isAlive(child)).toBe(false);
    expect(home.property("MainPID")).toBe(String(service));
    expect(home.property("NRestarts")).toBe("0");
    expect(tray.view.gateway?.url).toBe(`ws://127.0.0.1:${port}`);
    expect(tray.tray.model.facts.serviceInstalled.normal).toBe(true);

    tray.click("run-as-service");
    await tray.until("a child runs", () => tray.state === "running" && tray.view.owner === "child");
    expect(existsSync(home.unitFile)).toBe(false);
    expect(isAlive(service)).toBe(false);
    expect(tray.view.gateway?.url).toBe(`ws://127.0.0.1:${port}`);
    expect(readFileSync(home.configFile, "utf8")).toBe(config);
    expect(tray.startCount()).toBe(2);
    expect(tray.notifications).toEqual([]);
  });

  test("keeps the very same child where no service manager can be reached, and tells why", async ({
    home,
    startTray,
  }) => {
    await configure(home);
    const tray = startTray({ XDG_RUNTIME_DIR: "/nowhere", DBUS_SESSION_BUS_ADDRESS: "" });
    await tray.reach("running");
    const child = tray.gatewayPid;

    tray.click("run-as-service");
    await tray.until("the failure is told", () => tray.notifications.length > 0, 20_000);
    await tray.reach("running");

    expect(tray.gatewayPid).toBe(child);
    expect(tray.view.owner).toBe("child");
    expect(tray.view.detail).toContain("That did not work");
    expect(tray.notifications).toMatchObject([{ title: "That did not work" }]);
    expect(existsSync(home.unitFile)).toBe(false);
  });

  test("keeps a port that stands in the environment alone", async ({ home, startTray }) => {
    await configure(home);
    const { freePort } = await import("../../helpers/network/ports.ts");
    const port = await freePort();
    const tray = startTray({ CLAWDBOT_GATEWAY_PORT: String(port) });
    await tray.reach("running");

    tray.click("run-as-service");
    await tray.until("the service runs", () => tray.state === "running" && tray.view.owner === "service");

    expect(tray.view.gateway?.url).toBe(`ws://127.0.0.1:${port}`);
  });
});

test.describe("what was changed elsewhere", () => {
  test("is shown in the settings: an installed service, a deleted login item", async ({
    home,
    startTray,
  }) => {
    await configure(home);
    const tray = startTray();
    await tray.reach("running");
    const entry = join(home.path, ".config", "autostart", "clawdbot.desktop");
    tray.click("launch-at-login");
    expect(existsSync(entry)).toBe(true);

    rmSync(entry);

    await tray.until("the mark is gone", () => !tray.tray.model.intent.launchAtLogin);
    tray.click("launch-at-login");
    expect(existsSync(entry)).toBe(true);
  });
});
