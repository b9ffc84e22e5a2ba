/** The report of `gateway status` for people: two boxes, then one line for everything worth knowing. */
import { existsSync } from "node:fs";
import { describeListener } from "../../../../shared/node/port-owner.ts";
import type { Surroundings } from "../../invocation.ts";
import type { Output } from "../../output.ts";
import {
  bindMode,
  configSource,
  dashboardUrl,
  otherConfig,
  portHints,
  probeNote,
  runtimeText,
  serviceLabel,
  stateSource,
  strangers,
} from "./facts.ts";
import type { Findings } from "./findings.ts";

const MAX_ISSUES = 5;

export function printStatus(findings: Findings, surroundings: Surroundings, output: Output): void {
  const { target, local, probe, lastError } = findings;
  output.box("Gateway service status", [
    `Service: ${serviceLabel(surroundings.platform)} (not installed)`,
    `Runtime: ${runtimeText(findings)}`,
    `Port: ${local.port}`,
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

/** One line each, only what helps. */
function diagnostics(findings: Findings, surroundings: Surroundings): string[] {
  return [
    ...placeLines(findings, surroundings),
    ...gatewayLines(findings),
    ...mismatchLines(findings, surroundings),
    ...portLines(findings),
  ];
}

function placeLines({ reading, logFile }: Findings, surroundings: Surroundings): string[] {
  const { paths, overruled } = surroundings;
  const state = reading.state === "valid" ? "" : ` (${reading.state})`;
  const source = configSource(surroundings);
  const origin = source === "CLAWDBOT_CONFIG_PATH" ? ` (${source})` : "";
  const issues = reading.state === "invalid" ? reading.issues.slice(0, MAX_ISSUES) : [];
  return [
    `Config: ${reading.path}${state}${origin}`,
    ...issues.map(({ path, message }) => `  ${path ? `${path}: ` : ""}${message}`),
    ...(stateSource(surroundings) === "default"
      ? []
      : [`State: ${paths.stateDir} (${stateSource(surroundings)})`]),
    ...overruled.map((variable) => `Ignored: ${variable}, because another profile was asked for`),
    ...(existsSync(logFile) ? [`Log file: ${logFile}`] : []),
  ];
}

function gatewayLines(findings: Findings): string[] {
  const { local, facts, pid, port, ailments } = findings;
  const hosts = facts === undefined ? "" : ` (${facts.hosts.join(", ")})`;
  const command = port.listeners.find((listener) => listener.pid === pid)?.commandLine;
  const dashboard = dashboardUrl(findings);
  const note = probeNote(findings);
  return [
    `Gateway: bind=${bindMode(findings)}${hosts}, port=${local.port} (${local.source})`,
    ...ailments.map((ailment) => `Not well: ${ailment}`),
    ...(pid !== undefined && command ? [`Command: ${command}`] : []),
    ...(dashboard === undefined ? [] : [`Dashboard: ${dashboard}`]),
    ...(note === undefined ? [] : [`Note: ${note}`]),
  ];
}

function mismatchLines(findings: Findings, surroundings: Surroundings): string[] {
  const { paths } = surroundings;
  const theirs = otherConfig(findings, surroundings);
  const { probe, asksLocal } = findings;
  const stateDir = asksLocal && probe?.kind === "healthy" ? probe.hello.snapshot.stateDir : undefined;
  return [
    ...(theirs === undefined
      ? []
      : [
          `Mismatch: this command reads ${paths.configFile}, the gateway that answers reads ${theirs}`,
          `  To ask it with its own configuration: CLAWDBOT_CONFIG_PATH="${theirs}" clawdbot gateway status`,
        ]),
    ...(stateDir === undefined || stateDir === paths.stateDir
      ? []
      : [`Note: the gateway that answers uses another state directory, ${stateDir}`]),
  ];
}

function portLines(findings: Findings): string[] {
  const { port, configuredPort, local, facts } = findings;
  const held = strangers(findings).map(
    (listener) =>
      `Port ${port.port} is held by ${describeListener(listener)} on ${listener.addresses.join(", ")}`,
  );
  const hints = facts === undefined ? portHints(findings).map((hint) => `  ${hint}`) : [];
  const moved =
    configuredPort === undefined
      ? []
      : [
          `Note: gateway.port is ${configuredPort.port}, but the gateway that runs was started on ${local.port}`,
        ];
  const unknown =
    port.status === "unknown" ? [`Note: the system does not say who listens on port ${port.port}`] : [];
  return [...held, ...hints, ...moved, ...unknown];
}
