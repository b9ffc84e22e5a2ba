/**
 * Finds out who is on a profile's port: our gateway, which then stays connected, one that is not ready, nobody, or a
 * stranger, who is named.
 */

import { existsSync } from "node:fs";
import type { WebSocket as NodeWebSocket } from "ws";
import { hostPort } from "../../shared/address.ts";
import { connectGateway, type GatewayConnection } from "../../shared/client/gateway-connection.ts";
import { type Clock, sleep } from "../../shared/clock.ts";
import { CodedError, errorText } from "../../shared/errors.ts";
import { gatewayInstanceAt } from "../../shared/node/gateway/healthz.ts";
import { liveGateway, localHostOf } from "../../shared/node/gateway/live.ts";
import { vouchFor } from "../../shared/node/gateway/vouch.ts";
import { type Listener, listenersOn } from "../../shared/node/port-owner.ts";
import type { ProfileContext } from "../../shared/node/profile-context.ts";
import type { RuntimeInfo } from "../../shared/node/run-state.ts";
import { serviceIdentity } from "../../shared/node/service-identity.ts";
import { isRecord } from "../../shared/protocol/frame.ts";
import { APP_VERSION, PROTOCOL_VERSION } from "../../shared/version.ts";
import { PROBE_PAUSE_MS, PROBE_TIMEOUT_MS, PROBE_TRIES } from "../model/limits.ts";
import type { BlockedReason, GatewayInfo } from "../model/tray-model.ts";
import { type GatewayTarget, readTarget } from "./gateway-target.ts";
import { countClients } from "./presence.ts";

export type ProbeAnswer =
  | { readonly kind: "connected"; readonly connection: GatewayConnection; readonly gateway: GatewayInfo }
  | { readonly kind: "nobody" }
  | { readonly kind: "not-ready"; readonly pid: number | null; readonly answersHttp: boolean }
  | { readonly kind: "blocked"; readonly reason: BlockedReason };

/** How patient a probe is. */
export interface Patience {
  readonly tries: number;
  readonly pauseMs: number;
}

export const ATTACH_PATIENCE: Patience = { tries: PROBE_TRIES, pauseMs: PROBE_PAUSE_MS };

const SCOPES = [
  "operator.admin",
  "operator.read",
  "operator.write",
  "operator.approvals",
  "operator.pairing",
];
/** Answers may be larger than what clients may send. */
const MAX_ANSWER_BYTES = 16 * 1024 * 1024;

export class AttachProbe {
  /** Names the tray in the gateway's presence list, where it then appears once however often it connects. */
  readonly instanceId: string;
  readonly #clock: Clock;

  constructor(instanceId: string, clock: Clock) {
    this.instanceId = instanceId;
    this.#clock = clock;
  }

  /** Never fails but by `signal`. A connection in the answer is open and belongs to the caller. */
  async ask(context: ProfileContext, patience: Patience, signal: AbortSignal): Promise<ProbeAnswer> {
    const target = await readTarget(context);
    if ("blocked" in target) return { kind: "blocked", reason: target.blocked };
    const answer = await this.#askPort(target, context, patience, signal);
    const { fallbackPort } = target;
    if (answer.kind !== "blocked" || fallbackPort === undefined) return answer;
    return this.#askPort({ ...target, port: fallbackPort }, context, patience, signal);
  }

