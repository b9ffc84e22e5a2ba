/** Whether what a gateway answers and announces is what the contract promises. Unknown fields are no breach: later versions have more. */
import * as z from "zod";
import { WIRE_CODES } from "../../../shared/errors.ts";
import { gatewayEvents } from "../../../shared/protocol/events.ts";
import { isRecord, WIRE_ERROR_CODES } from "../../../shared/protocol/frame.ts";
import { HelloOk } from "../../../shared/protocol/handshake.ts";
import { gatewayMethods } from "../../../shared/protocol/index.ts";

/** One connection, seen from its client. */
export class ContractCheck {
  /** The methods of requests, by id. */
  #asked = new Map<unknown, string>();

  /** Notes what the client sends. */
  sent(text: string): void {
    const frame = parsed(text);
    if (!isRecord(frame) || typeof frame.method !== "string") return;
    // Which of two requests with one id is answered first, nobody can tell.
    this.#asked.set(frame.id, this.#asked.has(frame.id) ? "" : frame.method);
  }

  /** What of a frame breaks the contract; undefined for one that keeps it. */
  breachIn(frame: Record<string, unknown>): string | undefined {
    const { type, id, ok, event, payload, error } = frame;
    if (type === "event") return broken(`event ${event}`, EVENTS.get(String(event)), payload);
    if (type !== "res") return `a frame of the type ${type}`;
    const method = this.#asked.get(id) ?? "";
    if (ok === true) return broken(`answer to ${method}`, RESULTS.get(method), payload);
    return broken(`refusal of ${method}`, RefusalError, error);
  }
}

/** What every refusal says, with fields that are open for more. */
const RefusalError = z.strictObject({
  code: z.enum(WIRE_ERROR_CODES),
  message: z.string().min(1).max(1_100),
  details: z.looseObject({
    code: z.enum(Object.keys(WIRE_CODES)),
  }),
  retryable: z.literal(true).optional(),
  retryAfterMs: z.int().min(0).optional(),
});

/** Maps, because clients also ask for methods named like what every object has. */
const RESULTS: ReadonlyMap<string, z.ZodType> = new Map<string, z.ZodType>([
  ["connect", HelloOk],
  ...Object.entries(gatewayMethods).map(([name, { result }]) => [name, result] as const),
]);

const EVENTS: ReadonlyMap<string, z.ZodType> = new Map<string, z.ZodType>([
  ["connect.challenge", z.object({ nonce: z.string(), ts: z.int() })],
  ...Object.entries(gatewayEvents).map(([name, { payload }]) => [name, payload] as const),
]);

function broken(what: string, contract: z.ZodType | undefined, value: unknown): string | undefined {
  const verdict = contract?.safeParse(value);
  return verdict?.success === false ? `${what} breaks its contract: ${verdict.error.message}` : undefined;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // A test that sends garbage on purpose.
  }
}
