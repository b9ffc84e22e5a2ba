/** Whether the gateway answers, takes our secret and is well; and if nobody answers, who is in its place. */

import { setTimeout as delay } from "node:timers/promises";
import type { ProbeResult } from "../../../../../shared/client/probe.ts";
import { configInForce } from "../../../../../shared/node/gateway/config-in-force.ts";
import { ailmentsAt } from "../../../../../shared/node/gateway/healthz.ts";
import { liveGateway } from "../../../../../shared/node/gateway/live.ts";
import { answers } from "../../../../../shared/node/gateway/recognize.ts";
import { describeListener, listenersOn } from "../../../../../shared/node/port-owner.ts";
import type { ProfileContext } from "../../../../../shared/node/profile-context.ts";
import { type RuntimeInfo, readStartBlocked } from "../../../../../shared/node/run-state.ts";
import { type Standstill, standstillOf } from "../../../../../shared/node/standstill.ts";
import { advice, joined, ours, type Remedy, whole } from "../../../../../shared/remedy.ts";
import { APP_VERSION } from "../../../../../shared/version.ts";
import { GatewayService } from "../../../service/gateway-service.ts";
import type { Check, CheckContext, Finding, Repair } from "../../check.ts";
import { type InstalledService, installedService, mayStart } from "../../service-view.ts";

/** The gateway that commands of this profile mean. */
export interface GatewayContact {
  url: string;
  port: number;
  /** Of this machine and profile, not the one of `gateway.remote.url`. */
  isLocal: boolean;
  ask(timeoutMs: number): Promise<ProbeResult>;
}

/** Finds it; rejects when the configuration or the environment names no possible address. */
export type FindContact = (profile: ProfileContext) => Promise<GatewayContact>;

const QUICK_MS = 3_000;
const PATIENT_MS = 10_000;
/** Whoever answers within this only had too much to do. */
const BUSY_MS = 20_000;
const TAKE_OVER_MS = 3_000;
/** How long a gateway may take until it listens. */
const START_MS = 60_000;

/** The check for what `find` finds. */
export function gatewayHealth(find: FindContact): Check {
  return {
    id: "gateway-health",
    examine: async (context) => {
      if (context.reading.state === "missing") return [];
      let contact: GatewayContact;
      try {
        contact = await find(context.profile);
      } catch {
        return []; // What is no address is named by the checks of the environment and the configuration.
      }
      const asleep = contact.isLocal ? standingStill(context, (kind) => kind !== "blocked") : undefined;
      if (asleep !== undefined)
        return [{ ...asleep, ...restartable(await installedService(context), context) }];
      const result = await askPatiently(contact, context);
      if (!contact.isLocal) return remoteFindings(contact, result);
      const live = liveGateway(context.profile.paths);
      const isElsewhere = live !== undefined && live.port !== contact.port && result.kind !== "healthy";
      return isElsewhere ? [elsewhere(live, contact, context)] : localFindings(contact, result, context);
    },
  };
}

/** A gateway that runs needs a moment to take over the secret that doctor has just written. */
async function askPatiently(contact: GatewayContact, context: CheckContext): Promise<ProbeResult> {
  const { reading, ownConfig, profile } = context;
  const timeoutMs = context.deep ? PATIENT_MS : QUICK_MS;
  const result = await contact.ask(timeoutMs);
  if (result.kind !== "auth" || ownConfig?.hash !== reading.hash) return result;
  const deadline = performance.now() + TAKE_OVER_MS;
  while (configInForce(profile.paths, reading) !== "this") {
    if (performance.now() > deadline) return result;
    await delay(50);
  }
  return contact.ask(timeoutMs);
}

function remoteFindings({ url }: GatewayContact, result: ProbeResult): Finding[] {
  switch (result.kind) {
    case "healthy":
      return [];
    case "auth":
    case "pairing":
    case "protocol":
      return [
        refused(
          advice`the remote gateway ${url}`,
          result.error,
          advice`gateway.remote.token or gateway.remote.password`,
        ),
      ];
    case "nobody":
    case "timeout":
    case "foreign": {
      const message = advice`the remote gateway ${url} does not answer as one: ${whole(result.error)}`;
      return [{ code: "remote-unreachable", level: "error", message, remedy: ours`gateway probe` }];
    }
  }
}

