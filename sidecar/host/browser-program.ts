/** Finds a browser of the Chromium family on this machine: where systems and installers put them. None is ever brought. */
import { accessSync, constants, statSync } from "node:fs";
import { join } from "node:path";
import type { Environment } from "../../shared/node/paths.ts";
import { programOnPath } from "./process/program-on-path.ts";

/** Where it is looked for. */
export interface BrowserPlaces {
  env: Environment;
  platform: NodeJS.Platform;
  home: string;
}

/** The first there is of Chrome, Chromium, Edge and Brave; undefined where there is none. */
export function findBrowser({ env, platform, home }: BrowserPlaces): string | undefined {
  switch (platform) {
    case "darwin":
      return ["/", home]
        .flatMap((root) => MAC_APPS.map((app) => join(root, "Applications", app)))
        .find(isProgram);
    case "win32":
      return [env.PROGRAMFILES, env["PROGRAMFILES(X86)"], env.LOCALAPPDATA]
        .filter((root) => root !== undefined && root !== "")
        .flatMap((root) => WINDOWS_PROGRAMS.map((program) => join(root ?? "", program)))
        .find(isProgram);
    default:
      return (
        LINUX_PROGRAMS.map((name) => programOnPath(name, { env, platform, folders: LINUX_FOLDERS })).find(
          (file) => file !== undefined,
        ) ?? LINUX_FILES.find(isProgram)
      );
  }
}

/** Whether something can be started there. */
export function isProgram(file: string): boolean {
  try {
    if (!statSync(file).isFile()) return false;
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false; // It is not there, or not for us.
  }
}

const LINUX_PROGRAMS = [
  "google-chrome-stable",
  "google-chrome",
  "chromium",
  "chromium-browser",
  "microsoft-edge-stable",
  "microsoft-edge",
  "brave-browser-stable",
  "brave-browser",
] as const;
/** A service may have a shorter PATH than whoever installed them. */
const LINUX_FOLDERS = ["/usr/bin", "/usr/local/bin", "/snap/bin"] as const;
const LINUX_FILES = [
  "/opt/google/chrome/chrome",
  "/opt/microsoft/msedge/msedge",
  "/opt/brave.com/brave/brave",
  "/usr/lib/chromium/chromium",
] as const;
const MAC_APPS = [
  "Google Chrome.app/Contents/MacOS/Google Chrome",
  "Chromium.app/Contents/MacOS/Chromium",
  "Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
  "Brave Browser.app/Contents/MacOS/Brave Browser",
] as const;
const WINDOWS_PROGRAMS = [
  "Google\\Chrome\\Application\\chrome.exe",
  "Chromium\\Application\\chrome.exe",
  "Microsoft\\Edge\\Application\\msedge.exe",
  "BraveSoftware\\Brave-Browser\\Application\\brave.exe",
] as const;
