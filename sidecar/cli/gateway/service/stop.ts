/** `clawdbot gateway stop`: stops the service; it comes back at the next boot or login. A tray that keeps the gateway stops it itself. */
import type { gatewayStop } from "../../definitions/gateway.ts";
import type { Invocation } from "../../invocation.ts";
import { perform } from "./report.ts";
import { decidingTray, performByTray } from "./tray.ts";

export function run(invocation: Invocation<typeof gatewayStop>): Promise<number> {
  const { timeout: timeoutMs } = invocation.values;
  const tray = decidingTray(invocation);
  if (tray !== undefined) return performByTray("stop", tray, invocation, timeoutMs);
  return perform("stop", invocation, (service) => service.stop({ timeoutMs }));
}
