/**
 * The error classes of the project. The class says who must act, the code says what happened, `cause` keeps the
 * first failure. The codes are one closed table; a unit test walks it.
 */

/** Every code with its meaning. Wire codes (the five that old clients know) are derived in `wireCode`. */
export const ERROR_CODES = {
  PARAMS_INVALID: "the parameters do not fit the method's schema",
  METHOD_UNKNOWN: "no method has this name",
  ROLE_FORBIDDEN: "the caller's role may not call this method",
  SCOPE_MISSING: "the caller lacks the scope the method needs",
  NOT_FOUND: "no such device, request or key",
  USAGE: "the command line is wrong",
  TOKEN_MISMATCH: "the secret was missing, wrong or not configured",
  PAIRING_REQUIRED: "the device must be approved first",
  RATE_LIMITED: "too many failed attempts from this address",
  PROTOCOL_MISMATCH: "client and gateway share no protocol version",
  CONNECT_REFUSED: "the handshake was refused",
  UNREACHABLE: "nothing answers at the address",
  CONNECTION_LOST: "the connection ended before the answer came",
  TIMEOUT: "no answer within the time limit",
  NOT_A_GATEWAY: "something answers that is not a gateway",
  REMOTE_ERROR: "the gateway answered with an error",
  ANSWER_INVALID: "the answer is none that a gateway gives",
  LOG_UNREADABLE: "the log file cannot be read",
  PORT_IN_USE: "another program holds the port",
  PEER_UNKNOWN: "the system does not tell who listens, so no secret is sent",
  ADDRESS_UNAVAILABLE: "the address cannot be bound",
  HALTED: "the process of the gateway stands still",
  ALREADY_RUNNING: "a gateway with this state directory runs",
  CONFIG_MISSING: "there is no configuration file",
  CONFIG_INVALID: "the configuration file is unreadable or invalid",
  MODE_NOT_LOCAL: "gateway.mode is not local",
  AUTH_NOT_CONFIGURED: "the auth mode lacks its secret",
  BIND_WITHOUT_AUTH: "a reachable address needs a secret",
  STATE_UNWRITABLE: "the state directory cannot be written",
  STATE_FOREIGN: "root would leave files in a directory of somebody else",
  EDIT_ABANDONED: "the edited configuration was not taken over",
  PATH_PROTECTED: "the path must not be deleted",
  TRASH_FAILED: "something could not be moved to the trash",
  HOME_UNKNOWN: "the home directory is unknown",
  RUNTIME_MISSING: "a program that is needed is not installed",
  SERVICE_UNAVAILABLE: "the system's service manager cannot be reached",
  SERVICE_REFUSED: "the service must not be changed from here",
  SERVICE_FAILED: "the system's service manager refused, or the service does not answer",
  SERVICE_NOT_INSTALLED: "the service is not installed",
  INVARIANT: "the program broke its own rule",
} as const;

export type ErrorCode = keyof typeof ERROR_CODES;

/** Options every error takes: the first failure, and structured facts for machines (never a secret). */
export interface ErrorContext {
  cause?: unknown;
  details?: Record<string, unknown>;
}

/** Base of all errors that carry a code. Do not throw it directly: pick the class that says who must act. */
export abstract class CodedError extends Error {
  readonly code: ErrorCode;
  readonly details: Record<string, unknown> | undefined;

  constructor(code: ErrorCode, message: string, context: ErrorContext = {}) {
    super(message, context.cause === undefined ? undefined : { cause: context.cause });
    this.name = new.target.name;
    this.code = code;
    this.details = context.details;
  }
}

/** The caller has to change the request. Exit 2 for usage, else 1. */
export class RequestError extends CodedError {}

/** The caller has to prove who it is. Exit 1. */
export class AuthError extends CodedError {}

/** Nobody has to act; trying again may work. */
export class UnavailableError extends CodedError {}

/** The operator has to act; `fix` is a command or a sentence that says how. Exit 1, under a supervisor 78. */
export class SetupError extends CodedError {
  readonly fix: string | undefined;

  constructor(code: ErrorCode, message: string, context: ErrorContext & { fix?: string } = {}) {
    super(code, message, context);
    this.fix = context.fix;
  }
}

/** We have to act: a rule of the program was broken. Logged with its stack. */
export class BugError extends CodedError {
  constructor(message: string, context: ErrorContext = {}) {
    super("INVARIANT", message, context);
  }
}

/** The text of anything thrown, on one line. */
export function errorText(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).replace(/\s*\n\s*/g, " ");
}

/** A text somebody typed, in quotes, as a message repeats it: without what could drive a terminal, cut at 80 characters. */
export function quoted(text: string): string {
  const plain = [...text.replace(/\p{Cc}(\[[\d;?]*[A-Za-z])?|[\p{Cf}\p{Zl}\p{Zp}]/gu, "")];
  return `"${plain.length > 80 ? `${plain.slice(0, 79).join("")}…` : plain.join("")}"`;
}

/** The system error code (`ENOENT`, `EADDRINUSE`) of a failed Node call, if the thing thrown carries one; ours are none. */
export function systemCode(error: unknown): string | undefined {
  if (error instanceof CodedError) return undefined;
  if (typeof error !== "object" || error === null || !("code" in error)) return undefined;
  return typeof error.code === "string" ? error.code : undefined;
}
