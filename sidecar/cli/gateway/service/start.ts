/** `clawdbot gateway start`: starts the installed service, or has the tray start its gateway, and waits until it answers. */
import type { Invocation } from "../../invocation.ts";
import { perform } from "./report.ts";
import { decidingTray, performByTray } from "./tray.ts";

export function run(invocation: Invocation): Promise<number> {
  const tray = decidingTray(invocation);
  if (tray !== undefined) return performByTray("start", tray, invocation, undefined);
  return perform("start", invocation, (service) => service.start());
}
