/** What is said of the budget in a conversation, in its language. */
import type { Catalogue, Language } from "../../../shared/languages.ts";
import type { LimitName, Reached } from "./limits.ts";

interface BudgetWords {
  /** `share` is from 0 to 1. */
  notice(share: number): string;
  limit(reached: Reached): string;
  /** What an answer does that waits. */
  goesOn: string;
}

export function budgetWords(language: Language): BudgetWords {
  return WORDS[language];
}

const WORDS: Catalogue<BudgetWords> = {
  en: {
    notice: (share) => `${Math.round(share * 100)} % of the budget is spent. /budget shows it.`,
    limit: ({ limit, most, spent }) =>
      `The budget ${OF_EN[limit]} is used up: ${amount(limit, spent)} of ${amount(limit, most)}, and the next call might go beyond.`,
    goesOn: "I go on when you add to it, or tomorrow.",
  },
  de: {
    notice: (share) => `${Math.round(share * 100)} % des Budgets sind ausgegeben. /budget zeigt es.`,
    limit: ({ limit, most, spent }) =>
      `Das Budget ${OF_DE[limit]} ist aufgebraucht: ${amount(limit, spent)} von ${amount(limit, most)}, und der nächste Aufruf könnte darüber hinausgehen.`,
    goesOn: "Es geht weiter, sobald Sie es erhöhen, oder morgen.",
  },
};

const OF_EN: Readonly<Record<LimitName, string>> = {
  background: "of today for what nobody waits for",
  guest: "of today for guests",
  turn: "of this answer",
  day: "of today",
  month: "of this month",
  turnTokens: "of this answer",
  dayTokens: "of today",
};

const OF_DE: Readonly<Record<LimitName, string>> = {
  background: "für heute, worauf niemand wartet,",
  guest: "für Gäste heute",
  turn: "für diese Antwort",
  day: "für heute",
  month: "für diesen Monat",
  turnTokens: "für diese Antwort",
  dayTokens: "für heute",
};

function amount(limit: LimitName, value: number): string {
  const isTokens = limit === "turnTokens" || limit === "dayTokens";
  return isTokens ? `${Math.round(value)} Tokens` : `$${value.toFixed(2)}`;
}
