/** What both commands of the budget print. */
import type { GatewayConnection } from "../../../shared/client/gateway-connection.ts";
import { EXIT } from "../../../shared/exit-codes.ts";
import type { BudgetState } from "../../../shared/protocol/methods/usage.ts";
import { advice, ours, type Remedy } from "../../../shared/remedy.ts";
import { connectTo } from "../connect.ts";
import type { budget } from "../definitions/agent.ts";
import type { Invocation } from "../invocation.ts";
import { resolveTarget } from "../target.ts";

export async function reportBudget(
  { values, context, output }: Pick<Invocation<typeof budget>, "values" | "context" | "output">,
  ask: (connection: GatewayConnection, timeoutMs: number) => Promise<BudgetState>,
): Promise<number> {
  const target = await resolveTarget(values, context);
  const connection = await output.during("Asking the gateway", connectTo(target, values.timeout));
  try {
    const state = await ask(connection, values.timeout);
    output.document(state);
    for (const line of linesOf(state)) output.say(line);
    return EXIT.ok;
  } finally {
    connection.close();
  }
}

function linesOf(state: BudgetState): Remedy[] {
  const { day, todayUsd, perDayUsd, allowedUsd, monthUsd, perMonthUsd, isLifted, waiting } = state;
  const lines = [
    advice`Today (${day}): ${dollars(todayUsd)} of ${limit(perDayUsd, allowedUsd)}`,
    advice`This month: ${dollars(monthUsd)} of ${limit(perMonthUsd, allowedUsd)}`,
  ];
  if (allowedUsd > 0) lines.push(advice`Added to today: ${dollars(allowedUsd)}`);
  if (isLifted)
    lines.push(
      advice`Your limits do not hold today; those of guests and of what nobody waits for do. /budget on in a conversation has them hold again.`,
    );
  if (waiting > 0)
    lines.push(advice`Answers that wait for more: ${waiting}. Add to today: ${ours`budget add <dollars>`}`);
  return lines;
}

function dollars(usd: number): string {
  return `$${usd.toFixed(2)}`;
}

function limit(usd: number, allowedUsd: number): Remedy {
  return usd === 0 ? advice`no limit` : dollars(usd + allowedUsd);
}
