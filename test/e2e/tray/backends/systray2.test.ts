/** The systray2 backend on a real panel: what the user sees there, clicks there, and gets back after a failure. */
import { EventEmitter, once } from "node:events";
import { existsSync, mkdirSync, readdirSync, readlinkSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pickTrayBackend } from "../../../../tray/backends/index.ts";
import type { ActionRow, TrayBackend, TrayView } from "../../../../tray/backends/tray-backend.ts";
import { type LossText, lossText } from "../../../../tray/model/loss-text.ts";
import { TEXTS } from "../../../../tray/model/texts/index.ts";
import type { Desktop } from "../../../helpers/desktop/desktop.ts";
import { menuText } from "../../../helpers/desktop/desktop.ts";
import { expect, test } from "../../../helpers/desktop/desktop-test.ts";

const BACK_WITHIN_MS = 5_000;
const STOP_DEADLINE_MS = 3_000;
const MENU = [
  "● Running (disabled)",
  "─",
  "Start",
  "✓ Dev mode",
  "Logs",
  "  Show log",
  "─",
  "Settings",
  "  Notifications",
  "    ✓ Gateway down",
  "Quit",
].join("\n");

test.describe("Systray2Backend", () => {
  test("shows the icon and the menu, and takes both away when stopped", async ({ desktop }) => {
    const tray = await Tray.start(desktop, view());
    try {
      await desktop.waitForItem();

      expect(menuText(await desktop.menu())).toBe(MENU);
      expect(await desktop.iconArea()).toMatchObject({ y: expect.any(Number), height: expect.any(Number) });
    } finally {
      await tray.stop();
    }
    await expect.poll(() => desktop.registeredItems()).toEqual([]);
    expect(helperPids(tray.folder)).toEqual([]);
  });

  test("updates texts, marks, visibility and the icon without a new helper", async ({ desktop }) => {
    const tray = await Tray.start(desktop, view());
    try {
      await desktop.waitForItem();
      const [helper, icon] = [helperPids(tray.folder), await desktop.itemProperty("IconName")];

      tray.update({
        ...view({
          status: { title: "▲ Restarting" },
          dev: { checked: false },
          start: { enabled: false },
          slot: { visible: true, title: "Show crash" },
          down: { checked: false },
        }),
        icon: "degraded",
      });

      const menu = await desktop.waitForMenu((rows) => menuText(rows).includes("Show crash"));
      const expected = MENU.replace("● Running", "▲ Restarting")
        .replace("✓ Dev mode", "Dev mode")
        .replace("Start", "Start (disabled)")
        .replace("  Show log", "  Show log\n  Show crash")
        .replace("✓ Gateway down", "Gateway down");
      expect(menuText(menu)).toBe(expected);
      await expect.poll(() => desktop.itemProperty("IconName")).not.toBe(icon);
      expect(helperPids(tray.folder)).toEqual(helper);
    } finally {
      await tray.stop();
    }
  });

  test("reports a click on a row over D-Bus, also after its text has changed", async ({ desktop }) => {
    const tray = await Tray.start(desktop, view());
    try {
      await desktop.waitForItem();
      tray.update({ ...view({ start: { title: "Start again" } }), icon: "stopped" });
      await desktop.waitForMenu((rows) => rows.some((row) => row.label === "Start again"));

      const clicked = tray.nextClick();
      await desktop.clickMenu("Start again");

      expect(await clicked).toBe("start");
    } finally {
      await tray.stop();
    }
  });

  test("reports a click made with the pointer in a submenu, and none for opening it", async ({ desktop }) => {
    const tray = await Tray.start(desktop, view());
    try {
      await desktop.waitForItem();

      const clicked = tray.nextClick();
      await desktop.clickRowWithPointer("Logs", "Show log");

      expect(await clicked).toBe("log");
      expect(tray.clicks).toEqual(["log"]);
    } finally {
      await tray.stop();
    }
  });

  test("shows new rows with a new helper when the menu gets another structure", async ({ desktop }) => {
    const tray = await Tray.start(desktop, view());
    try {
      await desktop.waitForItem();

      tray.update({ ...view(), rows: [...view().rows, row("more", { title: "More" })] });

      const menu = await desktop.waitForMenu((rows) => rows.some((entry) => entry.label === "More"));
      expect(menuText(menu)).toBe(`${MENU}\nMore`);
      expect(tray.losses).toEqual([]);
      const clicked = tray.nextClick();
      await desktop.clickMenu("More");
      expect(await clicked).toBe("more");
    } finally {
      await tray.stop();
    }
  });

  test("brings icon and whole menu back within 5 s of a kill of the helper, as they were last", async ({
    desktop,
  }) => {
    const tray = await Tray.start(desktop, view());
    try {
      await desktop.waitForItem();
      tray.update(view({ dev: { checked: false }, slot: { visible: true, title: "Show crash" } }));
      await desktop.waitForMenu((rows) => menuText(rows).includes("Show crash"));
      const before = menuText(await desktop.menu());

      for (const round of [1, 2, 3]) {
        const [helper = 0] = helperPids(tray.folder);
        const ready = tray.nextReady();
        const killedAtMs = Date.now();
        process.kill(helper, "SIGKILL");
        await ready;
        await desktop.waitForMenu((rows) => menuText(rows) === before, BACK_WITHIN_MS);

        const tookMs = Date.now() - killedAtMs;
        expect(tookMs, `round ${round}`).toBeLessThan(BACK_WITHIN_MS);
        expect(tray.losses.at(-1)?.reason).toContain("SIGKILL");
        expect(helperPids(tray.folder)).not.toContain(helper);
      }
      const clicked = tray.nextClick();
      await desktop.clickMenu("Quit");
      expect(await clicked).toBe("quit");
    } finally {
      await tray.stop();
    }
  });

  test("ends a helper that no longer reads and shows the newest view with another", async ({ desktop }) => {
    const tray = await Tray.start(desktop, view());
    try {
      await desktop.waitForItem();
      const [helper = 0] = helperPids(tray.folder);
      process.kill(helper, "SIGSTOP");
      const ready = tray.nextReady();

      for (let count = 0; count < 20_000; count++) {
        tray.update(view({ status: { title: `${count}${"x".repeat(100)}` } }));
      }
      tray.update(view({ status: { title: "Newest" } }));
      await ready;

      await desktop.waitForMenu((rows) => rows[0]?.label === "Newest");
      expect(tray.losses.at(-1)?.reason).toContain("no longer reads");
      expect(helperPids(tray.folder)).not.toContain(helper);
    } finally {
      await tray.stop();
    }
  });

  test("is in the panel again after the panel restarts", async ({ desktop }) => {
    const tray = await Tray.start(desktop, view());
    try {
      await desktop.waitForItem();
      const helper = helperPids(tray.folder);

      await desktop.restartPanel();
      await desktop.waitForItem();

      expect(menuText(await desktop.menu())).toBe(MENU);
      await expect.poll(() => desktop.iconArea()).toBeDefined();
      const clicked = tray.nextClick();
      await desktop.clickRowWithPointer("Start");
      expect(await clicked).toBe("start");
      expect(helperPids(tray.folder)).toEqual(helper);
    } finally {
      await tray.stop();
    }
  });

  test("says that there is no status tray, and shows the icon once there is one", async ({ desktop }) => {
    await desktop.stopPanel();
    const tray = await Tray.start(desktop, view());
    try {
      await expect.poll(() => tray.losses).toHaveLength(1);
      expect(tray.losses[0]?.reason).toContain("StatusNotifierWatcher");
      expect(helperPids(tray.folder)).toEqual([]);

      await desktop.startPanel();
      await desktop.waitForItem(15_000);

      expect(menuText(await desktop.menu())).toBe(MENU);
      expect(tray.losses).toHaveLength(1);
    } finally {
      await tray.stop();
    }
  });

  test("runs its private copy of the packaged helper, never a file planted in the working folder", async ({
    desktop,
  }) => {
    const workFolder = join(desktop.home, "work");
    const proof = join(desktop.home, "planted-was-run");
    mkdirSync(join(workFolder, "traybin"), { recursive: true });
    writeFileSync(join(workFolder, "traybin/tray_linux_release"), `#!/bin/sh\ntouch '${proof}'\n`, {
      mode: 0o755,
    });
    const before = process.cwd();
    process.chdir(workFolder);
    const tray = await Tray.start(desktop, view());
    try {
      await desktop.waitForItem();

      expect(existsSync(proof)).toBe(false);
      const helper = join(tray.folder, "tray_linux_release");
      expect(helperPids(tray.folder)).toHaveLength(1);
      expect(statSync(helper).mode & 0o777).toBe(0o755);
      expect(statSync(tray.folder).mode & 0o777).toBe(0o700);
    } finally {
      process.chdir(before);
      await tray.stop();
    }
  });

  test("keeps trying, with the helper's own words, when the helper cannot reach the display", async ({
    desktop,
  }) => {
    const tray = await Tray.start(desktop, view(), { DISPLAY: ":4711" });
    try {
      await expect.poll(() => tray.losses.length).toBeGreaterThan(0);

      expect(tray.losses[0]?.reason).toMatch(
        /ended with code 1 \(.*(display|DISPLAY|:4711).*\)|ended with code 1/,
      );
    } finally {
      await tray.stop();
    }
    expect(helperPids(tray.folder)).toEqual([]);
  });
});

