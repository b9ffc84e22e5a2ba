/** Runs the gateway in the foreground in place of the tray. */

import { runInPlace } from "../shared/node/run-in-place.ts";
import type { GatewayProfile } from "./gateway-profiles.ts";

/** Does not return where this process can be replaced; elsewhere resolves with the gateway's exit code. */
export function runInForeground({ options, launcher }: GatewayProfile): Promise<number> {
  return runInPlace([launcher(), "gateway", "run", ...options]);
}
