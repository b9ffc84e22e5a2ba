/** What `gateway status` finds on a machine where all is well, to be changed by a test. */

import { type ProfileContext, resolveProfileContext } from "../../../shared/node/profile-context.ts";
import { serviceIdentity } from "../../../shared/node/service-identity.ts";
import type { Findings } from "../../../sidecar/cli/gateway/status/findings.ts";
import type { ServiceFindings } from "../../../sidecar/cli/gateway/status/service.ts";
import type { Target } from "../../../sidecar/cli/target.ts";
import type { ServiceStatus } from "../../../sidecar/host/service/service-manager.ts";
import { missingReading } from "../home/readings.ts";

/** The default profile of a user called ute. */
export function surroundingsOn(platform: NodeJS.Platform): ProfileContext {
  return resolveProfileContext({ profile: undefined, dev: false }, { HOME: "/home/ute" }, platform);
}

/** A service that runs as process 12. */
export const RUNNING: ServiceStatus = {
  installed: true,
  loaded: true,
  enabled: true,
  runtime: "running",
  pid: 12,
  restarts: 0,
  state: "active",
  subState: "running",
};

/** An installed service that the manager tells everything about. */
export function serviceOn(platform: NodeJS.Platform, change: Partial<ServiceFindings> = {}): ServiceFindings {
  return {
    identity: serviceIdentity(surroundingsOn(platform)),
    isPossible: true,
    installed: true,
    status: RUNNING,
    definition: undefined,
    view: undefined,
    reading: undefined,
    issues: [],
    others: [],
    hint: undefined,
    ...change,
  };
}

/** A gateway that runs as process 12 on port 18789, and was not asked anything. */
export function findingsOn(platform: NodeJS.Platform, change: Partial<Findings> = {}): Findings {
  const { paths } = surroundingsOn(platform);
  const target: Target = {
    url: "ws://127.0.0.1:18789",
    port: 18_789,
    source: "default",
    auth: { token: "none" },
  };
  return {
    target,
    local: target,
    asksLocal: true,
    reading: missingReading(paths.configFile),
    effective: missingReading(paths.configFile),
    inForce: "not running",
    logFile: paths.logFile,
    facts: undefined,
    pid: 12,
    holder: { kind: "service" },
    service: serviceOn(platform),
    hasTray: false,
    blocked: undefined,
    port: { port: 18_789, status: "busy", listeners: [listener(12)] },
    configuredPort: undefined,
    probe: undefined,
    ailments: [],
    standstill: undefined,
    lastError: undefined,
    release: undefined,
    ...change,
  };
}

/** A process of ute's that listens on loopback. */
export function listener(pid: number | undefined, command = "node") {
  return {
    pid,
    command,
    commandLine: command,
    user: "ute",
    startId: undefined,
    addresses: ["127.0.0.1"],
  };
}
