/** What was used and what it cost, and what is set aside for calls under way. Each method is part of somebody's transaction. */
import type { Charge, DaySpent, Spent, SpentQuery } from "../session-store.ts";
import { type Row, type Statements, text, type Value } from "./statements.ts";

export class LedgerTable {
  #db: Statements;
  /** By what was asked for: the sums up to a charge. */
  #known = new Map<string, { seq: number; spent: Spent }>();

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

  /**
   * Sums of what was charged. They are asked for before every call of a model, and charges are only ever added: of a month nothing is
   * added up twice.
   */
  spent(query: SpentQuery): Spent {
    const { where, values } = conditionsOf(query);
    // What is not committed may be gone, and its number be another's.
    if (query.turnId !== undefined || this.#db.database.isTransaction) return this.#sum(where, values).spent;
    const name = JSON.stringify([where, values]);
    const known = this.#known.get(name);
    const fresh =
      known === undefined
        ? this.#sum(where, values)
        : this.#sum(`${where} AND seq > ?`, [...values, known.seq], "NOT INDEXED");
    const all = known === undefined ? fresh.spent : added(known.spent, fresh.spent);
    this.#known.delete(name);
    this.#known.set(name, { seq: fresh.seq, spent: all });
    for (const oldest of this.#known.keys()) {
      if (this.#known.size <= MOST_KNOWN) break;
      this.#known.delete(oldest);
    }
    return all;
  }

  /** Up to which charge that is, and the sums. */
  #sum(where: string, values: readonly Value[], how = ""): { seq: number; spent: Spent } {
    const sql = `SELECT ${SUMS}, (SELECT coalesce(max(seq), 0) FROM usage) AS newest FROM usage ${how} WHERE ${where}`;
    const row = this.#db.get(sql, ...values) ?? {};
    return { seq: Number(row.newest), spent: spentIn(row) };
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

/** Days, months, people: whoever is not asked about for long is added up anew. */
const MOST_KNOWN = 200;

function conditionsOf({ sinceDay, untilDay, sessionKey, turnId, principal, isBackground }: SpentQuery) {
  const conditions = ["1"];
  const values: Value[] = [];
  const only = (condition: string, given: Value) => {
    conditions.push(condition);
    values.push(given);
  };
  if (sinceDay !== undefined) only("day >= ?", sinceDay);
  if (untilDay !== undefined) only("day <= ?", untilDay);
  if (sessionKey !== undefined) only("session_key = ?", sessionKey);
  if (turnId !== undefined) only("turn_id = ?", turnId);
  if (principal !== undefined) only("principal = ?", principal);
  if (isBackground !== undefined) only("background = ?", isBackground ? 1 : 0);
  return { where: conditions.join(" AND "), values };
}

function added(one: Spent, other: Spent): Spent {
  return {
    calls: one.calls + other.calls,
    usd: one.usd + other.usd,
    input: one.input + other.input,
    output: one.output + other.output,
    cacheRead: one.cacheRead + other.cacheRead,
    cacheWrite: one.cacheWrite + other.cacheWrite,
  };
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
