/** `usage.*` and `budget.*`: what calls of models took and cost, and what they may cost. */
import * as z from "zod";
import { methods } from "../contract.ts";

const Sums = z.object({
  input: z.number(),
  output: z.number(),
  cacheRead: z.number(),
  cacheWrite: z.number(),
  totalTokens: z.number(),
  /** US dollars. */
  totalCost: z.number(),
  /** Calls whose price nobody knows. */
  missingCostEntries: z.number(),
});

/** US dollars; a limit of 0 is none. */
const Budget = z.object({
  day: z.string(),
  todayUsd: z.number(),
  perDayUsd: z.number(),
  /** What the owner added to today. */
  allowedUsd: z.number(),
  monthUsd: z.number(),
  perMonthUsd: z.number(),
  perTurnUsd: z.number(),
  guestPerDayUsd: z.number(),
  onLimit: z.enum(["ask", "stop"]),
  /** The owner's own limits do not hold today; those of guests and of what nobody waits for do. */
  isLifted: z.boolean(),
  /** Answers that wait for more. */
  waiting: z.int(),
});
export type BudgetState = z.infer<typeof Budget>;

export const usageMethods = methods({
  /** What providers say of their own limits; this release asks none of them. */
  "usage.status": {
    access: "operator.read",
    params: z.object({}).loose(),
    result: z.object({ updatedAt: z.int(), providers: z.array(z.object({ provider: z.string() }).loose()) }),
  },
  /** What the last days took, the oldest first; days are those of the owner's zone. */
  "usage.cost": {
    access: "operator.read",
    params: z.object({ days: z.union([z.number(), z.string()]).optional() }).loose(),
    result: z.object({
      updatedAt: z.int(),
      days: z.int(),
      daily: z.array(Sums.extend({ date: z.string() })),
      totals: Sums,
    }),
  },
  /** What is spent today and this month, and what may be. */
  "budget.get": { access: "operator.read", params: z.strictObject({}), result: Budget },
  /** Adds to the limits of today, in US dollars; answers that wait for it go on. */
  "budget.add": {
    access: "operator.admin",
    params: z.strictObject({ usd: z.number().positive().max(100_000) }),
    result: Budget,
  },
});
