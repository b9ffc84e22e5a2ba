/** `clawdbot nodes list`: the nodes that are paired, and those that wait. */
import { EXIT } from "../../../shared/exit-codes.ts";
import { advice } from "../../../shared/remedy.ts";
import type { nodesList } from "../definitions/nodes.ts";
import { shortId } from "../devices/ask.ts";
import type { Invocation } from "../invocation.ts";
import { askGateway, nodeName } from "./ask.ts";
import { waitingLines, waitingNodes } from "./waiting.ts";

export async function run(invocation: Invocation<typeof nodesList>): Promise<number> {
  const { output } = invocation;
  const found = await askGateway(invocation, async (gateway, timeoutMs) => {
    const { nodes } = await gateway.call("node.list", {}, timeoutMs);
    const { paired: old } = await gateway.call("node.pair.list", {}, timeoutMs);
    const legacy = old.map(({ token: _secret, ...node }) => node);
    return { pending: await waitingNodes(gateway, timeoutMs), paired: nodes.filter(isPaired), legacy };
  });
  output.document(found);
  const { pending, paired, legacy } = found;
  if (pending.length > 0) output.say("Waiting for approval:");
  for (const line of waitingLines(pending)) output.say(line);
  output.say(paired.length > 0 ? "Paired:" : "No node is paired.");
  const ids = paired.map(({ nodeId }) => nodeId);
  for (const node of paired) {
    const [id, name] = [shortId(node.nodeId, ids), nodeName(node)];
    output.say(node.connected ? advice`  ${id}  ${name}  connected` : advice`  ${id}  ${name}  away`);
  }
  if (legacy.length > 0) output.say("Paired by older programs, which may connect no longer:");
  for (const node of legacy) output.say(advice`  ${nodeName(node)}`);
  return EXIT.ok;
}

function isPaired({ paired }: { paired: boolean }): boolean {
  return paired;
}
