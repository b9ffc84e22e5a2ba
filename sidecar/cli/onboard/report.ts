/** What `clawdbot onboard` tells when it is done: lines for a person, one document for a program. */
import { type ProbeResult, probeGateway } from "../../../shared/client/probe.ts";
import type { GatewayConfig } from "../../../shared/config/schema.ts";
import { EXIT } from "../../../shared/exit-codes.ts";
import { liveGateway } from "../../../shared/node/gateway/live.ts";
import { tildePath } from "../../../shared/node/paths.ts";
import type { ServiceIdentity } from "../../../shared/node/service-identity.ts";
import { advice, type OurCommand, ours, whole } from "../../../shared/remedy.ts";
import { hasDesktop } from "../../host/desktop.ts";
import type { ServiceState } from "../../setup/onboarding/answers.ts";
import { awaitGateway, type Changes, ONE_LOOK, type Outcome } from "../../setup/onboarding/apply.ts";
import type { Plan } from "../../setup/onboarding/plan.ts";
import { noteRunningGateway } from "../config/taken-over.ts";
import { connectOptions } from "../connect.ts";
import { dashboardUrl, linkWithCode } from "../dashboard-link.ts";
import { linesOf, reportDocument } from "../gateway/service/report.ts";
import type { Invocation } from "../invocation.ts";
import type { Output } from "../output.ts";
import { localTarget, remoteTarget, type Target } from "../target.ts";
import type { CheckedKey } from "./check-keys.ts";
import { writtenConfig } from "./written-config.ts";

const LINK_TIMEOUT_MS = 5_000;

/** Everything that was decided and done. */
export interface Onboarded {
  plan: Plan;
  outcome: Outcome;
  service: ServiceState;
  identity: ServiceIdentity;
  /** What came back for each key. */
  keys: readonly CheckedKey[];
}

/** Tells what is different on the disk, and what follows from the answers. */
export function reportChanges(
  plan: Plan,
  { moved, written }: Changes,
  { context, output }: Invocation,
): void {
  const { paths } = context;
  const short = (path: string) => tildePath(path, paths.home);
  for (const { path, place } of moved) output.tick(advice`${short(path)} → ${place ?? advice`Recycle Bin`}`);
  output.tick(advice`configuration: ${short(paths.configFile)}${written.config ? "" : advice` (unchanged)`}`);
  if (plan.auth !== undefined)
    output.tick(advice`authentication: ${plan.auth.mode}, ${SOURCES[plan.auth.source]}`);
  if (plan.workspace !== undefined) output.tick(advice`work directory: ${short(plan.workspace)}`);
  for (const name of Object.keys(plan.variables))
    output.tick(advice`${name} is kept in ${short(paths.envFile)}`);
  for (const note of plan.notes) output.note(advice`Note: ${whole(note)}`);
}

/** Prints what became of the service and how the gateway is now. Exits 1 when it was to run and does not answer, and where no service can be kept although one was asked for. */
export async function reportOnboarding(done: Onboarded, invocation: Invocation): Promise<number> {
  const { plan, outcome } = done;
  const { values, context, output } = invocation;
  sayService(done, output);
  const config = writtenConfig(context);
  const isExpected = plan.mode === "remote" || liveGateway(context.paths) !== undefined;
  if (outcome.service === undefined && outcome.written.config && isExpected && plan.mode === "local") {
    await noteRunningGateway(invocation);
  }
  const target = await targetOf(plan, config, invocation);
  const isAsked = isExpected && !values["skip-health"] && target !== undefined;
  const answer = isAsked ? await ask(target, plan.mode) : undefined;
  const hasLink = plan.mode === "local" && (isExpected || plan.service === "start");
  const link =
    hasLink && !values["skip-ui"] && target !== undefined ? dashboardUrl(config, target) : undefined;
  const next = nextCommand(done, isExpected, answer, invocation);
  output.document(documentOf(done, { config, target, answer, link, next }, output));
  sayAnswer(answer, target, output);
  if (link !== undefined) {
    const command = ours`dashboard`;
    output.say(advice`Dashboard: ${await shownLink(link, answer, target, output)}`);
    output.say(
      isExpected ? advice`  Open it later: ${command}` : advice`  Open it while the gateway runs: ${command}`,
    );
  }
  if (next !== undefined) output.say(advice`Next: ${next}`);
  return isDone(done, answer) ? EXIT.ok : EXIT.failure;
}

/** A gateway that was to run answers, and a service that was asked for is there. */
function isDone({ plan, service }: Onboarded, answer: ProbeResult | undefined): boolean {
  if (service.state === "unavailable" && wantsService(plan)) return false;
  return answer === undefined || answer.kind === "healthy" || plan.mode === "remote";
}

function wantsService({ service }: Plan): boolean {
  return service !== undefined && !["skip", "start"].includes(service);
}

