/** Finds the `tailscale` program: on the PATH, in the macOS app, where Windows installs it. */
import { accessSync, constants } from "node:fs";
import { posix, win32 } from "node:path";

export interface ProgramPlace {
  env: Record<string, string | undefined>;
  platform: NodeJS.Platform;
}

const MACOS_APP = "/Applications/Tailscale.app/Contents/MacOS/Tailscale";

/** Every place where the program is, the preferred one first. Relative PATH entries are left out: they would run what lies around. */
export function tailscalePrograms({ env, platform }: ProgramPlace): string[] {
  const { join, isAbsolute, delimiter } = platform === "win32" ? win32 : posix;
  const name = platform === "win32" ? "tailscale.exe" : "tailscale";
  const path = env.PATH ?? env.Path ?? "";
  const places = path
    .split(delimiter)
    .filter((folder) => isAbsolute(folder))
    .map((folder) => join(folder, name));
  if (platform === "darwin") places.push(MACOS_APP);
  if (platform === "win32") {
    places.push(join(env.ProgramFiles ?? "C:\\Program Files", "Tailscale", "tailscale.exe"));
  }
  return [...new Set(places)].filter(isExecutable);
}

/** The environment for the program: nothing of ours, English texts, and the macOS app as a command line. */
export function programEnv({ env }: ProgramPlace): Record<string, string | undefined> {
  const foreign = Object.entries(env).filter(([name]) => !name.startsWith("CLAWDBOT_"));
  return { ...Object.fromEntries(foreign), LC_ALL: "C", TAILSCALE_BE_CLI: "1" };
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false; // Not there, or not for us: the next place is tried.
  }
}
