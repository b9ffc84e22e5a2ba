/** Notifications as they reach a real notification daemon. */
import { execFileSync } from "node:child_process";
import { mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { DesktopNotifier } from "../../../../tray/notifier/desktop.ts";
import type { DesktopNotification } from "../../../../tray/notifier/notification.ts";
import type { Desktop } from "../../../helpers/desktop/desktop.ts";
import { expect, test } from "../../../helpers/desktop/desktop-test.ts";
import { findProgram } from "../../../helpers/run/desktop-needs.ts";

const DOWN: DesktopNotification = {
  key: "down",
  title: "Gateway down",
  body: "It ended with code 1.",
  urgency: "critical",
};

test.describe("DesktopNotifier", () => {
  test("delivers title, body and urgency", async ({ desktop }) => {
    const delivery = await notifierOn(desktop).send(DOWN);

    expect(delivery).toEqual({ delivered: true });
    expect(await desktop.waitForNotification(() => true)).toMatchObject({
      appName: "Clawdbot",
      title: "Gateway down",
      body: "It ended with code 1.",
      urgency: "CRITICAL",
    });
  });

  test("delivers any text as it is, but for control characters and beyond 500 characters", async ({
    desktop,
  }) => {
    const hostile = `--help $(touch x) \`id\` <b>&amp;</b> C:\\new \u001b[31m\u202e`;

    await notifierOn(desktop).send({ ...DOWN, title: hostile, body: `${hostile}\n${"y".repeat(600)}` });

    const shown = await desktop.waitForNotification(() => true);
    expect(shown.title).toBe("--help $(touch x) `id` <b>&amp;</b> C:\\new");
    expect(shown.body).toMatch(/^--help \$\(touch x\) `id` <b>&amp;<\/b> C:\\new ?\ny+…$/);
    expect([...shown.body]).toHaveLength(500);
  });

  test("F13: writes markup only for a daemon that reads it, also when another takes its place", async ({
    desktop,
  }) => {
    const notifier = notifierOn(desktop);
    const body = "Fix: <b>gateway.port</b> & more";

    await notifier.send({ ...DOWN, key: "a", title: "reads markup", body });
    await desktop.restartNotifications("no");
    await notifier.send({ ...DOWN, key: "b", title: "reads none", body });
    await desktop.restartNotifications("full");
    await notifier.send({ ...DOWN, key: "c", title: "reads it again", body });

    await desktop.waitForNotification(({ title }) => title === "reads it again");
    const escaped = "Fix: &lt;b&gt;gateway.port&lt;/b&gt; &amp; more";
    expect(desktop.notifications().map(({ bareBody }) => bareBody)).toEqual([escaped, body, escaped]);
  });

  test("replaces the earlier notification with the same key and leaves others alone", async ({ desktop }) => {
    const notifier = notifierOn(desktop);

    await notifier.send(DOWN);
    await notifier.send({ ...DOWN, key: "other", title: "Approval" });
    await notifier.send({ ...DOWN, title: "Recovered" });

    await desktop.waitForNotification(({ title }) => title === "Recovered");
    const [down, other, recovered] = desktop.notifications();
    expect(recovered?.id).toBe(down?.id);
    expect(other?.id).not.toBe(down?.id);
    expect(displayedCount(desktop)).toBe(2);
  });

  test("tells which action was chosen", async ({ desktop }) => {
    const chosen = Promise.withResolvers<string[]>();
    const notifier = notifierOn(desktop, (...choice) => chosen.resolve(choice));

    const delivery = await notifier.send({
      ...DOWN,
      key: "pair",
      actions: [{ id: "default", label: "Open" }],
    });
    await desktop.waitForNotification(() => true);
    execFileSync("dunstctl", ["action", "0"], { env: desktop.env });

    expect(delivery).toEqual({ delivered: true });
    expect(await chosen.promise).toEqual(["pair", "default"]);
  });

  test("says why nothing was delivered, and delivers as soon as notify-send is installed", async ({
    desktop,
  }) => {
    const programs = join(desktop.home, "bin");
    mkdirSync(programs);
    const notifier = notifierOn(desktop, () => {}, { PATH: programs });

    expect(await notifier.send(DOWN)).toEqual({
      delivered: false,
      reason: expect.stringContaining("libnotify-bin"),
    });

    symlinkSync(findProgram("notify-send") ?? "", join(programs, "notify-send"));
    expect(await notifier.send(DOWN)).toEqual({ delivered: true });
  });

  test("says what notify-send says when there is no bus", async ({ desktop }) => {
    const notifier = notifierOn(desktop, () => {}, { DBUS_SESSION_BUS_ADDRESS: "unix:path=/nonexistent" });

    expect(await notifier.send(DOWN)).toEqual({
      delivered: false,
      reason: expect.stringContaining("connect"),
    });
  });
});

function notifierOn(
  desktop: Desktop,
  onAction: (key: string, actionId: string) => void = () => {},
  env: Record<string, string> = {},
): DesktopNotifier {
  const iconPath = new URL("../../../../assets/icons/error.png", import.meta.url).pathname;
  return new DesktopNotifier({ platform: "linux", env: { ...desktop.env, ...env }, iconPath }, onAction);
}

function displayedCount(desktop: Desktop): number {
  return Number(execFileSync("dunstctl", ["count", "displayed"], { env: desktop.env }));
}
