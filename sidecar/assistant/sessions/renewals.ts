/** Conversations that begin anew by themselves, decided when somebody writes and nothing of theirs is under way. */
import type { Clock } from "../../../shared/clock.ts";
import type { GatewayConfig } from "../../../shared/config/schema.ts";
import { type Inbound, isOfPerson, type Renewal, type SessionRow } from "../../base/store/session-store.ts";
import { ownerZone } from "../prompt/settings.ts";
import { conversationType, isOver, resetRule } from "./freshness.ts";
import { fieldsAfterReset } from "./reset.ts";

export class Renewals {
  #config: () => GatewayConfig;
  #clock: Clock;

  constructor(config: () => GatewayConfig, clock: Clock) {
    this.#config = config;
    this.#clock = clock;
  }

  /** Undefined for what nobody said: that never begins anything anew. */
  forMessage({ origin, channel }: Pick<Inbound, "origin" | "channel">): Renewal | undefined {
    if (!isOfPerson(origin)) return undefined;
    return (session) => (this.#isOver(session, channel) ? fieldsAfterReset(session.fields) : undefined);
  }

  #isOver({ key, fields, lastUserAtMs }: SessionRow, channel: string): boolean {
    if (lastUserAtMs === undefined) return false;
    const config = this.#config();
    const rule = resetRule(config, conversationType(key, fields.chatType), channel);
    // Calendars are looked at where there are days.
    const zone = rule.dailyAtHour === undefined ? "UTC" : ownerZone(config);
    return isOver(rule, lastUserAtMs, { nowMs: this.#clock.now(), zone });
  }
}
