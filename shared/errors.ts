/**
 * The error classes of the project. The class says who must act, the code says what happened, `cause` keeps the
 * first failure. The codes are one closed table, `ERROR_CODES`; a unit test walks it.
 */
import { english, isSentence, type Remedy, whole } from "./remedy.ts";

/**
 * What a gateway says in `error.details.code` on the wire, with its meaning. OpenClaw's name where it has one. Beside it stand the few
 * top-level codes that every client of the protocol knows.
 */
export const WIRE_CODES = {
  FRAME_INVALID: "the message is no request frame",
  PARAMS_INVALID: "the parameters do not fit the method's schema",
  METHOD_UNKNOWN: "no method has this name",
  ROLE_UNKNOWN: "no role has this name",
  ROLE_FORBIDDEN: "the caller's role may not call this method",
  MISSING_SCOPE: "the caller lacks a scope that this needs; details.missingScope names it",
  NOT_FOUND: "no such device, request, key, entry or message that waits",
  CONNECT_REQUIRED: "the first request of a connection must be connect",
  CONNECT_REPEATED: "the connection is established already",
  PROTOCOL_MISMATCH:
    "client and gateway share no protocol version; details.expectedProtocol is the gateway's",
  AUTH_REQUIRED: "a gateway without a secret takes nobody through a proxy",
  AUTH_UNAUTHORIZED: "not authorized, and the gateway does not say why",
  AUTH_TOKEN_MISSING: "the gateway's token was not given",
  AUTH_TOKEN_MISMATCH: "the token is not the gateway's",
  AUTH_TOKEN_NOT_CONFIGURED: "the gateway expects a token and has none",
  AUTH_PASSWORD_MISSING: "the gateway's password was not given",
  AUTH_PASSWORD_MISMATCH: "the password is not the gateway's",
  AUTH_PASSWORD_NOT_CONFIGURED: "the gateway expects a password and has none",
  AUTH_DEVICE_TOKEN_MISMATCH: "the device's token was withdrawn or replaced",
  AUTH_SCOPE_MISMATCH: "the device's token does not cover the scopes that were asked for",
  AUTH_LINK_EXPIRED: "the code of a dashboard link is used up or too old",
  AUTH_RATE_LIMITED: "too many failed attempts; retryAfterMs tells when to try again",
  AUTH_TAILSCALE_IDENTITY_MISSING: "nobody of the tailnet stands behind the request",
  AUTH_TAILSCALE_PROXY_MISSING:
    "the request claims a person of the tailnet, but did not come through Tailscale Serve",
  AUTH_TAILSCALE_WHOIS_FAILED: "nobody is known to Tailscale at the address",
  AUTH_TAILSCALE_IDENTITY_MISMATCH: "another person than claimed is known to Tailscale at the address",
  CONTROL_UI_ORIGIN_NOT_ALLOWED: "the browser's page is none that may connect",
  CONTROL_UI_DEVICE_IDENTITY_REQUIRED:
    "the dashboard needs HTTPS or this machine, or it has no device identity",
  DEVICE_IDENTITY_REQUIRED: "a device identity or the gateway's token must be presented",
  DEVICE_AUTH_DEVICE_ID_MISMATCH: "the device's id is not that of its key",
  DEVICE_AUTH_SIGNATURE_EXPIRED: "the device signed at a time too far from the gateway's",
  DEVICE_AUTH_NONCE_REQUIRED: "the device must sign the challenge",
  DEVICE_AUTH_NONCE_MISMATCH: "the device signed another challenge",
  DEVICE_AUTH_SIGNATURE_INVALID: "the device's signature does not fit its key",
  DEVICE_AUTH_PUBLIC_KEY_INVALID: "the device's key is none",
  PAIRING_REQUIRED: "the device must be approved first; details.requestId names the request that waits",
  PAIRING_CODE_INVALID: "nobody waits with this pairing code",
  SESSION_INVALID: "there is no such session, or it is not named in a way that can be understood",
  SESSION_BUSY: "a turn of the session runs, or does not end",
  HEAD_MOVED: "the conversation is not as the caller saw it",
  SESSION_FIELD_INVALID: "a field of a session cannot have the value",
  LABEL_TAKEN: "another session has the label",
  MEMORY_SHORT: "the gateway needs too much memory for another run; retryAfterMs tells when to try again",
  QUEUE_FULL: "too many messages of the conversation wait already",
  MODEL_WINDOW_SMALL: "the model's window is too small for an assistant",
  PROMPT_TOO_LARGE: "prompt, tools and files leave no room for a conversation",
  BUDGET_REACHED: "what may be spent is spent; the owner can add to it",
  SEND_BLOCKED: "the session takes no messages",
  MESSAGE_EMPTY: "there is nothing in the message",
  ATTACHMENT_REFUSED: "a file that came with the message cannot be taken; the message says why",
  ATTACHMENT_TOO_LARGE: "a file that came with the message is larger than its kind may be",
  APPROVAL_PENDING: "a question with this id waits already",
  APPROVAL_UNKNOWN: "nothing waits under this id: it was decided, or it is over",
  APPROVAL_NOT_ALWAYS: "this can be allowed once, and not for longer",
  EXEC_APPROVALS_STALE: "the file of approvals is not the one that the change was made for",
  EXEC_APPROVALS_INVALID: "the file of approvals cannot be understood, and no command runs by it",
  SANDBOX_UNAVAILABLE:
    "there is no sandbox as the configuration asks for it, and nothing runs outside of one",
  RUN_ELSEWHERE: "the run belongs to another session",
  RUN_FAILED: "the run failed; the message says why",
  RUN_UNFINISHED:
    "the gateway stops before the end of the run; whoever asks again by the same run id learns of it",
  AGENT_UNKNOWN: "there is no such agent",
  MODEL_UNKNOWN: "there is no such model, or nothing is known of its provider",
  MODEL_NOT_ALLOWED: "the configuration lets only other models be chosen",
  MODEL_KEY_MISSING: "the provider of the chosen model has no key",
  MODEL_PROVIDER_INVALID: "what is configured of a model provider cannot be used",
  SKILL_UNKNOWN: "there is no such skill",
  SKILL_UNTRUSTED: "the skill is not what the owner gave his word for",
  SKILL_INSTALL_FAILED: "what a skill needs was not installed; the message says why",
  BROWSER_UNAVAILABLE: "agents have no browser here; the message says what is missing",
  BROWSER_FAILED: "the browser did not do what it was asked for; the message says why",
  CHANNEL_UNKNOWN: "there is no such channel, or it cannot do that",
  ACCOUNT_UNKNOWN: "the configuration has no such account of the channel",
  NOT_CONNECTED: "the node is not connected, or no phone is where one is needed",
  NODE_COMMAND_REFUSED: "the node may not be asked for this command; details.reason says why",
  NODE_FAILED:
    "the node did not carry out the command, went away, or took too long; details.nodeError has its words",
  NOT_DELIVERED: "the message did not reach the platform, or has not yet",
  CONFIG_INVALID: "the configuration file is unreadable or invalid",
  CONFIG_STALE: "the configuration is not the one that the change was made for; details.hash is that of now",
  PROGRAM_REPLACED: "a part of the program is gone since another one was installed in its place",
  STORE_NEWER: "a later version wrote the store of sessions",
  STORE_DAMAGED: "the store of sessions is damaged",
  TOO_MANY_CLIENTS: "the gateway serves as many clients as it can",
  STATE_UNWRITABLE: "the state directory cannot be written",
  CRON_UNKNOWN: "there is no such job of a schedule",
  CRON_INVALID: "the job cannot be as it is described; the message says why",
  LOG_UNREADABLE: "the log file cannot be read",
  INTERNAL: "the gateway failed at the request",
  INVARIANT: "the program broke its own rule",
} as const;

