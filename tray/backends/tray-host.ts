/**
 * Is there a place for an icon here? Checks the helper, the display, the session bus, its StatusNotifier host and the
 * library the helper is linked to, in the order in which a user would have to put them right.
 */
import { access } from "node:fs/promises";
import { execa } from "execa";
import type { Environment } from "../../shared/node/paths.ts";
import { busCommands } from "../bus-calls.ts";
import { canAppearLater, type HostProblem, type TrayLoss } from "./tray-loss.ts";

/** The machine as far as a tray needs to know it. */
export interface DesktopEnv {
  readonly platform: NodeJS.Platform;
  /** As in `process.arch`. */
  readonly arch: string;
  readonly env: Environment;
}

/** Looks at the machine. */
export interface HostProbe {
  hasFile(path: string): Promise<boolean>;
  /** What the program printed; null when it failed, undefined when it is not installed. */
  run(program: string, args: readonly string[]): Promise<string | null | undefined>;
}

export type TrayHost =
  | { readonly ok: true; readonly library?: AppIndicatorLibrary }
  | {
      readonly ok: false;
      readonly problem: HostProblem;
      readonly canAppearLater: boolean;
      readonly loss: TrayLoss;
    };

/** The library of the Linux helper. `isCompatible`: another name than the helper asks for, with the same interface. */
export interface AppIndicatorLibrary {
  readonly path: string;
  readonly isCompatible: boolean;
}

export const WANTED_LIBRARY = "libappindicator3.so.1";
const COMPATIBLE_LIBRARY = "libayatana-appindicator3.so.1";
const WATCHER = "org.kde.StatusNotifierWatcher";
const ROSETTA = "/Library/Apple/usr/libexec/oah/libRosettaRuntime";
const LIBRARY_FOLDERS = ["/usr/lib/x86_64-linux-gnu", "/usr/lib64", "/usr/lib"];
const PROBE_TIMEOUT_MS = 3_000;

/** Tells whether an icon can be shown now, and otherwise the first thing that is missing. Takes some 10 ms. */
export async function findTrayHost(
  context: DesktopEnv,
  probe: HostProbe = systemProbe(context.env),
): Promise<TrayHost> {
  const { platform, arch, env } = context;
  const missing = (problem: HostProblem): TrayHost => ({
    ok: false,
    problem,
    canAppearLater: canAppearLater(problem),
    loss: { problem, machine: `${platform} ${arch}` },
  });

  if (platform === "win32") return { ok: true };
  if (platform === "darwin") {
    return arch === "x64" || (await probe.hasFile(ROSETTA)) ? { ok: true } : missing("no-rosetta");
  }
  if (platform !== "linux" || arch !== "x64") return missing("no-helper");
  if (!env.DISPLAY && !env.WAYLAND_DISPLAY) return missing("no-display");
  if (!(await hasSessionBus(env, probe))) return missing("no-session-bus");
  const watcher = await askForWatcher(probe);
  if (watcher === "unreachable") return missing("no-session-bus");
  if (watcher === "absent") return missing("no-tray-host");
  const library = await findLibrary(probe);
  return library === undefined ? missing("no-library") : { ok: true, library };
}

/** True or false as the bus answered a `NameHasOwner` call made with any of the usual tools. */
export function parseHasOwner(output: string): boolean | undefined {
  const answer = /\b(true|false)\b/.exec(output)?.[1];
  return answer === undefined ? undefined : answer === "true";
}

/** The AppIndicator library for x86-64 in the output of `ldconfig -p`, the one the helper asks for first. */
export function parseLibraryCache(output: string): AppIndicatorLibrary | undefined {
  for (const name of [WANTED_LIBRARY, COMPATIBLE_LIBRARY]) {
    const line = output
      .split("\n")
      .map((text) => text.trim())
      .find((text) => text.startsWith(`${name} `) && text.includes("x86-64"));
    const path = line?.split(" => ")[1];
    if (path !== undefined) return { path, isCompatible: name === COMPATIBLE_LIBRARY };
  }
  return undefined;
}

async function hasSessionBus(env: Environment, probe: HostProbe): Promise<boolean> {
  if (env.DBUS_SESSION_BUS_ADDRESS) return true;
  return env.XDG_RUNTIME_DIR ? probe.hasFile(`${env.XDG_RUNTIME_DIR}/bus`) : false;
}

/** Whether a StatusNotifier host is there. `unknown`: no tool to ask with is installed. */
async function askForWatcher(probe: HostProbe): Promise<"present" | "absent" | "unreachable" | "unknown"> {
  let wasAsked = false;
  for (const [program, ...args] of HAS_OWNER_COMMANDS) {
    const output = await probe.run(program, args);
    if (output !== undefined) wasAsked = true;
    const answer = parseHasOwner(output ?? "");
    if (answer !== undefined) return answer ? "present" : "absent";
  }
  return wasAsked ? "unreachable" : "unknown";
}

const HAS_OWNER_COMMANDS = busCommands({
  name: "org.freedesktop.DBus",
  path: "/org/freedesktop/DBus",
  member: "org.freedesktop.DBus.NameHasOwner",
  argument: WATCHER,
});

async function findLibrary(probe: HostProbe): Promise<AppIndicatorLibrary | undefined> {
  for (const ldconfig of ["/sbin/ldconfig", "/usr/sbin/ldconfig", "ldconfig"]) {
    const cache = await probe.run(ldconfig, ["-p"]);
    if (typeof cache === "string") return parseLibraryCache(cache);
  }
  for (const name of [WANTED_LIBRARY, COMPATIBLE_LIBRARY]) {
    for (const folder of LIBRARY_FOLDERS) {
      const path = `${folder}/${name}`;
      if (await probe.hasFile(path)) return { path, isCompatible: name === COMPATIBLE_LIBRARY };
    }
  }
  return undefined;
}

function systemProbe(env: Environment): HostProbe {
  return {
    hasFile: (path) =>
      access(path).then(
        () => true,
        () => false,
      ),
    run: async (program, args) => {
      const result = await execa(program, args, {
        env,
        extendEnv: false,
        reject: false,
        stdin: "ignore",
        timeout: PROBE_TIMEOUT_MS,
        maxBuffer: 4 * 1024 * 1024,
      });
      if (result.code === "ENOENT") return undefined;
      return result.failed ? null : result.stdout;
    },
  };
}
