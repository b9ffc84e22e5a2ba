/** What the assistant stands on. */
import type { Clock } from "../../shared/clock.ts";
import type { GatewayConfig } from "../../shared/config/schema.ts";
import type { Environment } from "../../shared/node/paths.ts";
import type { EventBus } from "../base/events/event-bus.ts";
import type { Logger } from "../base/log/logger.ts";
import type { MessagePort } from "./tools/message/message-port.ts";
import type { NodePort } from "./tools/nodes/node-port.ts";
import type { TurnSurface } from "./turns/turn-surface.ts";
import type { WorkspacePaths } from "./workspace/place.ts";

/** Where the assistant lives. */
export interface AssistantPlace {
  storeFile: string;
  paths: WorkspacePaths;
  bus: EventBus;
  clock: Clock;
  log: Logger;
  config: () => GatewayConfig;
  /** Holds keys of model providers, unless the configuration does. */
  env: Environment;
  stateDir: string;
  /** Names this run of the gateway in the store. */
  holder: string;
  /** Fails where no new run may begin; without it one always may. */
  admit?: () => void;
  /** The chats that messages came from; none where only clients ask. */
  surface?: TurnSurface | undefined;
  /** The owner's devices. */
  nodes?: NodePort | undefined;
  /** Chats in which something can be said; none where only clients ask. */
  messages?: MessagePort | undefined;
}
