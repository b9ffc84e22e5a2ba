/** Asked before each call of a model: whether what it may cost is still there. Calls at the same time see what the others may cost. */
import type { Clock } from "../../../shared/clock.ts";
import type { GatewayConfig } from "../../../shared/config/schema.ts";
import type { TokenUsage } from "../../base/store/message.ts";
import type { Charge, SessionStore, SpentQuery } from "../../base/store/session-store.ts";
import type { Model, Prices } from "../models/model.ts";
import { usageOf } from "../models/usage.ts";
import { ownerZone } from "../prompt/settings.ts";
import { dateIn } from "../prompt/time.ts";
import {
  budgetLimits,
  isBackground,
  limitReached,
  NOTICE_SHARE,
  type Reached,
  type Spender,
  type Sums,
  shareSpent,
} from "./limits.ts";

/** What a call is for. */
export interface Purpose extends Spender {
  turnId: string | undefined;
  agentId: string;
  sessionKey: string;
  principal: string;
  /** `turn`, or what else it is for. */
  purpose: string;
}

/** A call that may be made. */
export interface Permit {
  /** What it may cost at most, as it is charged when nobody hears of its end; undefined where that is nothing. */
  estimate: Charge | undefined;
  /** What is charged for what it took. The permit is over then. */
  settle(usage: TokenUsage): Charge;
  /** The call was not made, or cost nothing. */
  release(): void;
  /** How much of the budget is spent, from 0, when that is worth a notice that nobody has had today. */
  notice: number | undefined;
}

/** A limit would be passed: the call is not made. */
export class BudgetReached extends Error {
  readonly reached: Reached;

  constructor(reached: Reached) {
    super(`the budget is used up: ${reached.limit}`);
    this.name = "BudgetReached";
    this.reached = reached;
  }
}

/** How often a call that waits asks again by itself, in ms. */
const AGAIN_MS = 60_000;

interface Reserved {
  day: string;
  turnId: string | undefined;
  principal: string;
  isBackground: boolean;
  usd: number;
  tokens: number;
}

export class Purse {
  #store: SessionStore;
  #clock: Clock;
  #config: () => GatewayConfig;
  #reserved = new Set<Reserved>();
  #raised = new Set<() => void>();
  #last: Promise<unknown> = Promise.resolve();

  constructor({ store, clock, config }: { store: SessionStore; clock: Clock; config: () => GatewayConfig }) {
    this.#store = store;
    this.#clock = clock;
    this.#config = config;
  }

  /** How many calls wait for more. */
  get waiting(): number {
    return this.#raised.size;
  }

