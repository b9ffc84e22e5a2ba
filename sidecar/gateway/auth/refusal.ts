/** Why a client is not let in: one shape from the first look at its message to the end of its socket. */
import type { ErrorCode } from "../../../shared/errors.ts";
import { CLOSE } from "../../../shared/protocol/close-codes.ts";
import type { WireError } from "../../../shared/protocol/frame.ts";
import { type WireErrorFacts, wireError } from "../rpc/wire-error.ts";

export interface Refusal {
  /** What the client is told; absent where the protocol sends no answer. */
  error?: WireError;
  /** How the connection ends then. */
  close: { code: number; reason: string };
  /** A wrong secret, which counts against whoever sent it. */
  guess: boolean;
}

/** What may differ from a plain refusal. */
export interface RefusalFacts extends WireErrorFacts {
  /** Default: `CLOSE.policy` with the message. */
  close?: { code?: number; reason?: string };
  guess?: boolean;
}

/** A refusal with an answer. */
export function refusal(code: ErrorCode, message: string, facts: RefusalFacts = {}): Refusal {
  const { close, guess = false, ...error } = facts;
  return {
    error: wireError(code, message, error),
    close: { code: CLOSE.policy, reason: message, ...close },
    guess,
  };
}
