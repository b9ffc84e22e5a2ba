/** `clawdbot gateway probe`: every gateway that may be meant, asked at once within one time limit. Creates no files. */
import { errorSentence } from "../../../shared/errors.ts";
import { EXIT } from "../../../shared/exit-codes.ts";
import { gatewaySection } from "../../../shared/node/gateway/local-gateway.ts";
import { interfaces } from "../../../shared/node/machine.ts";
import { formatSshTarget, openSshTunnel } from "../../../shared/node/ssh-tunnel.ts";
import { advice } from "../../../shared/remedy.ts";
import { isMulticastDisabled } from "../../host/net/advertise.ts";
import type { Discovery } from "../../host/net/discover.ts";
import { tailnetAddresses } from "../../host/net/tailnet-address.ts";
import type { gatewayProbe } from "../definitions/gateway.ts";
import type { Invocation, ProfileContext } from "../invocation.ts";
import { localTarget } from "../target.ts";
import { type Answer, askGateway, UNASKED } from "./probe/ask.ts";
import {
  distinctGateways,
  isAnyReachable,
  type Probed,
  printProbe,
  probeDocument,
  type Warning,
} from "./probe/report.ts";
import { budgetOf, planProbe, type TunnelPlan } from "./probe/targets.ts";

/** Announcements come within this time or hardly at all (RFC 6762, section 6). */
const QUIET_MS = 400;

export async function run({ values, context, output }: Invocation<typeof gatewayProbe>): Promise<number> {
  const timeoutMs = values.timeout;
  const gateway = (await gatewaySection(context)) ?? {};
  const plan = await planProbe(values, context, gateway);
  const startedAtMs = Date.now();
  const startedAt = performance.now();
  const time: TimeLimit = { timeoutMs, deadline: startedAt + timeoutMs };
  const warnings: Warning[] = [];

  const asking = Promise.all([
    Promise.all(
      plan.direct.map(async ({ kind, target, active }): Promise<Probed> => {
        const answer = await askGateway(target, budgetOf(kind, timeoutMs), time.deadline);
        return { kind, url: target.url, active, tunnel: null, answer };
      }),
    ),
    plan.tunnel && askThrough(plan.tunnel, { time, context, warnings }),
    discover(time, context, warnings),
  ]);
  const [direct, tunnelled, discovery] = await output.during(
    "Asking every gateway that may be meant",
    asking,
  );
  const probed = [...direct, ...(tunnelled ? [tunnelled] : [])];
  warnings.push(...warningsAbout(probed));

  const { port } = await localTarget(values, context, gateway);
  const [tailnetIPv4 = null] = tailnetAddresses(interfaces()).filter((address) => !address.includes(":"));
  const findings = {
    startedAtMs,
    durationMs: Math.round(performance.now() - startedAt),
    timeoutMs,
    probed,
    warnings,
    network: {
      localLoopbackUrl: `ws://127.0.0.1:${port}`,
      localTailnetUrl: tailnetIPv4 === null ? null : `ws://${tailnetIPv4}:${port}`,
      tailnetIPv4,
    },
    discovery: discovery && { ...discovery, timeoutMs: budgetOf("discovery", timeoutMs) },
  };
  output.document(probeDocument(findings));
  printProbe(findings, output);
  return isAnyReachable(findings) ? EXIT.ok : EXIT.failure;
}

interface TimeLimit {
  timeoutMs: number;
  /** On the clock of `performance.now`. */
  deadline: number;
}

interface Search {
  time: TimeLimit;
  context: ProfileContext;
  warnings: Warning[];
}

/** Null when it is switched off or impossible; the latter with a warning. */
async function discover(
  { timeoutMs }: TimeLimit,
  { env }: ProfileContext,
  warnings: Warning[],
): Promise<Discovery | null> {
  if (isMulticastDisabled(env)) return null;
  try {
    const { discoverGateways } = await import("../../host/net/discover.ts");
    const discoveryMs = budgetOf("discovery", timeoutMs);
    return await discoverGateways({
      timeoutMs: discoveryMs,
      quietMs: Math.min(QUIET_MS, discoveryMs),
    });
  } catch (error) {
    warnings.push({ code: "discovery_failed", message: errorSentence(error) });
    return null;
  }
}

async function askThrough(
  { ssh, identity, remotePort, auth }: TunnelPlan,
  { time, context, warnings }: Search,
): Promise<Probed> {
  const facts = { kind: "ssh" as const, target: formatSshTarget(ssh), remotePort };
  const left = (part: "tunnelStart" | "sshTunnel") =>
    Math.max(1, Math.min(budgetOf(part, time.timeoutMs), Math.round(time.deadline - performance.now())));
  try {
    const tunnel = await openSshTunnel({
      target: ssh,
      remotePort,
      timeoutMs: left("tunnelStart"),
      env: context.env,
      ...(identity === undefined ? {} : { identity }),
    });
    const { localPort, pid } = tunnel;
    const url = `ws://127.0.0.1:${localPort}`;
    try {
      const target = { url, port: localPort, source: "--url" as const, auth };
      const answer = await askGateway(target, left("sshTunnel"), time.deadline);
      return { kind: "sshTunnel", url, active: true, tunnel: { ...facts, localPort, pid }, answer };
    } finally {
      await tunnel.close();
    }
  } catch (error) {
    const message = errorSentence(error);
    warnings.push({ code: "ssh_tunnel_failed", message, targetIds: ["sshTunnel"] });
    const answer: Answer = { ...UNASKED, error: message };
    return {
      kind: "sshTunnel",
      url: null,
      active: true,
      tunnel: { ...facts, localPort: null, pid: null },
      answer,
    };
  }
}

function warningsAbout(probed: readonly Probed[]): Warning[] {
  const gateways = distinctGateways(probed);
  const several: Warning[] =
    gateways.length > 1
      ? [
          {
            code: "multiple_gateways",
            message: advice`${gateways.length} different gateways answer; commands ask the one of this profile unless --url names another.`,
            targetIds: gateways.flat(),
          },
        ]
      : [];
  const incomplete = probed.flatMap(({ kind, answer }): Warning[] =>
    answer.missing.map((message) => ({
      code: "details_missing",
      message: advice`${kind}: ${message}`,
      targetIds: [kind],
    })),
  );
  return [...several, ...incomplete];
}
