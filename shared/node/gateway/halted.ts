/** Spares whoever asks a gateway of this machine the wait for a process that stands still. */

import { SetupError } from "../../errors.ts";
import { advice } from "../../remedy.ts";
import type { Paths } from "../paths.ts";
import { standstillOf } from "../standstill.ts";
import { liveGateway } from "./live.ts";

/** Fails with `HALTED` and the cure when the gateway of the profile is the one on this port and its process cannot answer. */
export function refuseHalted(port: number, paths: Pick<Paths, "factsFile">, platform: NodeJS.Platform): void {
  const gateway = liveGateway(paths);
  if (gateway?.port !== port) return;
  const standstill = standstillOf(gateway.pid, platform);
  // One that waits for its disk may answer in a moment.
  if (standstill === undefined || standstill.kind === "blocked") return;
  throw new SetupError("HALTED", advice`The gateway (PID ${gateway.pid}) ${standstill.what}.`, {
    fix: standstill.cure,
    details: { pid: gateway.pid, standstill: standstill.kind },
  });
}