/** Nothing is wrong with it: it is asked at a port that it was never told. */
function elsewhere(
  { pid, port }: RuntimeInfo,
  asked: GatewayContact,
  { profile: { env } }: CheckContext,
): Finding {
  const variable = env.CLAWDBOT_GATEWAY_PORT?.trim();
  const cause = variable ? advice`, because CLAWDBOT_GATEWAY_PORT is ${variable} here` : "";
  return {
    code: "gateway-on-other-port",
    level: "error",
    message: advice`the gateway runs on port ${port} (PID ${pid}), but commands look for it on port ${asked.port}${cause}`,
    remedy: variable
      ? advice`unset CLAWDBOT_GATEWAY_PORT; ${ours`config set gateway.port ${variable}`} moves the gateway itself`
      : advice`restart it on port ${asked.port}, or: ${ours`config set gateway.port ${port}`}`,
  };
}

async function localFindings(
  contact: GatewayContact,
  result: ProbeResult,
  context: CheckContext,
): Promise<Finding[]> {
  switch (result.kind) {
    case "healthy":
      return healthyFindings(contact, result, context);
    case "auth":
    case "pairing":
    case "protocol":
      return [refused(advice`the gateway at ${contact.url}`, result.error, secretRemedy(context))];
    case "timeout":
      return [
        standingStill(context, () => true) ?? hanging(contact, await installedService(context), context),
      ];
    case "foreign":
      return [await foreign(contact, result.error, context)];
    case "nobody":
      return downFindings(contact, context);
  }
}

async function healthyFindings(
  { port }: GatewayContact,
  { hello }: Extract<ProbeResult, { kind: "healthy" }>,
  context: CheckContext,
): Promise<Finding[]> {
  const { paths } = context.profile;
  const { stateDir } = hello.snapshot;
  if (stateDir !== undefined && stateDir !== paths.stateDir) {
    const message = advice`the gateway on port ${port} belongs to another state directory (${stateDir})`;
    const remedy = advice`give this one a port of its own: ${ours`config set gateway.port <port>`}`;
    return [{ code: "gateway-of-other-state", level: "warning", message, remedy }];
  }
  const ailments = await ailmentsAt("127.0.0.1", port, liveGateway(paths)?.instanceId);
  return [
    ...ailments.map((ailment) => ({
      code: "gateway-ailing",
      level: "warning" as const,
      subject: ailment,
      message: advice`the gateway runs, but is not well: ${whole(ailment)}`,
    })),
    ...(await outdated(hello.server.version, context)),
  ];
}

/** After an update the old program goes on until it is restarted. */
async function outdated(version: string, context: CheckContext): Promise<Finding[]> {
  if (version === APP_VERSION) return [];
  const message = advice`the gateway that runs is version ${version}, this is ${APP_VERSION}`;
  const installed = await installedService(context);
  const remedy = "restart it";
  return [
    { code: "gateway-other-version", level: "warning", message, remedy, ...restartable(installed, context) },
  ];
}

/** It lives: a restart would change nothing. */
function refused(who: Remedy, error: Remedy, remedy: Remedy): Finding {
  return {
    code: "gateway-unauthorized",
    level: "error",
    message: advice`${who} runs, but does not let this command in: ${whole(error)}`,
    remedy: advice`set its secret: ${remedy}`,
  };
}

function secretRemedy({ profile: { env } }: CheckContext): Remedy {
  const variable = ["CLAWDBOT_GATEWAY_TOKEN", "CLAWDBOT_GATEWAY_PASSWORD"].find((name) => env[name]);
  if (variable !== undefined) return advice`unset ${variable}, which hides gateway.auth of the configuration`;
  return advice`gateway.auth.token or gateway.auth.password, as the running gateway has it`;
}

/** Asking it, and ending it, would take no effect before that is over. */
function standingStill(
  { profile: { paths, platform } }: CheckContext,
  counts: (kind: Standstill["kind"]) => boolean,
): Finding | undefined {
  const live = liveGateway(paths);
  const standstill = live && standstillOf(live.pid, platform);
  if (live === undefined || standstill === undefined || !counts(standstill.kind)) return undefined;
  return {
    code: "gateway-halted",
    level: "error",
    message: advice`the gateway (PID ${live.pid}) ${standstill.what}`,
    remedy: standstill.cure,
  };
}