test.describe("pickTrayBackend", () => {
  test("says in one line why there can be no icon without a display", async ({ desktop }) => {
    const tray = await Tray.start(desktop, view(), { DISPLAY: "" });

    expect(tray.losses).toEqual([
      { reason: expect.stringMatching(/display/), remedy: expect.stringMatching(/clawdbot gateway/) },
    ]);
    await tray.stop();
  });
});

/** A backend under test with everything it reported. */
class Tray {
  readonly folder: string;
  readonly clicks: string[] = [];
  readonly losses: LossText[] = [];
  readonly #backend: TrayBackend;
  readonly #reports = new EventEmitter();

  private constructor(backend: TrayBackend, folder: string) {
    this.#backend = backend;
    this.folder = folder;
  }

  static async start(desktop: Desktop, shown: TrayView, env: Record<string, string> = {}): Promise<Tray> {
    const folder = join(desktop.home, "Über uns", "tray helper");
    const context = {
      platform: process.platform,
      arch: process.arch,
      env: { ...desktop.env, ...env },
    } as const;
    const tray = new Tray(await pickTrayBackend(context, folder), folder);
    tray.#backend.start(shown, {
      clicked: (id) => {
        tray.clicks.push(id);
        tray.#reports.emit("clicked", id);
      },
      ready: () => tray.#reports.emit("ready"),
      lost: (loss) => tray.losses.push(lossText(loss, TEXTS.en, null)),
    });
    return tray;
  }

  update(shown: TrayView): void {
    this.#backend.update(shown);
  }

  async nextClick(): Promise<string> {
    const [id] = await once(this.#reports, "clicked", { signal: AbortSignal.timeout(10_000) });
    return String(id);
  }

  async nextReady(): Promise<void> {
    await once(this.#reports, "ready", { signal: AbortSignal.timeout(15_000) });
  }

  stop(): Promise<void> {
    return this.#backend.stop(STOP_DEADLINE_MS);
  }
}

/** Processes that run the helper's copy in this folder. */
function helperPids(folder: string): number[] {
  const program = join(folder, "tray_linux_release");
  return readdirSync("/proc")
    .map(Number)
    .filter((pid) => pid > 0 && programOf(pid).replace(" (deleted)", "") === program);
}

function programOf(pid: number): string {
  try {
    return readlinkSync(`/proc/${pid}/exe`);
  } catch {
    // Ended meanwhile, or a thread of the kernel.
    return "";
  }
}

type RowId =
  | "status"
  | "start"
  | "dev"
  | "logs"
  | "log"
  | "slot"
  | "settings"
  | "notifications"
  | "down"
  | "quit";

/** A menu with everything that a row can be; `changes` are laid over its rows. */
function view(changes: Partial<Record<RowId, Partial<ActionRow>>> = {}): TrayView {
  const make = (id: RowId, options: Partial<ActionRow>): ActionRow => row(id, { ...options, ...changes[id] });
  return {
    icon: "normal",
    tooltip: "Clawdbot · Running",
    rows: [
      make("status", { title: "● Running", enabled: false }),
      { kind: "separator" },
      make("start", { title: "Start" }),
      make("dev", { title: "Dev mode", checked: true }),
      make("logs", {
        title: "Logs",
        children: [
          make("log", { title: "Show log" }),
          { kind: "separator" },
          make("slot", { visible: false }),
        ],
      }),
      { kind: "separator" },
      make("settings", {
        title: "Settings",
        children: [
          make("notifications", {
            title: "Notifications",
            children: [make("down", { title: "Gateway down", checked: true })],
          }),
        ],
      }),
      make("quit", { title: "Quit" }),
    ],
  };
}

function row(id: string, options: Partial<ActionRow>): ActionRow {
  return { kind: "row", id, title: id, enabled: true, visible: true, ...options };
}
