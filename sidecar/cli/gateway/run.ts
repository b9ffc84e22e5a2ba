/** `clawdbot gateway`: checks, refusals, then the gateway in this process until a signal or a client ends it. */

import { rmSync } from "node:fs";
import { DEFAULT_PORT, DEV_FALLBACK_PORT } from "../../../shared/config/defaults.ts";
import { errorSentence } from "../../../shared/errors.ts";
import { EXIT } from "../../../shared/exit-codes.ts";
import type { ConfigReading } from "../../../shared/node/config-source.ts";
import { refuseForeignState } from "../../../shared/node/foreign-state.ts";
import { liveGateway } from "../../../shared/node/gateway/live.ts";
import { tildePath } from "../../../shared/node/paths.ts";
import { isServiceProcess, serviceIdentity } from "../../../shared/node/service-identity.ts";
import { advice, ours, type Remedy, whole } from "../../../shared/remedy.ts";
import type { GatewayHandle } from "../../app.ts";
import { exposureWarning } from "../../base/config/file-mode.ts";
import { keepLastGood } from "../../base/config/last-good.ts";
import type { MergedSettings } from "../../base/config/load.ts";
import type { GatewaySettings } from "../../base/config/settings.ts";
import { RunSettings } from "../../base/config/settings-source.ts";
import { bindRequest, isReachable, planBind } from "../../host/net/bind.ts";
import type { gateway } from "../definitions/gateway.ts";
import type { Call, Invocation } from "../invocation.ts";
import type { Output } from "../output.ts";
import { ProcessSignals } from "./process-signals.ts";
import type { RefusalContext } from "./refusal.ts";
import { endWithParent, runAnew } from "./run-anew.ts";

type Run = Invocation<typeof gateway>;

/** How a start tells the way to the dashboard: a link that opens it once, or the command that prints one. */
export type WayToDashboard = "link" | "command";

/** `way` is told in any case; without it the command is, where somebody reads along. */
export async function run(invocation: Run, way?: WayToDashboard): Promise<number> {
  const { values, context, output } = invocation;
  let exitCode: number = EXIT.ok;
  try {
    refuseForeignState(context, invocation.command);
    await keepOutputSmall(context);
    const prepared = await prepare(invocation);
    const { merged, reading } = prepared;
    const signals = new ProcessSignals(merged.settings.supervised);
    const source = context.dev ? await watchSource(output) : undefined;
    const gateway = await start(prepared, invocation);
    signals.attach(gateway);
    withdrawRefusal(merged.settings, output);
    announce(gateway, output);
    recordGoodStart(merged.settings, reading, output);
    source?.attach(gateway);
    endWithParent(gateway);
    await tellWay(way, merged.settings, invocation);
    await gateway.ended;
    source?.dispose();
    signals.dispose();
    const isDue = source?.isDue === true || gateway.renews;
    if (isDue && !signals.wasAsked) exitCode = await runAnew(merged.settings.supervised);
  } catch (error) {
    return await refuse(error, { supervised: values.supervised, context, output });
  }
  // A client that does not let go of its socket must not keep a stopped gateway alive.
  setTimeout(() => process.exit(), EXIT_GRACE_MS).unref();
  return exitCode;
}

const EXIT_GRACE_MS = 100;

/** A supervisor is told as well when the values of the options will not do. */
export function refused(error: unknown, { typed, context, output }: Call): Promise<number> {
  return refuse(error, { supervised: typed.supervised === true, context, output });
}

async function refuse(error: unknown, context: RefusalContext): Promise<number> {
  const { reportRefusal } = await import("./refusal.ts");
  return reportRefusal(error, context);
}

interface Prepared {
  source: RunSettings;
  merged: MergedSettings;
  reading: ConfigReading;
}

/** launchd appends to its files for as long as the service exists. */
async function keepOutputSmall({ env, platform, paths }: Invocation["context"]): Promise<void> {
  if (platform !== "darwin" || !isServiceProcess(env)) return;
  const { rotateOutput } = await import("../../host/service/launchd/output.ts");
  rotateOutput(paths);
}

