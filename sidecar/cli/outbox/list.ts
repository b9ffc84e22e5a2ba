/** `clawdbot outbox`: what could not be delivered. */
import { EXIT } from "../../../shared/exit-codes.ts";
import { neutralLine } from "../../../shared/foreign-text.ts";
import { advice, ours } from "../../../shared/remedy.ts";
import { localTime } from "../../base/local-time.ts";
import { connectTo } from "../connect.ts";
import type { outbox } from "../definitions/outbox.ts";
import type { Invocation } from "../invocation.ts";
import { resolveTarget } from "../target.ts";

const TEXT_CHARS = 60;

export async function run({ values, context, output }: Invocation<typeof outbox>): Promise<number> {
  const target = await resolveTarget(values, context);
  const connection = await output.during("Asking the gateway", connectTo(target, values.timeout));
  try {
    const { limit, timeout } = values;
    const answer = await connection.call("channels.outbox.failed", { limit }, timeout);
    output.document(answer);
    if (answer.parts.length === 0) {
      output.say("Everything was delivered, or is still being tried.");
      return EXIT.ok;
    }
    for (const { id, turnId, channel, to, createdAt, error = "", text } of answer.parts) {
      const when = localTime(createdAt).slice(0, 16);
      output.say(advice`${when}  ${channel}  ${neutralLine(to)}  ${turnId ?? id}`);
      output.say(advice`    ${neutralLine(text, TEXT_CHARS)}`);
      if (error !== "") output.say(advice`    not delivered: ${neutralLine(error)}`);
    }
    output.say(advice`Send one again: ${ours`outbox resend <id>`}`);
    return EXIT.ok;
  } finally {
    connection.close();
  }
}
