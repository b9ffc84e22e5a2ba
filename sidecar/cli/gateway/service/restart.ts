/** `clawdbot gateway restart`: ends the gateway of the service or the tray and waits until another one answers. */
import type { Invocation } from "../../invocation.ts";
import { numberOption } from "../../options.ts";
import { perform } from "./report.ts";
import { decidingTray, performByTray } from "./tray.ts";

/** Longest time that may be asked for, in ms. */
const MAX_TIMEOUT_MS = 600_000;

export function run(invocation: Invocation): Promise<number> {
  const timeoutMs = numberOption(invocation.values, "timeout", { min: 1, max: MAX_TIMEOUT_MS });
  const tray = decidingTray(invocation);
  if (tray !== undefined) return performByTray("restart", tray, invocation, timeoutMs);
  // Whoever asks at the same moment as others means the same restart, however long this program took to load.
  const requestedAtMs = Math.floor(performance.timeOrigin);
  return perform("restart", invocation, (service) => service.restart({ timeoutMs, requestedAtMs }));
}
