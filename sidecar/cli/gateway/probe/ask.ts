/** Asks one gateway everything `gateway probe` wants to know. */

import { setTimeout as delay } from "node:timers/promises";
import { connectGateway, type GatewayConnection } from "../../../../shared/client/gateway-connection.ts";
import { failureKind } from "../../../../shared/client/probe.ts";
import { CodedError, errorSentence } from "../../../../shared/errors.ts";
import { gatewayInstanceAt } from "../../../../shared/node/gateway/healthz.ts";
import type { HelloOk } from "../../../../shared/protocol/handshake.ts";
import type { MethodParams, MethodResult } from "../../../../shared/protocol/index.ts";
import type { ConfigSnapshot } from "../../../../shared/protocol/methods/config.ts";
import type { HealthSummary, StatusSummary } from "../../../../shared/protocol/methods/health.ts";
import type { PresenceEntry } from "../../../../shared/protocol/methods/presence.ts";
import { advice, type Remedy } from "../../../../shared/remedy.ts";
import { connectOptions } from "../../connect.ts";
import type { Target } from "../../target.ts";

/** What became of a connection. `reachable` without `ok` is a gateway that does not take us. */
export interface Answer {
  ok: boolean;
  reachable: boolean;
  latencyMs: number | null;
  error: Remedy | null;
  close: { code: number; reason: string } | null;
  hello: HelloOk | null;
  health: HealthSummary | null;
  status: StatusSummary | null;
  presence: PresenceEntry[] | null;
  config: ConfigSnapshot | null;
  /** Questions without an answer, in words. */
  missing: Remedy[];
  /** Names by which the same gateway is known again behind another address. */
  identities: string[];
}

/** How a gateway refuses, as people read it, before what it says itself; "" where it says the same. */
const REFUSALS = {
  auth: "",
  pairing: advice`pairing required: `,
  protocol: advice`other protocol: `,
} as const;
/** The close frame of a refusal follows the refusal itself. */
const CLOSE_WAIT_MS = 100;

/** Connects within `connectMs` and asks until `deadline` (on the clock of `performance.now`). Never throws. */
export async function askGateway(target: Target, connectMs: number, deadline: number): Promise<Answer> {
  const options = connectOptions(target, connectMs, "clawdbot-probe");
  const closing = Promise.withResolvers<Answer["close"]>();
  const open = () => {
    const socket = options.open();
    socket.addEventListener("close", ({ code, reason }) => closing.resolve({ code, reason }));
    return socket;
  };
  const startedAt = performance.now();
  try {
    const connection = await connectGateway({ ...options, open });
    const latencyMs = Math.round(performance.now() - startedAt);
    try {
      return {
        ...UNASKED,
        ok: true,
        reachable: true,
        latencyMs,
        ...(await details(connection, target, deadline)),
      };
    } finally {
      connection.close();
    }
  } catch (error) {
    const kind = failureKind(error);
    const isRefusal = kind === "auth" || kind === "pairing" || kind === "protocol";
    const [close, instanceId] = await Promise.all([
      Promise.race([
        closing.promise,
        new Promise<null>((resolve) => setTimeout(resolve, CLOSE_WAIT_MS, null)),
      ]),
      isRefusal ? instanceAt(target) : undefined,
    ]);
    return {
      ...UNASKED,
      reachable: isRefusal,
      latencyMs: isRefusal ? Math.round(performance.now() - startedAt) : null,
      error: isRefusal ? refusalText(REFUSALS[kind], error) : errorSentence(error),
      close,
      identities: instanceId === undefined ? [] : [instanceId],
    };
  }
}

function refusalText(what: Remedy, error: unknown): Remedy {
  const isSaid = error instanceof CodedError && error.remoteCode === "PAIRING_REQUIRED";
  return advice`${isSaid ? "" : what}${errorSentence(error)}`;
}

/** What is known of a gateway before it was asked. */
export const UNASKED: Answer = {
  ok: false,
  reachable: false,
  latencyMs: null,
  error: null,
  close: null,
  hello: null,
  health: null,
  status: null,
  presence: null,
  config: null,
  missing: [],
  identities: [],
};

async function details(
  connection: GatewayConnection,
  target: Target,
  deadline: number,
): Promise<Pick<Answer, "hello" | "health" | "status" | "presence" | "config" | "missing" | "identities">> {
  const missing: Remedy[] = [];
  const ask = async <M extends "health" | "status" | "system-presence" | "config.get">(
    method: M,
  ): Promise<MethodResult<M> | null> => {
    try {
      return await connection.call(
        method,
        {} as MethodParams<M>,
        Math.max(1, Math.round(deadline - performance.now())),
      );
    } catch (error) {
      missing.push(advice`${method}: ${errorSentence(error)}`);
      return null;
    }
  };
  const [health, status, presence, config, instanceId] = await Promise.all([
    ask("health"),
    ask("status"),
    ask("system-presence"),
    ask("config.get"),
    Promise.race([
      instanceAt(target),
      delay(Math.max(1, deadline - performance.now()), undefined, { ref: false }),
    ]),
  ]);
  const { hello } = connection;
  const identities = [instanceId, selfOf(presence)?.instanceId, placeOf(hello, presence)].filter(
    (id) => typeof id === "string",
  );
  return { hello, health, status, presence, config, missing, identities };
}

/** The gateway's own line in its presence list. */
export function selfOf(presence: readonly PresenceEntry[] | null): PresenceEntry | undefined {
  return presence?.find((entry) => entry.mode === "gateway" && entry.reason === "self");
}

/** Machine and state directory: at most one gateway runs there, so they name it where it tells no instance id. */
function placeOf(hello: HelloOk, presence: PresenceEntry[] | null): string | undefined {
  const host = hello.server.host ?? selfOf(presence)?.host;
  const { stateDir } = hello.snapshot;
  return host === undefined || stateDir === undefined ? undefined : `${host}\n${stateDir}`;
}

/** A gateway tells its instance id by plain HTTP to callers that arrive on its own loopback. */
async function instanceAt({ url, port }: Target): Promise<string | undefined> {
  const { protocol, hostname } = new URL(url);
  return protocol === "ws:" ? gatewayInstanceAt(hostname.replace(/^\[|\]$/g, ""), port) : undefined;
}
