/** What schedules stand on. */
import type { Clock } from "../../../shared/clock.ts";
import type { GatewayConfig } from "../../../shared/config/schema.ts";
import type { EventBus } from "../../base/events/event-bus.ts";
import type { Logger } from "../../base/log/logger.ts";
import type { CronStore } from "../../base/store/cron-store.ts";
import type { Accepted, Inbound, Renewal, SessionStore } from "../../base/store/session-store.ts";
import type { TurnSurface } from "../turns/turn-surface.ts";

/** The house that the turns of jobs are carried out in. */
export interface CronHousehold {
  store(): Promise<SessionStore>;
  /** As a message is accepted; `renewal` says whether its conversation begins anew with it. */
  accept(message: Inbound, renewal?: Renewal): Promise<Accepted>;
  waitFor(runId: string, timeoutMs: number, signal: AbortSignal): ReturnType<SessionStore["run"]>;
  /** A note in a conversation, which no model sees. */
  note(session: { sessionKey: string; sessionName: string }, text: string): Promise<string | undefined>;
}

export interface CronPlace {
  store: CronStore;
  household: CronHousehold;
  clock: Clock;
  log: Logger;
  config: () => GatewayConfig;
  bus: EventBus;
  /** Names this process in the store. */
  holder: string;
  stateDir: string;
  storeFile: string;
  surface?: TurnSurface | undefined;
  /** Whether jobs are started by themselves. */
  isOn: () => boolean;
  /** Before this no job begins by itself, on the monotonic clock: the gateway was started too often. */
  notBefore: () => Promise<number>;
  /** Fails where nobody knows the model. */
  knowsModel: (model: string) => Promise<unknown>;
}
