/** F3: the tray goes on through an upgrade of its own package, whatever is clicked meanwhile. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { APP_VERSION } from "../../../shared/version.ts";
import { menuText } from "../../helpers/desktop/desktop.ts";
import { expect, QUIET_MS, type TrayDesktop, test } from "../../helpers/desktop/desktop-tray.ts";
import { InstalledCopy } from "../../helpers/process/installed-copy.ts";
import type { TrayProcess } from "../../helpers/tray/tray.ts";

const NEW = "0.9.9";
const RELAUNCH = `Restart to use version ${NEW}`;
/** A look at the installed program every 15 s. */
const NOTICED_WITHIN_MS = 30_000;
/** Until then everything that a click needs has been loaded. */
const LOADED_MS = 3_000;

test.describe("F3: an upgrade under the running tray", () => {
  test("Stop sticks, every row works or says why, and the new version takes over at a click", async ({
    trayDesktop,
  }) => {
    test.setTimeout(180_000);
    const { desktop } = trayDesktop;
    const { installed, tray } = await startInstalled(trayDesktop);

    installed.remove();
    await desktop.clickMenu("Stop");
    await tray.reach("stopped");
    expect(intentOf(trayDesktop)).toMatchObject({ desired: "stopped" });

    await desktop.clickMenu("Start");
    await tray.reach("blocked");
    installed.install(NEW);
    await tray.reach("running", NOTICED_WITHIN_MS);
    expect(await versionOf(tray)).toBe(NEW);

    const menu = await desktop.waitForMenu((rows) => menuText(rows).includes(RELAUNCH), NOTICED_WITHIN_MS);
    expect(menuText(menu)).toContain(`About Clawdbot Companion ${APP_VERSION}`);
    await desktop.waitForNotification(
      ({ title, body }) => title === "Clawdbot was updated" && body.includes(NEW),
      QUIET_MS + NOTICED_WITHIN_MS,
    );
    await everyRowServes(trayDesktop, tray);

    const before = tray.gatewayPid;
    await desktop.clickMenu(RELAUNCH);
    await desktop.waitForMenu(
      (rows) => menuText(rows).includes(`About Clawdbot Companion ${NEW}`) && !isOffered(rows),
      NOTICED_WITHIN_MS,
    );
    await tray.reachAnother(before);
    expect(tray.status).toMatchObject({ pid: tray.process.pid });
    expect(trayDesktop.livingGateways()).toEqual([tray.gatewayPid]);

    await desktop.clickMenu("Stop");
    await tray.reach("stopped");
    expect(intentOf(trayDesktop)).toMatchObject({ desired: "stopped" });
  });

  test("a gateway that was stopped stays stopped when the new version takes over", async ({
    trayDesktop,
  }) => {
    test.setTimeout(120_000);
    const { desktop } = trayDesktop;
    const { installed, tray } = await startInstalled(trayDesktop);

    installed.remove();
    installed.install(NEW);
    await desktop.clickMenu("Stop");
    await tray.reach("stopped");
    await desktop.waitForMenu((rows) => menuText(rows).includes(RELAUNCH), NOTICED_WITHIN_MS);
    await desktop.clickMenu(RELAUNCH);
    await desktop.waitForMenu(
      (rows) => menuText(rows).includes(`About Clawdbot Companion ${NEW}`) && !isOffered(rows),
      NOTICED_WITHIN_MS,
    );

    expect(tray.state).toBe("stopped");
    expect(trayDesktop.livingGateways()).toEqual([]);
  });
});

/** A tray of the installed package that has settled. */
async function startInstalled(trayDesktop: TrayDesktop) {
  const installed = new InstalledCopy(join(trayDesktop.desktop.home, "prefix"));
  const tray = await trayDesktop.start(installed.launcher);
  await tray.reach("running");
  await new Promise((resolve) => setTimeout(resolve, LOADED_MS));
  return { installed, tray };
}

/** Each row is clicked; the log names what could not be done, which must be shown as well. */
async function everyRowServes(trayDesktop: TrayDesktop, tray: TrayProcess): Promise<void> {
  const { desktop } = trayDesktop;
  await desktop.clickMenu("Open dashboard");
  await expect.poll(() => trayDesktop.browserCalls().length).toBeGreaterThan(0);
  await desktop.clickMenu("Settings", "Keep gateway on quit");
  await expect.poll(() => intentOf(trayDesktop)).toMatchObject({ onQuit: "keep" });
  await desktop.clickMenu("Settings", "Notifications", "Send test");
  await desktop.waitForNotification(({ title }) => title.includes("Test"));
  const first = tray.gatewayPid;
  await desktop.clickMenu("Restart");
  await tray.reachAnother(first);
  await desktop.clickMenu("Run doctor");
  await desktop.waitForNotification(({ title }) => title.startsWith("Doctor"), 30_000);
  await desktop.clickMenu("Dev mode");
  await desktop.waitForMenu((menu) => menuText(menu).startsWith("● Running · Dev mode"));
  await desktop.clickMenu("✓ Dev mode");
  await desktop.waitForMenu((menu) => menuText(menu).startsWith("● Running · ws:"));
}

function isOffered(rows: Parameters<typeof menuText>[0]): boolean {
  return menuText(rows).includes(RELAUNCH);
}

function intentOf({ stateDir }: TrayDesktop): unknown {
  return JSON.parse(readFileSync(join(stateDir, "tray.json"), "utf8")).intent;
}

async function versionOf(tray: TrayProcess): Promise<unknown> {
  const { status } = tray;
  const url = status.running ? (status.gateway?.url ?? "") : "";
  const answer = await fetch(`${url.replace(/^ws/, "http")}/healthz`);
  return ((await answer.json()) as { version?: unknown }).version;
}
