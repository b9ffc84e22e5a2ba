/** What the notification daemon that is there just now can do, by its own word (Desktop Notifications Specification, GetCapabilities). */
import { execa } from "execa";
import type { Environment } from "../../shared/node/paths.ts";
import { busCommands } from "../bus-calls.ts";

/** Undefined when nobody can be asked: no tool for it is installed, or no daemon answers. */
export async function daemonCapabilities(env: Environment): Promise<DaemonCapabilities | undefined> {
  for (const [program, ...args] of COMMANDS) {
    const { stdout, failed } = await execa(program, args, {
      env,
      extendEnv: false,
      reject: false,
      stdin: "ignore",
      timeout: TIMEOUT_MS,
      maxBuffer: 64 * 1024,
    });
    if (!failed) return parseCapabilities(stdout);
  }
  return undefined;
}

/** Those that change what is sent. */
export interface DaemonCapabilities {
  /** The body is markup, so that its signs must be written as entities; without, they would be shown. */
  readonly bodyMarkup: boolean;
  /** Buttons are shown. */
  readonly actions: boolean;
}

/** The list of words that gdbus, busctl and dbus-send each print in their own way. */
export function parseCapabilities(output: string): DaemonCapabilities {
  const words = new Set([...output.matchAll(/["']([\w-]+)["']/g)].map((match) => match[1]));
  return { bodyMarkup: words.has("body-markup"), actions: words.has("actions") };
}

const TIMEOUT_MS = 3_000;
const COMMANDS = busCommands({
  name: "org.freedesktop.Notifications",
  path: "/org/freedesktop/Notifications",
  member: "org.freedesktop.Notifications.GetCapabilities",
});
