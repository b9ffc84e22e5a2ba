/** `clawdbot outbox resend <id>`: what could not be delivered is sent again. */
import { quoted, RequestError } from "../../../shared/errors.ts";
import { EXIT } from "../../../shared/exit-codes.ts";
import { advice, ours } from "../../../shared/remedy.ts";
import { connectTo } from "../connect.ts";
import type { outboxResend } from "../definitions/outbox.ts";
import type { Invocation } from "../invocation.ts";
import { resolveTarget } from "../target.ts";
import { answerTo } from "../typed-values.ts";

export async function run(invocation: Invocation<typeof outboxResend>): Promise<number> {
  const { values, context, output } = invocation;
  const [id = ""] = invocation.arguments;
  const target = await resolveTarget(values, context);
  const connection = await output.during("Asking the gateway", connectTo(target, values.timeout));
  try {
    const answer = await answerTo(connection.call("channels.outbox.resend", { id }, values.timeout), {
      id: { place: "<id>", value: id },
    });
    if (!answer.sent)
      throw new RequestError(
        "NOT_FOUND",
        advice`Nothing that was not delivered has the id ${quoted(id)}; see ${ours`outbox`}`,
      );
    output.document(answer);
    output.tick(advice`${answer.parts} messages are sent again`);
    return EXIT.ok;
  } finally {
    connection.close();
  }
}