  async #askPort(
    target: GatewayTarget,
    context: ProfileContext,
    { tries, pauseMs }: Patience,
    signal: AbortSignal,
  ): Promise<ProbeAnswer> {
    const { paths, platform } = context;
    let failure: unknown;
    for (let attempt = 1; attempt <= tries; attempt += 1) {
      if (attempt > 1) await sleep(this.#clock, pauseMs, signal);
      try {
        const connection = await this.#connect(target, context, signal);
        // One that came up just now has written its facts since they were read.
        const met = { ...target, facts: liveGateway(paths) ?? target.facts };
        if (met.facts?.port !== target.port && isOfAnotherState(connection, paths.stateDir)) {
          connection.close();
          return await blockedByHolder(target.port, platform);
        }
        const gateway = await this.#describe(connection, met, context);
        return { kind: "connected", connection, gateway };
      } catch (error) {
        signal.throwIfAborted();
        failure = error;
        if (!isWorthAnotherTry(error)) break;
      }
    }
    return this.#explain(failure, target, platform);
  }

  async #connect(
    target: GatewayTarget,
    { paths, platform }: ProfileContext,
    signal: AbortSignal,
  ): Promise<GatewayConnection> {
    const { WebSocket } = await import("ws");
    signal.throwIfAborted();
    let socket: NodeWebSocket | undefined;
    const hangUp = () => socket?.terminate();
    signal.addEventListener("abort", hangUp, { once: true });
    try {
      const connection = await connectGateway({
        open: () => {
          socket = new WebSocket(`ws://${hostPort(target.host, target.port)}`, {
            perMessageDeflate: false,
            maxPayload: MAX_ANSWER_BYTES,
            handshakeTimeout: PROBE_TIMEOUT_MS,
          });
          return socket;
        },
        client: {
          id: "gateway-client",
          mode: "ui",
          version: APP_VERSION,
          platform: process.platform,
          displayName: "Clawdbot tray",
          instanceId: this.instanceId,
        },
        scopes: SCOPES,
        auth: target.auth,
        vouch: vouchFor(target, paths, platform),
        timeoutMs: PROBE_TIMEOUT_MS,
      });
      await connection.call("health", {}, PROBE_TIMEOUT_MS);
      return connection;
    } finally {
      signal.removeEventListener("abort", hangUp);
    }
  }

  async #describe(
    connection: GatewayConnection,
    target: GatewayTarget,
    context: ProfileContext,
  ): Promise<GatewayInfo> {
    const { snapshot } = connection.hello;
    const facts = target.facts?.port === target.port ? target.facts : undefined;
    const [pid, agentModel] = await Promise.all([
      facts?.pid ?? onlyListener(target.port, context.platform),
      defaultModel(connection),
    ]);
    return {
      pid,
      url: `ws://${hostPort(target.host, target.port)}`,
      startedAtMs: facts?.startedAtMs ?? this.#clock.now() - snapshot.uptimeMs,
      clients: countClients(snapshot.presence, this.instanceId),
      agentModel,
      service: facts === undefined ? null : serviceOf(facts, context),
    };
  }

  async #explain(failure: unknown, target: GatewayTarget, platform: NodeJS.Platform): Promise<ProbeAnswer> {
    const facts = target.facts?.port === target.port ? target.facts : undefined;
    const code = failure instanceof CodedError ? failure.code : undefined;
    if (code === "PORT_IN_USE") return blockedByHolder(target.port, platform);
    if (code === "PEER_UNKNOWN") {
      return { kind: "blocked", reason: { kind: "refused", message: errorText(failure), fix: null } };
    }
    if (code === "UNREACHABLE") return facts === undefined ? { kind: "nobody" } : await notReady(facts);
    if (code === "PROTOCOL_MISMATCH") return { kind: "blocked", reason: protocolMismatch(failure) };
    if (facts === undefined) return blockedByHolder(target.port, platform);
    if (code === "TOKEN_MISMATCH" || code === "PAIRING_REQUIRED" || code === "RATE_LIMITED") {
      return { kind: "blocked", reason: { kind: "auth-mismatch", message: errorText(failure) } };
    }
    if (code === "CONNECT_REFUSED") {
      return { kind: "blocked", reason: { kind: "refused", message: errorText(failure), fix: null } };
    }
    return await notReady(facts);
  }
}

/** The installed service of this profile that runs the gateway; null when none does. */
function serviceOf({ service }: RuntimeInfo, context: ProfileContext): string | null {
  const { name, file } = serviceIdentity(context);
  return service === name && existsSync(file) ? name : null;
}

async function notReady(facts: RuntimeInfo): Promise<ProbeAnswer> {
  return { kind: "not-ready", pid: facts.pid, answersHttp: await answersHttp(facts) };
}

/** Whether this very gateway says over HTTP that it is well. */
export async function answersHttp(facts: RuntimeInfo): Promise<boolean> {
  const { port, instanceId } = facts;
  return (await gatewayInstanceAt(localHostOf(facts), port, instanceId)) === instanceId;
}

/** A gateway that takes any secret, or the same one, may still keep the state of somebody else. */
function isOfAnotherState(connection: GatewayConnection, stateDir: string): boolean {
  const theirs = connection.hello.snapshot.stateDir;
  return theirs !== undefined && theirs !== stateDir;
}

/** A refusal stays a refusal, and asking again with a wrong secret only feeds the rate limit. */
function isWorthAnotherTry(error: unknown): boolean {
  const code = error instanceof CodedError ? error.code : undefined;
  return code === "TIMEOUT" || code === "CONNECTION_LOST" || code === "NOT_A_GATEWAY";
}

function protocolMismatch(failure: unknown): BlockedReason {
  const details = failure instanceof CodedError ? failure.details : undefined;
  const theirs = isRecord(details) ? details.expectedProtocol : undefined;
  return {
    kind: "protocol-mismatch",
    theirs: typeof theirs === "number" ? theirs : null,
    ours: PROTOCOL_VERSION,
  };
}

/** Names who holds the port. Whoever let go of it meanwhile is nobody. */
async function blockedByHolder(port: number, platform: NodeJS.Platform): Promise<ProbeAnswer> {
  const holder = firstHolder(await listenersOn(port, platform));
  if (holder === undefined) return { kind: "nobody" };
  const { pid, command, user } = holder;
  return { kind: "blocked", reason: { kind: "port-in-use", port, pid: pid ?? null, command, user } };
}

/** The one on our address, else any; one with a pid before one that the system hides. */
function firstHolder(listeners: readonly Listener[]): Listener | undefined {
  const rank = ({ pid, addresses }: Listener): number =>
    (pid === undefined ? 0 : 1) +
    (addresses.some((address) => ["127.0.0.1", "0.0.0.0", "::"].includes(address)) ? 2 : 0);
  return listeners.toSorted((a, b) => rank(b) - rank(a))[0];
}

async function onlyListener(port: number, platform: NodeJS.Platform): Promise<number | null> {
  return firstHolder(await listenersOn(port, platform))?.pid ?? null;
}

/** The default agent's model; null where the gateway does not say. */
async function defaultModel(connection: GatewayConnection): Promise<string | null> {
  try {
    const status = await connection.call("status", {}, PROBE_TIMEOUT_MS);
    return status.sessions.defaults.model;
  } catch {
    return null; // An older gateway, or a slow one: the row does without.
  }
}
