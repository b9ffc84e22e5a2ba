/** Errors as clients get them: the few top-level codes that all of them know, and the exact one in `details.code`. */
import {
  AuthError,
  CodedError,
  type ErrorCode,
  errorText,
  RequestError,
  UnavailableError,
} from "../../../shared/errors.ts";
import type { WireError, WireErrorCode } from "../../../shared/protocol/frame.ts";

/** What a wire error may say besides code and message. */
export interface WireErrorFacts {
  /** Default: `INVALID_REQUEST`. */
  wireCode?: WireErrorCode;
  details?: Record<string, unknown> | undefined;
  /** The same may succeed later, without a change by the caller. */
  retryable?: boolean;
  retryAfterMs?: number | undefined;
}

/** The texts of failures are cut to this many characters; those of refusals are bounded where they are made. */
const MAX_FAILURE_CHARS = 240;

export function wireError(code: ErrorCode, message: string, facts: WireErrorFacts = {}): WireError {
  const { wireCode = "INVALID_REQUEST", details, retryable, retryAfterMs } = facts;
  return {
    code: wireCode,
    message,
    details: { ...details, code },
    ...(retryable === true || retryAfterMs !== undefined ? { retryable: true } : {}),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs: Math.max(0, Math.ceil(retryAfterMs)) }),
  };
}

/** The wire error for anything that a handler throws. */
export function wireErrorOf(error: unknown): WireError {
  if (!(error instanceof CodedError)) {
    const name = error instanceof Error ? error.name : "Error";
    return wireError("INTERNAL", cut(`${name}: ${errorText(error)}`), { wireCode: "UNAVAILABLE" });
  }
  const { code, message, details, retryAfterMs } = error;
  if (error instanceof RequestError || error instanceof AuthError) {
    return wireError(code, message, { details, retryAfterMs });
  }
  const retryable = error instanceof UnavailableError;
  return wireError(code, cut(message), { wireCode: "UNAVAILABLE", details, retryable, retryAfterMs });
}

function cut(text: string): string {
  return text.length > MAX_FAILURE_CHARS ? `${text.slice(0, MAX_FAILURE_CHARS - 1)}…` : text;
}