/** What clients, commands and a start of the gateway say besides. `remoteCode` of an error holds what a gateway said. */
export const OWN_CODES = {
  USAGE: "the command line is wrong",
  TOKEN_MISMATCH: "the secret was missing, wrong or not configured",
  RATE_LIMITED: "too many failed attempts from this address",
  CONNECT_REFUSED: "the handshake was refused",
  UNREACHABLE: "nothing answers at the address",
  CONNECTION_LOST: "the connection ended before the answer came",
  TIMEOUT: "no answer within the time limit",
  NOT_A_GATEWAY: "something answers that is not a gateway",
  REMOTE_ERROR: "the gateway answered with an error",
  ANSWER_INVALID: "the answer is none that a gateway gives",
  MESSAGE_TOO_LONG: "the message is longer than the gateway takes in one piece",
  PORT_IN_USE: "another program holds the port",
  PEER_UNKNOWN: "the system does not tell who listens, so no secret is sent",
  ADDRESS_UNAVAILABLE: "the address cannot be bound",
  HALTED: "the process of the gateway stands still",
  ALREADY_RUNNING: "a gateway with this state directory runs",
  CONFIG_MISSING: "there is no configuration file",
  MODE_NOT_LOCAL: "gateway.mode is not local",
  AUTH_NOT_CONFIGURED: "the auth mode lacks its secret",
  BIND_WITHOUT_AUTH: "a reachable address needs a secret",
  SECRET_TOO_SHORT: "a reachable address needs a longer secret",
  STATE_FOREIGN: "root would leave files in a directory of somebody else",
  EDIT_ABANDONED: "the edited configuration was not taken over",
  PATH_PROTECTED: "the path must not be deleted",
  TRASH_FAILED: "something could not be moved to the trash",
  PATH_TAKEN: "something is there already, and is not overwritten",
  BACKUP_EMPTY: "there is nothing to back up",
  WORKSPACE_UNUSABLE: "the agent's work directory cannot be used",
  BACKUP_FAILED: "the backup could not be made, or not be put in its place",
  BACKUP_INVALID: "the file is damaged, or no backup",
  BACKUP_NEWER: "a later version wrote the backup in a format that this one does not know",
  HOME_UNKNOWN: "the home directory is unknown",
  RUNTIME_MISSING: "a program that is needed is not installed",
  EXTRA_NOT_INSTALLED: "a package that somebody asked for was not installed; the message says why",
  SERVICE_UNAVAILABLE: "the system's service manager cannot be reached",
  SERVICE_REFUSED: "the service must not be changed from here",
  SERVICE_FAILED: "the system's service manager refused, or the service does not answer",
  SERVICE_NOT_INSTALLED: "the service is not installed",
} as const;

