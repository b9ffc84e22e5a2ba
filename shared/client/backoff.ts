/** Delays between attempts to reconnect: doubling, capped, with jitter so that clients do not return in step. */

export interface BackoffPolicy {
  firstMs: number;
  capMs: number;
  /** Share of the delay by which it may vary both ways, 0..1. */
  jitter: number;
}

/** After losing a socket: 0.5 s doubling to 30 s. */
export const RECONNECT_BACKOFF: BackoffPolicy = { firstMs: 500, capMs: 30_000, jitter: 0.2 };

/** The delay in ms before attempt `attempt` (the first is 1). `random` returns 0..1. */
export function backoffDelay(policy: BackoffPolicy, attempt: number, random: () => number): number {
  const plain = Math.min(policy.capMs, policy.firstMs * 2 ** Math.max(0, attempt - 1));
  return Math.round(plain * (1 + policy.jitter * (2 * random() - 1)));
}
