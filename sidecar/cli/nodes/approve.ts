/** `clawdbot nodes approve`: lets a node in. */
import { EXIT } from "../../../shared/exit-codes.ts";
import { advice } from "../../../shared/remedy.ts";
import type { nodesApprove } from "../definitions/nodes.ts";
import type { Invocation } from "../invocation.ts";
import { askGateway, nodeName } from "./ask.ts";
import { waitingMeant, waitingNodes } from "./waiting.ts";

export async function run(invocation: Invocation<typeof nodesApprove>): Promise<number> {
  const { output } = invocation;
  const node = await askGateway(invocation, async (gateway, timeoutMs) => {
    const waiting = waitingMeant(await waitingNodes(gateway, timeoutMs), invocation.arguments[0] ?? "");
    const { requestId, kind } = waiting;
    await gateway.call(
      kind === "node" ? "node.pair.approve" : "device.pair.approve",
      { requestId },
      timeoutMs,
    );
    return waiting;
  });
  output.tick(advice`${nodeName(node)} is paired; it comes in when it connects the next time`);
  output.document({ ok: true, ...node });
  return EXIT.ok;
}
