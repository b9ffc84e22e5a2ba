/** Asks an address whether a usable gateway is there: challenge, connect, health, within one budget. */
import { CodedError, errorSentence } from "../errors.ts";
import type { HelloOk } from "../protocol/handshake.ts";
import type { HealthSummary } from "../protocol/methods/health.ts";
import type { Remedy } from "../remedy.ts";
import { type ConnectOptions, connectGateway } from "./gateway-connection.ts";

/** What was found. `auth`, `pairing` and `protocol` are gateways that do not take us; `foreign` is none. */
export type ProbeResult =
  | { kind: "healthy"; hello: HelloOk; health: HealthSummary; connectMs: number; latencyMs: number }
  | { kind: "nobody"; error: Remedy }
  | { kind: "auth" | "pairing" | "protocol"; error: Remedy }
  | { kind: "foreign"; error: Remedy }
  | { kind: "timeout"; error: Remedy };

/** Never throws; every failure is a result. `latencyMs` is the round trip of `health`. */
export async function probeGateway(options: ConnectOptions): Promise<ProbeResult> {
  const startedAt = performance.now();
  try {
    const connection = await connectGateway(options);
    const connectedAt = performance.now();
    try {
      const remainingMs = Math.max(1, options.timeoutMs - (connectedAt - startedAt));
      const health = await connection.call("health", {}, remainingMs);
      const latencyMs = Math.round(performance.now() - connectedAt);
      return {
        kind: "healthy",
        hello: connection.hello,
        health,
        connectMs: Math.round(connectedAt - startedAt),
        latencyMs,
      };
    } finally {
      connection.close();
    }
  } catch (error) {
    return { kind: failureKind(error), error: errorSentence(error) };
  }
}

/** Which kind of failure an error of `connectGateway` is. */
export function failureKind(error: unknown): Exclude<ProbeResult["kind"], "healthy"> {
  if (!(error instanceof CodedError)) return "foreign";
  switch (error.code) {
    case "UNREACHABLE":
      return "nobody";
    case "TOKEN_MISMATCH":
    case "RATE_LIMITED":
      return "auth";
    case "PAIRING_REQUIRED":
      return "pairing";
    case "PROTOCOL_MISMATCH":
      return "protocol";
    case "TIMEOUT":
    case "CONNECTION_LOST":
    case "HALTED":
      return "timeout";
    default:
      return "foreign";
  }
}
