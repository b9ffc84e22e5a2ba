/** Numbers and money as they are read in each language. */
import type { Language } from "../../../../shared/languages.ts";

export function numberIn(language: Language, value: number): string {
  return value.toLocaleString(language);
}

/** US dollars. */
export function moneyIn(language: Language, usd: number): string {
  const amount = usd.toLocaleString(language, { minimumFractionDigits: 2, maximumFractionDigits: 2 });
  return language === "de" ? `${amount} $` : `$${amount}`;
}

export function percentOf(part: number, whole: number): number {
  return Math.round((100 * part) / Math.max(1, whole));
}
