/** `clawdbot gateway stop`: stops the service; it comes back at the next boot or login. A tray that keeps the gateway stops it itself. */
import type { Invocation } from "../../invocation.ts";
import { numberOption } from "../../options.ts";
import { perform } from "./report.ts";
import { decidingTray, performByTray } from "./tray.ts";

/** Longest time that may be asked for, in ms. */
const MAX_TIMEOUT_MS = 600_000;

export function run(invocation: Invocation): Promise<number> {
  const tray = decidingTray(invocation);
  const timeoutMs = numberOption(invocation.values, "timeout", { min: 1, max: MAX_TIMEOUT_MS });
  if (tray !== undefined) return performByTray("stop", tray, invocation, timeoutMs);
  return perform("stop", invocation, (service) => service.stop({ timeoutMs }));
}
