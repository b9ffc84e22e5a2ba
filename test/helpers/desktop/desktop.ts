/**
 * A real desktop for the e2e tests, without a monitor: Xvfb, a private session bus, xfce4-panel with its status tray
 * and dunst, all in a temporary home. Tests see and click what a user sees and clicks.
 */
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { promisify } from "node:util";
import { pauseAfterLook } from "../time/pause.ts";
import { type GVariantValue, parseGVariant } from "./gvariant.ts";

/** One entry of the menu as the panel has it. `toggleState` is absent where there is no check mark. */
export interface MenuNode {
  readonly id: number;
  readonly label: string;
  readonly isSeparator: boolean;
  readonly enabled: boolean;
  readonly visible: boolean;
  readonly toggleState?: boolean;
  readonly children: readonly MenuNode[];
}

/** A notification as the notification daemon received it, oldest first. */
export interface ShownNotification {
  readonly id: number;
  readonly appName: string;
  readonly title: string;
  readonly body: string;
  /** As it was sent: what a daemon shows whose texts are no markup. */
  readonly bareBody: string;
  readonly urgency: "LOW" | "NORMAL" | "CRITICAL";
}

interface Point {
  readonly x: number;
  readonly y: number;
}

interface Area extends Point {
  readonly width: number;
  readonly height: number;
}

const SCREEN = { width: 1024, height: 600 };
const PANEL_HEIGHT = 32;
const ROW_HEIGHT = 26;
const SEPARATOR_HEIGHT = 7;
const START_BUDGET_MS = 20_000;
const STOP_BUDGET_MS = 3_000;
const POLL_MS = 50;
const WATCHER = "org.kde.StatusNotifierWatcher";
const NOTIFICATIONS = "org.freedesktop.Notifications";
const OWNER_MARK = "CLAWDBOT_TEST_DESKTOP";

const execFileAsync = promisify(execFile);

/**
 * Starts a desktop and returns it once its panel owns the status tray. Fails, with everything ended again, when a
 * part does not come up within 20 s. The caller ends it with `stop()`.
 */
export async function startDesktop(): Promise<Desktop> {
  const desktop = new Desktop();
  try {
    await desktop.start();
    return desktop;
  } catch (error) {
    await desktop.stop();
    throw error;
  }
}

export class Desktop {
  /** A temporary home with the desktop's own configuration; gone after `stop()`. */
  readonly home = mkdtempSync(join(tmpdir(), "clawdbot-desktop-"));
  /** What a program needs to appear on this desktop; nothing of the tester's own session leaks in. */
  readonly env: Record<string, string>;
  readonly #children: ChildProcess[] = [];
  #bus: ChildProcess | undefined;
  #panel: ChildProcess | undefined;
  #notifications: ChildProcess | undefined;

  constructor() {
    this.env = {
      PATH: process.env.PATH ?? "/usr/bin:/bin",
      HOME: this.home,
      LANG: "C.UTF-8",
      XDG_CONFIG_HOME: join(this.home, ".config"),
      XDG_CACHE_HOME: join(this.home, ".cache"),
      XDG_DATA_HOME: join(this.home, ".local/share"),
      XDG_RUNTIME_DIR: join(this.home, "run"),
      NO_AT_BRIDGE: "1",
      GTK_A11Y: "none",
      [OWNER_MARK]: randomUUID(),
    };
  }

  async start(): Promise<void> {
    writeDesktopConfig(this.home);
    const server = this.#spawn(
      "Xvfb",
      [
        "-displayfd",
        "3",
        "-screen",
        "0",
        `${SCREEN.width}x${SCREEN.height}x24`,
        "-nolisten",
        "tcp",
        "-noreset",
      ],
      3,
    );
    this.env.DISPLAY = `:${await firstLine(server, 3)}`;
    this.#bus = this.#spawn("dbus-daemon", ["--session", "--nofork", "--print-address=3"], 3);
    this.env.DBUS_SESSION_BUS_ADDRESS = await firstLine(this.#bus, 3);
    await this.#startNotifications();
    await this.startPanel();
  }