function sayService({ plan, outcome, service, identity }: Onboarded, output: Output): void {
  if (service.state === "unavailable" && wantsService(plan)) output.note(service.reason);
  if (outcome.service === undefined) return;
  const { warnings, hints } = outcome.service;
  for (const warning of warnings) output.note(advice`Warning: ${whole(warning)}`);
  if (outcome.service.result === "already-installed") output.say("The service is installed already.");
  for (const { isTick, text } of linesOf(outcome.service, identity)) output[isTick ? "tick" : "say"](text);
  for (const hint of hints) output.say(hint);
}

const SOURCES = {
  given: advice`as given`,
  environment: advice`as in the environment`,
  kept: advice`as it was`,
  generated: advice`newly made`,
} as const;

/** Where the gateway is, with the secret of the configuration and no other: clients will use that one. */
async function targetOf(
  plan: Plan,
  config: GatewayConfig,
  { context }: Invocation,
): Promise<Target | undefined> {
  const gateway = config.gateway ?? {};
  const own = { ...context, env: withoutSecrets(context.env) };
  if (plan.mode === "remote") return remoteTarget({}, context, gateway);
  const target = await localTarget({}, own, gateway);
  const facts = liveGateway(context.paths);
  if (facts === undefined) return target;
  const url = new URL(target.url);
  url.port = String(facts.port);
  return { ...target, url: url.href.replace(/\/$/, ""), port: facts.port };
}

function withoutSecrets(env: Invocation["context"]["env"]): Invocation["context"]["env"] {
  const { CLAWDBOT_GATEWAY_TOKEN: _token, CLAWDBOT_GATEWAY_PASSWORD: _password, ...rest } = env;
  return rest;
}

/** Nobody has just started the gateway of another machine. */
function ask(target: Target, mode: Plan["mode"]): Promise<ProbeResult> {
  const probe = (timeoutMs: number) => probeGateway(connectOptions(target, timeoutMs, "cli"));
  return awaitGateway(probe, mode === "remote" ? ONE_LOOK : undefined);
}

function sayAnswer(answer: ProbeResult | undefined, target: Target | undefined, output: Output): void {
  if (answer === undefined || target === undefined) return;
  if (answer.kind === "healthy")
    output.tick(advice`Gateway is healthy (${target.url}, ${answer.latencyMs}ms)`);
  else output.note(advice`The gateway does not answer as it should: ${whole(answer.error)} (${target.url})`);
}

/** For a person at a terminal with a code, which is gone when nobody uses it. */
async function shownLink(
  url: string,
  answer: ProbeResult | undefined,
  target: Target | undefined,
  output: Output,
): Promise<string> {
  if (!output.isTerminal || answer?.kind !== "healthy" || target === undefined) return url;
  return (await linkWithCode(url, target, LINK_TIMEOUT_MS)).link;
}

function nextCommand(
  { plan, service }: Onboarded,
  runs: boolean,
  answer: ProbeResult | undefined,
  { context }: Invocation,
): OurCommand | undefined {
  if (plan.mode === "remote") return answer?.kind === "healthy" ? undefined : ours`gateway probe`;
  if (runs) return answer === undefined || answer.kind === "healthy" ? undefined : ours`gateway status`;
  if (plan.service === "start") return undefined;
  if (service.state === "installed") return ours`gateway start`;
  return hasDesktop(context) ? ours`start` : ours`gateway`;
}

interface Findings {
  config: GatewayConfig;
  target: Target | undefined;
  answer: ProbeResult | undefined;
  link: string | undefined;
  next: OurCommand | undefined;
}

/** Holds no secret: a script that needs the token reads the configuration. */
function documentOf(done: Onboarded, findings: Findings, output: Output) {
  const { plan, outcome, service, identity } = done;
  const { config, target, answer, link, next } = findings;
  const { gateway = {} } = config;
  const isHealthy = answer?.kind === "healthy";
  return {
    ok: isDone(done, answer),
    mode: plan.mode,
    changed: outcome.written,
    workspace: plan.workspace,
    keys: Object.keys(plan.variables),
    keyChecks: done.keys,
    moved: outcome.moved,
    gateway: {
      url: target?.url,
      bind: plan.mode === "local" ? gateway.bind : undefined,
      auth: plan.auth,
      tailscale: gateway.tailscale?.mode ?? "off",
    },
    service:
      outcome.service === undefined
        ? {
            state: service.state,
            ...(service.state === "unavailable" ? { reason: output.plain(service.reason) } : {}),
          }
        : reportDocument(outcome.service, identity, output),
    reachable: answer === undefined ? undefined : !["nobody", "timeout", "foreign"].includes(answer.kind),
    healthy: answer === undefined ? undefined : isHealthy,
    error:
      answer === undefined || answer.kind === "healthy"
        ? undefined
        : { kind: answer.kind, message: output.plain(answer.error) },
    dashboard: link,
    notes: plan.notes.map((note) => output.plain(note)),
    next: next && output.plain(next),
  };
}
