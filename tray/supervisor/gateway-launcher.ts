/** How a gateway of our own is brought up; what it is afterwards. */
import type { GatewayProfile } from "../gateway-profiles.ts";

export interface GatewayLauncher {
  /** Starts a gateway for the place, supervised. Fails with `RUNTIME_MISSING` or the system's error. */
  launch(place: GatewayProfile): Promise<LaunchedGateway>;
}

/** How the process ended. */
export interface LaunchedExit {
  readonly code: number | null;
  readonly signal: string | null;
  readonly uptimeMs: number;
}

/** A running child. It goes on when the tray ends. */
export interface LaunchedGateway {
  readonly pid: number;
  /** Tells it from a later process with the same pid; undefined where the system does not say. */
  readonly startId: string | undefined;
  readonly exited: Promise<LaunchedExit>;
  /** The end of what it wrote to stderr since it was started, at most `maxBytes`. */
  stderrTail(maxBytes: number): string;
}