  /** Puts another notification daemon in the place of the first: one whose texts are markup or one whose texts are not. */
  async restartNotifications(markup: "full" | "no"): Promise<void> {
    if (this.#notifications !== undefined) await end(this.#notifications);
    await waitUntil("the notification daemon is gone", async () => !(await this.#hasOwner(NOTIFICATIONS)));
    await this.#startNotifications(markup);
  }

  async #startNotifications(markup: "full" | "no" = "full"): Promise<void> {
    const file = join(this.home, ".config/dunst/dunstrc");
    writeFileSync(file, notificationConfig(this.home, markup));
    this.#notifications = this.#spawn("dunst", ["-config", file]);
    await this.#waitForOwner(NOTIFICATIONS);
  }

  /** Starts the panel, which hosts the status tray, and waits until it owns the watcher's name. */
  async startPanel(): Promise<void> {
    this.#panel = this.#spawn("xfce4-panel", ["--disable-wm-check"]);
    await this.#waitForOwner(WATCHER);
  }

  /** Ends the panel and with it the status tray. */
  async stopPanel(): Promise<void> {
    if (this.#panel !== undefined) await end(this.#panel);
    this.#panel = undefined;
    await waitUntil("the status tray is gone", async () => !(await this.#hasOwner(WATCHER)));
  }

  async restartPanel(): Promise<void> {
    await this.stopPanel();
    await this.startPanel();
  }

  /** Ends panel and session bus, as a logout does. */
  async endSession(): Promise<void> {
    for (const part of [this.#panel, this.#bus]) if (part !== undefined) await end(part);
  }

  /** Ends everything that was started here, also what the bus or a test's program started, and removes the home. */
  async stop(): Promise<void> {
    await Promise.all(this.#children.toReversed().map(end));
    for (const pid of this.#leftovers()) signal(pid, "SIGKILL");
    rmSync(this.home, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }

  /** The icons in the status tray as `:bus.name/object/path`. */
  async registeredItems(): Promise<string[]> {
    if (!(await this.#hasOwner(WATCHER))) return [];
    const [items] = await this.#call(
      WATCHER,
      "/StatusNotifierWatcher",
      "org.freedesktop.DBus.Properties.Get",
      WATCHER,
      "RegisteredStatusNotifierItems",
    );
    return Array.isArray(items) ? items.map(String) : [];
  }

  /** Waits until exactly one icon is in the status tray and answers, and returns it. */
  async waitForItem(timeoutMs = 30_000): Promise<string> {
    let items: string[] = [];
    const isThere = async () => {
      items = await this.registeredItems();
      return items.length === 1 && (await this.menu()).length > 0;
    };
    await waitUntil("one icon is in the status tray", isThere, timeoutMs).catch((error: Error) => {
      throw new Error(`${error.message}; registered: ${items.join(", ") || "none"}`);
    });
    return items[0] ?? "";
  }

  /** A property of the icon, such as `IconName` or `Title`. */
  async itemProperty(name: string): Promise<GVariantValue | undefined> {
    const { bus, path } = await this.#item();
    const [value] = await this.#call(
      bus,
      path,
      "org.freedesktop.DBus.Properties.Get",
      "org.kde.StatusNotifierItem",
      name,
    );
    return value;
  }

  /** The menu of the one icon, hidden rows included; empty while there is no icon. */
  async menu(): Promise<MenuNode[]> {
    try {
      const { bus, path } = await this.#item();
      const reply = await this.#call(
        bus,
        `${path}/Menu`,
        "com.canonical.dbusmenu.GetLayout",
        "0",
        "--",
        "-1",
        "[]",
      );
      return childrenOf(reply[1]);
    } catch {
      // The item went between being listed and being asked: there is no menu just now.
      return [];
    }
  }

  /** Waits until the menu satisfies the predicate and returns it. The failure shows the menu as it was. */
  async waitForMenu(predicate: (menu: MenuNode[]) => boolean, timeoutMs = 30_000): Promise<MenuNode[]> {
    let menu: MenuNode[] = [];
    try {
      await waitUntil(
        "the menu is as expected",
        async () => {
          menu = await this.menu();
          return predicate(menu);
        },
        timeoutMs,
      );
    } catch (error) {
      throw new Error(`${(error as Error).message}; it was:\n${menuText(menu)}`);
    }
    return menu;
  }

  /** Clicks a row over D-Bus as a panel does. The path names it from the top: `clickMenu("Logs", "Show log")`. */
  async clickMenu(...labels: string[]): Promise<void> {
    const { bus, path } = await this.#item();
    const row = findRow(await this.menu(), labels);
    if (!row.enabled || !row.visible) throw new Error(`the row ${labels.join(" › ")} is not clickable`);
    await this.#call(bus, `${path}/Menu`, "com.canonical.dbusmenu.Event", `${row.id}`, "clicked", "<0>", "0");
  }

  /** Clicks the icon in the panel with the pointer, which opens its menu. */
  async clickIcon(): Promise<void> {
    let icon: Area | undefined;
    await waitUntil("the icon is drawn in the panel", async () => {
      icon = await this.iconArea();
      return icon !== undefined;
    });
    await this.#pointAt(centre(icon ?? { x: 0, y: 0, width: 0, height: 0 }));
    await this.#xdotool("click", "1");
    await waitUntil("the menu is open", async () => (await this.#menuWindows()).length > 0);
  }

  /** Opens the icon's menu and clicks a row with the pointer, through its parents where it lies in a submenu. */
  async clickRowWithPointer(...labels: string[]): Promise<void> {
    await this.clickIcon();
    let rows = await this.menu();
    for (const [depth, label] of labels.entries()) {
      let area: Area | undefined;
      await waitUntil(`menu level ${depth + 1} is open`, async () => {
        area = (await this.#menuWindows())[depth];
        return area !== undefined;
      });
      await this.#pointAt(rowCentre(area ?? { x: 0, y: 0, width: 0, height: 0 }, rows, label));
      await this.#xdotool("click", "1");
      rows = [...findRow(rows, [label]).children];
    }
  }

  /** Closes an open menu. */
  async closeMenu(): Promise<void> {
    await this.#xdotool("key", "Escape", "Escape");
    await waitUntil("the menu is closed", async () => (await this.#menuWindows()).length === 0);
  }

  /** Where the icon is drawn in the panel, on the screen; undefined when the panel is empty. */
  async iconArea(): Promise<Area | undefined> {
    const { width } = SCREEN;
    const { stdout } = await execFileAsync(
      "import",
      ["-window", "root", "-crop", `${width}x${PANEL_HEIGHT}+0+0`, "-depth", "8", "rgb:-"],
      { env: this.env, encoding: "buffer", maxBuffer: 4 * width * PANEL_HEIGHT },
    );
    return paintedArea(stdout, width);
  }

  /** Every notification that reached the notification daemon since the desktop started. */
  notifications(): ShownNotification[] {
    let log: string;
    try {
      log = readFileSync(join(this.home, "notifications.log"), "utf8");
    } catch {
      // The log is made by the first notification.
      return [];
    }
    return log.split("\n").filter(Boolean).map(parseNotification);
  }

  /** Waits until a notification satisfies the predicate and returns the first that does. */
  async waitForNotification(
    predicate: (notification: ShownNotification) => boolean,
    timeoutMs = 30_000,
  ): Promise<ShownNotification> {
    let found: ShownNotification | undefined;
    await waitUntil(
      "the notification arrives",
      async () => {
        found = this.notifications().find(predicate);
        return found !== undefined;
      },
      timeoutMs,
    );
    if (found === undefined) throw new Error("the notification did not arrive");
    return found;
  }

  /** Chooses the button of the newest notification in the menu that the daemon opens for it. */
  async chooseOnNotification(label: string): Promise<void> {
    writeFileSync(join(this.home, "choice"), label);
    await execFileAsync("dunstctl", ["context"], { env: this.env });
  }

  /** Writes the whole screen as a PNG. */
  async screenshot(path: string): Promise<void> {
    await execFileAsync("import", ["-window", "root", path], { env: this.env });
  }

  #spawn(program: string, args: string[], resultFd?: number): ChildProcess {
    const child = spawn(program, args, {
      env: this.env,
      cwd: this.home,
      stdio: ["ignore", "ignore", "ignore", ...(resultFd === undefined ? [] : (["pipe"] as const))],
    });
    child.on("error", () => {}); // A start that failed shows as the part that never comes up, by name.
    this.#children.push(child);
    return child;
  }

  async #item(): Promise<{ bus: string; path: string }> {
    const items = await this.registeredItems();
    const item = items[0];
    const slash = item?.indexOf("/") ?? -1;
    if (item === undefined || slash < 0) throw new Error("there is no icon in the status tray");
    return { bus: item.slice(0, slash), path: item.slice(slash) };
  }

  async #call(bus: string, path: string, method: string, ...args: string[]): Promise<GVariantValue[]> {
    const { stdout } = await execFileAsync(
      "gdbus",
      [
        "call",
        "--session",
        "--timeout",
        "5",
        "--dest",
        bus,
        "--object-path",
        path,
        "--method",
        method,
        ...args,
      ],
      { env: this.env },
    );
    const reply = parseGVariant(stdout.trim());
    return Array.isArray(reply) ? reply : [reply];
  }

  async #hasOwner(name: string): Promise<boolean> {
    const [owned] = await this.#call(
      "org.freedesktop.DBus",
      "/org/freedesktop/DBus",
      "org.freedesktop.DBus.NameHasOwner",
      name,
    );
    return owned === true;
  }

  async #waitForOwner(name: string): Promise<void> {
    await waitUntil(`${name} has an owner`, () => this.#hasOwner(name), START_BUDGET_MS);
  }

  /** Open menu windows, outermost first: the mapped windows of the status tray's process that lie outside the panel. */
  async #menuWindows(): Promise<Area[]> {
    const windows: Area[] = [];
    for (const id of await this.#visibleWindows("wrapper-2.0")) {
      const area = await this.#windowArea(id);
      if (area !== undefined && area.y >= PANEL_HEIGHT && area.height >= ROW_HEIGHT) windows.push(area);
    }
    // A submenu opens to the right of its parent.
    return windows.sort((a, b) => a.x - b.x);
  }

  async #visibleWindows(windowClass: string): Promise<string[]> {
    try {
      const { stdout } = await execFileAsync("xdotool", ["search", "--onlyvisible", "--class", windowClass], {
        env: this.env,
      });
      return stdout.split("\n").filter(Boolean);
    } catch {
      // xdotool fails when nothing matches.
      return [];
    }
  }

  async #windowArea(id: string): Promise<Area | undefined> {
    try {
      const { stdout } = await execFileAsync("xwininfo", ["-id", id], { env: this.env });
      const read = (name: string): number => Number(new RegExp(`${name}:\\s+(-?\\d+)`).exec(stdout)?.[1]);
      if (!/Map State: IsViewable/.test(stdout)) return undefined;
      return {
        x: read("Absolute upper-left X"),
        y: read("Absolute upper-left Y"),
        width: read("Width"),
        height: read("Height"),
      };
    } catch {
      // The window was closed since it was listed.
      return undefined;
    }
  }

  async #pointAt({ x, y }: Point): Promise<void> {
    // Two steps: a menu takes a row as entered only when the pointer moves inside it.
    await this.#xdotool("mousemove", `${x - 3}`, `${y - 1}`, "mousemove", `${x}`, `${y}`);
  }

  async #xdotool(...args: string[]): Promise<void> {
    await execFileAsync("xdotool", args, { env: this.env });
  }

  /** Processes that carry this desktop's mark in their environment. */
  #leftovers(): number[] {
    const mark = `${OWNER_MARK}=${this.env[OWNER_MARK]}`;
    return readdirSync("/proc")
      .map(Number)
      .filter((pid) => pid > 0 && environmentOf(pid).includes(mark));
  }
}

function writeDesktopConfig(home: string): void {
  const write = (path: string, content: string, mode = 0o600): void => {
    mkdirSync(join(home, path, ".."), { recursive: true });
    writeFileSync(join(home, path), content, { mode });
  };
  mkdirSync(join(home, "run"), { mode: 0o700 });
  write(".config/xfce4/xfconf/xfce-perchannel-xml/xfce4-panel.xml", PANEL_CONFIG);
  write(".config/gtk-3.0/gtk.css", MENU_STYLE);
  mkdirSync(join(home, ".config/dunst"));
  write("log-notification.sh", notificationScript(join(home, "notifications.log")), 0o700);
  // In the place of a person at the menu: of its lines the one with the words.
  write("choose.sh", `#!/bin/sh\ngrep -m 1 -F -f '${join(home, "choice")}'\n`, 0o700);
}

const PANEL_CONFIG = `<?xml version="1.0" encoding="UTF-8"?>
<channel name="xfce4-panel" version="1.0">
  <property name="configver" type="int" value="2"/>
  <property name="panels" type="array">
    <value type="int" value="1"/>
    <property name="dark-mode" type="bool" value="true"/>
    <property name="panel-1" type="empty">
      <property name="position" type="string" value="p=6;x=0;y=0"/>
      <property name="length" type="uint" value="100"/>
      <property name="position-locked" type="bool" value="true"/>
      <property name="size" type="uint" value="${PANEL_HEIGHT}"/>
      <property name="icon-size" type="uint" value="0"/>
      <property name="enable-struts" type="bool" value="false"/>
      <property name="background-style" type="uint" value="1"/>
      <property name="background-rgba" type="array">
        <value type="double" value="0.13"/>
        <value type="double" value="0.14"/>
        <value type="double" value="0.16"/>
        <value type="double" value="1"/>
      </property>
      <property name="plugin-ids" type="array">
        <value type="int" value="1"/>
      </property>
    </property>
  </property>
  <property name="plugins" type="empty">
    <property name="plugin-1" type="string" value="systray">
      <property name="square-icons" type="bool" value="true"/>
    </property>
  </property>
</channel>
`;

/** Rows of a known height, so that a row's place follows from its index. */
const MENU_STYLE = `
menu { padding: 0; margin: 0; border-width: 0; }
menu menuitem { min-height: ${ROW_HEIGHT}px; padding: 0 6px; margin: 0; border-width: 0; }
menu separator { min-height: 1px; margin: 3px 0; padding: 0; border-width: 0; }
menu menuitem label { font-size: 10pt; }
`;

function notificationConfig(home: string, markup: "full" | "no"): string {
  return `[global]
    origin = bottom-right
    offset = 12x12
    width = 340
    notification_limit = 4
    font = Sans 10
    always_run_script = true
    markup = ${markup}
    enable_posix_regex = true
    dmenu = ${join(home, "choose.sh")}
[urgency_low]
    timeout = 5
[urgency_normal]
    timeout = 5
[urgency_critical]
    timeout = 0
[log]
    summary = ".*"
    script = ${join(home, "log-notification.sh")}
`;
}

/** dunst runs it for every notification. One line each, fields as base64, so that no text can break the format. */
function notificationScript(log: string): string {
  const fields = ["DUNST_ID", "DUNST_APP_NAME", "DUNST_SUMMARY", "DUNST_BODY", "DUNST_URGENCY"];
  const encoded = fields.map((field) => `$(printf %s "$${field}" | base64 -w0)`).join(" ");
  return `#!/bin/sh\nprintf '%s\\n' "${encoded}" >> '${log}'\n`;
}

function parseNotification(line: string): ShownNotification {
  const [id = "", appName = "", title = "", body = "", urgency = ""] = line
    .split(" ")
    .map((field) => Buffer.from(field, "base64").toString("utf8"));
  return {
    id: Number(id),
    appName,
    title,
    body: unescapeMarkup(body),
    bareBody: body,
    urgency: urgency as ShownNotification["urgency"],
  };
}

/** A body reaches the daemon as markup; the user sees this. */
function unescapeMarkup(text: string): string {
  return text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
}

/** The children of one node `(id, properties, children)` of a dbusmenu layout. */
function childrenOf(node: GVariantValue | undefined): MenuNode[] {
  const children = Array.isArray(node) ? node[2] : undefined;
  return Array.isArray(children) ? children.map(menuNode) : [];
}

function menuNode(node: GVariantValue): MenuNode {
  const [id, properties] = Array.isArray(node) ? node : [];
  const given = properties as { [key: string]: GVariantValue } | undefined;
  return {
    id: Number(id),
    // An underscore marks an access key and is doubled when meant as itself.
    label: String(given?.label ?? "").replace(/_(.?)/g, "$1"),
    isSeparator: given?.type === "separator",
    enabled: given?.enabled !== false,
    visible: given?.visible !== false,
    ...(given?.["toggle-type"] === undefined ? {} : { toggleState: given["toggle-state"] === 1 }),
    children: childrenOf(node),
  };
}

/** The row with these labels from the top. Throws with the labels there are. */
export function findRow(menu: readonly MenuNode[], labels: readonly string[]): MenuNode {
  const [label = "", ...deeper] = labels;
  const row = menu.find((candidate) => candidate.label === label && candidate.visible);
  if (row === undefined) throw new Error(`there is no visible row "${label}"; there is:\n${menuText(menu)}`);
  return deeper.length === 0 ? row : findRow(row.children, deeper);
}

/** The visible rows as indented text, for messages and comparisons. */
export function menuText(menu: readonly MenuNode[], indent = ""): string {
  return menu
    .filter((row) => row.visible)
    .map((row) => {
      const own = `${indent}${row.isSeparator ? "─" : row.label}${row.enabled ? "" : " (disabled)"}`;
      return row.children.length === 0 ? own : `${own}\n${menuText(row.children, `${indent}  `)}`;
    })
    .join("\n");
}

function rowCentre(area: Area, rows: readonly MenuNode[], label: string): Point {
  const visible = rows.filter((row) => row.visible);
  const index = visible.findIndex((row) => row.label === label);
  if (index < 0) throw new Error(`there is no visible row "${label}"; there is:\n${menuText(rows)}`);
  const heightOf = (row: MenuNode): number => (row.isSeparator ? SEPARATOR_HEIGHT : ROW_HEIGHT);
  const total = visible.reduce((sum, row) => sum + heightOf(row), 0);
  const above = visible.slice(0, index).reduce((sum, row) => sum + heightOf(row), 0);
  const border = Math.max(0, (area.height - total) / 2);
  return { x: area.x + 30, y: Math.round(area.y + border + above + ROW_HEIGHT / 2) };
}

/** The box around all pixels that differ from the first one, which is the panel's background. */
function paintedArea(rgb: Buffer, width: number): Area | undefined {
  const height = Math.floor(rgb.length / 3 / width);
  let [left, top, right, bottom] = [width, height, -1, -1];
  for (let pixel = 0; pixel < width * height; pixel++) {
    const offset = pixel * 3;
    const difference = [0, 1, 2].some((c) => Math.abs((rgb[offset + c] ?? 0) - (rgb[c] ?? 0)) > 24);
    if (!difference) continue;
    const [x, y] = [pixel % width, Math.floor(pixel / width)];
    left = Math.min(left, x);
    right = Math.max(right, x);
    top = Math.min(top, y);
    bottom = Math.max(bottom, y);
  }
  return right < 0 ? undefined : { x: left, y: top, width: right - left + 1, height: bottom - top + 1 };
}

function centre({ x, y, width, height }: Area): Point {
  return { x: Math.round(x + width / 2), y: Math.round(y + height / 2) };
}

/** Polls, since neither X nor the bus announces all of this. Fails naming what it waited for. */
async function waitUntil(what: string, isTrue: () => Promise<boolean>, timeoutMs = 30_000): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const lookedAt = performance.now();
    if (await isTrue()) return;
    if (Date.now() > deadline) throw new Error(`after ${timeoutMs} ms still not: ${what}`);
    await pauseAfterLook(lookedAt, POLL_MS);
  }
}

async function firstLine(child: ChildProcess, fd: number): Promise<string> {
  const stream = child.stdio[fd] as Readable;
  const lines = createInterface({ input: stream });
  const signal = AbortSignal.timeout(START_BUDGET_MS);
  const [line] = await Promise.race([once(lines, "line", { signal }), failedStart(child, signal)]);
  lines.close();
  // Unread output must not hold the child back.
  stream.resume();
  return String(line);
}

async function failedStart(child: ChildProcess, signal: AbortSignal): Promise<never> {
  const [code] = await once(child, "exit", { signal });
  throw new Error(`${child.spawnfile} ended with ${code} before it was ready`);
}

async function end(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, "exit");
  child.kill("SIGTERM");
  const escalation = setTimeout(() => child.kill("SIGKILL"), STOP_BUDGET_MS);
  await gone;
  clearTimeout(escalation);
}

function environmentOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, "utf8");
  } catch {
    // Ended meanwhile, or somebody else's: not ours in either case.
    return "";
  }
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It ended by itself since it was listed.
  }
}
