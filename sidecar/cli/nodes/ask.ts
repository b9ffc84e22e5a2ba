/** What the commands about nodes have in common: asking the gateway, finding the node that is meant, and asking it. */
import { randomUUID } from "node:crypto";
import type { GatewayConnection } from "../../../shared/client/gateway-connection.ts";
import { RequestError } from "../../../shared/errors.ts";
import { neutralLine, shortened } from "../../../shared/foreign-text.ts";
import { chooseNode } from "../../../shared/node-choice.ts";
import type { MethodResult } from "../../../shared/protocol/index.ts";
import type { NodeInfo } from "../../../shared/protocol/methods/nodes.ts";
import { advice } from "../../../shared/remedy.ts";
import type { OptionSpecs } from "../../base/options.ts";
import { connectTo } from "../connect.ts";
import type { connection } from "../definitions/common.ts";
import type { Invocation } from "../invocation.ts";
import { resolveTarget } from "../target.ts";

type Asking<Options extends OptionSpecs> = Invocation<{ options: Options & typeof connection }>;

/** How much longer than the node the gateway may take to say so, in ms. */
const GRACE_MS = 5_000;

/** What is asked of the gateway. The connection is closed afterwards. */
export async function askGateway<Answer, Options extends OptionSpecs>(
  { values, context, output }: Asking<Options>,
  ask: (gateway: GatewayConnection, timeoutMs: number) => Promise<Answer>,
): Promise<Answer> {
  const { timeout } = values;
  const target = await resolveTarget(values, context);
  const gateway = await output.during("Asking the gateway", connectTo(target, timeout));
  try {
    return await ask(gateway, timeout);
  } finally {
    gateway.close();
  }
}

/** The node that `--node` means. Fails with `USAGE` where it was not given. */
export async function nodeMeant(
  gateway: GatewayConnection,
  typed: string | undefined,
  timeoutMs: number,
): Promise<NodeInfo> {
  const { nodes } = await gateway.call("node.list", {}, timeoutMs);
  return chooseNode(nodes, required("--node", typed));
}

/** What was typed for the option. Fails with `USAGE` where nothing was. */
export function required(option: string, typed: string | undefined): string {
  if (typed !== undefined && typed.trim() !== "") return typed;
  throw new RequestError("USAGE", advice`${option} is needed`);
}

/** Has a node carry out a command. Fails with `REMOTE_ERROR` in its words. */
export async function invokeOn(
  gateway: GatewayConnection,
  { nodeId }: NodeInfo,
  order: { command: string; params: unknown; timeoutMs: number; idempotencyKey?: string | undefined },
): Promise<MethodResult<"node.invoke">> {
  const { timeoutMs, idempotencyKey = randomUUID() } = order;
  return await gateway.call("node.invoke", { nodeId, ...order, idempotencyKey }, timeoutMs + GRACE_MS);
}

interface NamedOne {
  nodeId: string;
  displayName?: string | undefined;
  platform?: string | undefined;
}

/** As people know it, on one line. */
export function nodeName({ displayName, nodeId, platform }: NamedOne): string {
  const name = displayName ?? nodeId;
  return shortened(neutralLine(platform === undefined ? name : `${name} (${platform})`), 60);
}
