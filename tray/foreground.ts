/** Runs the gateway in the foreground in place of the tray. */
import type { GatewayProfile } from "./gateway-profiles.ts";
import { becomeProgram } from "./relaunch.ts";

/** Does not return where this process can be replaced; elsewhere resolves with the gateway's exit code. */
export function runInForeground({ options, launcher }: GatewayProfile): Promise<number> {
  return becomeProgram(["gateway", "run", ...options], launcher());
}
