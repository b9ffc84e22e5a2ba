/** Why the gateway does not take this page, and with it what the person can do. */
import { CodedError } from "../../shared/errors.ts";

/** Reasons that need a person. Everything else is worth another try. */
export type RefusalKind =
  | "token-missing"
  | "token-wrong"
  | "password-missing"
  | "password-wrong"
  | "link-used"
  | "secret-not-configured"
  | "pairing"
  | "rate-limited"
  | "turned-away"
  | "protocol"
  | "insecure"
  | "other";

export interface Refusal {
  kind: RefusalKind;
  /** The gateway's own words, where the browser passes them on. */
  message?: string;
  /** Names the waiting pairing request, where there is one. */
  requestId?: string;
}

/** Kinds that another secret can cure. */
const CURED_BY_SECRET: readonly RefusalKind[] = [
  "token-missing",
  "token-wrong",
  "password-missing",
  "password-wrong",
  "link-used",
];

/** Parts of the gateway's messages that tell the `unauthorized` refusals apart. */
const UNAUTHORIZED: readonly (readonly [part: string, kind: RefusalKind])[] = [
  ["token missing", "token-missing"],
  ["token mismatch", "token-wrong"],
  ["password missing", "password-missing"],
  ["password mismatch", "password-wrong"],
  ["dashboard link expired", "link-used"],
  ["not configured on gateway", "secret-not-configured"],
];

/** What the browser hides: the gateway answered the socket's upgrade with a plain HTTP refusal. */
export const TURNED_AWAY: Refusal = { kind: "turned-away" };

export function isCuredBySecret(kind: RefusalKind): boolean {
  return CURED_BY_SECRET.includes(kind);
}

/** The refusal in a failed connect; undefined when trying again may help. */
export function refusalOf(error: unknown): Refusal | undefined {
  if (!(error instanceof CodedError)) return { kind: "other", message: String(error) };
  const { message } = error;
  switch (error.code) {
    case "TOKEN_MISMATCH":
      return { kind: UNAUTHORIZED.find(([part]) => message.includes(part))?.[1] ?? "other", message };
    case "RATE_LIMITED":
      return { kind: "rate-limited", message };
    case "PROTOCOL_MISMATCH":
      return { kind: "protocol", message };
    case "PAIRING_REQUIRED": {
      const requestId = error.details?.requestId;
      if (message === "device identity required") return { kind: "insecure", message };
      return { kind: "pairing", message, ...(typeof requestId === "string" ? { requestId } : {}) };
    }
    case "CONNECT_REFUSED":
      return { kind: message.includes("secure context") ? "insecure" : "other", message };
    default:
      return undefined;
  }
}

/** Whether the socket was refused or broke before the gateway said anything about it. */
export function isLostInHandshake(error: unknown): boolean {
  return error instanceof CodedError && error.code === "CONNECTION_LOST";
}
