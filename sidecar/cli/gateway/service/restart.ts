/** `clawdbot gateway restart`: ends the service's gateway and waits until another one answers. */
import type { gatewayRestart } from "../../definitions/gateway.ts";
import type { Invocation } from "../../invocation.ts";
import { perform } from "./report.ts";

export function run(invocation: Invocation<typeof gatewayRestart>): Promise<number> {
  const { timeout: timeoutMs } = invocation.values;
  // Whoever asks at the same moment as others means the same restart, however long this program took to load.
  const requestedAtMs = Math.floor(performance.timeOrigin);
  return perform("restart", invocation, (service) => service.restart({ timeoutMs, requestedAtMs }));
}