/** Every code with its meaning. */
export const ERROR_CODES = { ...WIRE_CODES, ...OWN_CODES } as const;

export type WireCode = keyof typeof WIRE_CODES;
export type ErrorCode = keyof typeof ERROR_CODES;

/** Options every error takes: the first failure, and structured facts for machines (never a secret). */
export interface ErrorContext {
  cause?: unknown;
  details?: Record<string, unknown> | undefined;
  /** What the gateway said where it was one that refused: one of `WIRE_CODES`, or a code of a later gateway. */
  remoteCode?: string | undefined;
  /** When trying again makes sense, in milliseconds from now. */
  retryAfterMs?: number | undefined;
}

/** Base of all errors that carry a code. Do not throw it directly: pick the class that says who must act. */
export abstract class CodedError extends Error implements ToldError {
  readonly code: ErrorCode;
  readonly details: Record<string, unknown> | undefined;
  readonly remoteCode: string | undefined;
  readonly retryAfterMs: number | undefined;
  /** The message, its commands as data: who prints it knows how they are typed there. */
  readonly sentence: Remedy;

  constructor(code: ErrorCode, message: Remedy, context: ErrorContext = {}) {
    const text = english(message);
    super(text, context.cause === undefined ? undefined : { cause: context.cause });
    this.sentence = message;
    this.name = new.target.name;
    this.code = code;
    this.details = context.details;
    this.remoteCode = context.remoteCode;
    this.retryAfterMs = context.retryAfterMs;
  }
}

/** The caller has to change the request. Exit 2 for usage, else 1. */
export class RequestError extends CodedError {}

/** The caller has to prove who it is. Exit 1. */
export class AuthError extends CodedError {}

/** Nobody has to act; trying again may work. */
export class UnavailableError extends CodedError {}

/** The operator has to act; `fix` says how. Exit 1, under a supervisor 78. */
export class SetupError extends CodedError {
  readonly fix: Remedy | undefined;

  constructor(code: ErrorCode, message: Remedy, context: ErrorContext & { fix?: Remedy } = {}) {
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

/** An error whose message is kept as a sentence besides, to be told in another language. */
export interface ToldError extends Error {
  readonly sentence: Remedy;
}

/** The same as a sentence, in the language it is printed in where the error is one of ours. */
export function errorSentence(error: unknown): Remedy {
  return isTold(error) && !error.message.includes("\n") ? whole(error.sentence) : errorText(error);
}

function isTold(error: unknown): error is ToldError {
  if (!(error instanceof Error) || !("sentence" in error)) return false;
  return typeof error.sentence === "string" || isSentence(error.sentence);
}

/** A text somebody typed, in quotes, as a message repeats it: without what could drive a terminal, cut at 80 characters. */
export function quoted(text: string): string {
  return `"${plainText(text, 80)}"`;
}

/** A stranger's text on one line, without what could drive a terminal or turn its writing around, cut at `maxChars` characters. */
export function plainText(text: string, maxChars: number): string {
  // What is cut away anyway is not looked at: a character takes two units at most, and few of them are removed.
  const near = text.slice(0, 4 * maxChars);
  const plain = [...near.replace(/\p{Cc}(\[[\d;?]*[A-Za-z])?|[\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, "")];
  const isWhole = plain.length <= maxChars && near.length === text.length;
  return isWhole ? plain.join("") : `${plain.slice(0, maxChars - 1).join("")}…`;
}

/** The system error code (`ENOENT`, `EADDRINUSE`) of a failed Node call, if the thing thrown carries one; ours are none. */
export function systemCode(error: unknown): string | undefined {
  if (error instanceof CodedError) return undefined;
  if (typeof error !== "object" || error === null || !("code" in error)) return undefined;
  return typeof error.code === "string" ? error.code : undefined;
}
