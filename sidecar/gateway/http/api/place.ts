/** What the endpoints of the assistant stand on. */
import type { Clock } from "../../../../shared/clock.ts";
import type { GatewayConfig } from "../../../../shared/config/schema.ts";
import type { Assistant } from "../../../assistant/assistant.ts";
import type { EventBus } from "../../../base/events/event-bus.ts";
import type { Logger } from "../../../base/log/logger.ts";
import type { SessionLine } from "./session-line.ts";

export interface ApiPlace {
  assistant: Assistant;
  bus: EventBus;
  clock: Clock;
  log: Logger;
  config: () => GatewayConfig;
  line: SessionLine;
}
