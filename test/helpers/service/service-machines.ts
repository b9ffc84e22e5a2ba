/** Machines of every platform on which a service can be kept: real for Linux, played by recorders for macOS and Windows. */
import { createTempHome } from "../home/temp-home.ts";
import { LAUNCHER, SOURCE_LAUNCHER } from "../process/clawdbot.ts";
import { endStandIns, noStandInsReason } from "../process/stand-ins.ts";
import { noLaunchdReason, startLaunchd } from "./launchctl.ts";
import { serviceFor as schtasksServiceFor } from "./schtasks-service.ts";
import { startUserSystemd, userSystemdReason } from "./user-systemd.ts";

/** A machine with a user who has never run the program. */
export interface ServiceMachine {
  home: string;
  /** For the command line of that user. */
  env: Record<string, string>;
  /** What `clawdbot` runs there. */
  launcher: string;
  end(): Promise<void>;
}

export interface ServiceSystem {
  /** For titles. */
  name: string;
  /** Why it cannot be had here, for `test.skip`. */
  reason(): string | undefined;
  start(): Promise<ServiceMachine>;
  /** What `gateway install` prints. */
  lines: [installed: string, running: string];
  /** How `gateway status` words it. */
  label: string;
  /** Where the definition lies, below the home directory. */
  file: string;
}

const AS_WIN32 = new URL("../../fixtures/service/as-win32.mjs", import.meta.url).href;

export const LINUX: ServiceSystem = {
  name: "Linux, on a real systemd",
  reason: userSystemdReason,
  start: async () => {
    const systemd = await startUserSystemd();
    return { home: systemd.home, env: systemd.env(), launcher: LAUNCHER, end: () => systemd.stop() };
  },
  lines: ["✓ systemd service enabled", "✓ service runtime: active"],
  label: "Service: systemd (enabled)",
  file: ".config/systemd/user/clawdbot-gateway.service",
};

export const MACOS: ServiceSystem = {
  name: "macOS, on a launchd that plays the real one",
  reason: noLaunchdReason,
  start: async () => {
    const home = createTempHome();
    const launchd = await startLaunchd();
    const end = async () => {
      await launchd.dispose();
      home.dispose();
    };
    return { home: home.path, env: launchd.macEnv(home), launcher: LAUNCHER, end };
  },
  lines: ["✓ LaunchAgent loaded", "✓ service runtime: active"],
  label: "Service: LaunchAgent (loaded)",
  file: "Library/LaunchAgents/com.clawdbot.gateway.plist",
};

export const WINDOWS: ServiceSystem = {
  name: "Windows, with programs that play the real ones",
  reason: noStandInsReason,
  start: async () => {
    const home = createTempHome("Jürgen & Co");
    const { context } = schtasksServiceFor(home, {
      NODE_OPTIONS: `--import=${AS_WIN32}`,
      WT_SESSION: "1",
    });
    const root = context.env.CLAWDBOT_TEST_WINDOWS ?? "";
    const env = context.env as Record<string, string>;
    const end = async () => {
      await endStandIns(root);
      home.dispose();
    };
    // In the bundle nothing tells the package that starts programs from the rest.
    return { home: home.path, env, launcher: SOURCE_LAUNCHER, end };
  },
  lines: ["✓ Scheduled Task registered", "✓ service runtime: running"],
  label: "Service: Scheduled Task (registered)",
  file: ".clawdbot/gateway.cmd",
};
