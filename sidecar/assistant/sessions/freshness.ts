/** When a conversation is over by itself: a rule for each, a zone and moments, without a store and without a clock. */
import { DEFAULTS } from "../../../shared/config/defaults.ts";
import type { ResetMode } from "../../../shared/config/modes.ts";
import type { GatewayConfig } from "../../../shared/config/schema.ts";
import { withoutUndefined } from "../../../shared/without-undefined.ts";
import { dateIn, offsetAt } from "../prompt/time.ts";
import { kindOf } from "../session-key.ts";

/** What ends a conversation, whichever comes first; undefined for what does not. */
export interface ResetRule {
  /** Of the owner's clock, from 0 to 23. */
  dailyAtHour: number | undefined;
  idleMs: number | undefined;
}

/** What rules tell conversations apart by. */
export type ConversationType = "dm" | "group" | "thread";

const IDLE_MINUTES = 60;
const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

export function conversationType(sessionKey: string, chatType: unknown): ConversationType {
  if (/:(thread|topic):[^:]+$/.test(sessionKey)) return "thread";
  return kindOf(sessionKey, chatType) === "group" ? "group" : "dm";
}

/** The rule for conversations of the type that somebody writes to on the channel. */
export function resetRule({ session }: GatewayConfig, type: ConversationType, channel: string): ResetRule {
  const { reset, resetByType, resetByChannel, idleMinutes } = session ?? {};
  const general = reset ?? (idleMinutes === undefined ? {} : { mode: "idle" as const, idleMinutes });
  const ofType = resetByType?.[type] ?? (type === "dm" ? resetByType?.direct : undefined);
  const particular = ofChannel(resetByChannel, channel) ?? ofType;
  return ruleOf({ ...general, ...withoutUndefined({ ...particular }) });
}

/** Whether what was said last, in epoch ms, is of a conversation that is over by now. */
export function isOver(
  rule: ResetRule,
  lastUserAtMs: number,
  { nowMs, zone }: { nowMs: number; zone: string },
) {
  const { dailyAtHour, idleMs } = rule;
  if (idleMs !== undefined && nowMs - lastUserAtMs >= idleMs) return true;
  return dailyAtHour !== undefined && lastUserAtMs < lastHour(dailyAtHour, zone, nowMs);
}

/**
 * The last moment up to `nowMs`, in epoch ms, at which the clocks of the zone came to the hour. An hour that a day does not have counts
 * as the next one, and of an hour that it has twice the first one counts.
 */
export function lastHour(hour: number, zone: string, nowMs: number): number {
  const today = firstMomentOf(dateIn(zone, nowMs), hour, zone);
  return today <= nowMs ? today : firstMomentOf(dateIn(zone, nowMs, 1), hour, zone);
}

interface Configured {
  mode?: ResetMode | undefined;
  atHour?: number | undefined;
  idleMinutes?: number | undefined;
}

function ofChannel(rules: Readonly<Record<string, Configured>> | undefined, channel: string) {
  return Object.entries(rules ?? {}).find(([name]) => name.toLowerCase() === channel.toLowerCase())?.[1];
}

function ruleOf({ mode, atHour, idleMinutes }: Configured): ResetRule {
  const isDaily = mode === "daily" || (mode === undefined && atHour !== undefined);
  const isIdle = mode !== "none" && (mode === "idle" || idleMinutes !== undefined);
  return {
    dailyAtHour: isDaily ? (atHour ?? DEFAULTS["session.reset.atHour"]) : undefined,
    idleMs: isIdle ? (idleMinutes ?? IDLE_MINUTES) * MINUTE_MS : undefined,
  };
}

function firstMomentOf(date: string, hour: number, zone: string): number {
  const wallMs = Date.parse(`${date}T${String(hour).padStart(2, "0")}:00:00Z`);
  const moments = [wallMs - DAY_MS, wallMs + DAY_MS].map((atMs) => wallMs - offsetAt(zone, atMs));
  const [early, late] = [Math.min(...moments), Math.max(...moments)];
  return (
    [early, late].find((atMs) => atMs + offsetAt(zone, atMs) === wallMs) ?? changeWithin(zone, early, late)
  );
}

/** The moment after `early` and not after `late` at which the clocks are set forward. */
function changeWithin(zone: string, early: number, late: number): number {
  const after = offsetAt(zone, late);
  let [before, changed] = [early, late];
  while (changed - before > 1) {
    const middle = Math.floor((before + changed) / 2);
    if (offsetAt(zone, middle) === after) changed = middle;
    else before = middle;
  }
  return changed;
}
