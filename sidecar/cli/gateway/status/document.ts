/** The report of `gateway status --json`. Holds no secret. */
import type { ProbeResult } from "../../../../shared/client/probe.ts";
import type { ConfigReading } from "../../../../shared/node/config-source.ts";
import { launcherOf } from "../../../../shared/node/profile-context.ts";
import { type Launcher, spell } from "../../../../shared/remedy.ts";
import { exitText } from "../../../host/service/exit-words.ts";
import { safeCommand, safeEnvironment } from "../../../setup/service/installed.ts";
import type { ProfileContext } from "../../invocation.ts";
import type { Target } from "../../target.ts";
import {
  bindMode,
  configSource,
  dashboardUrl,
  otherConfig,
  portDocument,
  portHints,
  probeNote,
  runFacts,
  stateSource,
} from "./facts.ts";
import type { Findings } from "./findings.ts";
import { nextStep } from "./next-step.ts";
import type { ServiceFindings } from "./service.ts";
import { isLoaded, loadedWords, orphanText, rivalText, runtimeText, standstillText } from "./service-text.ts";

export function statusDocument(findings: Findings, context: ProfileContext): Record<string, unknown> {
  const { target, local, facts, pid, port, configuredPort, probe, lastError, logFile, standstill, release } =
    findings;
  const { paths, overruled } = context;
  const launcher = launcherOf(context);
  const { others } = findings.service;
  const troubles = [standstillText(findings), orphanText(findings), rivalText(findings)].filter(
    (text) => text !== undefined,
  );
  const dashboard = dashboardUrl(findings);
  const next = nextStep(findings, context);
  const note = probeNote(findings);
  return {
    service: serviceDocument(findings, launcher),
    profile: {
      name: paths.profile ?? "default",
      stateDir: paths.stateDir,
      stateSource: spell(stateSource(context), launcher),
      overruled,
    },
    config: configDocument(findings, context, launcher),
    gateway: {
      bindMode: bindMode(findings),
      bindHost: facts?.hosts[0] ?? "127.0.0.1",
      ...customHost(findings),
      port: local.port,
      portSource: local.source,
      probeUrl: target.url,
      ...(note === undefined ? {} : { probeNote: spell(note, launcher) }),
      ...(facts === undefined ? {} : { config: findings.inForce }),
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
      ...(pid === undefined ? {} : runFacts(findings, Date.now())),
      ...(pid === undefined ? {} : { ailments: findings.ailments.map((each) => spell(each, launcher)) }),
      ...(standstill === undefined
        ? {}
        : {
            standstill: {
              ...standstill,
              what: spell(standstill.what, launcher),
              cure: spell(standstill.cure, launcher),
            },
          }),
    },
    ...(next === undefined ? {} : { next: spell(next, launcher) }),
    logFile,
    port: portDocument(
      port,
      [...troubles, ...portHints(findings)].map((hint) => spell(hint, launcher)),
    ),
    ...(configuredPort === undefined ? {} : { portCli: portDocument(configuredPort, []) }),
    ...(lastError === undefined ? {} : { lastError: spell(lastError, launcher) }),
    ...(probe ? { rpc: rpcDocument(probe, target, launcher) } : {}),
    ...(release?.kind === "newer" ? { update: { version: release.version, command: release.command } } : {}),
    legacyServices: others.filter(({ label }) => LEGACY.test(label)).map(({ label }) => label),
    extraServices: others.map(({ label, detail, scope, product, cleanup }) => ({
      label,
      detail: spell(detail, launcher),
      scope,
      product,
      cleanup,
    })),
    otherProducts: findings.neighbours,
  };
}

/** Names that the gateway's service had before it had its name of today. */
const LEGACY = /steipete|clawdis/i;

