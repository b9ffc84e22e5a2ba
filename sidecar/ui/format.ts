/** Times as people read them. Pure; the language comes in as a BCP 47 tag. */

const SECOND_MS = 1_000;

/** Whole seconds until `atMs`, at least 1 while it lies ahead, else 0. */
export function secondsUntil(atMs: number, nowMs: number): number {
  return Math.max(0, Math.ceil((atMs - nowMs) / SECOND_MS));
}

/** Local time of day with seconds, `09:04:05`, the same in every language so that log columns align. */
export function clockText(timeMs: number): string {
  const time = new Date(timeMs);
  return [time.getHours(), time.getMinutes(), time.getSeconds()].map(twoDigits).join(":");
}

/** `9:04 AM` or `09:04` for today, with day and month for any other day. */
export function momentText(timeMs: number, nowMs: number, language: string): string {
  const isToday = dayKey(timeMs) === dayKey(nowMs);
  const day = isToday ? {} : ({ day: "numeric", month: "short" } as const);
  const hour = isCountedToTwelve(language) ? "numeric" : "2-digit";
  return new Intl.DateTimeFormat(language, { ...day, hour, minute: "2-digit" }).format(timeMs);
}

/** The day in full, `Sunday, 22 November 2026` in the language's own order. */
export function dayText(timeMs: number, language: string): string {
  return new Intl.DateTimeFormat(language, { dateStyle: "full" }).format(timeMs);
}

/** Equal for two moments of the same local day. */
export function dayKey(timeMs: number): string {
  return new Date(timeMs).toDateString();
}

function isCountedToTwelve(language: string): boolean {
  return new Intl.DateTimeFormat(language, { hour: "numeric" }).resolvedOptions().hour12 === true;
}

function twoDigits(value: number): string {
  return String(value).padStart(2, "0");
}
