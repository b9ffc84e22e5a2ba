/** What `gateway probe` prints: one JSON document, or a few lines for every gateway that was asked. */

import { neutralLine } from "../../../../shared/foreign-text.ts";
import { advice, joined, type Remedy } from "../../../../shared/remedy.ts";
import type { Discovery } from "../../../host/net/discover.ts";
import type { Output } from "../../output.ts";
import { foundLine } from "../discover.ts";
import { type Answer, selfOf } from "./ask.ts";
import type { TargetKind } from "./targets.ts";

/** How a tunnel was, or would have been, built. */
export interface TunnelFacts {
  kind: "ssh";
  target: string;
  localPort: number | null;
  remotePort: number;
  pid: number | null;
}

/** One gateway that was asked. `url` is null when there was no way to it. */
export interface Probed {
  kind: TargetKind;
  url: string | null;
  active: boolean;
  tunnel: TunnelFacts | null;
  answer: Answer;
}

export interface Warning {
  code: "multiple_gateways" | "details_missing" | "ssh_tunnel_failed" | "discovery_failed";
  message: Remedy;
  targetIds?: string[];
}

/** Everything that was found out. */
export interface ProbeFindings {
  startedAtMs: number;
  durationMs: number;
  timeoutMs: number;
  probed: Probed[];
  warnings: Warning[];
  network: { localLoopbackUrl: string; localTailnetUrl: string | null; tailnetIPv4: string | null };
  discovery: (Discovery & { timeoutMs: number }) | null;
}

/** The order in which one of several answers stands for all. */
const PRIMARY_ORDER: readonly TargetKind[] = ["explicit", "sshTunnel", "configRemote", "localLoopback"];

const TITLES: Record<TargetKind, Remedy> = {
  explicit: advice`Named by --url`,
  configRemote: advice`Configured remote gateway`,
  localLoopback: advice`This machine`,
  sshTunnel: advice`Through ssh`,
};

/** Whether any gateway answered, even if it did not take us. */
export function isAnyReachable({ probed }: ProbeFindings): boolean {
  return probed.some(({ answer }) => answer.reachable);
}

/** Gateways that are not the same one behind two addresses; each with the ids of its targets. */
export function distinctGateways(probed: readonly Probed[]): string[][] {
  const groups: { ids: string[]; identities: string[] }[] = [];
  for (const { kind, answer } of probed) {
    if (!answer.reachable) continue;
    const same = groups.find(({ identities }) => identities.some((id) => answer.identities.includes(id)));
    if (same === undefined) groups.push({ ids: [kind], identities: [...answer.identities] });
    else {
      same.ids.push(kind);
      same.identities.push(...answer.identities);
    }
  }
  return groups.map(({ ids }) => ids);
}

/** The document of `--json`, its sentences still as data. */
export function probeDocument(findings: ProbeFindings): Record<string, unknown> {
  const { startedAtMs, durationMs, timeoutMs, probed, warnings, network, discovery } = findings;
  return {
    ok: isAnyReachable(findings),
    ts: startedAtMs,
    durationMs,
    timeoutMs,
    primaryTargetId: primaryOf(probed)?.kind ?? null,
    warnings,
    network,
    discovery:
      discovery === null
        ? null
        : {
            timeoutMs: discovery.timeoutMs,
            domains: discovery.domains,
            count: discovery.beacons.length,
            beacons: discovery.beacons,
          },
    targets: probed.map(({ kind, url, active, tunnel, answer }) => ({
      id: kind,
      kind,
      url,
      active,
      tunnel,
      connect: { ok: answer.ok, latencyMs: answer.latencyMs, error: answer.error, close: answer.close },
      self: selfSummary(answer),
      config: configSummary(answer),
      health: answer.health,
      summary: answer.status,
      presence: answer.presence,
    })),
  };
}

