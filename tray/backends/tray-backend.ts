/** What the tray asks of whatever draws its icon and menu. */
import type { IconName } from "../icons.ts";
import type { TrayLoss } from "./tray-loss.ts";

/** A menu line. Rows keep their place for the life of the tray: what is not wanted just now is not `visible`. */
export interface ActionRow {
  readonly kind: "row";
  /** Names the row in `clicked`; unique in the whole menu. */
  readonly id: string;
  readonly title: string;
  readonly enabled: boolean;
  readonly visible: boolean;
  /** Absent where the row has no check mark. */
  readonly checked?: boolean;
  readonly children?: readonly MenuRow[];
}

/** A line between groups, on the top level only. */
export interface SeparatorRow {
  readonly kind: "separator";
}

export type MenuRow = ActionRow | SeparatorRow;

/** Everything a tray shows. */
export interface TrayView {
  readonly icon: IconName;
  /** Shown while the pointer rests on the icon, where the desktop does that. */
  readonly tooltip: string;
  readonly rows: readonly MenuRow[];
}

/** What a backend reports. */
export interface TrayEvents {
  /** The user chose the row with this id. */
  clicked(id: string): void;
  /** The icon is there, or there again. */
  ready(): void;
  /** There is no icon just now; said once per reason. The backend keeps trying unless that is pointless. */
  lost(loss: TrayLoss): void;
}

export interface TrayBackend {
  /** Shows the view as soon as the desktop lets it. Never fails: what goes wrong is reported as `lost`. */
  start(view: TrayView, events: TrayEvents): void;
  /** Replaces what is shown. */
  update(view: TrayView): void;
  /** Takes the icon away; resolves when nothing of it runs any more, at the latest after `deadlineMs`. */
  stop(deadlineMs: number): Promise<void>;
}
