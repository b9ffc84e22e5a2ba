/** What is sent when the menu changes. */
import { expect, test } from "@playwright/test";
import { diffMenus, flatten, numberRows } from "../../../../tray/backends/diff.ts";
import type { ActionRow, MenuRow } from "../../../../tray/backends/tray-backend.ts";

const SEPARATOR: MenuRow = { kind: "separator" };

test.describe("numberRows", () => {
  test("numbers parents before their children, separators included", () => {
    const items = numberRows([row("a", { children: [row("a1"), row("a2")] }), SEPARATOR, row("b")]);

    const numbered = flatten(items).map(({ number, depth, id }) => [number, depth, id]);
    expect(numbered).toEqual([
      [1, 0, "a"],
      [2, 1, "a1"],
      [3, 1, "a2"],
      [4, 0, undefined],
      [5, 0, "b"],
    ]);
  });

  test("leaves out separators inside a submenu", () => {
    const items = numberRows([row("a", { children: [row("a1"), SEPARATOR, row("a2")] })]);

    expect(flatten(items).map(({ number, id }) => [number, id])).toEqual([
      [1, "a"],
      [2, "a1"],
      [3, "a2"],
    ]);
  });
});

test.describe("diffMenus", () => {
  test("sends nothing when nothing changed", () => {
    const rows = [row("a", { checked: true }), SEPARATOR, row("b")];

    expect(diffMenus(numberRows(rows), numberRows(rows))).toEqual({ kind: "items", items: [] });
  });

  for (const change of [{ title: "New" }, { enabled: false }, { visible: false }, { checked: true }]) {
    test(`sends only the row whose ${Object.keys(change)[0]} changed, also in a submenu`, () => {
      const before = numberRows([row("a"), row("menu", { children: [row("b"), row("c")] })]);
      const after = numberRows([row("a"), row("menu", { children: [row("b"), row("c", change)] })]);

      expect(diffMenus(before, after)).toMatchObject({
        kind: "items",
        items: [{ number: 4, id: "c", ...change }],
      });
      expect(itemCount(diffMenus(before, after))).toBe(1);
    });
  }

  for (const [what, rows] of [
    ["comes", [row("a"), row("b"), row("c")]],
    ["goes", [row("a")]],
    ["moves", [row("b"), row("a")]],
    ["becomes a child", [row("a", { children: [row("b")] })]],
    ["becomes a separator", [row("a"), SEPARATOR]],
  ] as const) {
    test(`asks for a new menu when a row ${what}`, () => {
      expect(diffMenus(numberRows([row("a"), row("b")]), numberRows(rows))).toEqual({ kind: "structure" });
    });
  }
});

function row(id: string, options: Partial<ActionRow> = {}): ActionRow {
  return { kind: "row", id, title: id, enabled: true, visible: true, ...options };
}

function itemCount(diff: ReturnType<typeof diffMenus>): number {
  return diff.kind === "items" ? diff.items.length : -1;
}
