/** What became of a socket that failed before a gateway spoke, as `ws` tells it. Browsers keep the reason to themselves. */

import { AuthError, type CodedError, UnavailableError } from "../errors.ts";
import { isRecord } from "../protocol/frame.ts";
import { advice } from "../remedy.ts";

/** What an `error` event said. */
export interface SocketFailure {
  /** The system's, such as `ECONNREFUSED`. */
  code: string | undefined;
  message: string;
}

/** Reads the event of the WebSocket class in use; a browser's says nothing. */
export function socketFailure(event: object): SocketFailure {
  const error = "error" in event && isRecord(event.error) ? event.error : {};
  const code = typeof error.code === "string" ? error.code : undefined;
  const message = "message" in event ? event.message : undefined;
  return { code, message: typeof message === "string" ? message : "" };
}

/** The error for a socket that closed before the handshake was over. */
export function closedEarly(code: number, reason: string, failure: SocketFailure | undefined): CodedError {
  const { message = "" } = failure ?? {};
  // `ws` tells the answer to an upgrade in words alone.
  const status = /^Unexpected server response: (\d{3})$/.exec(message)?.[1];
  if (status === "429") {
    const text = "unauthorized: too many failed attempts; try again in a minute";
    return new AuthError("RATE_LIMITED", text, { remoteCode: "AUTH_RATE_LIMITED" });
  }
  if (status !== undefined) {
    return new UnavailableError("NOT_A_GATEWAY", advice`answers HTTP ${status} instead of a gateway`);
  }
  // Who takes a connection and ends it without an answer resets nothing, whatever the code says: message "socket hang up".
  const system = SYSTEM_CODE.exec(failure?.code ?? "")?.input;
  if (system !== undefined && message !== "socket hang up") {
    const isBroken = system === "ECONNRESET" || system === "EPIPE";
    const cause = message.replace(/^connect /, "") || system;
    return new UnavailableError(isBroken ? "CONNECTION_LOST" : "UNREACHABLE", cause);
  }
  if (message) return new UnavailableError("NOT_A_GATEWAY", message);
  return new UnavailableError(
    "CONNECTION_LOST",
    advice`closed during the handshake (${code}${reason && ` ${reason}`})`,
  );
}

/** Of sockets and name resolution. What `ws` itself objects to has codes of its own, such as `WS_ERR_INVALID_UTF8`. */
const SYSTEM_CODE = /^E(CONN|HOST|NET|NOTFOUND|AI_|TIMEDOUT|PIPE|ADDR)/;
