/** `clawdbot nodes invoke`: has a node carry out a command. */
import { EXIT } from "../../../shared/exit-codes.ts";
import type { nodesInvoke } from "../definitions/nodes.ts";
import { callParams } from "../gateway/call-params.ts";
import type { Invocation } from "../invocation.ts";
import { tellTyping } from "../typing.ts";
import { askGateway, invokeOn, nodeMeant, required } from "./ask.ts";

export async function run(invocation: Invocation<typeof nodesInvoke>): Promise<number> {
  const { output, values } = invocation;
  required("--node", values.node);
  const command = required("--command", values.command);
  if (values.params === "-") tellTyping("--params -", output);
  const params = await callParams(values.params, process.stdin);
  const answer = await askGateway(invocation, async (gateway, timeoutMs) => {
    const node = await nodeMeant(gateway, values.node, timeoutMs);
    const idempotencyKey = values["idempotency-key"];
    const order = { command, params, timeoutMs: values["invoke-timeout"], idempotencyKey };
    return await output.during("Waiting for the node", invokeOn(gateway, node, order));
  });
  output.repeat(JSON.stringify(answer.payload ?? null, null, 2));
  output.document(answer);
  return EXIT.ok;
}
