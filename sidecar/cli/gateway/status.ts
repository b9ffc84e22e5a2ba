/** `clawdbot gateway status`: two boxes, then one line for everything worth knowing. Creates no files. */
import { existsSync } from "node:fs";
import { type ProbeResult, probeGateway } from "../../../shared/client/probe.ts";
import { EXIT } from "../../../shared/exit-codes.ts";
import { type ConfigReading, readConfig } from "../../../shared/node/config-source.ts";
import { describeListener, type Listener, listenersOn } from "../../../shared/node/port-owner.ts";
import { isSameProcess } from "../../../shared/node/process-identity.ts";
import { type GatewayFacts, readFacts, readStartBlocked } from "../../../shared/node/run-state.ts";
import { resolveLogFile } from "../../base/config/load.ts";
import { connectOptions, timeoutOption } from "../connect.ts";
import type { Invocation, Surroundings } from "../invocation.ts";
import { LogFile } from "../log-file.ts";
import type { Output } from "../output.ts";
import { resolveTarget, type Target } from "../target.ts";

/** Everything the report is made of. */
interface Findings {
  target: Target;
  reading: ConfigReading;
  logFile: string;
  /** The live gateway of this state directory. */
  facts: GatewayFacts | undefined;
  pid: number | undefined;
  listeners: Listener[];
  probe: ProbeResult | undefined;
  lastError: string | undefined;
}

const MAX_ISSUES = 5;
/** How much of the log is searched for the last error. */
const SEARCHED_LINES = 500;
/** Levels of the log from which on a line is an error. */
const ERROR_LEVEL = 50;

export async function run({ values, surroundings, output }: Invocation): Promise<number> {
  const timeoutMs = timeoutOption(values);
  const target = await resolveTarget(values, surroundings);
  const probing = values["no-probe"]
    ? undefined
    : probeGateway(connectOptions(target, timeoutMs, "clawdbot-probe"));
  const findings = await look(target, probing, surroundings);
  output.document(jsonReport(findings, surroundings));
  printReport(findings, surroundings, output);
  return values["require-rpc"] && findings.probe?.kind !== "healthy" ? EXIT.failure : EXIT.ok;
}

