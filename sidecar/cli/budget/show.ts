/** `clawdbot budget`: what is spent, and what may be. */
import type { budget } from "../definitions/agent.ts";
import type { Invocation } from "../invocation.ts";
import { reportBudget } from "./report.ts";

export async function run(invocation: Invocation<typeof budget>): Promise<number> {
  return await reportBudget(invocation, (connection, timeoutMs) =>
    connection.call("budget.get", {}, timeoutMs),
  );
}
