/**
 * Everything `gateway status` looks at, each part with a time limit of its own. Creates no files but the note of the last look for a
 * newer version, where the configuration asks for such looks.
 */

import { setTimeout as delay } from "node:timers/promises";
import { isLoopbackUrl } from "../../../../shared/address.ts";
import { type ProbeResult, probeGateway } from "../../../../shared/client/probe.ts";
import { type ConfigReading, readConfig } from "../../../../shared/node/config-source.ts";
import { configInForce, type InForce } from "../../../../shared/node/gateway/config-in-force.ts";
import { ailmentsAt } from "../../../../shared/node/gateway/healthz.ts";
import { liveGateway } from "../../../../shared/node/gateway/live.ts";
import { readingInForce } from "../../../../shared/node/gateway/reading-in-force.ts";
import { recognized } from "../../../../shared/node/gateway/recognize.ts";
import { isLockHeld } from "../../../../shared/node/lock.ts";
import { lockHolder } from "../../../../shared/node/lock-holder.ts";
import { type Neighbour, otherProducts } from "../../../../shared/node/other-products.ts";
import { type Listener, listenersOn } from "../../../../shared/node/port-owner.ts";
import { type RuntimeInfo, readStartBlocked, type StartRefusal } from "../../../../shared/node/run-state.ts";
import { type Standstill, standstillOf } from "../../../../shared/node/standstill.ts";
import { liveKeeper, type TrayKeeper } from "../../../../shared/node/tray/keeper.ts";
import type { Remedy } from "../../../../shared/remedy.ts";
import { resolveLogFile } from "../../../base/config/load.ts";
import { exitText } from "../../../host/service/exit-words.ts";
import { type ReleaseNews, releaseNews } from "../../../setup/release-check.ts";
import { connectOptions } from "../../connect.ts";
import type { ProfileContext } from "../../invocation.ts";
import { LogFile } from "../../log-file.ts";
import type { Target } from "../../target.ts";
import { holderOf, type Owner } from "./owner.ts";
import { lookAtService, type ServiceFindings } from "./service.ts";

/** What the report is made of. */
export interface Findings {
  /** The gateway that is asked. */
  target: Target;
  /** This profile's gateway on this machine; usually the same one. */
  local: Target;
  /** Whether the one that is asked is the one of this machine and profile. */
  asksLocal: boolean;
  reading: ConfigReading;
  /** What the gateway goes by: the last configuration that worked where `reading` cannot be used. */
  effective: ConfigReading;
  /** What the gateway that runs made of `reading`. */
  inForce: InForce;
  logFile: string;
  /** The live gateway of this state directory. */
  facts: RuntimeInfo | undefined;
  pid: number | undefined;
  /** Who keeps it; undefined when none runs. */
  holder: Owner | undefined;
  service: ServiceFindings;
  /** A tray that runs and starts and stops the gateway of this profile when asked. */
  hasTray: boolean;
  /** Why the last supervised start was refused; undefined when it was not. */
  blocked: StartRefusal | undefined;
  port: PortFindings;
  /** The configured port, when the gateway that runs uses another one. */
  configuredPort: PortFindings | undefined;
  probe: ProbeResult | undefined;
  /** What the gateway that runs cannot do at the moment, such as write its log. */
  ailments: Remedy[];
  /** Why the process of the gateway does nothing although it is there; undefined while it runs. */
  standstill: Standstill | undefined;
  /** Why the gateway, or its service, does not run; undefined while it does. */
  lastError: Remedy | undefined;
  /** Other products of the family on this machine; looked for with `deep`. */
  neighbours?: readonly Neighbour[];
  /** What the registry says about newer versions; undefined where nobody asks. */
  release: ReleaseNews | undefined;
}

export interface PortFindings {
  port: number;
  status: "free" | "busy" | "unknown";
  listeners: Listener[];
}

/** What to look at, and for how long to wait for the gateway. */
export interface StatusQuery {
  target: Target;
  local: Target;
  /** Also look for other services. */
  deep: boolean;
  /** Undefined: do not connect. */
  probeMs: number | undefined;
}

const PORT_LIMIT_MS = 2_000;
/** How much of the log is searched for the last error. */
const SEARCHED_LINES = 500;
/** Levels of the log from which on a line is an error. */
const ERROR_LEVEL = 50;

