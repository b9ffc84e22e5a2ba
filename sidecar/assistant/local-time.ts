/** Days and times where the user is. */
import type { GatewayConfig } from "../../shared/config/schema.ts";

/** The zone of the user: the configured one, else that of this machine. An IANA name. */
export function userZone({ agents }: GatewayConfig): string {
  const { userTimezone } = agents?.defaults ?? {};
  return userTimezone ?? Intl.DateTimeFormat().resolvedOptions().timeZone;
}

/** The day there, as 2026-01-31. */
export function localDay(atMs: number, zone: string): string {
  return formatter(zone, { year: "numeric", month: "2-digit", day: "2-digit" }).format(atMs);
}

/** Day, hour and minute there with the distance to UTC, as 2026-01-31 08:15 GMT+1. */
export function localTime(atMs: number, zone: string): string {
  const time = { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZoneName: "shortOffset" } as const;
  const parts = formatter(zone, time).formatToParts(atMs);
  const of = (type: string) => parts.find((part) => part.type === type)?.value ?? "";
  return `${localDay(atMs, zone)} ${of("hour")}:${of("minute")} ${of("timeZoneName")}`;
}

/** Making one takes longer than using it a thousand times. */
const FORMATTERS = new Map<string, Intl.DateTimeFormat>();

function formatter(timeZone: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const name = `${timeZone} ${Object.keys(options).join(" ")}`;
  // Of Sweden: year, month and day in that order.
  const known = FORMATTERS.get(name) ?? new Intl.DateTimeFormat("sv-SE", { ...options, timeZone });
  FORMATTERS.set(name, known);
  return known;
}
