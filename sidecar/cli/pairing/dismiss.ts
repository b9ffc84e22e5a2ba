/** `clawdbot pairing dismiss <channel> <code>`: takes a request away. */
import { EXIT } from "../../../shared/exit-codes.ts";
import { neutralLine } from "../../../shared/foreign-text.ts";
import { advice } from "../../../shared/remedy.ts";
import { connectTo } from "../connect.ts";
import type { pairingDismiss } from "../definitions/pairing.ts";
import type { Invocation } from "../invocation.ts";
import { resolveTarget } from "../target.ts";
import { answerTo } from "../typed-values.ts";
import { typedRequest } from "./typed-request.ts";

export async function run(invocation: Invocation<typeof pairingDismiss>): Promise<number> {
  const { values, context, output } = invocation;
  const [channel = "", code = ""] = invocation.arguments;
  const target = await resolveTarget(values, context);
  const connection = await output.during("Asking the gateway", connectTo(target, values.timeout));
  try {
    const dismissed = await answerTo(
      connection.call("channels.pairing.dismiss", { channel, code }, values.timeout),
      typedRequest(channel, code),
    );
    output.document(dismissed);
    output.tick(advice`the request of ${neutralLine(dismissed.id)} on ${channel} is gone`);
    return EXIT.ok;
  } finally {
    connection.close();
  }
}
