/** Spans of time and sizes as a configuration writes them: `90d`, `2gb`. */

const SPAN = /^(\d{1,6}(?:\.\d{1,3})?)\s*(m|h|d|w)$/i;
const SIZE = /^(\d{1,6}(?:\.\d{1,3})?)\s*(kb|mb|gb|tb)$/i;
const SPANS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };
const SIZES: Readonly<Record<string, number>> = { kb: 2 ** 10, mb: 2 ** 20, gb: 2 ** 30, tb: 2 ** 40 };

/** In ms: minutes, hours, days or weeks; undefined for anything else. */
export function spanMs(text: string): number | undefined {
  return amountOf(text, SPAN, SPANS);
}

/** In bytes: kb, mb, gb or tb, each 1,024 of the one before; undefined for anything else. */
export function sizeBytes(text: string): number | undefined {
  return amountOf(text, SIZE, SIZES);
}

function amountOf(text: string, form: RegExp, units: Readonly<Record<string, number>>): number | undefined {
  const [, number, unit = ""] = form.exec(text.trim()) ?? [];
  const factor = units[unit.toLowerCase()];
  return number === undefined || factor === undefined ? undefined : Math.round(Number(number) * factor);
}
