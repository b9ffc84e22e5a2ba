/** The tray as the face of a service: the real panel and notifications, and the service under a real `systemd --user`. */
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { mergeTests } from "@playwright/test";
import { isAlive } from "../../../shared/node/process-identity.ts";
import { menuText } from "../../helpers/desktop/desktop.ts";
import { test as desktopTest } from "../../helpers/desktop/desktop-test.ts";
import { expect, QUIET_MS, TrayDesktop } from "../../helpers/desktop/desktop-tray.ts";
import { freePort } from "../../helpers/network/ports.ts";
import { LAUNCHER } from "../../helpers/process/clawdbot.ts";
import { startNode } from "../../helpers/process/cli.ts";
import { test as systemdTest, type UserSystemd } from "../../helpers/service/user-systemd.ts";
import { kill, type TrayProcess } from "../../helpers/tray/tray.ts";

const UNIT = "clawdbot-gateway.service";
/** RestartSec of the unit and a start, with what a busy machine adds. */
const BACK_WITHIN_MS = 15_000;

/** A desktop whose user has a service manager. */
class ServiceDesktop extends TrayDesktop {
  readonly #systemd: UserSystemd;

  constructor(...[desktop, port, systemd]: [TrayDesktop["desktop"], number, UserSystemd]) {
    Object.assign(desktop.env, {
      HOME: systemd.home,
      XDG_RUNTIME_DIR: systemd.runtimeDir,
      XDG_CONFIG_HOME: join(systemd.home, ".config"),
    });
    super(desktop, port, systemd.home);
    this.#systemd = systemd;
  }

  /** Runs the shipped command to its end. */
  async clawdbot(...args: string[]): Promise<void> {
    const command = startNode([LAUNCHER, ...args], { env: this.desktop.env, timeoutMs: 90_000 });
    const { code, stdout, stderr } = await command.ended;
    if (code !== 0) throw new Error(`clawdbot ${args.join(" ")} ended with ${code}: ${stdout}${stderr}`);
  }

  property(name: string): string {
    return this.#systemd.systemctl("show", UNIT, `--property=${name}`, "--value").trim();
  }

  /** Waits until the menu shows a healthy gateway of the service, and returns its pid. */
  async waitForService(tray: TrayProcess): Promise<number> {
    await this.desktop.waitForMenu((menu) => menuText(menu).startsWith("● Running (service)"), 30_000);
    return tray.gatewayPid;
  }

  override async stop(): Promise<void> {
    await super.stop();
    await this.clawdbot("gateway", "uninstall");
    for (const suffix of ["", "-dev"]) rmSync(`${this.stateDir}${suffix}`, { recursive: true, force: true });
  }
}

const test = mergeTests(desktopTest, systemdTest).extend<{ served: ServiceDesktop }>({
  served: async ({ desktop, systemd }, use) => {
    const served = new ServiceDesktop(desktop, await freePort(), systemd);
    await use(served);
    await served.stop();
  },
});

