/** `clawdbot nodes pending`: who waits for approval. */
import { EXIT } from "../../../shared/exit-codes.ts";
import { advice, ours } from "../../../shared/remedy.ts";
import type { nodesPending } from "../definitions/nodes.ts";
import { shortId } from "../devices/ask.ts";
import type { Invocation } from "../invocation.ts";
import { askGateway } from "./ask.ts";
import { waitingLines, waitingNodes } from "./waiting.ts";

export async function run(invocation: Invocation<typeof nodesPending>): Promise<number> {
  const { output } = invocation;
  const pending = await askGateway(invocation, waitingNodes);
  output.document({ pending });
  const [first] = pending;
  if (first === undefined) {
    output.say("No node waits for approval.");
    return EXIT.ok;
  }
  output.say("Waiting for approval:");
  for (const line of waitingLines(pending)) output.say(line);
  const id = shortId(
    first.requestId,
    pending.map(({ requestId }) => requestId),
  );
  output.say(advice`Let one in with ${ours`nodes approve ${id}`}`);
  return EXIT.ok;
}