function serviceDocument(findings: Findings, launcher: Launcher): Record<string, unknown> {
  const { service } = findings;
  const { identity, installed, issues, hint } = service;
  const { yes, no } = loadedWords(service);
  return {
    label: identity.label,
    name: identity.name,
    installed,
    loaded: isLoaded(service),
    loadedText: spell(yes, launcher),
    notLoadedText: spell(no, launcher),
    command: commandDocument(service),
    runtime: runtimeDocument(findings, launcher),
    configAudit: {
      ok: issues.length === 0,
      issues: issues.map(({ remedy, detail, message, ...issue }) => ({
        ...issue,
        message: spell(message, launcher),
        ...((remedy ?? detail) === undefined ? {} : { detail: spell(remedy ?? detail ?? "", launcher) }),
      })),
    },
    ...(hint === undefined ? {} : { hint: spell(hint, launcher) }),
  };
}

function commandDocument({ definition }: ServiceFindings): Record<string, unknown> | null {
  if (definition === undefined) return null;
  const { command, workingDirectory, environment, sourcePath, overridePaths } = definition;
  return {
    programArguments: safeCommand(command),
    ...(workingDirectory === undefined ? {} : { workingDirectory }),
    environment: safeEnvironment(environment),
    sourcePath,
    overridePaths,
  };
}

/**
 * What the service does. Where none is installed, it is what the gateway does that somebody else keeps; `text` and `keptBy` tell of
 * the gateway in any case.
 */
function runtimeDocument(findings: Findings, launcher: Launcher): Record<string, unknown> {
  const { facts, pid, holder, service } = findings;
  const { status, installed } = service;
  const isOurs = !installed || holder?.kind === "service";
  const shownPid = status?.pid ?? (isOurs ? pid : undefined);
  const withoutManager = isOurs && pid !== undefined ? "running" : installed ? "unknown" : "stopped";
  const exit = status?.lastExit;
  const text = spell(runtimeText(findings), launcher);
  return {
    status: status?.runtime ?? withoutManager,
    text,
    ...(holder === undefined ? {} : { keptBy: holder.kind }),
    ...(installed ? {} : { missingUnit: true }),
    state: status?.state ?? (pid === undefined ? "inactive" : (facts?.phase ?? "ready")),
    ...(status?.subState === undefined ? {} : { subState: status.subState }),
    ...(shownPid === undefined ? {} : { pid: shownPid }),
    ...(exit === undefined
      ? {}
      : { lastExitStatus: exit.status, lastExitReason: spell(exitText(exit), launcher) }),
    ...(status?.restarts === undefined ? {} : { restarts: status.restarts }),
    detail: status?.detail === undefined ? text : spell(status.detail, launcher),
  };
}

function configDocument(
  findings: Findings,
  context: ProfileContext,
  launcher: Launcher,
): Record<string, unknown> {
  const { reading, service } = findings;
  const controlUi = reading.state === "valid" ? reading.config.gateway?.controlUi : undefined;
  const theirs = otherConfig(findings, context);
  const isKnown = theirs === undefined ? service.view !== undefined : service.reading !== undefined;
  const daemon = isKnown ? fileDocument(service.reading ?? reading) : { path: theirs };
  return {
    cli: {
      ...fileDocument(reading),
      source: spell(configSource(context), launcher),
      ...(controlUi === undefined ? {} : { controlUi }),
    },
    ...(isKnown || theirs !== undefined ? { daemon } : {}),
    ...(theirs === undefined ? {} : { mismatch: true }),
  };
}

function fileDocument(reading: ConfigReading): Record<string, unknown> {
  return {
    path: reading.path,
    exists: reading.state !== "missing",
    valid: reading.state !== "invalid",
    ...(reading.state === "invalid" ? { issues: reading.issues } : {}),
  };
}

function customHost({ effective }: Findings): { customBindHost?: string } {
  const host = effective.state === "valid" ? effective.config.gateway?.customBindHost : undefined;
  return host === undefined ? {} : { customBindHost: host };
}

function rpcDocument(probe: ProbeResult, { url }: Target, launcher: Launcher): Record<string, unknown> {
  return probe.kind === "healthy"
    ? { ok: true, url, latencyMs: probe.latencyMs, connectMs: probe.connectMs }
    : { ok: false, url, latencyMs: null, error: spell(probe.error, launcher), reason: probe.kind };
}
