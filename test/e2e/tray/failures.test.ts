/** What a user of the tray sees when things die: real signals, the real notification daemon, the real panel. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { isAlive } from "../../../shared/node/process-identity.ts";
import { menuText } from "../../helpers/desktop/desktop.ts";
import { expect, QUIET_MS, test } from "../../helpers/desktop/desktop-tray.ts";
import { LAUNCHER } from "../../helpers/process/clawdbot.ts";
import { kill } from "../../helpers/tray/tray.ts";

/** Longer than a first restart or a new helper take on an idle machine; how long they take is written down as a figure. */
const WELL_BACK_MS = 2_000;

test.describe("the tray starts before the desktop's panel", () => {
  test("F14: keeps the gateway running until there is a place for its icon", async ({ trayDesktop }) => {
    const { desktop } = trayDesktop;
    await desktop.stopPanel();
    const tray = trayDesktop.launch(["--or-foreground"]);
    await tray.reach("running");
    const first = tray.gatewayPid;
    expect(first).not.toBe(tray.process.pid);

    kill(first, "SIGKILL");
    await tray.reachAnother(first);
    await desktop.startPanel();

    await desktop.waitForItem();
    await desktop.waitForMenu((menu) => menuText(menu).includes(`PID ${tray.gatewayPid}`));
    await expect.poll(() => tray.status).toMatchObject({ iconLoss: null });
  });
});

test.describe("acceptance 4", () => {
  test('kill -9 of the gateway: "gateway down" in the notification daemon, running again after the first pause', async ({
    trayDesktop,
  }, testInfo) => {
    const { desktop } = trayDesktop;
    const tray = await trayDesktop.start();
    await tray.reach("running");
    const first = tray.gatewayPid;
    await delay(QUIET_MS);
    expect(desktop.notifications()).toEqual([]);

    kill(first, "SIGKILL");
    const killedAt = performance.now();
    await tray.reach("backoff");
    await tray.reach("running");
    const backAfterMs = performance.now() - killedAt;

    testInfo.annotations.push({
      type: "figure",
      description: `running again after ${Math.round(backAfterMs)} ms`,
    });
    expect(tray.gatewayPid).not.toBe(first);
    const down = await desktop.waitForNotification(({ title }) => title === "Gateway down");
    expect(down).toMatchObject({ appName: "Clawdbot", body: expect.stringContaining("SIGKILL") });
    await desktop.waitForNotification(({ title }) => title === "Gateway running again");
  });

  test("five crashes within the window: gave-up, one notification, no further start", async ({
    trayDesktop,
  }) => {
    const { desktop } = trayDesktop;
    const tray = await trayDesktop.start();
    for (let crash = 1; crash <= 5; crash += 1) {
      await tray.reach("running", 20_000);
      const pid = tray.gatewayPid;
      kill(pid, "SIGKILL");
      await tray.noticeLossOf(pid);
    }
    await tray.reach("gave-up");
    const starts = trayDesktop.startCount();
    await desktop.waitForNotification(({ title }) => title === "Gateway crashed too often", 20_000);
    await delay(WELL_BACK_MS);

    expect(starts).toBe(5);
    expect(trayDesktop.startCount()).toBe(5);
    expect(tray.state).toBe("gave-up");
    const told = desktop.notifications().filter(({ title }) => title === "Gateway crashed too often");
    expect(told).toMatchObject([{ urgency: "CRITICAL", body: expect.stringContaining("crash-") }]);
    expect(menuText(await desktop.menu())).toMatch(/^■ Gave up/);
  });

  test("kill -9 of the tray: the gateway goes on, the next tray attaches to the same pid", async ({
    trayDesktop,
  }) => {
    const { desktop } = trayDesktop;
    const tray = await trayDesktop.start();
    await tray.reach("running");
    const gateway = tray.gatewayPid;

    await tray.process.stop("SIGKILL");
    await expect.poll(() => desktop.registeredItems()).toEqual([]);
    expect(isAlive(gateway)).toBe(true);
    const next = await trayDesktop.start();
    await next.reach("attached");

    expect(next.gatewayPid).toBe(gateway);
    await desktop.waitForMenu((menu) => menuText(menu).includes("Quit (gateway keeps running)"));
  });

  test("kill -9 of the systray helper: icon and full menu are back", async ({ trayDesktop }, testInfo) => {
    const { desktop } = trayDesktop;
    const tray = await trayDesktop.start();
    await tray.reach("running");
    const before = await desktop.waitForMenu((menu) => menuText(menu).startsWith("● Running"));
    const helper = helperOf(tray.process.pid);

    kill(helper, "SIGKILL");
    const killedAt = performance.now();
    await expect.poll(() => isAlive(helper)).toBe(false);
    await desktop.waitForItem();
    const menu = await desktop.waitForMenu((rows) => menuText(rows) === menuText(before));

    const figure = `icon and menu back after ${Math.round(performance.now() - killedAt)} ms`;
    testInfo.annotations.push({ type: "figure", description: figure });
    expect(menuText(menu)).toBe(menuText(before));
    expect(tray.state).toBe("running");
  });

  test("a gateway stopped with SIGSTOP: degraded, then restarted", async ({ trayDesktop }) => {
    const { desktop } = trayDesktop;
    const tray = await trayDesktop.start();
    await tray.reach("running");
    const first = tray.gatewayPid;

    kill(first, "SIGSTOP");
    await tray.reach("degraded", 20_000);
    await desktop.waitForMenu((menu) => menuText(menu).startsWith("▲ Degraded"));
    await tray.reach("stopping", 30_000);
    await tray.reach("running", 20_000);

    expect(isAlive(first)).toBe(false);
    expect(tray.gatewayPid).not.toBe(first);
  });
});

