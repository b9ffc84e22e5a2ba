/** Durations, spans of time and sizes as a configuration writes them: `1h30m`, `90d`, `2gb`. */

const DURATION = /^(?:\d{1,9}(?:\.\d{1,3})?\s*(?:ms|s|m|h|d)\s*)+$/i;
const MINUTES = /^\d{1,9}(?:\.\d{1,3})?$/;
const SPAN = /^(\d{1,6}(?:\.\d{1,3})?)\s*(m|h|d|w)$/i;
const SIZE = /^(\d{1,6}(?:\.\d{1,3})?)\s*(kb|mb|gb|tb)$/i;
const DIGITS = /^\d{1,15}$/;
const SPANS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};
const SIZES: Readonly<Record<string, number>> = { kb: 2 ** 10, mb: 2 ** 20, gb: 2 ** 30, tb: 2 ** 40 };

/** In ms: milliseconds to days, also several of them in a row; a number alone is minutes. Undefined for anything else. */
export function durationMs(text: string): number | undefined {
  const plain = text.trim();
  if (MINUTES.test(plain)) return Math.round(Number(plain) * 60_000);
  if (!DURATION.test(plain)) return undefined;
  const parts = plain.matchAll(/([\d.]+)\s*([a-z]+)/gi);
  return Math.round(
    [...parts].reduce(
      (sum, [, number, unit = ""]) => sum + Number(number) * (SPANS[unit.toLowerCase()] ?? 0),
      0,
    ),
  );
}

/** In ms: minutes, hours, days or weeks, or a number alone, which is days; undefined for anything else. */
export function spanMs(span: string | number): number | undefined {
  return alone(span, 86_400_000) ?? amountOf(String(span), SPAN, SPANS);
}

/** In bytes: kb, mb, gb or tb, each 1,024 of the one before, or a number of bytes alone; undefined for anything else. */
export function sizeBytes(size: string | number): number | undefined {
  return alone(size, 1) ?? amountOf(String(size), SIZE, SIZES);
}

/** What has no unit. Digits without end are as good as no limit. */
function alone(amount: string | number, unit: number): number | undefined {
  const plain = typeof amount === "number" ? amount : DIGITS.test(amount.trim()) ? Number(amount) : -1;
  return plain >= 0 ? Math.round(plain * unit) : undefined;
}

function amountOf(text: string, form: RegExp, units: Readonly<Record<string, number>>): number | undefined {
  const [, number, unit = ""] = form.exec(text.trim()) ?? [];
  const factor = units[unit.toLowerCase()];
  return number === undefined || factor === undefined ? undefined : Math.round(Number(number) * factor);
}
