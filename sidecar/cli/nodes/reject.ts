/** `clawdbot nodes reject`: turns a node away. */
import { EXIT } from "../../../shared/exit-codes.ts";
import { advice } from "../../../shared/remedy.ts";
import type { nodesReject } from "../definitions/nodes.ts";
import type { Invocation } from "../invocation.ts";
import { askGateway, nodeName } from "./ask.ts";
import { waitingMeant, waitingNodes } from "./waiting.ts";

export async function run(invocation: Invocation<typeof nodesReject>): Promise<number> {
  const { output } = invocation;
  const node = await askGateway(invocation, async (gateway, timeoutMs) => {
    const waiting = waitingMeant(await waitingNodes(gateway, timeoutMs), invocation.arguments[0] ?? "");
    const { requestId, kind } = waiting;
    await gateway.call(kind === "node" ? "node.pair.reject" : "device.pair.reject", { requestId }, timeoutMs);
    return waiting;
  });
  output.tick(advice`${nodeName(node)} is turned away; it may ask again`);
  output.document({ ok: true, ...node });
  return EXIT.ok;
}
