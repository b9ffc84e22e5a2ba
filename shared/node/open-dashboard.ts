/**
 * Opens the dashboard with a link that lets a browser in once. Arguments of programs stand in the process list for every user of
 * the machine, so the link goes through a page of our own that only this user can read, wherever the browser can.
 */
import { existsSync, realpathSync, rmSync } from "node:fs";
import { delimiter, isAbsolute, join } from "node:path";
import { pathToFileURL } from "node:url";
import { browserCommands, type Desktop, openAddress } from "./open.ts";
import type { Environment } from "./paths.ts";
import { writePrivateFile } from "./private-file.ts";
import { runTool } from "./run-tool.ts";
import { smallText } from "./small-file.ts";

/** Names the code where it belongs, in the fragment, which no server and no log ever sees; undefined where none is needed. */
export function dashboardLink(address: string, code: string | undefined): string {
  return code === undefined ? address : `${address}#code=${encodeURIComponent(code)}`;
}

/** Opens the link in the browser, by way of `<folder>/dashboard.html` where that works. False when no program could. */
export async function openDashboard(link: string, desktop: Desktop, folder: string): Promise<boolean> {
  if (!link.includes("#") || !(await takesFiles(desktop))) return openAddress(link, desktop);
  const page = join(folder, PAGE);
  writePrivateFile(page, redirectTo(link), { durable: false });
  return openAddress(pathToFileURL(page).href, desktop);
}

/** Takes the page away: its code is worth nothing any more. */
export function forgetDashboardPage(folder: string): void {
  rmSync(join(folder, PAGE), { force: true });
}

const PAGE = "dashboard.html";

function redirectTo(link: string): string {
  const address = link.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;");
  return [
    '<!doctype html><meta charset="utf-8"><meta name="referrer" content="no-referrer"><title>Clawdbot</title>',
    `<meta http-equiv="refresh" content="0;url=${address}">`,
    `<a href="${address}">Clawdbot</a>`,
    "",
  ].join("\n");
}

/** Whether the browser opens a file in a hidden directory of this user's: those of snap may not. */
async function takesFiles({ platform, env }: Desktop): Promise<boolean> {
  // On Windows nobody else sees the arguments of a user's programs.
  if (platform === "win32") return false;
  if (platform === "darwin") return true;
  const [first] = browserCommands("", env);
  if (first !== undefined) return !isSnap(programOf(first[0], env) ?? "");
  // The desktop opens a page by its kind, which somebody may have given to an editor.
  const [web, pages] = await Promise.all(
    ["x-scheme-handler/http", "text/html"].map((kind) => runTool("xdg-mime", ["query", "default", kind])),
  );
  const entry = web?.trim();
  return Boolean(entry) && entry === pages?.trim() && !isSnapEntry(entry ?? "", env);
}

function programOf(name: string, { PATH = "" }: Environment): string | undefined {
  const places = isAbsolute(name) ? [name] : PATH.split(delimiter).map((folder) => join(folder, name));
  const found = places.find((place) => existsSync(place));
  return found === undefined ? undefined : realpathSync(found);
}

function isSnap(path: string): boolean {
  return /(^|\/)snap\//.test(path) || path.endsWith("/bin/snap");
}

/** Desktop entries lie where the base directory specification of freedesktop.org says. */
function isSnapEntry(name: string, env: Environment): boolean {
  const { HOME = "", XDG_DATA_HOME = join(HOME, ".local", "share") } = env;
  const shared = (env.XDG_DATA_DIRS || "/usr/local/share:/usr/share").split(":");
  const file = [XDG_DATA_HOME, ...shared, "/var/lib/snapd/desktop"]
    .map((folder) => join(folder, "applications", name))
    .find((place) => existsSync(place));
  if (file === undefined) return true;
  const text = smallText(file) ?? "";
  return /^X-SnapInstanceName=/m.test(text) || /^Exec=.*\/snap\//m.test(text);
}
