/** The report of `gateway status` for people: two boxes, then one line for everything worth knowing. */

import { existsSync } from "node:fs";
import { findingLines } from "../../../../shared/config/findings.ts";
import { neutralLine } from "../../../../shared/foreign-text.ts";
import type { ConfigReading } from "../../../../shared/node/config-source.ts";
import { describeListener } from "../../../../shared/node/port-owner.ts";
import { advice, ours, type Remedy, whole } from "../../../../shared/remedy.ts";
import { shellWord } from "../../../../shared/shell-word.ts";
import { uptimeText } from "../../../../shared/uptime.ts";
import { APP_VERSION } from "../../../../shared/version.ts";
import { howToRestart } from "../../../setup/service/conflicts.ts";
import { safeCommand } from "../../../setup/service/installed.ts";
import type { ProfileContext } from "../../invocation.ts";
import type { Output } from "../../output.ts";
import { productWords } from "../../product-words.ts";
import { sourceText } from "../../target.ts";
import {
  bindMode,
  configNote,
  configSource,
  DEFAULT_PLACE,
  dashboardUrl,
  otherConfig,
  portHints,
  probeNote,
  runFacts,
  stateSource,
  strangers,
} from "./facts.ts";
import type { Findings } from "./findings.ts";
import { nextStep } from "./next-step.ts";
import {
  environmentText,
  firstLine,
  loadedText,
  orphanText,
  rivalText,
  runtimeText,
  SCOPES,
  standstillText,
  troubleText,
} from "./service-text.ts";

const MAX_ISSUES = 5;

export function printStatus(findings: Findings, context: ProfileContext, output: Output): void {
  const { target, local, probe, lastError, service } = findings;
  output.box(advice`Gateway service status`, [
    advice`Service: ${service.identity.label} (${loadedText(service)})`,
    advice`Runtime: ${runtimeText(findings)}`,
    advice`Port: ${local.port}`,
    advice`Last gateway error: ${lastError === undefined ? advice`none` : firstLine(lastError)}`,
  ]);
  if (probe) {
    const healthy = probe.kind === "healthy";
    output.box(advice`RPC probe`, [
      advice`Target: ${target.url}`,
      advice`Status: ${healthy ? output.mark("ok", advice`connected`) : output.mark("failed", advice`failed`)}`,
      ...(healthy ? [advice`Latency: ${probe.latencyMs}ms`] : []),
    ]);
    if (!healthy) output.say(advice`Reason: ${neutralLine(output.spell(probe.error))}`);
  }
  for (const line of errorLines(findings)) output.say(output.paint("red", advice`Error: ${line}`));
  // What gateways and files say of themselves adds no line to the report.
  for (const line of diagnostics(findings, context))
    output.repeat(output.spell(line).replace(/\s*\n\s*/g, " "));
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
    ...runLines(findings, context),
    ...nextLines(findings, context),
    ...placeLines(findings, context),
    ...serviceLines(findings),
    ...issueLines(findings),
    ...gatewayLines(findings),
    ...mismatchLines(findings, context),
    ...portLines(findings),
    ...otherLines(findings),
    ...releaseLines(findings),
  ];
}

function releaseLines({ release }: Findings): Remedy[] {
  if (release?.kind !== "newer") return [];
  return [advice`Update: version ${release.version} can be installed: ${release.command}`];
}

function placeLines({ reading, logFile, service }: Findings, context: ProfileContext): Remedy[] {
  const { paths, overruled } = context;
  const source = configSource(context);
  const origin = source === "CLAWDBOT_CONFIG_PATH" ? ` (${source})` : "";
  const name = service.reading === undefined ? advice`Config` : advice`Config (cli)`;
  return [
    ...configLines(name, reading, origin),
    ...(service.reading === undefined ? [] : configLines(advice`Config (service)`, service.reading, "")),
    ...(stateSource(context) === DEFAULT_PLACE
      ? []
      : [advice`State: ${paths.stateDir} (${stateSource(context)})`]),
    ...overruled.map((variable) => advice`Ignored: ${variable}, because another profile was asked for`),
    ...(existsSync(logFile) ? [advice`Log file: ${logFile}`] : []),
  ];
}

function configLines(name: Remedy, reading: ConfigReading, origin: string): Remedy[] {
  const state = { valid: "", invalid: advice` (invalid)`, missing: advice` (missing)` }[reading.state];
  const issues = reading.state === "invalid" ? reading.issues : [];
  const beyond = issues.length - MAX_ISSUES + (reading.state === "invalid" ? (reading.more ?? 0) : 0);
  const shown = issues.slice(0, MAX_ISSUES);
  return [
    advice`${name}: ${reading.path}${state}${origin}`,
    ...findingLines(shown, beyond > 0 ? beyond : undefined).map((line) => advice`  ${whole(line)}`),
  ];
}

