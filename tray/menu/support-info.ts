/** Everything somebody who helps wants to know, without secrets, as text for the clipboard. */

import { existsSync } from "node:fs";
import { release } from "node:os";
import { join } from "node:path";
import { readWrittenObject } from "../../shared/node/gateway/loose-config.ts";
import type { GatewaySecrets } from "../../shared/node/gateway/secrets.ts";
import type { ProfileContext } from "../../shared/node/profile-context.ts";
import { serviceIdentity } from "../../shared/node/service-identity.ts";
import { APP_VERSION, PROTOCOL_VERSION } from "../../shared/version.ts";
import { LOG_NAME } from "../log.ts";
import type { DerivedView } from "../model/view.ts";
import { removeSecrets, withoutSecretValues } from "../redact.ts";
import { readTail } from "../supervisor/output-files.ts";

const LOG_BYTES = 8 * 1024;
/** Sections that cannot hold what somebody else wrote. */
const SHOWN_SECTIONS = ["gateway", "logging", "agents"];
const SHOWN_VARIABLES = [
  "XDG_CURRENT_DESKTOP",
  "XDG_SESSION_TYPE",
  "DISPLAY",
  "WAYLAND_DISPLAY",
  "LANG",
  "CLAWDBOT_PROFILE",
  "CLAWDBOT_STATE_DIR",
  "CLAWDBOT_CONFIG_PATH",
  "CLAWDBOT_GATEWAY_PORT",
];

/** `ownLogDir` is the tray's log folder; the gateway's is that of its profile. */
export async function supportInfo(
  view: DerivedView,
  gateway: ProfileContext,
  ownLogDir: string,
  secrets: GatewaySecrets,
): Promise<string> {
  const { env, paths } = gateway;
  const config = await readWrittenObject(paths.configFile);
  const shown = Object.entries(config ?? {}).filter(([name]) => SHOWN_SECTIONS.includes(name));
  const logs = [paths.logFile, join(paths.logDir, "gateway.err.log"), join(ownLogDir, LOG_NAME)].filter(
    existsSync,
  );
  const { name, file } = serviceIdentity(gateway);
  const isInstalled = existsSync(file);
  const parts = [
    `Clawdbot Companion ${APP_VERSION} (protocol ${PROTOCOL_VERSION}), Node ${process.version}`,
    `${process.platform} ${process.arch} ${release()}`,
    ...SHOWN_VARIABLES.filter((name) => env[name]).map((name) => `${name}=${env[name]}`),
    "",
    `State: ${view.state} (${view.label})`,
    `Detail: ${view.detail}`,
    `Gateway: ${JSON.stringify(view.gateway)}${view.owner === null ? "" : ` (${view.owner})`}`,
    `Service: ${name} (${isInstalled ? "" : "not "}installed: ${file})`,
    `Icon: ${view.iconLoss === null ? "shown" : view.iconLoss.reason}`,
    "",
    `Configuration ${paths.configFile}:`,
    config === undefined
      ? "cannot be read"
      : JSON.stringify(withoutSecretValues(Object.fromEntries(shown)), null, 2),
    ...logs.flatMap((file) => ["", `End of ${file}:`, wholeLines(readTail(file, 0, LOG_BYTES))]),
    "",
  ];
  return removeSecrets(parts.join("\n"), [secrets.token, secrets.password]);
}

function wholeLines(tail: string): string {
  return tail.length < LOG_BYTES ? tail.trimEnd() : tail.slice(tail.indexOf("\n") + 1).trimEnd();
}
