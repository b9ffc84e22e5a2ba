/** Which conversation a command means: by its key, by its agent, else the main one of the gateway. */
import type { GatewayConnection } from "../../shared/client/gateway-connection.ts";
import { quoted, RequestError, UnavailableError } from "../../shared/errors.ts";
import { isRecord } from "../../shared/protocol/frame.ts";
import { advice, joined, ours } from "../../shared/remedy.ts";
import { MAX_SESSION_KEY_CHARS } from "../../shared/session-key.ts";

/** Fails with `USAGE` for a key that no gateway takes. */
export function refuseLongKey(key: string): string {
  if (key.length <= MAX_SESSION_KEY_CHARS) return key;
  throw new RequestError(
    "USAGE",
    advice`--session: a key has at most ${MAX_SESSION_KEY_CHARS} characters, with its agent, and this one has ${key.length}; give a shorter one`,
  );
}

/** As `--session` and `--agent` were given. */
export interface SessionChoice {
  session?: string | undefined;
  agent?: string | undefined;
}

/**
 * The key to send. Fails with `AGENT_UNKNOWN` for an agent that the gateway does not have, and with `USAGE` for a key of another agent
 * than the one that is asked for, or that is too long.
 */
export async function sessionKeyOf(
  { session, agent }: SessionChoice,
  connection: GatewayConnection,
): Promise<string> {
  const { mainSessionKey = "main", mainKey = "main" } = connection.hello.snapshot.sessionDefaults ?? {};
  if (agent === undefined) return refuseLongKey(session ?? mainSessionKey);
  await refuseUnknown(agent, connection);
  const inKey = /^agent:([^:]+):/.exec(session ?? "")?.[1];
  if (inKey !== undefined && inKey !== agent) {
    throw new RequestError(
      "USAGE",
      advice`--session names a conversation of the agent ${quoted(inKey)}, and --agent is ${quoted(agent)}`,
    );
  }
  if (mainSessionKey === "global" && session === undefined) return mainSessionKey;
  return refuseLongKey(
    inKey === undefined ? `agent:${agent}:${session ?? mainKey}` : (session ?? mainSessionKey),
  );
}

/** Fails with `METHOD_UNKNOWN` at another gateway of the protocol, or an older one of ours, which may have nobody at home. */
export function refuseWithout(method: string, { hello }: GatewayConnection): void {
  if (hello.features.methods.includes(method)) return;
  throw new UnavailableError(
    "METHOD_UNKNOWN",
    advice`The gateway (version ${hello.server.version}) has no assistant; restart it with this version: ${ours`gateway restart`}`,
  );
}

async function refuseUnknown(agent: string, connection: GatewayConnection): Promise<void> {
  const { agents } = await connection.call("agents.list", {});
  const ids = agents.flatMap((each) => (isRecord(each) && typeof each.id === "string" ? [each.id] : []));
  if (ids.includes(agent)) return;
  throw new RequestError(
    "AGENT_UNKNOWN",
    advice`--agent: there is no agent ${quoted(agent)}; there is ${joined(ids.map(quoted), ", ")}`,
  );
}