/** The report for people. */
export function printProbe(findings: ProbeFindings, output: Output): void {
  const { probed, warnings, timeoutMs, discovery } = findings;
  const reachable = isAnyReachable(findings);
  output.say(advice`Gateway probe`);
  output.say(
    advice`Reachable: ${output.paint(reachable ? "green" : "red", reachable ? advice`yes` : advice`no`)}`,
  );
  output.say(advice`Time limit: ${timeoutMs}ms`);
  for (const each of probed)
    for (const line of targetLines(each, output)) output.repeat(output.spell(line).replace(/\s*\n\s*/g, " "));
  if (discovery !== null) {
    output.say("");
    output.say(foundLine(discovery.beacons.length, discovery.domains));
    for (const { instanceName, wsUrl } of discovery.beacons)
      output.repeat(`- ${instanceName} ${wsUrl ?? ""}`.trimEnd());
  }
  if (warnings.length > 0) output.say("");
  for (const { message } of warnings)
    output.say(advice`${output.paint("yellow", advice`Warning:`)} ${neutralLine(output.spell(message))}`);
}

function primaryOf(probed: readonly Probed[]): Probed | undefined {
  const ranked = PRIMARY_ORDER.flatMap((kind) => probed.filter((each) => each.kind === kind));
  return (
    ranked.find(({ answer }) => answer.ok) ??
    ranked.find(({ answer }) => answer.reachable) ??
    ranked.find(({ active }) => active)
  );
}

function targetLines({ kind, url, tunnel, answer }: Probed, output: Output): Remedy[] {
  const lines: Remedy[] = ["", advice`${TITLES[kind]}: ${url ?? advice`no address`}`];
  if (tunnel) lines.push(advice`  Tunnel: ssh ${tunnel.target}, remote port ${tunnel.remotePort}`);
  if (!answer.ok) {
    const verdict = answer.reachable
      ? advice`reachable, ${answer.error ?? ""}`
      : (answer.error ?? advice`not reachable`);
    return [...lines, advice`  Connect: ${output.mark("failed", verdict)}`];
  }
  const time = advice`reachable (${answer.latencyMs ?? ""}ms)`;
  lines.push(advice`  Connect: ${output.mark("ok", time)}`);
  const self = selfSummary(answer);
  const version = self?.version && advice`version ${self.version}`;
  const facts = [self?.host, self?.ip, version, self?.platform].filter((fact) => fact !== undefined);
  if (self) lines.push(advice`  Gateway: ${joined(facts, ", ")}`);
  if (answer.health) lines.push(advice`  Health: OK`);
  if (answer.status) lines.push(advice`  Sessions: ${answer.status.sessions.count}`);
  if (answer.presence) lines.push(advice`  Clients and machines: ${answer.presence.length}`);
  if (answer.config)
    lines.push(advice`  Config: ${answer.config.path}${answer.config.valid ? "" : advice` (invalid)`}`);
  return lines;
}

function selfSummary({ presence, hello }: Answer) {
  const self = selfOf(presence);
  if (self === undefined && hello === null) return null;
  return {
    host: self?.host ?? hello?.server.host,
    ip: self?.ip,
    version: self?.version ?? hello?.server.version,
    platform: self?.platform,
  };
}

/** The part of the remote configuration that says how the gateway is reached; never a secret. */
function configSummary({ config }: Answer): Record<string, unknown> | null {
  if (config === null) return null;
  const { path, exists, valid, issues, legacyIssues } = config;
  const gateway = section(config.config, "gateway");
  const auth = section(gateway, "auth");
  return {
    path,
    exists,
    valid,
    issues,
    legacyIssues,
    gateway: {
      mode: gateway.mode ?? null,
      bind: gateway.bind ?? null,
      port: gateway.port ?? null,
      controlUiEnabled: section(gateway, "controlUi").enabled ?? true,
      authMode: auth.mode ?? null,
      authTokenConfigured: auth.token !== undefined,
      authPasswordConfigured: auth.password !== undefined,
      remoteUrl: section(gateway, "remote").url ?? null,
      tailscaleMode: section(gateway, "tailscale").mode ?? null,
    },
    discovery: { wideAreaEnabled: section(section(config.config, "discovery"), "wideArea").enabled === true },
  };
}

function section(holder: Record<string, unknown>, key: string): Record<string, unknown> {
  const value = holder[key];
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}
