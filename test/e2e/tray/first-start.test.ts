/** The tray on a real panel where Clawdbot was never set up. */
import { readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { menuText } from "../../helpers/desktop/desktop.ts";
import { expect, test } from "../../helpers/desktop/desktop-tray.ts";

test.describe("a desktop without a configuration", () => {
  test("U16: Set up … writes the first configuration, starts the gateway and opens the page, by one click", async ({
    trayDesktop,
  }) => {
    const { desktop, port, stateDir } = trayDesktop;
    const config = join(stateDir, "clawdbot.json");
    rmSync(config);
    desktop.env.CLAWDBOT_GATEWAY_PORT = String(port);
    const tray = await trayDesktop.start();
    await tray.reach("blocked");
    await desktop.waitForMenu((menu) => menuText(menu).startsWith("○ Not set up yet"));

    await desktop.clickRowWithPointer("Set up …");
    await tray.reach("running");

    await desktop.waitForMenu((menu) => menuText(menu).startsWith("● Running"));
    expect(menuText(await desktop.menu())).not.toContain("Set up …");
    await expect.poll(() => trayDesktop.browserCalls(), { timeout: 15_000 }).toHaveLength(2);
    const page = readFileSync(fileURLToPath(trayDesktop.browserCalls()[1] ?? ""), "utf8");
    expect(page).toMatch(new RegExp(`url=http://127\\.0\\.0\\.1:${port}/#code=[\\w-]{32}"`));
    expect(statSync(config).mode & 0o777).toBe(0o600);
    expect(JSON.parse(readFileSync(config, "utf8")).gateway).toMatchObject({
      mode: "local",
      auth: { mode: "token", token: expect.stringMatching(/^[0-9a-f]{48}$/) },
    });
  });

  test("U16: a file that somebody writes by hand is taken as well", async ({ trayDesktop }) => {
    const { desktop, stateDir } = trayDesktop;
    const config = join(stateDir, "clawdbot.json");
    const written = readFileSync(config, "utf8");
    rmSync(config);
    const tray = await trayDesktop.start();
    await tray.reach("blocked");
    await desktop.waitForMenu((menu) => menuText(menu).includes("Set up …"));

    writeFileSync(config, written, { mode: 0o600 });

    await tray.reach("running");
    expect(trayDesktop.browserCalls()).toEqual([]);
  });
});
