/** A view as the messages of the helper's protocol, with the peculiarities of each platform taken care of. */
import { readFile } from "node:fs/promises";
import { neutralLine } from "../../shared/foreign-text.ts";
import { ICON_NAMES, type IconName, iconFile } from "../icons.ts";
import type { NumberedItem } from "./diff.ts";
import type { WireAction, WireItem, WireMenu } from "./helper-process.ts";
import type { TrayView } from "./tray-backend.ts";

const SEPARATOR_TITLE = "<SEPARATOR>";
const CHECK_MARK = "✓ ";
const MAX_TITLE_LENGTH = 120;
/** Windows holds 127. */
const MAX_TOOLTIP_LENGTH = 120;

const LOADED = new Map<NodeJS.Platform, ReadonlyMap<IconName, string>>();

async function read(name: IconName, platform: NodeJS.Platform): Promise<readonly [IconName, string]> {
  return [name, await readFile(iconFile(name, platform), "base64")];
}

/** Builds the messages for one platform. Each call makes new objects. */
export class WireMenuBuilder {
  readonly #platform: NodeJS.Platform;
  /** As base64. */
  readonly #icons: ReadonlyMap<IconName, string>;

  private constructor(platform: NodeJS.Platform, icons: ReadonlyMap<IconName, string>) {
    this.#platform = platform;
    this.#icons = icons;
  }

  /** Reads the icons, once for the life of the program: an upgrade may take the files away. Fails when one is missing. */
  static async load(platform: NodeJS.Platform): Promise<WireMenuBuilder> {
    const icons =
      LOADED.get(platform) ?? new Map(await Promise.all(ICON_NAMES.map((name) => read(name, platform))));
    LOADED.set(platform, icons);
    return new WireMenuBuilder(platform, icons);
  }

  /** The first message: everything. */
  menu(view: TrayView, items: readonly NumberedItem[]): WireMenu {
    return {
      icon: this.#icons.get(view.icon) ?? "",
      // Shown beside the icon where there is room for it: we want none.
      title: "",
      tooltip: neutralLine(view.tooltip, MAX_TOOLTIP_LENGTH),
      isTemplateIcon: this.#platform === "darwin",
      items: items.map((item) => this.#item(item)),
    };
  }

  /** Replaces icon and tooltip; undefined when the desktop would show no difference. */
  faceUpdate(before: TrayView, after: TrayView): WireAction | undefined {
    const showsTooltip = this.#platform !== "linux";
    const isSame = before.icon === after.icon && (!showsTooltip || before.tooltip === after.tooltip);
    return isSame ? undefined : { type: "update-menu", menu: this.menu(after, []) };
  }

  /** Replaces what one item shows. */
  itemUpdate(item: NumberedItem): WireAction {
    return { type: "update-item", item: this.#item({ ...item, children: [] }), seq_id: -1 };
  }

  #item(item: NumberedItem): WireItem {
    const isSeparator = item.id === undefined;
    return {
      __id: item.number,
      title: isSeparator ? SEPARATOR_TITLE : this.#title(item),
      tooltip: "",
      enabled: item.enabled,
      // On Linux the helper has no check marks of its own; see `#title`.
      checked: this.#platform !== "linux" && item.checked === true,
      hidden: !item.visible,
      ...(item.children.length === 0 ? {} : { items: item.children.map((child) => this.#item(child)) }),
    };
  }

  #title(item: NumberedItem): string {
    const text = neutralLine(item.title, MAX_TITLE_LENGTH).replace(SEPARATOR_TITLE, "‹SEPARATOR›");
    // Both would otherwise mark an access key and vanish.
    if (this.#platform === "win32") return text.replaceAll("&", "&&");
    if (this.#platform !== "linux") return text;
    return `${item.checked === true ? CHECK_MARK : ""}${text.replaceAll("_", "__")}`;
  }
}