/** Everything up to the decision that this gateway may start. */
async function prepare(invocation: Run): Promise<Prepared> {
  const { values, context, output } = invocation;
  const { paths, dev } = context;
  const source = new RunSettings(values, { ...context, isReachable });
  if (values.reset) await resetDev(invocation);
  if (dev) await prepareDev(invocation);
  const reading = source.read();
  const exposed = exposureWarning(reading, context.platform);
  if (exposed) output.note(advice`Warning: ${whole(exposed)}`);
  const merged = source.merge(reading);
  for (const warning of merged.warnings) output.note(advice`Warning: ${paths.configFile}: ${whole(warning)}`);
  for (const name of ["token", "password"] as const) {
    if (values[name] === undefined) continue;
    const remedy = name === "token" ? "gateway.auth.token" : "--password-file";
    const variable = `CLAWDBOT_GATEWAY_${name.toUpperCase()}`;
    output.note(
      advice`Warning: --${name} is visible to other users of this machine; use ${remedy} or ${variable}.`,
    );
  }
  if (values.token !== undefined && merged.settings.auth.mode === "password") {
    output.note("Warning: --token has no effect in auth mode password.");
  }
  return { source, merged, reading };
}

async function watchSource(output: Output) {
  const watch = await import("./watch.ts");
  return watch.watchSource(output);
}

async function resetDev({ context: { paths, platform }, output }: Run): Promise<void> {
  const [{ resetDevProfile }, { confirm }] = await Promise.all([
    import("../../setup/dev-reset.ts"),
    import("../confirm.ts"),
  ]);
  const ask = (question: Remedy) => confirm(output, question, false);
  const moved = await resetDevProfile({ paths, env: process.env, platform }, ask, Date.now());
  for (const { path } of moved) output.tick(advice`moved to the trash: ${tildePath(path, paths.home)}`);
}

async function prepareDev({ context: { paths }, output }: Run): Promise<void> {
  const { prepareDevProfile } = await import("../../setup/dev-profile.ts");
  const created = await prepareDevProfile(paths, Date.now());
  if (created.config) output.tick(advice`dev config created at ${tildePath(paths.configFile, paths.home)}`);
  if (created.workspace)
    output.tick(advice`dev workspace initialized at ${tildePath(paths.workspaceDir, paths.home)}`);
}

async function start(
  { source, merged, reading }: Prepared,
  { values, context, output }: Run,
): Promise<GatewayHandle> {
  const { settings } = merged;
  if (values.force) await force(settings, context, output);
  else if (context.dev && !merged.portAsked) {
    settings.port = await devPort(settings, output);
    source.keepPort(settings.port);
  }
  // Programs that the gateway starts find their way back with the token it was given.
  if (values.token !== undefined) process.env.CLAWDBOT_GATEWAY_TOKEN = values.token;
  const { startGateway } = await import("../../app.ts");
  const warn = (message: Remedy) => output.note(advice`Warning: ${whole(message)}`);
  return startGateway(settings, reading, {
    console: (text) => output.note(advice`${text.trimEnd()}`),
    warn,
    tick: (line) => output.tick(line),
    env: context.env,
    programEnv: process.env,
    source,
    service: settings.supervised ? serviceOf(context) : undefined,
    listening: await systemdListener(context.env, warn),
  });
}

/** The name of the installed service that started this process; a supervisor may also be somebody else's. */
function serviceOf(context: Invocation["context"]): string | undefined {
  return isServiceProcess(context.env) ? serviceIdentity(context).name : undefined;
}

/** Who tells systemd that the gateway listens, where systemd waits for it. */
async function systemdListener(env: Invocation["context"]["env"], warn: (message: Remedy) => void) {
  if (env.NOTIFY_SOCKET === undefined) return undefined;
  const { ServiceNotifier, takeNotifySocket } = await import("../../host/service/notify.ts");
  const socket = takeNotifySocket(env, process.env);
  if (socket === undefined) return undefined;
  const notifier = new ServiceNotifier(socket, env, warn);
  return (urls: readonly string[]) => notifier.listening(urls);
}

