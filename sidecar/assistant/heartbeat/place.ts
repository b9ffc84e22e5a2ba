/** What looks around stand on. */
import type { Clock } from "../../../shared/clock.ts";
import type { GatewayConfig } from "../../../shared/config/schema.ts";
import type { Heartbeat } from "../../../shared/protocol/methods/presence.ts";
import type { Logger } from "../../base/log/logger.ts";
import type { HeartbeatStore } from "../../base/store/heartbeat-store.ts";
import type { CronHousehold } from "../cron/place.ts";
import type { TurnSurface } from "../turns/turn-surface.ts";
import type { WorkspacePaths } from "../workspace/place.ts";

export interface HeartbeatPlace {
  store: HeartbeatStore;
  household: CronHousehold;
  clock: Clock;
  log: Logger;
  config: () => GatewayConfig;
  paths: WorkspacePaths;
  surface?: TurnSurface | undefined;
  /** Whether somebody has not switched them off for now. */
  isOn: () => Promise<boolean>;
  /** Whether there is a model that can make something of it. */
  canThink: (agentId: string) => Promise<boolean>;
  /** Whether the one that answers is paid by a subscription with Anthropic. */
  hasSubscription: (agentId: string) => Promise<boolean>;
  isRunning: (sessionKey: string) => Promise<boolean>;
  /** Begins a turn for what waits to be told. */
  wake: (agentId: string) => Promise<void>;
  /** Told of every look. */
  told: (agentId: string, beat: Heartbeat) => void;
}
