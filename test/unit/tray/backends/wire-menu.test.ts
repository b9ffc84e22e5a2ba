/** The messages to the helper, with each platform's peculiarities. */
import { readFileSync } from "node:fs";
import { expect, test } from "@playwright/test";
import { numberRows } from "../../../../tray/backends/diff.ts";
import type { WireMenu } from "../../../../tray/backends/helper-process.ts";
import type { ActionRow, TrayView } from "../../../../tray/backends/tray-backend.ts";
import { WireMenuBuilder } from "../../../../tray/backends/wire-menu.ts";
import { iconFile } from "../../../../tray/icons.ts";

const PLATFORMS = ["linux", "darwin", "win32"] as const;

test.describe("WireMenuBuilder", () => {
  for (const platform of PLATFORMS) {
    test(`carries the icon file of ${platform} and says whether it is a template`, async () => {
      const menu = await build(platform, [row("a")]);

      expect(Buffer.from(menu.icon, "base64").equals(readFileSync(iconFile("normal", platform)))).toBe(true);
      expect(menu.isTemplateIcon).toBe(platform === "darwin");
    });
  }

  test("draws the check mark into the title on Linux, where the helper has none", async () => {
    const { items } = await build("linux", [row("on", { checked: true }), row("off", { checked: false })]);
    const [on, off] = items;

    expect(on).toMatchObject({ title: "✓ on", checked: false });
    expect(off).toMatchObject({ title: "off", checked: false });
  });

  test("leaves the check mark to macOS and Windows", async () => {
    for (const platform of ["darwin", "win32"] as const) {
      const menu = await build(platform, [row("on", { checked: true })]);

      expect(menu.items).toMatchObject([{ title: "on", checked: true }]);
    }
  });

  test("doubles the character that would mark an access key", async () => {
    const menus = await Promise.all(
      PLATFORMS.map((platform) => build(platform, [row("a", { title: "R_D & co" })])),
    );

    expect(menus.map((menu) => menu.items[0]?.title)).toEqual(["R__D & co", "R_D & co", "R_D && co"]);
  });

  test("keeps a title that reads like a separator from becoming one", async () => {
    const menu = await build("darwin", [row("a", { title: "<SEPARATOR>" })]);

    expect(menu.items).toMatchObject([{ title: "‹SEPARATOR›" }]);
  });

  test("puts titles on one line of limited length", async () => {
    const menu = await build("linux", [row("a", { title: `one\ntwo\u0007${"x".repeat(500)}` })]);

    const title = menu.items[0]?.title;
    expect(title).toMatch(/^one two\ufffdx+…$/);
    expect(title).toHaveLength(120);
  });

  test("sends icon and tooltip again only when the desktop shows a difference", async () => {
    const before = view([]);
    const onLinux = await WireMenuBuilder.load("linux");
    const onWindows = await WireMenuBuilder.load("win32");

    expect(onLinux.faceUpdate(before, { ...before, tooltip: "later" })).toBeUndefined();
    expect(onWindows.faceUpdate(before, { ...before, tooltip: "later" })).toMatchObject({
      menu: { tooltip: "later" },
    });
    expect(onLinux.faceUpdate(before, { ...before, icon: "error" })).toMatchObject({
      type: "update-menu",
      menu: { items: [] },
    });
  });
});

async function build(platform: NodeJS.Platform, rows: ActionRow[]): Promise<WireMenu> {
  return (await WireMenuBuilder.load(platform)).menu(view(rows), numberRows(rows));
}

function view(rows: ActionRow[]): TrayView {
  return { icon: "normal", tooltip: "Clawdbot", rows };
}

function row(id: string, options: Partial<ActionRow> = {}): ActionRow {
  return { kind: "row", id, title: id, enabled: true, visible: true, ...options };
}
