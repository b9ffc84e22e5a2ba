/** `clawdbot budget add`: more for today. */
import { quoted, RequestError } from "../../../shared/errors.ts";
import { advice, ours } from "../../../shared/remedy.ts";
import type { budgetAdd } from "../definitions/agent.ts";
import type { Invocation } from "../invocation.ts";
import { reportBudget } from "./report.ts";

export async function run(invocation: Invocation<typeof budgetAdd>): Promise<number> {
  const usd = dollarsOf(invocation.arguments[0] ?? "");
  return await reportBudget(invocation, (connection, timeoutMs) =>
    connection.call("budget.add", { usd }, timeoutMs),
  );
}

/** A number with or without the sign; the comma of other languages is taken for the point. */
function dollarsOf(word: string): number {
  const usd = /^\$?\d+(?:[.,]\d{1,2})?$/.test(word) ? Number(word.replace("$", "").replace(",", ".")) : 0;
  if (usd > 0 && usd <= 100_000) return usd;
  throw new RequestError(
    "USAGE",
    advice`budget add takes an amount in US dollars, such as ${ours`budget add 5`}, not ${quoted(word)}`,
  );
}