/** Looks at everything at once. Never throws for what it finds. */
export async function collectStatus(
  { target, local, deep, probeMs }: StatusQuery,
  context: ProfileContext,
): Promise<Findings> {
  const { paths, platform } = context;
  const reading = readConfig(paths.configFile, context.env);
  const effective = readingInForce(context);
  const facts = liveGateway(paths);
  const wanted = reading.state === "valid" ? reading.config.gateway?.port : undefined;
  const differs = local.source === "running gateway" && wanted !== undefined && wanted !== local.port;
  const asksLocal = isSamePlace(target, local);
  const before = facts && standstillOf(facts.pid, platform);
  const isAsleep = before !== undefined && before.kind !== "blocked";
  const [probe, port, configuredPort, ailments, inquiry, release] = await Promise.all([
    probeMs === undefined ? undefined : probeGateway(connectOptions(target, probeMs, "clawdbot-probe")),
    lookAtPort(local.port, platform, facts),
    differs ? lookAtPort(wanted, platform, facts) : undefined,
    asksLocal && probeMs !== undefined && !isAsleep
      ? ailmentsAt("127.0.0.1", local.port, facts?.instanceId)
      : [],
    lookAtService(context, deep),
    releaseNews(reading, context, Date.now()),
  ]);
  const service = inquiry.findings;
  const isOurs =
    asksLocal && probe?.kind === "healthy" && facts === undefined && (await isHeld(paths.lockFile));
  const pid =
    facts?.pid ??
    (asksLocal ? lockHolder(paths.lockFile) : undefined) ??
    (isOurs ? port.listeners[0]?.pid : undefined) ??
    port.listeners.find((listener) => listener.pid === service.status?.pid)?.pid;
  const blocked = readStartBlocked(paths.startBlockedFile);
  const holder = pid === undefined ? undefined : await holderOf({ pid, facts, blocked }, inquiry, context);
  const logFile = resolveLogFile(effective.state === "valid" ? effective.config : {}, paths);
  const isDown = pid === undefined || hasFailed(service);
  const isSilent = asksLocal && probe?.kind === "timeout" && facts !== undefined;
  const standstill = isAsleep ? before : isSilent ? standstillOf(facts.pid, platform) : undefined;
  return {
    target,
    local,
    asksLocal,
    reading,
    effective,
    inForce: configInForce(paths, reading),
    logFile,
    facts,
    pid,
    holder,
    service,
    hasTray: isTrays(liveKeeper(paths)),
    blocked,
    port,
    configuredPort,
    probe,
    ailments,
    standstill,
    lastError: isDown ? lastError(service, blocked, logFile) : undefined,
    release,
    ...(deep ? { neighbours: otherProducts(context) } : {}),
  };
}

/** What a tray leaves to a service is the service's business. */
function isTrays(keeper: TrayKeeper | undefined): boolean {
  return keeper !== undefined && keeper.owner !== "service";
}

/** One that could not write down what it is, as on a full disk, still holds the lock of its state directory. */
function isHeld(lockFile: string): Promise<boolean> {
  return isLockHeld(lockFile).catch(() => false);
}

function hasFailed({ status }: ServiceFindings): boolean {
  return status?.runtime === "blocked" || status?.runtime === "crash-looping";
}

function lastError(
  service: ServiceFindings,
  blocked: StartRefusal | undefined,
  logFile: string,
): Remedy | undefined {
  const missing = service.issues.find(({ code }) => code === "gateway-runtime-missing");
  const said = missing?.message ?? blocked?.message ?? lastLoggedError(logFile);
  const exit = hasFailed(service) ? service.status?.lastExit : undefined;
  return said ?? (exit && exitText(exit));
}

async function lookAtPort(
  port: number,
  platform: NodeJS.Platform,
  own: RuntimeInfo | undefined,
): Promise<PortFindings> {
  const late = new AbortController();
  const listeners = await Promise.race([
    listenersOn(port, platform).then((found) => recognized(found, port, own)),
    delay(PORT_LIMIT_MS, undefined, { signal: late.signal }).catch(() => undefined),
  ]);
  late.abort();
  if (listeners === undefined) return { port, status: "unknown", listeners: [] };
  return { port, status: listeners.length > 0 ? "busy" : "free", listeners };
}

/** Different names of this machine's loopback are one place. */
function isSamePlace(target: Target, local: Target): boolean {
  if (target.url === local.url) return true;
  return target.port === local.port && isLoopbackUrl(new URL(target.url));
}

/** The last error of the last run, as far as the end of the log reaches. */
function lastLoggedError(file: string): string | undefined {
  const log = new LogFile(file);
  try {
    for (const line of (log.readTail(SEARCHED_LINES) ?? []).toReversed()) {
      const entry = parseEntry(line);
      if (entry.msg === "listening") return undefined;
      if (typeof entry.level === "number" && entry.level >= ERROR_LEVEL) return String(entry.msg);
    }
    return undefined;
  } catch {
    return undefined; // A log that cannot be read is no reason to fail a report about the gateway.
  } finally {
    log.close();
  }
}

function parseEntry(line: string): { msg?: unknown; level?: unknown } {
  try {
    return JSON.parse(line) ?? {};
  } catch {
    return {}; // Not a line of ours.
  }
}
