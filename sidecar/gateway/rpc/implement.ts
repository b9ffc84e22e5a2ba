/** Binds handlers to the wire contract: a missing, misspelt or wrongly typed handler does not compile. */
import type { z } from "zod";
import type { CodedError } from "../../../shared/errors.ts";
import type { CheckedContract, MethodFamily } from "../../../shared/protocol/contract.ts";
import type { Logger } from "../../base/log/logger.ts";
import type { ClientIdentity } from "../auth/authenticate.ts";

/** Who calls, and what a handler may use of the connection. */
export interface Call {
  connId: string;
  identity: ClientIdentity;
  /** As others read who it is. */
  client?: string;
  /** Aborted when the caller's connection ends. */
  signal: AbortSignal;
  log: Logger;
  /** Answers now what is true so far, under the id of the request; the handler's result follows as a second answer. */
  acknowledge: (payload: unknown) => void;
}

/** A refusal that says besides what became of the request. */
export class FailedAnswer extends Error {
  readonly payload: object;

  constructor(payload: object, cause: CodedError) {
    super(cause.message, { cause });
    this.payload = payload;
  }
}

/** A contract with its handler, as the router wants it. */
export interface Method {
  name: string;
  contract: CheckedContract;
  handle: (params: unknown, call: Call) => unknown;
}

type Handlers<F extends MethodFamily> = {
  [Name in keyof F]: (
    params: z.output<F[Name]["params"]>,
    call: Call,
  ) => z.input<F[Name]["result"]> | Promise<z.input<F[Name]["result"]>>;
};

/** Pairs every contract of the family with its handler. */
export function implement<F extends MethodFamily>(family: F, handlers: Handlers<F>): Method[] {
  return Object.entries(family).map(([name, contract]) => ({
    name,
    contract,
    handle: handlers[name] as Method["handle"],
  }));
}
