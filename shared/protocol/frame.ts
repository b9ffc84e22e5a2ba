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

export type WireErrorCode = "INVALID_REQUEST" | "NOT_PAIRED" | "UNAVAILABLE" | "AGENT_TIMEOUT" | "NOT_LINKED";

export interface WireError {
  code: WireErrorCode;
  message: string;
  details?: unknown;
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

/** Parses one server message; undefined when it is not a frame we understand. */
export function parseServerFrame(text: string): ServerFrame | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined; // Not JSON: a client ignores what it cannot read and lets the tick watchdog judge the peer.
  }
  if (!isRecord(value)) return undefined;
  if (value.type === "res" && typeof value.id === "string" && typeof value.ok === "boolean") {
    return value as unknown as ResponseFrame;
  }
  if (value.type === "event" && typeof value.event === "string") return value as unknown as EventFrame;
  return undefined;
}

/** Whether `value` is a plain JSON object. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