function hanging(
  contact: GatewayContact,
  installed: InstalledService | undefined,
  context: CheckContext,
): Finding {
  return {
    code: "gateway-hangs",
    level: "error",
    message: advice`something listens at ${contact.url} and does not answer`,
    remedy: advice`${ours`logs`} shows what it did last; ${ours`gateway --force`} takes its place`,
    ...restartable(installed, context, contact),
  };
}

async function foreign(
  { url, port }: GatewayContact,
  error: Remedy,
  { profile: { paths, platform } }: CheckContext,
): Promise<Finding> {
  const live = liveGateway(paths);
  if (live?.port === port && (await answers(live))) return unvouched(live.pid, error);
  const holders = (await listenersOn(port, platform)).map(describeListener);
  const who = holders.length === 0 ? "" : advice`: ${joined(holders, ", ")}`;
  return {
    code: "port-held",
    level: "error",
    message: advice`another program answers at ${url}${who}`,
    remedy: advice`end that program, or choose another port: ${ours`config set gateway.port <port>`}`,
  };
}

/** It is ours by what it answers, which is not enough to be told a secret. */
function unvouched(pid: number, error: Remedy): Finding {
  return {
    code: "gateway-unverified",
    level: "warning",
    message: advice`the gateway runs (PID ${pid}), but commands do not sign in to it: ${whole(error)}`,
    remedy: "pass --token to commands, or let this system show /proc/net/tcp or run ss",
  };
}

async function downFindings(contact: GatewayContact, context: CheckContext): Promise<Finding[]> {
  const { reading, nowMs, profile } = context;
  const live = liveGateway(profile.paths);
  if (live !== undefined) {
    const isStarting = live.phase === "starting" && Math.abs(nowMs - live.startedAtMs) < START_MS;
    if (!isStarting) return [deaf(live.pid, contact, await installedService(context), context)];
    const message = advice`a gateway is starting (PID ${live.pid})`;
    return [{ code: "gateway-starting", level: "hint", message }];
  }
  // What an installed service does is told by its own check.
  const installed = await installedService(context);
  if (installed !== undefined || reading.state !== "valid" || reading.config.gateway?.mode === "remote")
    return [];
  const blocked = readStartBlocked(profile.paths.startBlockedFile);
  const reason =
    blocked === undefined
      ? ""
      : advice`; its last start was refused: ${blocked.message.replace(/\s*\n\s*/g, " ")}`;
  const message = advice`no gateway runs (${contact.url})${reason}`;
  return [
    { code: "gateway-not-running", level: "hint", message, remedy: advice`start it: ${ours`gateway`}` },
  ];
}

function deaf(
  pid: number,
  { url }: GatewayContact,
  installed: InstalledService | undefined,
  context: CheckContext,
): Finding {
  return {
    code: "gateway-unreachable",
    level: "error",
    message: advice`the gateway runs (PID ${pid}), but nobody answers at ${url}`,
    remedy: advice`${ours`logs`} shows why`,
    ...restartable(installed, context),
  };
}

/** Only a service starts it again. One that was too slow for the first look, on a busy machine, is asked once more before. */
function restartable(
  installed: InstalledService | undefined,
  context: CheckContext,
  slow?: GatewayContact,
): { repair?: Repair } {
  const { profile } = context;
  if (installed === undefined || !mayStart(context, installed.status)) return {};
  if (liveGateway(profile.paths)?.service !== installed.manager.identity.name) return {};
  return {
    repair: {
      kind: "change",
      describe: "restart the service",
      apply: async () => {
        if (slow !== undefined && (await slow.ask(BUSY_MS)).kind !== "timeout")
          return advice`it answers by now, and was not restarted`;
        const service = new GatewayService(profile, installed.manager);
        const { result } = await service.restart({ reason: "clawdbot doctor" });
        return advice`restarted the service ${installed.manager.identity.name} (${whole(result)})`;
      },
    },
  };
}
