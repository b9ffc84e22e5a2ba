/** F3: the tray goes on through an upgrade of its own package, whatever is clicked meanwhile. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readJson } from "../../../shared/node/run-state.ts";
import { isRecord } from "../../../shared/protocol/frame.ts";
import { APP_VERSION } from "../../../shared/version.ts";
import { DEFAULT_INTENT, type Intent } from "../../../tray/model/tray-model.ts";
import { type Desktop, menuText } from "../../helpers/desktop/desktop.ts";
import { expect, QUIET_MS, type TrayDesktop, test } from "../../helpers/desktop/desktop-tray.ts";
import { InstalledCopy } from "../../helpers/process/installed-copy.ts";
import { TOKEN, type TrayProcess } from "../../helpers/tray/tray.ts";

const NEW = "0.9.9";
const RELAUNCH = `Restart to use version ${NEW}`;
/** A look at the installed program every 15 s. */
const NOTICED_WITHIN_MS = 30_000;
const FAILED = "That did not work";
/** Until then everything that a click needs has been loaded. */
const LOADED_MS = 3_000;

test.describe("F3: an upgrade under the running tray", () => {
  test("Stop sticks, every row works or says why, and the new version takes over at a click", async ({
    trayDesktop,
  }) => {
    test.setTimeout(240_000);
    const { desktop } = trayDesktop;
    const { installed, tray } = await startInstalled(trayDesktop);

    installed.remove();
    await everyRowServes(trayDesktop);
    await desktop.clickMenu("Run doctor");
    await desktop.waitForNotification(
      ({ title, body }) => title === FAILED && body.includes(installed.launcher),
    );
    await desktop.clickMenu("Stop");
    await tray.reach("stopped");
    expect(intentOf(trayDesktop)).toMatchObject({ desired: "stopped" });
    await desktop.clickMenu("Start");
    await tray.reach("blocked");
    await desktop.waitForMenu((menu) => menuText(menu).includes(installed.launcher));

    installed.install(NEW);
    await tray.reach("running", NOTICED_WITHIN_MS);
    expect(await versionOf(tray)).toBe(NEW);
    const menu = await desktop.waitForMenu((rows) => menuText(rows).includes(RELAUNCH), NOTICED_WITHIN_MS);
    expect(menuText(menu)).toContain(`About Clawdbot Companion ${APP_VERSION}`);
    await desktop.waitForNotification(
      ({ title, body }) => title === "Clawdbot was updated" && body.includes(NEW),
      QUIET_MS + NOTICED_WITHIN_MS,
    );
    await everyRowServes(trayDesktop);
    await desktop.clickMenu("Run doctor");
    await desktop.waitForNotification(({ title }) => title.startsWith("Doctor"), 30_000);
    const first = tray.gatewayPid;
    await desktop.clickMenu("Restart");
    await tray.reachAnother(first);
    await desktop.clickMenu("Dev mode");
    await desktop.waitForMenu((rows) => menuText(rows).startsWith("● Running · Dev mode"));
    await desktop.clickMenu("✓ Dev mode");
    await desktop.waitForMenu((rows) => menuText(rows).startsWith("● Running · ws:"));

    const before = tray.gatewayPid;
    await relaunch(trayDesktop);
    await tray.reachAnother(before);
    expect(tray.status).toMatchObject({ pid: tray.process.pid });
    expect(trayDesktop.livingGateways()).toEqual([tray.gatewayPid]);

    await desktop.clickMenu("Stop");
    await tray.reach("stopped");
    expect(intentOf(trayDesktop)).toMatchObject({ desired: "stopped", launchAtLogin: false });
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
    await relaunch(trayDesktop);

    expect(tray.state).toBe("stopped");
    expect(trayDesktop.livingGateways()).toEqual([]);
  });
});

