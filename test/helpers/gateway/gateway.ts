/** A gateway inside the test's own process: real sockets and files, a temporary home, and time that the test may own. */
import { mkdirSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { type Clock, systemClock } from "../../../shared/clock.ts";
import type { GatewayConfig } from "../../../shared/config/schema.ts";
import { readConfig } from "../../../shared/node/config-source.ts";
import { resolvePaths } from "../../../shared/node/paths.ts";
import type { AuthSettings, GatewaySettings } from "../../../sidecar/base/config/settings.ts";
import type { SettingsSource } from "../../../sidecar/base/config/settings-source.ts";
import { type GatewayLog, openLog } from "../../../sidecar/base/log/logger.ts";
import type { ChannelRegistry } from "../../../sidecar/channels/registry.ts";
import type { Tailnet } from "../../../sidecar/gateway/auth/tailscale-identity.ts";
import { Gateway, type GatewayDeps } from "../../../sidecar/gateway/gateway.ts";
import { UiFiles } from "../../../sidecar/gateway/http/ui-files.ts";
import { createTempHome, type TempHome } from "../home/temp-home.ts";
import { TEST_TOKEN } from "./wire-client.ts";

export interface GatewayOptions {
  auth?: AuthSettings;
  config?: GatewayConfig;
  clock?: Clock;
  nonce?: () => string;
  deviceToken?: () => string;
  channels?: ChannelRegistry;
  /** Variables of the gateway's process; none by default. */
  env?: Record<string, string>;
  /** Whose identities are accepted; default nobody's. */
  tailnet?: Tailnet;
  /** Puts files where the gateway will find them. */
  prepare?: (paths: GatewaySettings["paths"]) => void;
  /** Where it lives; the home stays when it stops. Default: one of its own. */
  home?: TempHome;
  /** Called when a client asks for the end; default does nothing. */
  requestStop?: () => void;
}

export interface TestGateway {
  gateway: Gateway;
  port: number;
  home: TempHome;
  settings: GatewaySettings;
  log: GatewayLog;
  /** Stops, closes the log and removes the home. */
  stop(): Promise<void>;
}

/** Where a run has these settings from, whatever its configuration says. */
export function sourceOf(settings: GatewaySettings): SettingsSource {
  const place = { file: settings.paths.configFile, env: {} };
  return {
    place,
    overruled: {},
    read: () => readConfig(place.file, place.env),
    settle: () => settings,
  };
}

/** Starts on a free port of 127.0.0.1 with the token `TEST_TOKEN`. */
export async function startGateway(options: GatewayOptions = {}): Promise<TestGateway> {
  const home = options.home ?? createTempHome();
  const settings = testSettings(home, options);
  const clock = options.clock ?? systemClock;
  // As the lock leaves it, which is taken first.
  mkdirSync(settings.paths.stateDir, { recursive: true, mode: 0o700 });
  options.prepare?.(settings.paths);
  const log = openLog({
    file: settings.logFile,
    level: "debug",
    consoleLevel: "silent",
    console: () => {},
    clock,
  });
  const uiFolder = `${home.path}/ui/`;
  mkdirSync(uiFolder, { recursive: true });
  const around: GatewayDeps = {
    clock,
    uiFiles: new UiFiles(pathToFileURL(uiFolder), { isKept: false }),
    ...(options.env ? { env: options.env } : {}),
    ...(options.nonce ? { nonce: options.nonce } : {}),
    ...(options.channels ? { channels: options.channels } : {}),
    ...(options.deviceToken ? { deviceToken: options.deviceToken } : {}),
  };
  const requestStop = options.requestStop ?? (() => {});
  const gateway = new Gateway(settings, log, { requestStop }, around);
  gateway.tailscale.accept(options.tailnet);
  const { port } = await gateway.http.listen("127.0.0.1", 0);
  gateway.start();
  gateway.phase = "ready";
  return {
    gateway,
    port,
    home,
    settings,
    log,
    stop: async () => {
      await gateway.stop("gateway stopping", null);
      log.close();
      if (options.home === undefined) home.dispose();
    },
  };
}

/** Settings as a foreground start in `home` would have them. */
export function testSettings(home: TempHome, { auth, config }: GatewayOptions = {}): GatewaySettings {
  const paths = resolvePaths({ env: { HOME: home.path }, platform: process.platform });
  return {
    paths,
    config: config ?? {},
    port: 0,
    bind: "loopback",
    customBindHost: undefined,
    tailscale: { mode: "off", resetOnExit: false },
    allowTailscale: false,
    auth: auth ?? { mode: "token", token: TEST_TOKEN },
    dev: false,
    supervised: false,
    verbose: false,
    wsLog: "auto",
    logLevel: "debug",
    logFile: paths.logFile,
  };
}
