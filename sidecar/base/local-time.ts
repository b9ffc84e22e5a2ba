/** A moment as clock and calendar of this machine show it, without `Intl`: what that loads takes a command 20 ms and 6 MB. */

/** `2026-01-31`. */
export function localDate(atMs: number): string {
  const date = new Date(atMs);
  return [date.getFullYear(), date.getMonth() + 1, date.getDate()].map(twoDigits).join("-");
}

/** `09:05:00`. */
export function localClock(atMs: number): string {
  const date = new Date(atMs);
  return [date.getHours(), date.getMinutes(), date.getSeconds()].map(twoDigits).join(":");
}

/** `2026-01-31 09:05:00`. */
export function localTime(atMs: number): string {
  return `${localDate(atMs)} ${localClock(atMs)}`;
}

function twoDigits(value: number): string {
  return String(value).padStart(2, "0");
}
