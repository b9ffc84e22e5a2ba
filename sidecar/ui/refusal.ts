/** Why the gateway does not take this page, and with it what the person can do. */
import { CodedError, type ErrorCode, UnavailableError } from "../../shared/errors.ts";

/** Reasons that need a person. Everything else is worth another try. */
export type RefusalKind =
  | "token-missing"
  | "token-wrong"
  /** It was right before. */
  | "token-changed"
  | "password-missing"
  | "password-wrong"
  | "password-changed"
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
  /** What lets this page in, to be run on the gateway's machine. */
  command?: string;
}

/** Kinds that another secret can cure. */
const CURED_BY_SECRET: readonly RefusalKind[] = [
  "token-missing",
  "token-wrong",
  "token-changed",
  "password-missing",
  "password-wrong",
  "password-changed",
  "link-used",
];

/** The refusals that the page tells apart. */
const KINDS: Partial<Record<ErrorCode, RefusalKind>> = {
  AUTH_TOKEN_MISSING: "token-missing",
  AUTH_TOKEN_MISMATCH: "token-wrong",
  AUTH_DEVICE_TOKEN_MISMATCH: "token-wrong",
  AUTH_SCOPE_MISMATCH: "token-wrong",
  AUTH_PASSWORD_MISSING: "password-missing",
  AUTH_PASSWORD_MISMATCH: "password-wrong",
  AUTH_TOKEN_NOT_CONFIGURED: "secret-not-configured",
  AUTH_PASSWORD_NOT_CONFIGURED: "secret-not-configured",
  AUTH_LINK_EXPIRED: "link-used",
  AUTH_RATE_LIMITED: "rate-limited",
  RATE_LIMITED: "rate-limited",
  CONTROL_UI_DEVICE_IDENTITY_REQUIRED: "insecure",
  DEVICE_IDENTITY_REQUIRED: "insecure",
  PAIRING_REQUIRED: "pairing",
  PROTOCOL_MISMATCH: "protocol",
};

/** What the browser hides: the gateway answered the socket's upgrade with a plain HTTP refusal. */
export const TURNED_AWAY: Refusal = { kind: "turned-away" };

/** The refusal of a secret that let this page in before: nobody mistyped it. */
export function asChange(refusal: Refusal): Refusal {
  const kind = CHANGES[refusal.kind];
  return kind === undefined ? refusal : { ...refusal, kind };
}

const CHANGES: Partial<Record<RefusalKind, RefusalKind>> = {
  "token-wrong": "token-changed",
  "password-wrong": "password-changed",
};

export function isCuredBySecret(kind: RefusalKind): boolean {
  return CURED_BY_SECRET.includes(kind);
}

/** The refusal in a failed connect; undefined when trying again may help. */
export function refusalOf(error: unknown): Refusal | undefined {
  if (!(error instanceof CodedError)) return { kind: "other", message: String(error) };
  if (error instanceof UnavailableError) return undefined;
  const { code, message, remoteCode, details } = error;
  const kind = kindOf(remoteCode) ?? kindOf(code) ?? "other";
  const command = kind === "pairing" ? details?.command : undefined;
  return { kind, message, ...(typeof command === "string" ? { command } : {}) };
}

function kindOf(code: string | undefined): RefusalKind | undefined {
  return Object.entries(KINDS).find(([known]) => known === code)?.[1];
}

/** Whether the socket was refused or broke before the gateway said anything about it. */
export function isLostInHandshake(error: unknown): boolean {
  return error instanceof CodedError && error.code === "CONNECTION_LOST";
}
