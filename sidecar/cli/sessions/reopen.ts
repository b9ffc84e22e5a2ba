/** `clawdbot sessions reopen`: back to a conversation that ended. */
import { EXIT } from "../../../shared/exit-codes.ts";
import { neutralLine } from "../../../shared/foreign-text.ts";
import { advice } from "../../../shared/remedy.ts";
import { connectTo } from "../connect.ts";
import type { sessionsReopen } from "../definitions/agent.ts";
import type { Invocation } from "../invocation.ts";
import { resolveTarget } from "../target.ts";

export async function run(invocation: Invocation<typeof sessionsReopen>): Promise<number> {
  const {
    arguments: [key = "", sessionId = ""],
    values,
    context,
    output,
  } = invocation;
  const target = await resolveTarget(values, context);
  const connection = await output.during("Asking the gateway", connectTo(target, values.timeout));
  try {
    const answer = await connection.call("sessions.reopen", { key, sessionId }, values.timeout);
    output.document(answer);
    output.say(advice`${neutralLine(answer.key)} goes on with ${sessionId}; the one that there was is kept.`);
    return EXIT.ok;
  } finally {
    connection.close();
  }
}