test.describe("acceptance 6", () => {
  test("a foreign listener is named with its pid, nothing is killed until the click, after it running", async ({
    trayDesktop,
  }) => {
    const { desktop, port } = trayDesktop;
    const server = spawn("python3", ["-u", "-m", "http.server", String(port), "--bind", "127.0.0.1"]);
    try {
      await once(server.stdout, "data");
      const tray = await trayDesktop.start();
      await tray.reach("blocked");
      const menu = await desktop.waitForMenu((rows) => menuText(rows).startsWith("■ Cannot start"));
      const row = /Free the port and start \(ends (\S+), pid (\d+), .+\)/.exec(menuText(menu));
      const [label = "", command, pid] = row ?? [];
      expect(command).toMatch(/^python/);
      expect(menuText(menu)).toContain(`Port ${port} is held by ${command}, pid ${pid}`);
      await delay(WELL_BACK_MS);
      expect(isAlive(Number(pid))).toBe(true);

      await desktop.clickRowWithPointer(label);

      await tray.reach("running");
      expect(isAlive(Number(pid))).toBe(false);
    } finally {
      server.kill("SIGKILL");
    }
  });

  test("a gateway started by hand is attached to and not killed by Quit", async ({ trayDesktop }) => {
    const { desktop } = trayDesktop;
    const gateway = spawn(process.execPath, [LAUNCHER, "gateway"], { env: desktop.env });
    await once(gateway.stdout, "data");
    const tray = await trayDesktop.start();
    await tray.reach("attached");
    expect(tray.gatewayPid).toBe(gateway.pid);
    await desktop.waitForMenu((menu) => menuText(menu).includes("Quit (gateway keeps running)"));

    await desktop.clickMenu("Quit (gateway keeps running)");

    expect((await tray.process.ended).code).toBe(0);
    expect(isAlive(gateway.pid ?? 0)).toBe(true);
    gateway.kill();
    expect(await once(gateway, "exit")).toEqual([0, null]);
  });
});

/** The systray2 helper among the tray's children. */
function helperOf(pid: number): number {
  const children = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((candidate) => readOrEmpty(`/proc/${candidate}/status`).includes(`PPid:\t${pid}\n`));
  const helper = children.find((child) => readOrEmpty(`/proc/${child}/cmdline`).includes("tray_linux"));
  if (helper === undefined) throw new Error(`the tray ${pid} has no helper`);
  return helper;
}

function readOrEmpty(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return ""; // The process ended since it was listed.
  }
}
