/** `clawdbot gateway start`: starts the installed service and waits until its gateway answers. */
import type { Invocation } from "../../invocation.ts";
import { perform } from "./report.ts";

export function run(invocation: Invocation): Promise<number> {
  return perform("start", invocation, (service) => service.start());
}
