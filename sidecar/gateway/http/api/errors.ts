/** Refusals in the shape that clients of these endpoints know. */
import type { ServerResponse } from "node:http";
import { CodedError, RequestError, UnavailableError } from "../../../../shared/errors.ts";
import { english } from "../../../../shared/remedy.ts";
import { whatHelps } from "../../../../shared/what-helps.ts";
import { sendJson } from "../responses.ts";

export type ApiErrorType =
  | "unauthorized"
  | "forbidden"
  | "rate_limited"
  | "invalid_request_error"
  | "api_error"
  | "unavailable";

/** A request that is answered with a refusal. */
export class ApiError extends Error {
  readonly status: number;
  readonly type: ApiErrorType;
  readonly retryAfterMs: number | undefined;

  constructor(
    status: number,
    message: string,
    type: ApiErrorType = "invalid_request_error",
    retryAfterMs?: number,
  ) {
    super(message);
    this.name = "ApiError";
    this.status = status;
    this.type = type;
    this.retryAfterMs = retryAfterMs;
  }
}

/** When somebody should ask again whom nothing else was told, in ms. */
const SOON_MS = 2_000;

/** The refusal for what the assistant fails with; anything else as it is. */
export function refusalOf(error: unknown): unknown {
  if (!(error instanceof CodedError)) return error;
  if (error instanceof RequestError) {
    const remedy = whatHelps(error.code);
    return new ApiError(400, remedy === undefined ? error.message : `${error.message}: ${english(remedy)}`);
  }
  if (error instanceof UnavailableError)
    return new ApiError(503, error.message, "unavailable", error.retryAfterMs ?? SOON_MS);
  return new ApiError(500, error.message, "api_error");
}

export function sendError(response: ServerResponse, { status, message, type, retryAfterMs }: ApiError): void {
  if (retryAfterMs !== undefined) response.setHeader("Retry-After", Math.ceil(retryAfterMs / 1_000));
  // Libraries of providers repeat a failed request twice by themselves; each time would be paid for.
  if (status === 500) response.setHeader("X-Should-Retry", "false");
  sendJson(response, status, { error: { message, type } });
}
