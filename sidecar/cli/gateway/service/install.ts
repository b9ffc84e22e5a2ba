/** `clawdbot gateway install`: registers the gateway as a service of this user, starts it and waits until it answers. */
import type { gatewayInstall } from "../../definitions/gateway.ts";
import type { Invocation } from "../../invocation.ts";
import { perform } from "./report.ts";

export async function run(invocation: Invocation<typeof gatewayInstall>): Promise<number> {
  const { values, output } = invocation;
  if (values.token !== undefined) {
    output.note("Warning: --token is visible to other users of this machine while the command runs.");
  }
  return perform("install", invocation, (service) => service.install(values));
}
