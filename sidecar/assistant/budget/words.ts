/** What is said of the budget in a conversation. */
import type { LimitName, Reached } from "./limits.ts";

/** `share` is from 0 to 1. */
export function budgetNotice(share: number): string {
  return `${Math.round(share * 100)} % of the budget is spent. /budget shows it.`;
}

export function limitText({ limit, most, spent }: Reached): string {
  const isTokens = limit === "turnTokens" || limit === "dayTokens";
  const amount = (value: number) => (isTokens ? `${Math.round(value)} tokens` : `$${value.toFixed(2)}`);
  return `The budget ${OF[limit]} is used up: ${amount(spent)} of ${amount(most)}, and the next call might go beyond.`;
}

const OF: Readonly<Record<LimitName, string>> = {
  background: "of today for what nobody waits for",
  guest: "of today for guests",
  turn: "of this answer",
  day: "of today",
  month: "of this month",
  turnTokens: "of this answer",
  dayTokens: "of today",
};
