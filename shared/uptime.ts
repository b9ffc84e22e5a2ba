/** How long something lasts already, as people read it in every language. */

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** A non-negative duration in its two or three leading units, such as `3 h 05 min 12 s`; a day and more without seconds. */
export function uptimeText(ms: number): string {
  const days = Math.floor(ms / DAY_MS);
  const hours = Math.floor((ms % DAY_MS) / HOUR_MS);
  const minutes = Math.floor((ms % HOUR_MS) / MINUTE_MS);
  const seconds = Math.floor((ms % MINUTE_MS) / SECOND_MS);
  if (days > 0) return `${days} d ${hours} h ${twoDigits(minutes)} min`;
  if (hours > 0) return `${hours} h ${twoDigits(minutes)} min ${twoDigits(seconds)} s`;
  if (minutes > 0) return `${minutes} min ${twoDigits(seconds)} s`;
  return `${seconds} s`;
}

function twoDigits(value: number): string {
  return String(value).padStart(2, "0");
}
