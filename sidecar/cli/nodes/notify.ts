/** `clawdbot nodes notify`: shows a notification on a node. */
import { RequestError } from "../../../shared/errors.ts";
import { EXIT } from "../../../shared/exit-codes.ts";
import { advice } from "../../../shared/remedy.ts";
import type { nodesNotify } from "../definitions/nodes.ts";
import type { Invocation } from "../invocation.ts";
import { askGateway, invokeOn, nodeMeant, nodeName, required } from "./ask.ts";

export async function run(invocation: Invocation<typeof nodesNotify>): Promise<number> {
  const { output, values } = invocation;
  required("--node", values.node);
  const { title, body } = values;
  if (title === undefined && body === undefined)
    throw new RequestError("USAGE", advice`--title or --body is needed`);
  const params = { title: title ?? "", body: body ?? "" };
  const { node, answer } = await askGateway(invocation, async (gateway, timeoutMs) => {
    const found = await nodeMeant(gateway, values.node, timeoutMs);
    const order = { command: "system.notify", params, timeoutMs: values["invoke-timeout"] };
    return { node: found, answer: await invokeOn(gateway, found, order) };
  });
  output.tick(advice`${nodeName(node)} shows it`);
  output.document(answer);
  return EXIT.ok;
}
