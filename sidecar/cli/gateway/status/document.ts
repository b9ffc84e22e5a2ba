/** The report of `gateway status --json`. Holds no secret. */
import type { ProbeResult } from "../../../../shared/client/probe.ts";
import type { Surroundings } from "../../invocation.ts";
import type { Target } from "../../target.ts";
import {
  bindMode,
  configSource,
  dashboardUrl,
  otherConfig,
  portDocument,
  portHints,
  probeNote,
  runtimeText,
  serviceLabel,
  stateSource,
} from "./facts.ts";
import type { Findings } from "./findings.ts";

export function statusDocument(findings: Findings, surroundings: Surroundings): Record<string, unknown> {
  const { target, local, facts, pid, port, configuredPort, probe, lastError, logFile } = findings;
  const { paths, platform, overruled } = surroundings;
  const dashboard = dashboardUrl(findings);
  const note = probeNote(findings);
  return {
    service: {
      label: serviceLabel(platform),
      loaded: false,
      loadedText: "installed",
      notLoadedText: "not installed",
      command: null,
      runtime: {
        status: pid === undefined ? "stopped" : "running",
        missingUnit: true,
        ...(pid === undefined ? {} : { state: facts?.phase ?? "ready", pid, detail: runtimeText(findings) }),
      },
      configAudit: { ok: true, issues: [] },
    },
    profile: {
      name: paths.profile ?? "default",
      stateDir: paths.stateDir,
      stateSource: stateSource(surroundings),
      overruled,
    },
    config: configDocument(findings, surroundings),
    gateway: {
      bindMode: bindMode(findings),
      bindHost: facts?.hosts[0] ?? "127.0.0.1",
      ...customHost(findings),
      port: local.port,
      portSource: local.source,
      probeUrl: target.url,
      ...(note === undefined ? {} : { probeNote: note }),
      ...(dashboard === undefined ? {} : { dashboardUrl: dashboard }),
      ...(facts
        ? {
            pid: facts.pid,
            instanceId: facts.instanceId,
            version: facts.version,
            phase: facts.phase,
            hosts: facts.hosts,
          }
        : {}),
      ...(pid === undefined ? {} : { ailments: findings.ailments }),
    },
    logFile,
    port: portDocument(port, portHints(findings)),
    ...(configuredPort === undefined ? {} : { portCli: portDocument(configuredPort, []) }),
    ...(lastError === undefined ? {} : { lastError }),
    ...(probe ? { rpc: rpcDocument(probe, target) } : {}),
    legacyServices: [],
    extraServices: [],
  };
}

function configDocument(findings: Findings, surroundings: Surroundings): Record<string, unknown> {
  const { reading } = findings;
  const controlUi = reading.state === "valid" ? reading.config.gateway?.controlUi : undefined;
  const theirs = otherConfig(findings, surroundings);
  return {
    cli: {
      path: reading.path,
      source: configSource(surroundings),
      exists: reading.state !== "missing",
      valid: reading.state !== "invalid",
      ...(reading.state === "invalid" ? { issues: reading.issues } : {}),
      ...(controlUi === undefined ? {} : { controlUi }),
    },
    ...(theirs === undefined ? {} : { daemon: { path: theirs }, mismatch: true }),
  };
}

function customHost({ reading }: Findings): { customBindHost?: string } {
  const host = reading.state === "valid" ? reading.config.gateway?.customBindHost : undefined;
  return host === undefined ? {} : { customBindHost: host };
}

function rpcDocument(probe: ProbeResult, { url }: Target): Record<string, unknown> {
  return probe.kind === "healthy"
    ? { ok: true, url, latencyMs: probe.latencyMs, connectMs: probe.connectMs }
    : { ok: false, url, latencyMs: null, error: probe.error, reason: probe.kind };
}
