/** `clawdbot pairing list [channel]`: who asks to be let in. */
import { EXIT } from "../../../shared/exit-codes.ts";
import { neutralLine } from "../../../shared/foreign-text.ts";
import { advice, ours } from "../../../shared/remedy.ts";
import { connectTo } from "../connect.ts";
import type { pairingList } from "../definitions/pairing.ts";
import type { Invocation } from "../invocation.ts";
import { columns } from "../layout.ts";
import { resolveTarget } from "../target.ts";
import { answerTo } from "../typed-values.ts";

const NAME_CHARS = 60;

export async function run(invocation: Invocation<typeof pairingList>): Promise<number> {
  const { values, context, output } = invocation;
  const [channel] = invocation.arguments;
  const target = await resolveTarget(values, context);
  const connection = await output.during("Asking the gateway", connectTo(target, values.timeout));
  try {
    const params = channel === undefined ? {} : { channel };
    const answer = await answerTo(connection.call("channels.pairing.list", params, values.timeout), {
      channel: { place: "<channel>", value: channel },
    });
    output.document(answer);
    if (answer.requests.length === 0) {
      output.say("Nobody waits to be let in.");
      return EXIT.ok;
    }
    const rows = answer.requests.map((request) => {
      const who = [request.id, request.name ?? ""].map((each) => neutralLine(each, NAME_CHARS)).join("  ");
      const when = new Date(request.createdAt).toLocaleString("sv").slice(0, 16);
      return [`${request.channel}  ${request.code}`, `${when}  ${who}`] as const;
    });
    for (const line of columns(rows, output.width)) output.repeat(line);
    output.say(advice`Let somebody in: ${ours`pairing approve <channel> <code>`}`);
    return EXIT.ok;
  } finally {
    connection.close();
  }
}