async function force(
  settings: GatewaySettings,
  context: Invocation["context"],
  output: Output,
): Promise<void> {
  const [{ freePort }, { canAsk, confirm }, { stopOwnService }] = await Promise.all([
    import("../../host/net/force.ts"),
    import("../confirm.ts"),
    import("./service/stop-own-service.ts"),
  ]);
  await stopOwnService(settings, context, output);
  const { primary, aliases } = planBind(bindRequest(settings));
  await freePort(settings.port, [primary, ...aliases], {
    tick: (line) => output.tick(line),
    factsFile: settings.paths.factsFile,
    lockFile: settings.paths.lockFile,
    env: context.env,
    platform: process.platform,
    ...(canAsk(output) ? { confirm: (question) => confirm(output, output.spell(question), false) } : {}),
  });
}

/** The default port, or the dev fallback when somebody other than our own dev gateway holds the default. */
async function devPort({ paths, port }: GatewaySettings, output: Output): Promise<number> {
  if (liveGateway(paths) !== undefined) return port;
  const { takenHosts } = await import("../../host/net/bind-test.ts");
  if ((await takenHosts(["127.0.0.1"], port)).length === 0) return port;
  output.tick(advice`port ${DEFAULT_PORT} is taken, the dev gateway uses ${DEV_FALLBACK_PORT}`);
  return DEV_FALLBACK_PORT;
}

const MODEL_LINES: Record<GatewayHandle["modelInForce"], (model: string) => Remedy> = {
  chosen: (model) => advice`agent model: ${model}`,
  echo: (model) => advice`agent model: ${model} (not set up: local/echo answers)`,
  keyless: (model) => advice`agent model: ${model} (its provider has no key: messages are refused)`,
  unknown: (model) => advice`agent model: ${model} (nobody knows its provider: messages are refused)`,
};

function announce(gateway: GatewayHandle, output: Output): void {
  const { urls, agentModel, modelInForce, logFile } = gateway;
  output.document({ ok: true, pid: process.pid, urls, agentModel, logFile });
  output.tick(MODEL_LINES[modelInForce](agentModel));
  for (const [index, url] of urls.entries()) {
    output.tick(advice`listening on ${url}${index === 0 ? advice` (PID ${process.pid})` : ""}`);
  }
  output.tick(advice`log file: ${logFile}`);
}

/** A link lets in whoever reads it: it goes to a terminal alone, never into a file or a journal. */
async function tellWay(
  way: WayToDashboard | undefined,
  { config, supervised }: GatewaySettings,
  { context, output }: Invocation,
): Promise<void> {
  const isOff = config.gateway?.controlUi?.enabled === false;
  if (isOff || supervised || (way === undefined && !output.isTerminal)) return;
  const link = way === "link" && output.isTerminal ? await firstLink(config, context) : undefined;
  if (link !== undefined) output.say(advice`Dashboard: ${link} (opens once, within ten minutes)`);
  const command = ours`dashboard`;
  output.say(link === undefined ? advice`Dashboard: ${command}` : advice`  Later: ${command}`);
}

/** Undefined where the gateway gives none: the command then says why. */
async function firstLink(
  config: GatewaySettings["config"],
  context: Invocation["context"],
): Promise<string | undefined> {
  const [{ dashboardUrl, linkWithCode }, { resolveTarget }] = await Promise.all([
    import("../dashboard-link.ts"),
    import("../target.ts"),
  ]);
  try {
    const target = await resolveTarget({}, context);
    const url = dashboardUrl(config, target);
    return url === undefined ? undefined : (await linkWithCode(url, target, LINK_TIMEOUT_MS)).link;
  } catch {
    return undefined; // The gateway serves; only this line is not to be had.
  }
}

const LINK_TIMEOUT_MS = 5_000;

/** The reason of an earlier refusal no longer holds. */
function withdrawRefusal({ paths }: GatewaySettings, output: Output): void {
  attempt(output, () => rmSync(paths.startBlockedFile, { force: true }));
}

function recordGoodStart({ paths, auth }: GatewaySettings, reading: ConfigReading, output: Output): void {
  if (auth.mode === "none") {
    output.note("Warning: no token or password is set; every program of this machine may connect.");
  }
  if (reading.state === "valid") attempt(output, () => keepLastGood(paths.lastGoodConfigFile, reading));
}

/** The gateway serves already; a note that cannot be written is worth a warning, not an end. */
function attempt(output: Output, write: () => void): void {
  try {
    write();
  } catch (error) {
    output.note(advice`Warning: ${errorSentence(error)}`);
  }
}
