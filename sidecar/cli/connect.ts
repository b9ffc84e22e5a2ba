/** Connects a command to a gateway: joins `ws` with the shared client and explains what went wrong. */

import { WebSocket } from "ws";
import {
  type ConnectOptions,
  connectGateway,
  type GatewayConnection,
} from "../../shared/client/gateway-connection.ts";
import { AuthError, CodedError, RequestError, SetupError, UnavailableError } from "../../shared/errors.ts";
import { hostName } from "../../shared/node/machine.ts";
import { advice } from "../../shared/remedy.ts";
import { APP_VERSION } from "../../shared/version.ts";
import { sourceText, type Target } from "./target.ts";

/** Everything an operator may do; the gateway decides what the caller gets. */
const SCOPES = [
  "operator.admin",
  "operator.read",
  "operator.write",
  "operator.approvals",
  "operator.pairing",
];
/** Answers such as a long log tail may be larger than what clients may send. */
const MAX_ANSWER_BYTES = 16 * 1024 * 1024;

/** `clawdbot-probe` shows up as a probe, `cli` as a person's call. */
export type ClientKind = "cli" | "clawdbot-probe";

/** Connects, or fails with an error that names the target and the remedy. */
export async function connectTo(
  target: Target,
  timeoutMs: number,
  kind: ClientKind = "cli",
): Promise<GatewayConnection> {
  try {
    return await connectGateway(connectOptions(target, timeoutMs, kind));
  } catch (error) {
    throw await explained(error, target);
  }
}

/** What the shared client needs to reach the target. */
export function connectOptions(target: Target, timeoutMs: number, kind: ClientKind): ConnectOptions {
  return {
    open: () =>
      new WebSocket(target.url, {
        perMessageDeflate: false,
        maxPayload: MAX_ANSWER_BYTES,
        handshakeTimeout: timeoutMs,
      }),
    client: {
      id: kind,
      mode: kind === "cli" ? "cli" : "probe",
      version: APP_VERSION,
      platform: process.platform,
      displayName: hostName(),
    },
    scopes: SCOPES,
    auth: target.auth,
    ...(target.vouch === undefined ? {} : { vouch: target.vouch() }),
    timeoutMs,
  };
}

async function explained(error: unknown, target: Target): Promise<unknown> {
  if (!(error instanceof CodedError)) return error;
  const where = advice`${target.url}, from ${sourceText(target.source)}`;
  const { sentence } = error;
  const { remoteCode, retryAfterMs } = error;
  const details = { target: target.url, targetSource: target.source };
  const context = { cause: error, details, remoteCode, retryAfterMs };
  if (error instanceof AuthError) {
    const remedy =
      error.code === "TOKEN_MISMATCH"
        ? advice`. Pass --token or --password, or set CLAWDBOT_GATEWAY_TOKEN or CLAWDBOT_GATEWAY_PASSWORD`
        : "";
    return new AuthError(error.code, advice`${sentence} (${where})${remedy}`, context);
  }
  if (error.code === "UNREACHABLE") {
    const silent = advice`No gateway answers: ${sentence} (${where})`;
    const remedy = await target.whenSilent?.();
    const message = remedy === undefined ? silent : advice`${silent}. ${remedy}`;
    return new UnavailableError(error.code, message, context);
  }
  if (error instanceof SetupError) return error;
  const message = advice`${sentence} (${where})`;
  return error instanceof RequestError
    ? new RequestError(error.code, message, context)
    : new UnavailableError(error.code, message, context);
}