async function look(
  target: Target,
  probing: Promise<ProbeResult> | undefined,
  { paths, platform }: Surroundings,
): Promise<Findings> {
  const [probe, listeners] = await Promise.all([probing, listenersOn(target.port, platform)]);
  const reading = readConfig(paths.configFile);
  const logFile = resolveLogFile(reading.state === "valid" ? reading.config : {}, paths);
  const recorded = readFacts(paths.factsFile);
  const facts = recorded && isSameProcess(recorded.pid, recorded.startId) ? recorded : undefined;
  const isOurs = probe?.kind === "healthy" && probe.hello.snapshot.stateDir === paths.stateDir;
  const pid = facts?.pid ?? (isOurs ? listeners[0]?.pid : undefined);
  const lastError =
    pid === undefined
      ? (readStartBlocked(paths.startBlockedFile)?.message ?? lastLoggedError(logFile))
      : undefined;
  return { target, reading, logFile, facts, pid, listeners, probe, lastError };
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

function printReport(findings: Findings, surroundings: Surroundings, output: Output): void {
  const { target, probe, lastError } = findings;
  output.box("Gateway service status", [
    `Service: ${serviceLabel(surroundings.platform)} (not installed)`,
    `Runtime: ${runtimeText(findings)}`,
    `Port: ${target.port}`,
    `Last gateway error: ${lastError?.split("\n")[0] ?? "none"}`,
  ]);
  if (probe) {
    const healthy = probe.kind === "healthy";
    output.box("RPC probe", [
      `Target: ${target.url}`,
      `Status: ${healthy ? output.mark("ok", "connected") : output.mark("failed", "failed")}`,
      ...(healthy ? [`Latency: ${probe.latencyMs}ms`] : []),
    ]);
    if (!healthy) output.say(`Reason: ${probe.error}`);
  }
  for (const line of diagnostics(findings, surroundings)) output.say(line);
}

function runtimeText({ facts, pid }: Findings): string {
  if (pid === undefined) return "stopped";
  const phase = facts?.phase === "starting" || facts?.phase === "stopping" ? facts.phase : "running";
  return `${phase} in foreground (PID ${pid})`;
}

/** One line each, only what helps. */
function diagnostics(findings: Findings, { paths, env }: Surroundings): string[] {
  const { target, reading, logFile, facts, pid, listeners, probe } = findings;
  const lines = [`Config: ${reading.path}${reading.state === "valid" ? "" : ` (${reading.state})`}`];
  if (reading.state === "invalid") {
    lines.push(
      ...reading.issues
        .slice(0, MAX_ISSUES)
        .map(({ path, message }) => `  ${path ? `${path}: ` : ""}${message}`),
    );
  }
  if (env.CLAWDBOT_STATE_DIR) lines.push(`State: ${paths.stateDir} (CLAWDBOT_STATE_DIR)`);
  else if (paths.profile !== undefined) lines.push(`State: ${paths.stateDir} (profile ${paths.profile})`);
  if (existsSync(logFile)) lines.push(`Log file: ${logFile}`);
  lines.push(`Gateway: bind=${bindMode(reading)}, port=${target.port} (${target.source})`);
  if (pid !== undefined) lines.push(`Dashboard: http://127.0.0.1:${facts?.port ?? target.port}/`);
  if (probe?.kind === "healthy" && isElsewhere(probe.hello.snapshot.stateDir, paths.stateDir)) {
    lines.push(
      `Note: the gateway that answers uses another state directory, ${probe.hello.snapshot.stateDir}`,
    );
  }
  for (const listener of listeners.filter((other) => other.pid !== pid)) {
    lines.push(
      `Port ${target.port} is held by ${describeListener(listener)} on ${listener.addresses.join(", ")}`,
    );
  }
  return lines;
}

function isElsewhere(theirs: string | undefined, ours: string): boolean {
  return theirs !== undefined && theirs !== ours;
}

function bindMode(reading: ConfigReading): string {
  return (reading.state === "valid" ? reading.config.gateway?.bind : undefined) ?? "loopback";
}

function serviceLabel(platform: NodeJS.Platform): string {
  if (platform === "darwin") return "LaunchAgent";
  return platform === "win32" ? "Scheduled Task" : "systemd";
}

function jsonReport(findings: Findings, { platform }: Surroundings): Record<string, unknown> {
  const { target, reading, facts, pid, listeners, probe, lastError } = findings;
  return {
    service: {
      label: serviceLabel(platform),
      loaded: false,
      loadedText: "installed",
      notLoadedText: "not installed",
      command: null,
      runtime: {
        status: pid === undefined ? "stopped" : "running",
        ...(pid === undefined ? {} : { pid, detail: runtimeText(findings) }),
      },
      configAudit: { ok: true, issues: [] },
    },
    config: {
      cli: {
        path: reading.path,
        exists: reading.state !== "missing",
        valid: reading.state !== "invalid",
        ...(reading.state === "invalid" ? { issues: reading.issues } : {}),
      },
    },
    gateway: {
      bindMode: bindMode(reading),
      bindHost: facts?.hosts[0] ?? "127.0.0.1",
      port: target.port,
      portSource: target.source,
      probeUrl: target.url,
      ...(facts
        ? { pid: facts.pid, instanceId: facts.instanceId, version: facts.version, phase: facts.phase }
        : {}),
    },
    port: {
      port: target.port,
      status: listeners.length > 0 ? "busy" : "free",
      listeners: listeners.map(({ pid: holder, command, commandLine, user, addresses }) => ({
        pid: holder,
        command,
        commandLine,
        user,
        address: addresses[0],
        addresses,
      })),
      hints: [],
    },
    ...(lastError === undefined ? {} : { lastError }),
    ...(probe ? { rpc: rpcReport(probe, target) } : {}),
    legacyServices: [],
    extraServices: [],
  };
}

function rpcReport(probe: ProbeResult, { url }: Target): Record<string, unknown> {
  return probe.kind === "healthy"
    ? { ok: true, url, latencyMs: probe.latencyMs, connectMs: probe.connectMs }
    : { ok: false, url, latencyMs: null, error: probe.error, reason: probe.kind };
}
