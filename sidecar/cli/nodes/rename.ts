/** `clawdbot nodes rename`: gives a node another name. */
import { EXIT } from "../../../shared/exit-codes.ts";
import { neutralLine } from "../../../shared/foreign-text.ts";
import { advice } from "../../../shared/remedy.ts";
import type { nodesRename } from "../definitions/nodes.ts";
import type { Invocation } from "../invocation.ts";
import { answerTo } from "../typed-values.ts";
import { askGateway, nodeMeant, required } from "./ask.ts";

export async function run(invocation: Invocation<typeof nodesRename>): Promise<number> {
  const { output, values } = invocation;
  required("--node", values.node);
  const name = required("--name", values.name);
  const answer = await askGateway(invocation, async (gateway, timeoutMs) => {
    const { nodeId } = await nodeMeant(gateway, values.node, timeoutMs);
    const renamed = gateway.call("node.rename", { nodeId, displayName: name }, timeoutMs);
    return await answerTo(renamed, { displayName: { place: "--name", value: name } });
  });
  output.tick(advice`the node is called ${neutralLine(answer.displayName)} now`);
  output.document({ ok: true, ...answer });
  return EXIT.ok;
}
