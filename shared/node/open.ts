/** Opens an address or a file with the program the user's desktop has for it. */
import { spawn } from "node:child_process";
import type { Environment } from "./paths.ts";

/** A program with its arguments. */
export type CommandLine = readonly [string, ...string[]];

export interface Desktop {
  readonly platform: NodeJS.Platform;
  readonly env: Environment;
}

/** A program that still runs after this time has taken the address. */
const ACCEPTED_AFTER_MS = 2_000;

/** Opens an address in the browser: the one of `$BROWSER`, else the desktop's. False when no program could. */
export function openAddress(url: string, desktop: Desktop): Promise<boolean> {
  return runFirst([...browserCommands(url, desktop.env), ...openers(url, desktop.platform)], desktop);
}

/** Opens a file in the program for its kind. False when no program could. */
export function openFile(path: string, desktop: Desktop): Promise<boolean> {
  return runFirst(openers(path, desktop.platform), desktop);
}

/** What would be needed to open anything here, for messages. */
export function openerNames(platform: NodeJS.Platform): string {
  return openers("", platform)
    .map(([program]) => program)
    .join(", ");
}

/** The commands of `$BROWSER`: a list parted by colons, `%s` for the address (as xdg-open reads it). */
export function browserCommands(url: string, env: Environment): CommandLine[] {
  return (env.BROWSER ?? "").split(":").flatMap((entry): CommandLine[] => {
    const [program, ...args] = entry.split(/\s+/).filter(Boolean);
    if (program === undefined) return [];
    return args.some((word) => word.includes("%s"))
      ? [[program, ...args.map((word) => word.replaceAll("%s", () => url))]]
      : [[program, ...args, url]];
  });
}

function openers(what: string, platform: NodeJS.Platform): CommandLine[] {
  if (platform === "darwin") return [["/usr/bin/open", what]];
  // `start` takes the first quoted word for a title, and cmd takes & for the end of the command.
  if (platform === "win32") return [["rundll32.exe", "url.dll,FileProtocolHandler", what]];
  return [
    ["xdg-open", what],
    ["gio", "open", what],
  ];
}

async function runFirst(commands: readonly CommandLine[], { env }: Desktop): Promise<boolean> {
  for (const command of commands) {
    if (await takes(command, env)) return true;
  }
  return false;
}

/** The program goes on without this one, whatever becomes of it. */
function takes([program, ...args]: CommandLine, env: Environment): Promise<boolean> {
  return new Promise((resolve) => {
    const child = spawn(program, args, { env, detached: true, stdio: "ignore", windowsHide: true });
    const accepted = setTimeout(() => resolve(true), ACCEPTED_AFTER_MS);
    const end = (isTaken: boolean) => {
      clearTimeout(accepted);
      resolve(isTaken);
    };
    child.once("error", () => end(false));
    child.once("exit", (code) => end(code === 0));
    child.unref();
  });
}
