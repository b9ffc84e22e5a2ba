/** What may be spent, and what of it is reached: rules alone, without a store and without a clock. */
import { DEFAULTS } from "../../../shared/config/defaults.ts";
import type { GatewayConfig } from "../../../shared/config/schema.ts";
import type { Authority, Origin } from "../../base/store/session-store.ts";

/** US dollars and tokens; 0 is no limit. */
export interface BudgetLimits {
  perTurnUsd: number;
  perDayUsd: number;
  perMonthUsd: number;
  /** Of the day: what nobody waits for. */
  backgroundShare: number;
  guestPerDayUsd: number;
  perTurnTokens: number;
  perDayTokens: number;
  onLimit: "ask" | "stop";
}

/** A notice is due when this much of the day or the month is spent. */
export const NOTICE_SHARE = 0.8;

export function budgetLimits({ budget }: GatewayConfig): BudgetLimits {
  return {
    perTurnUsd: budget?.perTurnUsd ?? DEFAULTS["budget.perTurnUsd"],
    perDayUsd: budget?.perDayUsd ?? DEFAULTS["budget.perDayUsd"],
    perMonthUsd: budget?.perMonthUsd ?? DEFAULTS["budget.perMonthUsd"],
    backgroundShare: budget?.backgroundShare ?? DEFAULTS["budget.backgroundShare"],
    guestPerDayUsd: budget?.guestPerDayUsd ?? DEFAULTS["budget.guestPerDayUsd"],
    perTurnTokens: budget?.perTurnTokens ?? DEFAULTS["budget.perTurnTokens"],
    perDayTokens: budget?.perDayTokens ?? DEFAULTS["budget.perDayTokens"],
    onLimit: budget?.onLimit ?? DEFAULTS["budget.onLimit"],
  };
}

/** Sums so far, with what is set aside for calls under way. */
export interface Sums {
  turnUsd: number;
  turnTokens: number;
  dayUsd: number;
  dayTokens: number;
  monthUsd: number;
  /** Of what nobody waits for, today. */
  backgroundUsd: number;
  /** Of the person, today. */
  personUsd: number;
  /** What the owner added to today. */
  allowedUsd: number;
}

/** Who wants to spend. */
export interface Spender {
  authority: Authority;
  origin: Origin;
}

export const LIMIT_NAMES = [
  "background",
  "guest",
  "turn",
  "day",
  "month",
  "turnTokens",
  "dayTokens",
] as const;
export type LimitName = (typeof LIMIT_NAMES)[number];

export interface Reached {
  limit: LimitName;
  /** US dollars, or tokens. */
  most: number;
  spent: number;
}

/** What nobody waits for. */
export function isBackground(origin: Origin): boolean {
  return origin === "background" || origin === "heartbeat" || origin === "cron";
}

/**
 * The first limit that the call would pass, where the owner has not `lifted` his own for today, the most particular one first: what nobody waits for stops before guests do, and guests
 * before everything. Undefined when the call may be made.
 */
export function limitReached(
  limits: BudgetLimits,
  sums: Sums,
  call: { usd: number; tokens: number },
  { authority, origin }: Spender,
  isLifted = false,
): Reached | undefined {
  const { allowedUsd } = sums;
  const most = (limit: number) => (limit === 0 ? 0 : limit + allowedUsd);
  const dollars = [
    ...(isBackground(origin)
      ? [named("background", limits.perDayUsd * limits.backgroundShare, sums.backgroundUsd)]
      : []),
    ...(authority === "guest" ? [named("guest", most(limits.guestPerDayUsd), sums.personUsd)] : []),
    named("turn", most(limits.perTurnUsd), sums.turnUsd),
    named("day", most(limits.perDayUsd), sums.dayUsd),
    named("month", most(limits.perMonthUsd), sums.monthUsd),
  ];
  const tokens = [
    named("turnTokens", limits.perTurnTokens, sums.turnTokens),
    named("dayTokens", limits.perDayTokens, sums.dayTokens),
  ];
  const holds = ({ limit }: Reached) => !isLifted || !LIFTED.includes(limit);
  return firstPassed(dollars.filter(holds), call.usd) ?? firstPassed(tokens.filter(holds), call.tokens);
}

/** What the owner may do without for a day: not what guests may spend, and not what is spent while nobody looks. */
const LIFTED: readonly LimitName[] = ["turn", "day", "month", "turnTokens", "dayTokens"];

function named(limit: LimitName, most: number, spent: number): Reached {
  return { limit, most, spent };
}

/** What costs nothing is not held up by what other calls cost. */
function firstPassed(limits: readonly Reached[], more: number): Reached | undefined {
  return more === 0 ? undefined : limits.find(({ most, spent }) => most > 0 && spent + more > most);
}

/** How much of the day or the month is spent, whichever is more, from 0; undefined where neither has a limit. */
export function shareSpent(limits: BudgetLimits, sums: Pick<Sums, "dayUsd" | "monthUsd" | "allowedUsd">) {
  const shares = [
    [limits.perDayUsd, sums.dayUsd],
    [limits.perMonthUsd, sums.monthUsd],
  ].flatMap(([limit = 0, spent = 0]) => (limit > 0 ? [spent / (limit + sums.allowedUsd)] : []));
  return shares.length === 0 ? undefined : Math.max(...shares);
}
