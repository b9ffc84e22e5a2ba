/** `clawdbot gateway uninstall`: stops the service and takes its definition away; configuration and state stay. */
import type { Invocation } from "../../invocation.ts";
import { perform } from "./report.ts";

export function run(invocation: Invocation): Promise<number> {
  return perform("uninstall", invocation, (service) => service.uninstall());
}
