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

/** The texts of failures are cut to this many characters. */
const MAX_FAILURE_CHARS = 240;
/** Those of refusals, which repeat what was sent: several findings, or a name that is as long as one may be. */
const MAX_REFUSAL_CHARS = 1_100;

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
    const text = cut(`${name}: ${errorText(error)}`, MAX_FAILURE_CHARS);
    return wireError("INTERNAL", text, { wireCode: "UNAVAILABLE" });
  }
  const { code, message, details, retryAfterMs } = error;
  if (error instanceof RequestError || error instanceof AuthError) {
    return wireError(code, cut(message, MAX_REFUSAL_CHARS), { details, retryAfterMs });
  }
  const retryable = error instanceof UnavailableError;
  return wireError(code, cut(message, MAX_FAILURE_CHARS), {
    wireCode: "UNAVAILABLE",
    details,
    retryable,
    retryAfterMs,
  });
}

function cut(text: string, maxChars: number): string {
  return text.length > maxChars ? `${text.slice(0, maxChars - 1)}…` : text;
}
