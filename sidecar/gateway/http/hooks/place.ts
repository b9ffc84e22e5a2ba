/** What webhooks stand on, and what one call of them is. */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Clock } from "../../../../shared/clock.ts";
import type { GatewayConfig } from "../../../../shared/config/schema.ts";
import type { Assistant } from "../../../assistant/assistant.ts";
import type { Logger } from "../../../base/log/logger.ts";
import type { ClientAddress } from "../../auth/client-address.ts";
import type { CallCounts } from "./call-counts.ts";

export interface HookPlace {
  assistant: Assistant;
  clock: Clock;
  log: Logger;
  config: () => GatewayConfig;
  /** Names of the channels that are there. */
  channels: () => readonly string[];
  calls: CallCounts;
}

/** One call under the path of hooks. */
export interface HookExchange {
  request: IncomingMessage;
  response: ServerResponse;
  url: URL;
  origin: ClientAddress;
  /** Called when it is known that the sender is welcome. */
  proven: () => void;
}
