/** `clawdbot sessions reopen`: back to a conversation that ended. */
import { CodedError, quoted, RequestError } from "../../../shared/errors.ts";
import { EXIT } from "../../../shared/exit-codes.ts";
import { neutralLine } from "../../../shared/foreign-text.ts";
import { advice, ours } from "../../../shared/remedy.ts";
import { connectTo } from "../connect.ts";
import type { sessionsReopen } from "../definitions/agent.ts";
import type { Invocation } from "../invocation.ts";
import { resolveTarget } from "../target.ts";
import { answerTo } from "../typed-values.ts";

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
    const asked = answerTo(connection.call("sessions.reopen", { key, sessionId }, values.timeout), {
      key: { place: "<key>", value: key },
      sessionId: { place: "<id>", value: sessionId },
    });
    const answer = await asked.catch((error: unknown) => {
      throw withRemedy(error, key, sessionId);
    });
    output.document(answer);
    output.say(advice`${neutralLine(answer.key)} goes on with ${sessionId}; the one that there was is kept.`);
    return EXIT.ok;
  } finally {
    connection.close();
  }
}

function withRemedy(error: unknown, key: string, sessionId: string): unknown {
  if (!(error instanceof CodedError) || error.remoteCode !== "SESSION_INVALID") return error;
  return new RequestError(
    "NOT_FOUND",
    advice`No conversation ${quoted(sessionId)} ended under ${quoted(key)}; see ${ours`sessions --former`}`,
    { cause: error },
  );
}
