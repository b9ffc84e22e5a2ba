/** Times as people and models write them: `20m`, `+2h`, `tomorrow 9:00`, `2026-03-01T09:00`. */
import { durationMs } from "../../../shared/config/amounts.ts";
import { dateIn } from "../prompt/time.ts";
import { momentOfWall } from "./wall-time.ts";

/** The moment that is meant, where a time without an offset is one of the zone; undefined for anything else. */
export function momentOf(text: string, nowMs: number, zone: string): number | undefined {
  const said = text.trim();
  if (/^\d{10,}$/.test(said)) return Number(said) * (said.length <= 11 ? 1_000 : 1);
  const [, distance] = /^(?:\+|in\s+)?(\d.*[a-z])$/i.exec(said) ?? [];
  const afterMs = distance === undefined ? undefined : durationMs(distance);
  if (afterMs !== undefined) return nowMs + afterMs;
  const [, day, clock = ""] =
    /^(today|tomorrow|heute|morgen)?\s*(?:at\s+|um\s+)?(\d{1,2}:\d{2})$/i.exec(said) ?? [];
  if (clock !== "") return clockTime(clock, day?.toLowerCase(), nowMs, zone);
  return dateTime(said, zone);
}

/** A date without a time is its midnight. */
const DATE_TIME =
  /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2})(?::(\d{2})(?:\.\d{1,9})?)?\s*(Z|[+-]\d{2}:?\d{2})?)?$/i;

function dateTime(said: string, zone: string): number | undefined {
  const [, date, time = "00:00", seconds = "00", offset] = DATE_TIME.exec(said) ?? [];
  if (date === undefined) return undefined;
  const wallMs = Date.parse(`${date}T${time}:${seconds}Z`);
  // The thirtieth of February is no day, though it can be read as one in March.
  if (Number.isNaN(wallMs) || !new Date(wallMs).toISOString().startsWith(date)) return undefined;
  if (offset === undefined) return momentOfWall(wallMs, zone);
  const [, sign, hours = "0", minutes = "0"] = /([+-])(\d{2}):?(\d{2})/.exec(offset) ?? [];
  const offsetMs = (Number(hours) * 60 + Number(minutes)) * 60_000;
  return wallMs - (sign === "-" ? -offsetMs : offsetMs);
}

/** The next time that the clock shows it, or that of the day. */
function clockTime(clock: string, day: string | undefined, nowMs: number, zone: string): number | undefined {
  const [hour = 0, minute = 0] = clock.split(":").map(Number);
  if (hour > 23 || minute > 59) return undefined;
  const isTomorrow = day === "tomorrow" || day === "morgen";
  const on = (daysOn: number) =>
    dateTime(`${dateIn(zone, nowMs, -daysOn)} ${clock.padStart(5, "0")}`, zone) ?? nowMs;
  if (isTomorrow) return on(1);
  const today = on(0);
  return day === undefined && today <= nowMs ? on(1) : today;
}
