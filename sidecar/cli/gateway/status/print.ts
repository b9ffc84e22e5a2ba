/** The report of `gateway status` for people: two boxes, then one line for everything worth knowing. */

import { existsSync } from "node:fs";
import { findingLines } from "../../../../shared/config/validate.ts";
import { neutralLine } from "../../../../shared/foreign-text.ts";
import type { ConfigReading } from "../../../../shared/node/config-source.ts";
import { describeListener } from "../../../../shared/node/port-owner.ts";
import { advice, english, ours, type Remedy, whole } from "../../../../shared/remedy.ts";
import { shellWord } from "../../../../shared/shell-word.ts";
import { APP_VERSION } from "../../../../shared/version.ts";
import { safeCommand } from "../../../setup/service/installed.ts";
import type { ProfileContext } from "../../invocation.ts";
import type { Output } from "../../output.ts";
import {
  bindMode,
  configNote,
  configSource,
  dashboardUrl,
  otherConfig,
  portHints,
  probeNote,
  stateSource,
  strangers,
} from "./facts.ts";
import type { Findings } from "./findings.ts";
import {
  environmentText,
  loadedText,
  orphanText,
  rivalText,
  runtimeText,
  standstillText,
  troubleText,
} from "./service-text.ts";

const MAX_ISSUES = 5;

