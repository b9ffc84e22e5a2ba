/** Whether a desktop has the program by which the tray notifies. */
import { accessSync, constants } from "node:fs";
import { isAbsolute, join } from "node:path";
import type { Check } from "../../check.ts";

export const desktop: Check = {
  id: "desktop",
  examine: async ({ profile: { env, platform } }) => {
    const hasScreen = Boolean(env.DISPLAY || env.WAYLAND_DISPLAY);
    if (platform !== "linux" || !hasScreen || isOnPath("notify-send", env.PATH ?? "")) return [];
    return [
      {
        code: "notify-send-missing",
        level: "hint",
        message: "notify-send is missing, so the tray cannot notify",
        remedy: "install it, on Debian and Ubuntu: sudo apt install libnotify-bin",
      },
    ];
  },
};

function isOnPath(program: string, path: string): boolean {
  return path
    .split(":")
    .filter((folder) => isAbsolute(folder))
    .some((folder) => isExecutable(join(folder, program)));
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false; // Not there, or not for us.
  }
}
