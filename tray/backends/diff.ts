/** A view as a numbered list of items as the helper knows them, and what changed between two such lists. */
import type { MenuRow } from "./tray-backend.ts";

/** One item of the menu; `number` counts from 1 through the whole menu, parents before their children. */
export interface NumberedItem {
  readonly number: number;
  readonly depth: number;
  /** Absent for a separator. */
  readonly id?: string;
  readonly title: string;
  readonly enabled: boolean;
  readonly visible: boolean;
  readonly checked: boolean | undefined;
  readonly children: readonly NumberedItem[];
}

/** `structure`: rows came, went or moved, which takes a new menu. Otherwise the items to send again. */
export type MenuDiff =
  | { readonly kind: "structure" }
  | { readonly kind: "items"; readonly items: readonly NumberedItem[] };

/** Numbers the rows. Separators inside submenus are left out: the helper would draw them on the top level. */
export function numberRows(rows: readonly MenuRow[]): NumberedItem[] {
  let last = 0;
  const number = (level: readonly MenuRow[], depth: number): NumberedItem[] =>
    level
      .filter((row) => depth === 0 || row.kind !== "separator")
      .map((row) => {
        last += 1;
        const place = { number: last, depth };
        if (row.kind === "separator") return { ...place, ...SEPARATOR };
        const { id, title, enabled, visible, checked } = row;
        return {
          ...place,
          id,
          title,
          enabled,
          visible,
          checked,
          children: number(row.children ?? [], depth + 1),
        };
      });
  return number(rows, 0);
}

/** All items in the order of their numbers. */
export function flatten(items: readonly NumberedItem[]): NumberedItem[] {
  return items.flatMap((item) => [item, ...flatten(item.children)]);
}

/** What must be sent so that a menu that shows `before` shows `after`. */
export function diffMenus(before: readonly NumberedItem[], after: readonly NumberedItem[]): MenuDiff {
  const [old, now] = [flatten(before), flatten(after)];
  const isSameStructure =
    old.length === now.length && now.every((item, index) => isSamePlace(item, old[index]));
  if (!isSameStructure) return { kind: "structure" };
  return { kind: "items", items: now.filter((item, index) => !looksTheSame(item, old[index])) };
}

const SEPARATOR = { title: "", enabled: true, visible: true, checked: undefined, children: [] };

function isSamePlace(item: NumberedItem, old: NumberedItem | undefined): boolean {
  return item.id === old?.id && item.depth === old?.depth;
}

function looksTheSame(item: NumberedItem, old: NumberedItem | undefined): boolean {
  return (
    item.title === old?.title &&
    item.enabled === old.enabled &&
    item.visible === old.visible &&
    item.checked === old.checked
  );
}