/** A tray of the installed package that has settled. */
async function startInstalled(trayDesktop: TrayDesktop) {
  const { desktop } = trayDesktop;
  const installed = new InstalledCopy(join(desktop.home, "prefix"));
  desktop.env.PATH = `${join(desktop.home, "bin")}:${desktop.env.PATH}`;
  const tray = await trayDesktop.start(installed.launcher);
  await tray.reach("running");
  await new Promise((resolve) => setTimeout(resolve, LOADED_MS));
  return { installed, tray };
}

/** Every row that leaves the gateway alone is clicked; what the machine lacks is said. */
async function everyRowServes(trayDesktop: TrayDesktop): Promise<void> {
  const { desktop } = trayDesktop;
  const clipboard = recordCalls(desktop, "xclip");
  const viewer = recordCalls(desktop, "xdg-open");
  const clicks: [row: string[], serves: () => boolean][] = [
    [["Open dashboard"], () => viewer().includes("file://") || trayDesktop.browserCalls().length > 0],
    [["Copy dashboard link"], () => clipboard().includes("#code=")],
    [["Copy token"], () => clipboard().includes(TOKEN)],
    [["Logs", "Show log"], () => viewer().includes("gateway.log")],
    [["Logs", "Copy support info (secrets removed)"], () => clipboard().includes("End of ")],
    [["Settings", "Launch at login"], () => intentOf(trayDesktop).launchAtLogin === true],
    [["Settings", "✓ Launch at login"], () => intentOf(trayDesktop).launchAtLogin === false],
    [["Settings", "Keep gateway on quit"], () => intentOf(trayDesktop).onQuit === "keep"],
    [["Settings", "✓ Keep gateway on quit"], () => intentOf(trayDesktop).onQuit === "auto"],
    [["Settings", "Notifications", "Connected"], () => intentOf(trayDesktop).silenced.length === 0],
    [["Settings", "Notifications", "✓ Connected"], () => intentOf(trayDesktop).silenced.length === 1],
  ];
  for (const [row, serves] of clicks) {
    await desktop.clickMenu(...row);
    await expect.poll(serves, { message: row.join(" › "), timeout: 10_000 }).toBe(true);
  }
  const shown = desktop.notifications().length;
  await desktop.clickMenu("Settings", "Notifications", "Send test");
  await expect.poll(() => desktop.notifications().at(shown)?.title).toBe("Test notification");
  await desktop.clickMenu("Settings", "Run as a service");
  // There is no service manager on this desktop.
  const told = () => desktop.notifications().slice(shown);
  await expect.poll(() => told().map(({ title }) => title), { timeout: 30_000 }).toContain(FAILED);
}

/** A program of this name that records its arguments and its input; returns what it recorded so far. */
function recordCalls(desktop: Desktop, name: string): () => string {
  const [folder, log] = [join(desktop.home, "bin"), join(desktop.home, `${name}.log`)];
  mkdirSync(folder, { recursive: true });
  const script = `#!/bin/sh\nprintf '%s\\n' "$@" >> '${log}'\n[ -t 0 ] || cat >> '${log}'\n`;
  writeFileSync(join(folder, name), script, { mode: 0o700 });
  writeFileSync(log, "");
  return () => readFileSync(log, "utf8");
}

/** Clicks the row and waits for the menu of the new version, which offers no other. */
async function relaunch({ desktop }: TrayDesktop): Promise<void> {
  await desktop.clickMenu(RELAUNCH);
  await desktop.waitForMenu((rows) => {
    const text = menuText(rows);
    return text.includes(`About Clawdbot Companion ${NEW}`) && !text.includes(RELAUNCH);
  }, NOTICED_WITHIN_MS);
}

/** What was saved of what the user asked for. */
function intentOf({ stateDir }: TrayDesktop): Intent {
  const intent = readJson(join(stateDir, "tray.json"))?.intent;
  return isRecord(intent) ? (intent as unknown as Intent) : DEFAULT_INTENT;
}

async function versionOf(tray: TrayProcess): Promise<unknown> {
  const { status } = tray;
  const url = status.running ? (status.gateway?.url ?? "") : "";
  const answer = await fetch(`${url.replace(/^ws/, "http")}/healthz`);
  return ((await answer.json()) as { version?: unknown }).version;
}
