/** From which memory on a gateway warns, takes no new messages, and is replaced. */
import { DEFAULTS } from "../../../shared/config/defaults.ts";
import type { GatewayConfig } from "../../../shared/config/schema.ts";

/** Resident memory of the process in bytes; each is at most the next. */
export interface MemoryLimits {
  warnBytes: number;
  refuseBytes: number;
  restartBytes: number;
}

const MB = 1_048_576;
/** A share of a small machine is no less than this: a gateway needs a third of it at rest. */
const SMALLEST_SHARE_BYTES = 256 * MB;

/** On a machine whose share is smaller than the restart limit, the other two shrink in the same proportion. */
export function memoryLimits({ gateway }: GatewayConfig, machineBytes: number): MemoryLimits {
  const {
    warnMb = DEFAULTS["gateway.guard.warnMb"],
    refuseMb = DEFAULTS["gateway.guard.refuseMb"],
    restartMb = DEFAULTS["gateway.guard.restartMb"],
    restartShare = DEFAULTS["gateway.guard.restartShare"],
  } = gateway?.guard ?? {};
  const shareBytes = Math.max(restartShare * machineBytes, SMALLEST_SHARE_BYTES);
  const scale = Math.min(1, shareBytes / (restartMb * MB));
  const restartBytes = Math.round(restartMb * MB * scale);
  const refuseBytes = Math.min(Math.round(refuseMb * MB * scale), restartBytes);
  return { warnBytes: Math.min(Math.round(warnMb * MB * scale), refuseBytes), refuseBytes, restartBytes };
}
