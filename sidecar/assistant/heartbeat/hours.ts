/** The hours in which agents look around, and say what can wait. */
import type { GatewayConfig } from "../../../shared/config/schema.ts";
import { minutesOf } from "../../../shared/config/sections/heartbeat.ts";
import { momentOfWall } from "../cron/wall-time.ts";
import { hostTime, ownerZone } from "../prompt/settings.ts";
import { dateIn, momentText, offsetAt } from "../prompt/time.ts";
import { type HeartbeatSettings, heartbeatSettings } from "./settings.ts";
import { waitsUntil } from "./words.ts";

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
const DAY_MINUTES = 1_440;

/** When the hours begin next; undefined while they last, and where the whole day is meant. */
export function opensAt(
  { activeHours }: Pick<HeartbeatSettings, "activeHours">,
  config: GatewayConfig,
  nowMs: number,
): number | undefined {
  if (activeHours === undefined) return undefined;
  const { timezone } = activeHours;
  const zone = timezone === "local" ? hostTime().zone : (timezone ?? ownerZone(config));
  const start = minutesOf(activeHours.start ?? "00:00") % DAY_MINUTES;
  const end = minutesOf(activeHours.end ?? "24:00");
  const wallMs = nowMs + offsetAt(zone, nowMs);
  const minute = Math.floor((wallMs % DAY_MS) / MINUTE_MS);
  const isOpen = start < end ? minute >= start && minute < end : minute >= start || minute < end;
  if (isOpen) return undefined;
  const today = Date.parse(`${dateIn(zone, nowMs)}T00:00:00Z`) + start * MINUTE_MS;
  const todayMs = momentOfWall(today, zone);
  return todayMs > nowMs ? todayMs : momentOfWall(today + DAY_MS, zone);
}

/** What an agent that looks around is told of its hours, where what it says now waits for them. */
export function hoursText(config: GatewayConfig, agentId: string, nowMs: number): string | undefined {
  const settings = heartbeatSettings(config, agentId);
  const opensMs = settings.isOn ? opensAt(settings, config, nowMs) : undefined;
  if (opensMs === undefined) return undefined;
  return waitsUntil(momentText(opensMs, { zone: ownerZone(config), isTwelveHour: false }));
}