export function printStatus(findings: Findings, context: ProfileContext, output: Output): void {
  const { target, local, probe, lastError, service } = findings;
  output.box("Gateway service status", [
    `Service: ${service.identity.label} (${loadedText(service)})`,
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
    if (!healthy) output.say(`Reason: ${neutralLine(probe.error)}`);
  }
  for (const line of errorLines(findings)) output.say(output.paint("red", advice`Error: ${line}`));
  // What gateways and files say of themselves adds no line to the report.
  for (const line of diagnostics(findings, context)) output.say(output.spell(line).replace(/\s*\n\s*/g, " "));
}

/** What no reader may miss. */
function errorLines(findings: Findings): Remedy[] {
  return [standstillText(findings), orphanText(findings), rivalText(findings)].filter(
    (line) => line !== undefined,
  );
}

/** One line each, only what helps. */
function diagnostics(findings: Findings, context: ProfileContext): Remedy[] {
  return [
    ...placeLines(findings, context),
    ...serviceLines(findings),
    ...issueLines(findings),
    ...gatewayLines(findings),
    ...versionLines(findings),
    ...mismatchLines(findings, context),
    ...portLines(findings),
    ...otherLines(findings),
    ...releaseLines(findings),
  ];
}

function releaseLines({ release }: Findings): string[] {
  if (release?.kind !== "newer") return [];
  return [`Update: version ${release.version} can be installed: ${release.command}`];
}

function placeLines({ reading, logFile, service }: Findings, context: ProfileContext): Remedy[] {
  const { paths, overruled } = context;
  const source = configSource(context);
  const origin = source === "CLAWDBOT_CONFIG_PATH" ? ` (${source})` : "";
  const name = service.reading === undefined ? "Config" : "Config (cli)";
  return [
    ...configLines(name, reading, origin),
    ...(service.reading === undefined ? [] : configLines("Config (service)", service.reading, "")),
    ...(stateSource(context) === "default" ? [] : [`State: ${paths.stateDir} (${stateSource(context)})`]),
    ...overruled.map((variable) => `Ignored: ${variable}, because another profile was asked for`),
    ...(existsSync(logFile) ? [`Log file: ${logFile}`] : []),
  ];
}

function configLines(name: string, reading: ConfigReading, origin: string): Remedy[] {
  const state = reading.state === "valid" ? "" : ` (${reading.state})`;
  const issues = reading.state === "invalid" ? reading.issues.slice(0, MAX_ISSUES) : [];
  return [
    `${name}: ${reading.path}${state}${origin}`,
    ...findingLines(issues).map((line) => advice`  ${line}`),
  ];
}

function serviceLines(findings: Findings): Remedy[] {
  const { service, lastError } = findings;
  const { definition, status, hint } = service;
  const note = status?.detail === undefined ? undefined : english(status.detail).split("\n")[0];
  const environment = environmentText(service);
  const trouble = troubleText(findings);
  const drop = definition?.overridePaths ?? [];
  return [
    ...(trouble === undefined ? [] : [`Service runtime: ${trouble}`]),
    ...(definition === undefined
      ? []
      : [
          `Service command: ${safeCommand(definition.command).map(shellWord).join(" ")}`,
          `Service file: ${definition.sourcePath}`,
        ]),
    ...(drop.length === 0 ? [] : [`Drop-ins: ${drop.join(", ")}`]),
    ...(definition?.workingDirectory === undefined
      ? []
      : [`Working directory: ${definition.workingDirectory}`]),
    ...(environment === "" ? [] : [`Service environment: ${environment}`]),
    ...(status?.restarts ? [`Restarts: ${status.restarts} since the service was started`] : []),
    ...(note === undefined || lastError?.startsWith(note) ? [] : [`Service note: ${note}`]),
    ...(hint === undefined ? [] : [advice`Service note: ${hint}`]),
  ];
}

function issueLines({ service: { issues } }: Findings): Remedy[] {
  return issues.map(({ code, message, remedy, detail }) => {
    const more = remedy ?? detail;
    return advice`Service issue: ${message}${more === undefined ? "" : advice` (${more})`} [${code}]`;
  });
}

/** Other services that would run a gateway, each with the commands that take it away. */
function otherLines({ service: { others } }: Findings): Remedy[] {
  return others.flatMap(({ label, detail, scope, cleanup }) => [
    advice`Other service: ${label} (${scope}, ${whole(detail)})`,
    ...cleanup.map((command) => `  ${command}`),
  ]);
}

function gatewayLines(findings: Findings): Remedy[] {
  const { local, facts, pid, port, ailments, holder } = findings;
  const hosts = facts === undefined ? "" : ` (${facts.hosts.join(", ")})`;
  const command = port.listeners.find((listener) => listener.pid === pid)?.commandLine;
  const dashboard = dashboardUrl(findings);
  const notes = [probeNote(findings), configNote(findings)].filter((note) => note !== undefined);
  return [
    `Gateway: bind=${bindMode(findings)}${hosts}, port=${local.port} (${local.source})`,
    ...ailments.map((ailment) => `Not well: ${ailment}`),
    ...(command && holder?.kind !== "service" ? [`Command: ${command}`] : []),
    ...(dashboard === undefined ? [] : [`Dashboard: ${dashboard}`]),
    ...notes.map((note) => advice`Note: ${note}`),
  ];
}

/** After an upgrade the gateway goes on as what it was. */
function versionLines({ facts }: Findings): Remedy[] {
  if (facts === undefined || facts.version === APP_VERSION) return [];
  return [
    `Version: the gateway that runs is ${facts.version}, this command is ${APP_VERSION}`,
    advice`  To run the version of this command: ${ours`gateway restart`}`,
  ];
}

function mismatchLines(findings: Findings, context: ProfileContext): Remedy[] {
  const { paths } = context;
  const theirs = otherConfig(findings, context);
  const { probe, asksLocal, service } = findings;
  const theirProfile = paths.profile === undefined ? {} : { CLAWDBOT_PROFILE: paths.profile };
  const stateDir = asksLocal && probe?.kind === "healthy" ? probe.hello.snapshot.stateDir : undefined;
  return [
    ...(theirs === undefined
      ? []
      : [
          `Mismatch: this command reads ${paths.configFile}, ${service.reading ? "the service" : "the gateway that answers"} reads ${theirs}`,
          advice`  To ask it with its own configuration: ${{ ...ours`gateway status`, variables: { ...theirProfile, CLAWDBOT_CONFIG_PATH: theirs } }}`,
          ...(service.reading === undefined
            ? []
            : [advice`  To make the service read the one of this command: ${ours`gateway install`}`]),
        ]),
    ...(stateDir === undefined || stateDir === paths.stateDir
      ? []
      : [`Note: the gateway that answers uses another state directory, ${stateDir}`]),
  ];
}

function portLines(findings: Findings): Remedy[] {
  const { port, configuredPort, local, facts } = findings;
  const held = strangers(findings).map(
    (listener) =>
      advice`Port ${port.port} is held by ${describeListener(listener)} on ${listener.addresses.join(", ")}`,
  );
  const hints = facts === undefined ? portHints(findings).map((hint) => advice`  ${hint}`) : [];
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
