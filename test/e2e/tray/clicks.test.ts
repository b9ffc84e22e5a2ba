/** The tray's menu on a real panel: every action a user has, over D-Bus and with the pointer. */
import { existsSync, readFileSync, statSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { isAlive } from "../../../shared/node/process-identity.ts";
import { menuText } from "../../helpers/desktop/desktop.ts";
import { expect, test } from "../../helpers/desktop/desktop-tray.ts";
import { findProgram } from "../../helpers/run/desktop-needs.ts";
import { TOKEN } from "../../helpers/tray/tray.ts";

const DASHBOARD = fileURLToPath(new URL("../../../dist/ui/main.js", import.meta.url));

test.describe("acceptance 3: desktop tests on the real panel, clicking through D-Bus and with the pointer", () => {
  test("Stop, Start and Restart over D-Bus end and start gateways; Restart brings a new pid", async ({
    trayDesktop,
  }) => {
    const { desktop } = trayDesktop;
    const tray = await trayDesktop.start();
    await tray.reach("running");
    const first = tray.gatewayPid;
    await desktop.waitForMenu((menu) => menuText(menu).includes(`PID ${first}`));

    await desktop.clickMenu("Stop");
    await tray.reach("stopped");
    expect(isAlive(first)).toBe(false);
    await desktop.waitForMenu((menu) => menuText(menu).startsWith("○ Stopped"));

    await desktop.clickMenu("Start");
    await tray.reach("running");
    const second = tray.gatewayPid;
    await desktop.waitForMenu((menu) => menuText(menu).includes(`PID ${second}`));

    await desktop.clickMenu("Restart");
    await desktop.waitForMenu(
      (menu) => menuText(menu).startsWith("● Running") && !menuText(menu).includes(`PID ${second}`),
    );
    expect(new Set([first, second, tray.gatewayPid]).size).toBe(3);
    expect(isAlive(second)).toBe(false);
  });

  test("Stop, Start and Restart with the pointer do the same", async ({ trayDesktop }) => {
    const { desktop } = trayDesktop;
    const tray = await trayDesktop.start();
    await tray.reach("running");
    const first = tray.gatewayPid;
    await desktop.waitForMenu((menu) => menuText(menu).includes(`PID ${first}`));

    await desktop.clickRowWithPointer("Restart");
    await desktop.waitForMenu(
      (menu) => menuText(menu).startsWith("● Running") && !menuText(menu).includes(`PID ${first}`),
    );
    const second = tray.gatewayPid;

    await desktop.clickRowWithPointer("Stop");
    await tray.reach("stopped");
    expect(isAlive(second)).toBe(false);

    await desktop.waitForMenu((menu) => menuText(menu).startsWith("○ Stopped"));
    await desktop.clickRowWithPointer("Start");
    await tray.reach("running");
    expect(trayDesktop.startCount()).toBe(3);
  });

  test("Dev mode switches to a gateway of the dev profile and back", async ({ trayDesktop }) => {
    const { desktop } = trayDesktop;
    const tray = await trayDesktop.start();
    await tray.reach("running");
    const normal = tray.gatewayPid;

    await desktop.clickMenu("Dev mode");
    await desktop.waitForMenu((menu) => menuText(menu).startsWith("● Running · Dev mode"));
    expect(isAlive(normal)).toBe(false);
    expect(existsSync(`${trayDesktop.stateDir}-dev/clawdbot.json`)).toBe(true);
    const dev = tray.gatewayPid;
    expect(menuText(await desktop.menu())).toContain("✓ Dev mode");

    await desktop.clickRowWithPointer("✓ Dev mode");
    await desktop.waitForMenu((menu) => menuText(menu).startsWith("● Running · ws:"));
    expect(isAlive(dev)).toBe(false);
    expect(trayDesktop.livingGateways()).toEqual([tray.gatewayPid]);
  });

  test("Open dashboard hands the browser a page of its own, which leads on with a code in the fragment", async ({
    trayDesktop,
  }) => {
    const { desktop } = trayDesktop;
    const tray = await trayDesktop.start();
    await tray.reach("running");
    await desktop.waitForMenu((menu) => menuText(menu).startsWith("● Running"));

    await desktop.clickRowWithPointer("Open dashboard");

    await expect.poll(() => trayDesktop.browserCalls()).toHaveLength(2);
    const [, address = ""] = trayDesktop.browserCalls();
    const page = fileURLToPath(address);
    expect(statSync(page).mode & 0o777).toBe(0o600);
    expect(readFileSync(page, "utf8")).toMatch(
      new RegExp(`url=http://127\\.0\\.0\\.1:${trayDesktop.port}/#code=[\\w-]{32}"`),
    );
  });

  test("Open dashboard leads to the page, which shows the gateway live in Chromium", async ({
    trayDesktop,
  }) => {
    const executablePath = findProgram("chromium", "chromium-browser", "google-chrome");
    test.skip(executablePath === undefined, "not installed: chromium");
    test.skip(!existsSync(DASHBOARD), "the dashboard is not built: npm run build");
    const { desktop } = trayDesktop;
    const tray = await trayDesktop.start();
    await tray.reach("running");
    await desktop.waitForMenu((menu) => menuText(menu).startsWith("● Running"));
    await desktop.clickMenu("Open dashboard");
    await expect.poll(() => trayDesktop.browserCalls()).toHaveLength(2);
    const [, address = ""] = trayDesktop.browserCalls();

    const { chromium } = await import("@playwright/test");
    const browser = await chromium.launch({ executablePath: executablePath ?? "", args: ["--no-sandbox"] });
    try {
      const page = await browser.newPage();
      await page.goto(address);
      await expect(page.getByText(String(tray.gatewayPid)).first()).toBeVisible();
      expect(page.url()).not.toContain(TOKEN);
      await desktop.waitForMenu((menu) => menuText(menu).includes("1 client"));
    } finally {
      await browser.close();
    }
  });

  test("Quit and stop the gateway takes icon, tray and gateway away", async ({ trayDesktop }) => {
    const { desktop } = trayDesktop;
    const tray = await trayDesktop.start();
    await tray.reach("running");
    const gateway = tray.gatewayPid;
    await desktop.waitForMenu((menu) => menuText(menu).includes("Quit and stop the gateway"));

    await desktop.clickRowWithPointer("Quit and stop the gateway");

    expect((await tray.process.ended).code).toBe(0);
    expect(isAlive(gateway)).toBe(false);
    await expect.poll(() => desktop.registeredItems()).toEqual([]);
  });

  test("Quit (gateway keeps running) takes icon and tray away and leaves the gateway", async ({
    trayDesktop,
  }) => {
    const { desktop } = trayDesktop;
    const tray = await trayDesktop.start();
    await tray.reach("running");
    const gateway = tray.gatewayPid;
    await desktop.clickMenu("Settings", "Keep gateway on quit");
    await desktop.waitForMenu((menu) => menuText(menu).includes("Quit (gateway keeps running)"));

    await desktop.clickMenu("Quit (gateway keeps running)");

    expect((await tray.process.ended).code).toBe(0);
    expect(isAlive(gateway)).toBe(true);
    await expect.poll(() => desktop.registeredItems()).toEqual([]);
  });

  test("Send test shows a notification, and a switched-off kind is marked so", async ({ trayDesktop }) => {
    const { desktop } = trayDesktop;
    await trayDesktop.start();

    await desktop.clickMenu("Settings", "Notifications", "Send test");
    await desktop.waitForNotification(({ title }) => title === "Test notification");
    await desktop.clickMenu("Settings", "Notifications", "✓ Gateway down");

    await desktop.waitForMenu((menu) => /^ +Gateway down$/m.test(menuText(menu)));
  });

  test("Copy token says which program to install where there is no clipboard program", async ({
    trayDesktop,
  }) => {
    const { desktop } = trayDesktop;
    test.skip(findProgram("xclip", "xsel") !== undefined, "a clipboard program is installed");
    await trayDesktop.start();

    await desktop.clickMenu("Copy token");

    const { body } = await desktop.waitForNotification(({ title }) => title === "That did not work");
    expect(body).toContain("xclip");
    await desktop.waitForMenu((menu) => menuText(menu).includes("xclip"));
  });
});
