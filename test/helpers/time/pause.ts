/** Pauses of those who look again and again at what nobody announces. */
import { setTimeout as delay } from "node:timers/promises";

const SHARE = 4;
const MOST_MS = 300;

/**
 * Waits `leastMs`, and longer after a look that took long, as it does when it starts a program: on a busy machine whoever looks
 * without a pause takes from those whose work he waits for. `lookedAt` is `performance.now()` before the look.
 */
export async function pauseAfterLook(lookedAt: number, leastMs: number): Promise<void> {
  await delay(Math.max(leastMs, Math.min(SHARE * (performance.now() - lookedAt), MOST_MS)));
}
