/** The icon of each state as a file of the kind the platform's tray wants. */
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const ICON_NAMES = ["stopped", "busy", "normal", "activity", "degraded", "error"] as const;
export type IconName = (typeof ICON_NAMES)[number];

/**
 * The absolute path of an icon: `.ico` for Windows, a black-and-alpha template for macOS, a coloured PNG elsewhere.
 * The assets lie beside this folder in the repository and beside `dist/` in the package.
 */
export function iconFile(name: IconName, platform: NodeJS.Platform): string {
  const folder = fileURLToPath(new URL("../assets/icons/", import.meta.url));
  return join(folder, `${name}${suffixOf(platform)}`);
}

function suffixOf(platform: NodeJS.Platform): string {
  if (platform === "win32") return ".ico";
  return platform === "darwin" ? "Template.png" : ".png";
}
