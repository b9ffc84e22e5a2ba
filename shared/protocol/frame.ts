/** The three frames of the wire and a hand-written guard, so that clients need no schema library. */

/** Limits in bytes and milliseconds; clients learn the first three from `hello-ok.policy`. */
export const WIRE_LIMITS = {
  /** Largest message a client may send. */
  maxPayloadBytes: 524_288,
  /** Unsent bytes a client may let pile up before it counts as a slow consumer. */
  maxBufferedBytes: 1_572_864,
  tickIntervalMs: 30_000,
  handshakeTimeoutMs: 10_000,
  /** Allowed difference between our clock and a device signature's. */
  signatureSkewMs: 600_000,
  /** A close reason on the wire may not exceed this. */
  closeReasonBytes: 120,
} as const;

/** How long a link is good that a person clicks at once, and one that she may have to carry to another machine, in ms. */
export const LINK_TTL_MS = { clicked: 60_000, printed: 600_000 } as const;

/** The top-level codes that every client of the protocol knows. */
export const WIRE_ERROR_CODES = [
  "INVALID_REQUEST",
  "NOT_PAIRED",
  "UNAVAILABLE",
  "AGENT_TIMEOUT",
  "NOT_LINKED",
] as const;
export type WireErrorCode = (typeof WIRE_ERROR_CODES)[number];

/** Why a request was not carried out. `details.code` is one of `WIRE_CODES`; other gateways may send none, or one of theirs. */
export interface WireError {
  /** One of `WIRE_ERROR_CODES`, or a later gateway's. */
  code: string;
  message: string;
  details?: Record<string, unknown>;
  /** The same request may succeed later, without a change. */
  retryable?: boolean;
  /** When that makes sense, in milliseconds from now. */
  retryAfterMs?: number;
}

export interface RequestFrame {
  type: "req";
  id: string;
  method: string;
  params?: unknown;
}

export interface ResponseFrame {
  type: "res";
  id: string;
  ok: boolean;
  payload?: unknown;
  error?: WireError;
}

export interface StateVersion {
  presence: number;
  health: number;
}

export interface EventFrame {
  type: "event";
  event: string;
  payload?: unknown;
  /** Rises by one per broadcast; absent on frames meant for one client. */
  seq?: number;
  stateVersion?: StateVersion;
}

export type ServerFrame = ResponseFrame | EventFrame;

/** Parses one server message; undefined when it is not a frame we understand. Of the payload nothing is known afterwards. */
export function parseServerFrame(text: string): ServerFrame | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined; // Not JSON: a client ignores what it cannot read and lets the tick watchdog judge the peer.
  }
  if (!isRecord(value)) return undefined;
  const { type, id, ok, event, payload, error, seq, stateVersion } = value;
  if (type === "res" && typeof id === "string" && typeof ok === "boolean") {
    return { type, id, ok, payload, ...(error === undefined ? {} : { error: readError(error) }) };
  }
  if (type !== "event" || typeof event !== "string") return undefined;
  const versions = readVersions(stateVersion);
  return {
    type,
    event,
    payload,
    ...(typeof seq === "number" ? { seq } : {}),
    ...(versions === undefined ? {} : { stateVersion: versions }),
  };
}

/** The error of a response, whatever stands there; texts that are none are replaced by ones that say so. */
function readError(value: unknown): WireError {
  const { code, message, details, retryable, retryAfterMs } = isRecord(value) ? value : {};
  return {
    code: typeof code === "string" ? code : "UNAVAILABLE",
    message: typeof message === "string" ? message : "the gateway answered without a reason",
    ...(isRecord(details) ? { details } : {}),
    ...(retryable === true ? { retryable } : {}),
    ...(isDuration(retryAfterMs) ? { retryAfterMs } : {}),
  };
}

function readVersions(value: unknown): StateVersion | undefined {
  if (!isRecord(value)) return undefined;
  const { presence, health } = value;
  return typeof presence === "number" && typeof health === "number" ? { presence, health } : undefined;
}

/** Up to a day: whoever is told to wait longer had better be asked again. */
function isDuration(value: unknown): value is number {
  return typeof value === "number" && value >= 0 && value <= 86_400_000;
}

/** Whether `value` is a plain JSON object. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
