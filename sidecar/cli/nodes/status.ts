/** `clawdbot nodes status`: which nodes are connected, and what they can do. */
import { EXIT } from "../../../shared/exit-codes.ts";
import { neutralLine } from "../../../shared/foreign-text.ts";
import type { NodeInfo } from "../../../shared/protocol/methods/nodes.ts";
import { advice } from "../../../shared/remedy.ts";
import { localTime } from "../../base/local-time.ts";
import type { nodesStatus } from "../definitions/nodes.ts";
import { shortId } from "../devices/ask.ts";
import type { Invocation } from "../invocation.ts";
import { askGateway, nodeName } from "./ask.ts";

export async function run(invocation: Invocation<typeof nodesStatus>): Promise<number> {
  const { output, values } = invocation;
  const answer = await askGateway(invocation, (gateway, timeoutMs) =>
    gateway.call("node.list", {}, timeoutMs),
  );
  const nodes = answer.nodes.filter(({ connected }) => connected || !values.connected);
  output.document({ ...answer, nodes });
  if (nodes.length === 0)
    output.say(values.connected ? "No node is connected." : "No node is paired or connected.");
  const ids = nodes.map(({ nodeId }) => nodeId);
  for (const node of nodes) {
    const [id, name] = [shortId(node.nodeId, ids), nodeName(node)];
    if (!node.connected) {
      output.say(advice`  ${id}  ${name}  away`);
      continue;
    }
    const since = localTime(node.connectedAtMs ?? answer.ts).slice(0, 16);
    output.say(advice`  ${id}  ${name}  connected since ${since}`);
    output.say(offerOf(node));
  }
  return EXIT.ok;
}

function offerOf({ commands }: NodeInfo) {
  return commands.length === 0
    ? advice`      nothing that it may be asked for`
    : advice`      ${neutralLine(commands.join(", "))}`;
}
