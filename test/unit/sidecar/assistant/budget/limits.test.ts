import { expect, test } from "@playwright/test";
import {
  budgetLimits,
  limitReached,
  type Sums,
  shareSpent,
} from "../../../../../sidecar/assistant/budget/limits.ts";

const NONE: Sums = {
  turnUsd: 0,
  turnTokens: 0,
  dayUsd: 0,
  dayTokens: 0,
  monthUsd: 0,
  backgroundUsd: 0,
  personUsd: 0,
  allowedUsd: 0,
};
const owner = { authority: "owner", origin: "chat" } as const;
const guest = { authority: "guest", origin: "channel" } as const;
const beat = { authority: "owner", origin: "heartbeat" } as const;
const limits = budgetLimits({});

/** Which limit stops a call of this price. */
const stops = (
  sums: Partial<Sums>,
  usd: number,
  spender: typeof owner | typeof guest | typeof beat = owner,
) => limitReached(limits, { ...NONE, ...sums }, { usd, tokens: 0 }, spender)?.limit;

test("a call is made as long as what it may cost still fits", () => {
  expect(stops({ dayUsd: 9 }, 1)).toBeUndefined();
  expect(stops({ dayUsd: 9 }, 1.01)).toBe("day");
  expect(stops({ turnUsd: 1.5 }, 0.6)).toBe("turn");
  expect(stops({ monthUsd: 99.5 }, 0.6)).toBe("month");
});

test("for a day the owner can do without his own limits, and not without those of others", () => {
  const lifted = (sums: Partial<Sums>, spender: typeof owner | typeof guest | typeof beat) =>
    limitReached(limits, { ...NONE, ...sums }, { usd: 500, tokens: 1e9 }, spender, true)?.limit;
  expect(lifted({ dayUsd: 50, monthUsd: 300, turnUsd: 7 }, owner)).toBeUndefined();
  expect(lifted({ personUsd: 0.9 }, guest)).toBe("guest");
  expect(lifted({ backgroundUsd: 2.9 }, beat)).toBe("background");
});

test("case 52: what nobody waits for stops before guests do, and guests before everything", () => {
  expect(stops({ dayUsd: 3, backgroundUsd: 2.9 }, 0.2, beat)).toBe("background");
  expect(stops({ dayUsd: 3, backgroundUsd: 2.9 }, 0.2, guest)).toBeUndefined();
  expect(stops({ dayUsd: 3, personUsd: 0.9 }, 0.2, guest)).toBe("guest");
  expect(stops({ dayUsd: 9.9, personUsd: 0.9 }, 0.2)).toBe("day");
});

test("what the owner adds to a day counts for the answer, the day, the month and guests", () => {
  const spent = { turnUsd: 2, dayUsd: 10, monthUsd: 100, personUsd: 1 };
  expect(stops({ ...spent, allowedUsd: 5 }, 1)).toBeUndefined();
  expect(stops({ ...spent, allowedUsd: 5 }, 1, guest)).toBeUndefined();
  expect(stops({ ...spent, allowedUsd: 5 }, 6)).toBe("turn");
});

test("a model without a price counts tokens, and one that costs nothing is never held up", () => {
  const sums = { ...NONE, dayUsd: 50, turnTokens: 999_000 };
  expect(limitReached(limits, sums, { usd: 0, tokens: 2_000 }, owner)?.limit).toBe("turnTokens");
  expect(limitReached(limits, sums, { usd: 0, tokens: 0 }, owner)).toBeUndefined();
});

test("0 is no limit", () => {
  const free = budgetLimits({
    budget: { perTurnUsd: 0, perDayUsd: 0, perMonthUsd: 0, perTurnTokens: 0, perDayTokens: 0 },
  });
  const sums = { ...NONE, turnUsd: 1e6, dayUsd: 1e6, monthUsd: 1e6, dayTokens: 1e12, allowedUsd: 3 };
  expect(limitReached(free, sums, { usd: 1e6, tokens: 1e9 }, owner)).toBeUndefined();
  expect(shareSpent(free, sums)).toBeUndefined();
});

test("the share that is spent is that of the day or of the month, whichever is more", () => {
  expect(shareSpent(limits, { dayUsd: 1, monthUsd: 80, allowedUsd: 0 })).toBe(0.8);
  expect(shareSpent(limits, { dayUsd: 9, monthUsd: 80, allowedUsd: 0 })).toBe(0.9);
});
