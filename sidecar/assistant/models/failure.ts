/** Why a model gave no answer: known by status and type of the error, never by what its text says. */
import type { ToldError } from "../../../shared/errors.ts";
import { advice, english, type Remedy, withoutStop } from "../../../shared/remedy.ts";
import type { TokenUsage } from "../../base/store/message.ts";

export const FAILURE_KINDS = [
  "auth",
  "billing",
  "rate",
  "overloaded",
  "server",
  "network",
  "unreadable",
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
  "unreadable",
  "timeout",
];

/** What is known besides the kind. */
export interface FailureFacts {
  /** HTTP status where there was one. */
  status?: number | undefined;
  /** The provider's own word for it, such as `insufficient_quota`. */
  code?: string | undefined;
  /** What the provider asks to wait, in ms. */
  retryAfterMs?: number | undefined;
  /** The level of thinking was refused, not the request. */
  isThinkingRefused?: boolean | undefined;
  /** What it took all the same. */
  usage?: TokenUsage | undefined;
  cause?: unknown;
}

/** A provider's refusal or silence. The message is one line, names provider and model, and holds no secret. */
export class ModelFailure extends Error implements ToldError {
  readonly kind: FailureKind;
  readonly sentence: Remedy;
  readonly status: number | undefined;
  readonly code: string | undefined;
  readonly retryAfterMs: number | undefined;
  readonly isThinkingRefused: boolean;
  readonly usage: TokenUsage | undefined;

  constructor(kind: FailureKind, sentence: Remedy, facts: FailureFacts = {}) {
    super(english(sentence), facts.cause === undefined ? undefined : { cause: facts.cause });
    this.name = "ModelFailure";
    this.kind = kind;
    this.sentence = sentence;
    this.status = facts.status;
    this.code = facts.code;
    this.retryAfterMs = facts.retryAfterMs;
    this.isThinkingRefused = facts.isThinkingRefused ?? false;
    this.usage = facts.usage;
  }

  /** The same, having taken this. */
  withUsage(usage: TokenUsage): ModelFailure {
    return new ModelFailure(this.kind, this.sentence, { ...this.#facts, usage });
  }

  /** The same, with what helps. */
  withRemedy(remedy: Remedy): ModelFailure {
    return new ModelFailure(this.kind, advice`${withoutStop(this.sentence)}. ${remedy}`, this.#facts);
  }

  get #facts(): FailureFacts {
    const { status, code, retryAfterMs, isThinkingRefused, usage, cause } = this;
    return { status, code, retryAfterMs, isThinkingRefused, usage, cause };
  }
}
