/** `clawdbot gateway restart`: ends the gateway of the service or the tray and waits until another one answers. */
import type { gatewayRestart } from "../../definitions/gateway.ts";
import type { Invocation } from "../../invocation.ts";
import { perform } from "./report.ts";
import { decidingTray, performByTray } from "./tray.ts";

export function run(invocation: Invocation<typeof gatewayRestart>): Promise<number> {
  const { timeout: timeoutMs } = invocation.values;
  const tray = decidingTray(invocation);
  if (tray !== undefined) return performByTray("restart", tray, invocation, timeoutMs);
  // Whoever asks at the same moment as others means the same restart, however long this program took to load.
  const requestedAtMs = Math.floor(performance.timeOrigin);
  return perform("restart", invocation, (service) => service.restart({ timeoutMs, requestedAtMs }));
}
