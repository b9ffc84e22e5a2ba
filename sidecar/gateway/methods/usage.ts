/** Handlers of `usage.*` and `budget.*`. */
import type { Clock } from "../../../shared/clock.ts";
import type { GatewayConfig } from "../../../shared/config/schema.ts";
import { RequestError } from "../../../shared/errors.ts";
import { type BudgetState, usageMethods } from "../../../shared/protocol/methods/usage.ts";
import type { Assistant } from "../../assistant/assistant.ts";
import { budgetLimits } from "../../assistant/budget/limits.ts";
import type { DaySpent } from "../../base/store/session-store.ts";
import { implement, type Method } from "../rpc/implement.ts";

/** What the handlers stand on. */
export interface UsagePlace {
  assistant: Assistant;
  config: () => GatewayConfig;
  clock: Clock;
}

const DEFAULT_DAYS = 30;
const MOST_DAYS = 3_660;
const DAY_MS = 86_400_000;

export function usageHandlers({ assistant, config, clock }: UsagePlace): Method[] {
  const state = async (): Promise<BudgetState> => {
    const purse = await assistant.purse();
    const { perDayUsd, perMonthUsd, perTurnUsd, guestPerDayUsd, onLimit } = budgetLimits(config());
    const { dayUsd, monthUsd, allowedUsd } = await purse.sums({});
    return {
      day: purse.today(),
      todayUsd: dayUsd,
      perDayUsd,
      allowedUsd,
      monthUsd,
      perMonthUsd,
      perTurnUsd,
      guestPerDayUsd,
      onLimit,
      isLifted: await purse.isLifted(),
      waiting: purse.waiting,
    };
  };
  return implement(usageMethods, {
    "usage.status": () => ({ updatedAt: clock.now(), providers: [] }),

    "usage.cost": async ({ days: given }) => {
      const days = daysOf(given);
      const [store, purse] = await Promise.all([assistant.store(), assistant.purse()]);
      const first = new Date(Date.parse(`${purse.today()}T00:00:00Z`) - (days - 1) * DAY_MS);
      const rows = await store.spentByDay(first.toISOString().slice(0, 10));
      const daily = rows.reverse().map((row) => ({ date: row.day, ...sumsOf(row) }));
      return { updatedAt: clock.now(), days, daily, totals: sumsOf(totalOf(rows)) };
    },

    "budget.get": state,

    "budget.add": async ({ usd }) => {
      await (await assistant.purse()).allow(usd);
      return await state();
    },
  });
}

/** A number, also as text. Fails with `PARAMS_INVALID`. */
function daysOf(given: number | string | undefined): number {
  if (given === undefined) return DEFAULT_DAYS;
  const days = Math.floor(Number(given));
  if (String(given).trim() === "" || !Number.isFinite(days))
    throw new RequestError("PARAMS_INVALID", "invalid usage.cost params: days must be a number");
  return Math.min(Math.max(1, days), MOST_DAYS);
}

type Sums = Omit<DaySpent, "day">;

function totalOf(rows: readonly Sums[]): Sums {
  const of = (name: keyof Sums) => rows.reduce((sum, row) => sum + row[name], 0);
  return {
    calls: of("calls"),
    usd: of("usd"),
    input: of("input"),
    output: of("output"),
    cacheRead: of("cacheRead"),
    cacheWrite: of("cacheWrite"),
    unpriced: of("unpriced"),
  };
}

function sumsOf({ usd, input, output, cacheRead, cacheWrite, unpriced }: Sums) {
  return {
    input,
    output,
    cacheRead,
    cacheWrite,
    totalTokens: input + output + cacheRead + cacheWrite,
    totalCost: usd,
    missingCostEntries: unpriced,
  };
}