test.describe("acceptance 4: the tray and the real service", () => {
  test("Stop, Start and Restart go through the service", async ({ served }) => {
    const { desktop } = served;
    await served.clawdbot("gateway", "install");
    const tray = await served.start();
    const first = await served.waitForService(tray);
    expect(served.property("MainPID")).toBe(String(first));

    await desktop.clickMenu("Stop");
    await desktop.waitForMenu((menu) => menuText(menu).startsWith("○ Stopped"), 30_000);
    expect(served.property("ActiveState")).toBe("inactive");
    expect(isAlive(first)).toBe(false);

    await desktop.clickMenu("Start");
    const second = await served.waitForService(tray);
    expect(served.property("MainPID")).toBe(String(second));

    await desktop.clickRowWithPointer("Restart");
    await desktop.waitForMenu(
      (menu) => menuText(menu).startsWith("● Running (service)") && !menuText(menu).includes(`PID ${second}`),
      30_000,
    );
    expect(served.property("MainPID")).toBe(String(tray.gatewayPid));
    expect(new Set([first, second, tray.gatewayPid]).size).toBe(3);
    expect(served.property("NRestarts")).toBe("0");
    expect(served.startCount()).toBe(0);
  });

  test("kill -9 of the service's gateway shows down, then recovered", async ({ served }) => {
    const { desktop } = served;
    await served.clawdbot("gateway", "install");
    const tray = await served.start();
    const first = await served.waitForService(tray);
    await delay(QUIET_MS);
    expect(desktop.notifications()).toEqual([]);

    kill(first, "SIGKILL");
    await tray.reach("backoff", 3_000);
    const down = await desktop.waitForNotification(({ title }) => title === "Gateway down");
    expect(down.body).toContain("Its service starts it again");
    await desktop.waitForMenu((menu) => menuText(menu).startsWith("▲ Down, its service restarts it"));
    await tray.reachAnother(first, BACK_WITHIN_MS);

    await desktop.waitForNotification(({ title }) => title === "Gateway running again");
    expect(served.property("NRestarts")).toBe("1");
    expect(served.property("MainPID")).toBe(String(tray.gatewayPid));
    expect(tray.status).toMatchObject({ owner: "service" });
  });

  test("Run as a service on and off keeps configuration and port", async ({ served }) => {
    const { desktop, stateDir, port } = served;
    const tray = await served.start();
    await tray.reach("running");
    const child = tray.gatewayPid;
    const config = readFileSync(join(stateDir, "clawdbot.json"), "utf8");

    await desktop.clickMenu("Settings", "Run as a service");
    const service = await served.waitForService(tray);
    expect(served.property("MainPID")).toBe(String(service));
    expect(isAlive(child)).toBe(false);
    const menu = await desktop.waitForMenu((rows) => menuText(rows).includes("✓ Run as a service"));
    expect(menuText(menu)).toContain(`ws://127.0.0.1:${port}`);

    await desktop.clickMenu("Settings", "✓ Run as a service");
    await desktop.waitForMenu(
      (rows) => menuText(rows).startsWith(`● Running · ws://127.0.0.1:${port}`),
      30_000,
    );
    expect(isAlive(service)).toBe(false);
    expect(served.livingGateways()).toEqual([tray.gatewayPid]);
    expect(readFileSync(join(stateDir, "clawdbot.json"), "utf8")).toBe(config);
    expect(served.startCount()).toBe(2);
  });

  test("Quit leaves the service running, and the row says so", async ({ served }) => {
    const { desktop } = served;
    await served.clawdbot("gateway", "install");
    const tray = await served.start();
    const gateway = await served.waitForService(tray);

    await desktop.clickRowWithPointer("Quit (gateway keeps running)");

    expect((await tray.process.ended).code).toBe(0);
    expect(isAlive(gateway)).toBe(true);
    expect(served.property("ActiveState")).toBe("active");
  });

  test("the end of the session, bus first, does not harm it", async ({ served }) => {
    const { desktop } = served;
    await served.clawdbot("gateway", "install");
    const tray = await served.start();
    const gateway = await served.waitForService(tray);

    await desktop.endSession();
    await delay(2_000);
    expect(tray.status).toMatchObject({ running: true, state: "running", owner: "service" });
    expect((await tray.process.stop("SIGTERM")).code).toBe(0);

    expect(isAlive(gateway)).toBe(true);
    expect(served.property("MainPID")).toBe(String(gateway));
    const health = await fetch(`http://127.0.0.1:${served.port}/healthz`);
    expect(await health.json()).toMatchObject({ ok: true, pid: gateway });
  });

  test("Run doctor shows what it found in a notification and in the menu", async ({ served }) => {
    const { desktop } = served;
    const tray = await served.start();
    await tray.reach("running");

    await desktop.clickMenu("Run doctor");

    const { body } = await desktop.waitForNotification(({ title }) => title.startsWith("Doctor"), 60_000);
    const menu = await desktop.waitForMenu((rows) => menuText(rows).includes("Run doctor"));
    expect(menuText(menu)).toMatch(/\d+ findings? of the doctor/);
    const report = readFileSync(join(served.stateDir, "logs", "doctor.txt"), "utf8");
    expect(report).toContain(body.split(" → ")[0]);
  });
});
