/** What the endpoints of the assistant stand on, and what each of them is. */
import type { IncomingMessage, ServerResponse } from "node:http";
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

/** Answers a request whose sender is known. `signal` is aborted when nobody waits for the answer any more. */
export type ApiHandler = (
  place: ApiPlace,
  exchange: { request: IncomingMessage; response: ServerResponse; signal: AbortSignal },
) => Promise<void>;
