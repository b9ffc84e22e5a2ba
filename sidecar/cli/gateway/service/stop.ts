/** `clawdbot gateway stop`: stops the service; it comes back at the next boot or login. */
import type { gatewayStop } from "../../definitions/gateway.ts";
import type { Invocation } from "../../invocation.ts";
import { perform } from "./report.ts";

export function run(invocation: Invocation<typeof gatewayStop>): Promise<number> {
  const { timeout: timeoutMs } = invocation.values;
  return perform("stop", invocation, (service) => service.stop({ timeoutMs }));
}
