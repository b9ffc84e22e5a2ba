/** Why a model gave no answer: known by status and type of the error, never by what its text says. */

export const FAILURE_KINDS = [
  "auth",
  "billing",
  "rate",
  "overloaded",
  "server",
  "network",
  "timeout",
  "format",
  "refusal",
  "overflow",
  "unknown",
] as const;
export type FailureKind = (typeof FAILURE_KINDS)[number];

/** Of these, another model may know better; the others would fail there too, or are not to be asked for twice. */
export const WORTH_ANOTHER: readonly FailureKind[] = [
  "auth",
  "billing",
  "rate",
  "overloaded",
  "server",
  "network",
  "timeout",
];

/** A provider's refusal or silence. The message is one line, names provider and model, and holds no secret. */
export class ModelFailure extends Error {
  readonly kind: FailureKind;
  /** HTTP status where there was one. */
  readonly status: number | undefined;
  /** What the provider asks to wait, in ms. */
  readonly retryAfterMs: number | undefined;

  constructor(
    kind: FailureKind,
    message: string,
    more: { status?: number | undefined; retryAfterMs?: number | undefined; cause?: unknown } = {},
  ) {
    super(message, { cause: more.cause });
    this.name = "ModelFailure";
    this.kind = kind;
    this.status = more.status;
    this.retryAfterMs = more.retryAfterMs;
  }
}