  /** The day that is charged now. */
  today(): string {
    return dateIn(ownerZone(this.#config()), this.#clock.now());
  }

  /** Sets aside what the call may cost. Fails with `BudgetReached`. */
  reserve(model: Model, call: { input: number; output: number }, purpose: Purpose): Promise<Permit> {
    // One after the other: each sees what the one before it has set aside.
    const asked = this.#last.then(() => this.#reserve(model, call, purpose));
    this.#last = asked.catch(() => {}); // Whoever asked is told.
    return asked;
  }

  async #reserve(model: Model, call: { input: number; output: number }, purpose: Purpose): Promise<Permit> {
    const day = this.today();
    const isFree = model.prices !== undefined && Object.values(model.prices).every((price) => price === 0);
    const usd = model.prices === undefined ? 0 : mostFor(model.prices, call);
    const tokens = isFree ? 0 : call.input + call.output;
    const limits = budgetLimits(this.#config());
    const sums = await this.sums(purpose, day);
    const reached = limitReached(limits, sums, { usd, tokens }, purpose, await this.isLifted(day));
    if (reached !== undefined) throw new BudgetReached(reached);
    const reserved: Reserved = {
      day,
      turnId: purpose.turnId,
      principal: purpose.principal,
      isBackground: isBackground(purpose.origin),
      usd,
      tokens,
    };
    this.#reserved.add(reserved);
    const charge = (usage: TokenUsage): Charge => ({
      atMs: this.#clock.now(),
      day,
      agentId: purpose.agentId,
      sessionKey: purpose.sessionKey,
      principal: purpose.principal,
      turnId: purpose.turnId,
      provider: model.provider,
      model: model.id,
      purpose: purpose.purpose,
      usage,
      isPriced: model.prices !== undefined,
      isBackground: isBackground(purpose.origin),
    });
    const release = () => void this.#reserved.delete(reserved);
    return {
      estimate: isFree ? undefined : charge(usageOf({ ...call, cost: usd }, undefined)),
      settle: (usage) => {
        release();
        return charge(usage);
      },
      release,
      // Beside a conversation nobody could be told.
      notice:
        purpose.origin === "background"
          ? undefined
          : await this.#notice(
              shareSpent(limits, { ...sums, dayUsd: sums.dayUsd + usd, monthUsd: sums.monthUsd + usd }),
              day,
            ),
    };
  }

  /** What is spent, with what is set aside. */
  async sums({ turnId, principal }: { turnId?: string | undefined; principal?: string }, day = this.today()) {
    const spent = (query: SpentQuery) => this.#store.spent(query);
    const today = { sinceDay: day, untilDay: day };
    const [turn, all, month, background, person, allowedUsd] = await Promise.all([
      turnId === undefined ? undefined : spent({ turnId }),
      spent(today),
      spent({ sinceDay: `${day.slice(0, 7)}-01`, untilDay: day }),
      spent({ ...today, isBackground: true }),
      principal === undefined ? undefined : spent({ ...today, principal }),
      this.#store.allowance(day),
    ]);
    const aside = [...this.#reserved];
    const usdOf = (which: (each: Reserved) => boolean) =>
      aside.filter(which).reduce((sum, { usd }) => sum + usd, 0);
    const tokensOf = (which: (each: Reserved) => boolean) =>
      aside.filter(which).reduce((sum, { tokens }) => sum + tokens, 0);
    const sums: Sums = {
      turnUsd: (turn?.usd ?? 0) + usdOf((each) => each.turnId === turnId),
      turnTokens: (turn?.input ?? 0) + (turn?.output ?? 0) + tokensOf((each) => each.turnId === turnId),
      dayUsd: all.usd + usdOf(() => true),
      dayTokens: all.input + all.output + tokensOf(() => true),
      monthUsd: month.usd + usdOf(() => true),
      backgroundUsd: background.usd + usdOf((each) => each.isBackground),
      personUsd: (person?.usd ?? 0) + usdOf((each) => each.principal === principal),
      allowedUsd,
    };
    return sums;
  }

  /** Adds to the limits of today; whoever waits for it asks again. */
  async allow(usd: number): Promise<void> {
    await this.#store.allow(this.today(), usd);
    for (const wake of this.#raised) wake();
  }

  /** The owner's limits hold no more for today; whoever waits for them asks again. */
  async lift(): Promise<void> {
    await this.#store.remember("budget", "lifted", this.today(), this.#clock.now());
    for (const wake of this.#raised) wake();
  }

  /** They hold again. */
  async restore(): Promise<void> {
    await this.#store.remember("budget", "lifted", "", this.#clock.now());
  }

  async isLifted(day = this.today()): Promise<boolean> {
    return (await this.#store.remembered("budget", "lifted")) === day;
  }

  /**
   * Resolves when there may be more to spend: at once when somebody adds to today, else within a minute, as the day or the configuration
   * may be another by then; and when the signal is aborted.
   */
  async more(signal: AbortSignal): Promise<void> {
    await new Promise<void>((resolve) => {
      const wake = () => {
        this.#raised.delete(wake);
        signal.removeEventListener("abort", wake);
        again.dispose();
        resolve();
      };
      const again = this.#clock.after(AGAIN_MS, wake);
      this.#raised.add(wake);
      signal.addEventListener("abort", wake);
      if (signal.aborted) wake();
    });
  }

  /** Once a day. */
  async #notice(share: number | undefined, day: string): Promise<number | undefined> {
    if (share === undefined || share < NOTICE_SHARE) return undefined;
    if ((await this.#store.remembered("budget", "notice")) === day) return undefined;
    await this.#store.remember("budget", "notice", day, this.#clock.now());
    return share;
  }
}

/** Nothing of it is taken to come from a cache. */
function mostFor({ input, output, cacheWrite }: Prices, call: { input: number; output: number }): number {
  return (call.input * Math.max(input, cacheWrite) + call.output * output) / 1_000_000;
}
