/** What was used and what it cost, and what is set aside for calls under way. Each method is part of somebody's transaction. */
import type { Charge, DaySpent, Spent, SpentQuery } from "../session-store.ts";
import { type Row, type Statements, text, type Value } from "./statements.ts";

export class LedgerTable {
  #db: Statements;

  constructor(db: Statements) {
    this.#db = db;
  }

  charge(charge: Charge): void {
    const { usage } = charge;
    this.#db.run(
      `INSERT INTO usage (at, day, agent_id, session_key, principal, turn_id, provider, model, purpose,
         input, output, cache_read, cache_write, cost_usd, priced, background)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      charge.atMs,
      charge.day,
      charge.agentId,
      charge.sessionKey,
      charge.principal,
      charge.turnId ?? null,
      charge.provider,
      charge.model,
      charge.purpose,
      usage.input,
      usage.output,
      usage.cacheRead,
      usage.cacheWrite,
      usage.cost.total,
      charge.isPriced ? 1 : 0,
      charge.isBackground ? 1 : 0,
    );
  }

  /** Sums of what was charged. */
  spent({ sinceDay, untilDay, sessionKey, turnId, principal, isBackground }: SpentQuery): Spent {
    const conditions = ["1"];
    const values: Value[] = [];
    const only = (condition: string, ...given: Value[]) => {
      conditions.push(condition);
      values.push(...given);
    };
    if (sinceDay !== undefined) only("day >= ?", sinceDay);
    if (untilDay !== undefined) only("day <= ?", untilDay);
    if (sessionKey !== undefined) only("session_key = ?", sessionKey);
    if (turnId !== undefined) only("turn_id = ?", turnId);
    if (principal !== undefined) only("principal = ?", principal);
    if (isBackground !== undefined) only("background = ?", isBackground ? 1 : 0);
    const row = this.#db.get(`SELECT ${SUMS} FROM usage WHERE ${conditions.join(" AND ")}`, ...values);
    return spentIn(row ?? {});
  }

  /** The sums of each day, the newest first. */
  days(sinceDay: string): DaySpent[] {
    const rows = this.#db.all(
      `SELECT day, ${SUMS}, coalesce(sum(1 - priced), 0) AS unpriced FROM usage WHERE day >= ? GROUP BY day ORDER BY day DESC`,
      sinceDay,
    );
    return rows.map((row) => ({ day: text(row, "day"), ...spentIn(row), unpriced: Number(row.unpriced) }));
  }

  /** What the owner added to the limits of the day, in US dollars. */
  allowance(day: string): number {
    return Number(this.#db.get("SELECT usd FROM budget WHERE day = ?", day)?.usd ?? 0);
  }

  allow(day: string, usd: number): void {
    this.#db.run(
      "INSERT INTO budget (day, usd) VALUES (?, ?) ON CONFLICT (day) DO UPDATE SET usd = usd + excluded.usd",
      day,
      usd,
    );
  }
}

const SUMS = `count(*) AS calls, coalesce(sum(cost_usd), 0) AS usd, coalesce(sum(input), 0) AS input,
  coalesce(sum(output), 0) AS output, coalesce(sum(cache_read), 0) AS cache_read, coalesce(sum(cache_write), 0) AS cache_write`;

function spentIn(row: Row): Spent {
  return {
    calls: Number(row.calls),
    usd: Number(row.usd),
    input: Number(row.input),
    output: Number(row.output),
    cacheRead: Number(row.cache_read),
    cacheWrite: Number(row.cache_write),
  };
}