function serviceLines(findings: Findings): Remedy[] {
  const { service, lastError } = findings;
  const { definition, status, hint } = service;
  const note = status?.detail === undefined ? undefined : firstLine(status.detail);
  const environment = environmentText(service);
  const trouble = troubleText(findings);
  const drop = definition?.overridePaths ?? [];
  return [
    ...(trouble === undefined ? [] : [advice`Service runtime: ${trouble}`]),
    ...(definition === undefined
      ? []
      : [
          advice`Service command: ${safeCommand(definition.command).map(shellWord).join(" ")}`,
          advice`Service file: ${definition.sourcePath}`,
        ]),
    ...(drop.length === 0 ? [] : [advice`Drop-ins: ${drop.join(", ")}`]),
    ...(definition?.workingDirectory === undefined
      ? []
      : [advice`Working directory: ${definition.workingDirectory}`]),
    ...(environment === "" ? [] : [advice`Service environment: ${environment}`]),
    ...(status?.restarts ? [advice`Restarts: ${status.restarts} since the service was started`] : []),
    ...(note === undefined || isSaid(note, lastError) ? [] : [advice`Service note: ${whole(note)}`]),
    ...(hint === undefined ? [] : [advice`Service note: ${whole(hint)}`]),
  ];
}

function issueLines({ service: { issues } }: Findings): Remedy[] {
  return issues.map(({ code, message, remedy, detail }) => {
    const more = remedy ?? detail;
    return advice`Service issue: ${whole(message)}${more === undefined ? "" : advice` (${whole(more)})`} [${code}]`;
  });
}

/** What is said as the last error need not be said again. */
function isSaid(note: Remedy, lastError: Remedy | undefined): boolean {
  return typeof note === "string" && typeof lastError === "string" && lastError.startsWith(note);
}

/** Other services that would run a gateway, each with the commands that take it away. */
function otherLines({ service: { others }, neighbours = [] }: Findings): Remedy[] {
  const products = neighbours.map(
    ({ product, places }) => advice`Other product: ${productWords(product)} (${places.join(", ")})`,
  );
  const services = others.flatMap(({ label, detail, scope, product, cleanup }) => [
    product === undefined
      ? advice`Other service: ${label} (${SCOPES[scope]}, ${whole(detail)})`
      : advice`Other service: ${label} (${product}, ${SCOPES[scope]}, ${whole(detail)})`,
    ...cleanup.map((command) => advice`  ${command}`),
  ]);
  return [...products, ...services];
}

function gatewayLines(findings: Findings): Remedy[] {
  const { local, facts, pid, port, ailments, holder } = findings;
  const hosts = facts === undefined ? "" : ` (${facts.hosts.join(", ")})`;
  const command = port.listeners.find((listener) => listener.pid === pid)?.commandLine;
  const dashboard = dashboardUrl(findings);
  const notes = [probeNote(findings), configNote(findings)].filter((note) => note !== undefined);
  return [
    advice`Gateway: bind=${bindMode(findings)}${hosts}, port=${local.port} (${sourceText(local.source)})`,
    ...ailments.map((ailment) => advice`Not well: ${whole(ailment)}`),
    ...(command && holder?.kind !== "service" ? [advice`Command: ${command}`] : []),
    ...(dashboard === undefined
      ? []
      : [advice`Dashboard: ${dashboard}`, advice`  To open it: ${ours`dashboard`}`]),
    ...notes.map((note) => advice`Note: ${note}`),
  ];
}

/** What runs, since when and by whom, and what there is to do after an upgrade, when it goes on as what it was. */
function runLines(findings: Findings, context: ProfileContext): Remedy[] {
  const { pid, facts } = findings;
  const { version, uptimeMs } = runFacts(findings, Date.now());
  if (pid === undefined || version === undefined) return [];
  const since = uptimeMs === undefined ? "" : advice`, up ${uptimeText(uptimeMs)}`;
  const isOther = facts !== undefined && facts.version !== APP_VERSION;
  return [
    advice`Gateway version: ${version}${since}${keeperText(findings)}`,
    ...(isOther
      ? [
          advice`Version: the gateway that runs is ${facts.version}, this command is ${APP_VERSION}`,
          advice`  To run the version of this command: ${howToRestart(facts, context)}`,
        ]
      : []),
  ];
}

function keeperText({ holder, service: { identity } }: Findings): Remedy {
  switch (holder?.kind) {
    case "service":
      return advice`, kept by ${identity.label} (${identity.name})`;
    case "tray":
      return advice`, kept by the tray`;
    case "foreground":
      return advice`, kept by nobody: it ends with its terminal`;
    case "other":
      return advice`, kept by ${holder.name}`;
    default:
      return "";
  }
}

function nextLines(findings: Findings, context: ProfileContext): Remedy[] {
  const next = nextStep(findings, context);
  return next === undefined ? [] : [advice`Next: ${next}`];
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
          service.reading
            ? advice`Mismatch: this command reads ${paths.configFile}, the service reads ${theirs}`
            : advice`Mismatch: this command reads ${paths.configFile}, the gateway that answers reads ${theirs}`,
          advice`  To ask it with its own configuration: ${{ ...ours`gateway status`, variables: { ...theirProfile, CLAWDBOT_CONFIG_PATH: theirs } }}`,
          ...(service.reading === undefined
            ? []
            : [advice`  To make the service read the one of this command: ${ours`gateway install`}`]),
        ]),
    ...(stateDir === undefined || stateDir === paths.stateDir
      ? []
      : [advice`Note: the gateway that answers uses another state directory, ${stateDir}`]),
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
          advice`Note: gateway.port is ${configuredPort.port}, but the gateway that runs was started on ${local.port}`,
        ];
  const unknown =
    port.status === "unknown" ? [advice`Note: the system does not say who listens on port ${port.port}`] : [];
  return [...held, ...hints, ...moved, ...unknown];
}
