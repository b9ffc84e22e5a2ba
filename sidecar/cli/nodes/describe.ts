/** `clawdbot nodes describe`: all that is known of a node. */
import { EXIT } from "../../../shared/exit-codes.ts";
import { neutralLine } from "../../../shared/foreign-text.ts";
import type { NodeInfo } from "../../../shared/protocol/methods/nodes.ts";
import { advice, type Remedy } from "../../../shared/remedy.ts";
import { localTime } from "../../base/local-time.ts";
import type { nodesDescribe } from "../definitions/nodes.ts";
import type { Invocation } from "../invocation.ts";
import { askGateway, nodeMeant, required } from "./ask.ts";

export async function run(invocation: Invocation<typeof nodesDescribe>): Promise<number> {
  const { output, values } = invocation;
  required("--node", values.node);
  const node = await askGateway(invocation, async (gateway, timeoutMs) => {
    const { nodeId } = await nodeMeant(gateway, values.node, timeoutMs);
    return await gateway.call("node.describe", { nodeId }, timeoutMs);
  });
  output.document(node);
  for (const line of linesOf(node)) output.say(line);
  return EXIT.ok;
}

function linesOf(node: NodeInfo): Remedy[] {
  const { nodeId, displayName, platform, version, deviceFamily, modelIdentifier, remoteIp } = node;
  const { caps, commands, permissions = {}, connectedAtMs, paired, connected } = node;
  const device = [deviceFamily, modelIdentifier].filter((each) => each !== undefined).join(" ");
  const granted = Object.entries(permissions).flatMap(([name, isGranted]) => (isGranted ? [name] : []));
  const withheld = Object.entries(permissions).flatMap(([name, isGranted]) => (isGranted ? [] : [name]));
  const facts: readonly [(text: string) => Remedy, string | undefined][] = [
    [(text) => advice`Name: ${text}`, displayName],
    [(text) => advice`Id: ${text}`, nodeId],
    [(text) => advice`Platform: ${text}`, platform],
    [(text) => advice`Device: ${text}`, device],
    [(text) => advice`Version: ${text}`, version],
    [(text) => advice`Address: ${text}`, remoteIp],
    [(text) => advice`Can: ${text}`, caps.join(", ")],
    [(text) => advice`May be asked for: ${text}`, commands.join(", ")],
    [(text) => advice`Its person permits: ${text}`, granted.join(", ")],
    [(text) => advice`Its person does not permit: ${text}`, withheld.join(", ")],
    [(text) => advice`Connected since ${text}`, connectedAtMs === undefined ? "" : localTime(connectedAtMs)],
  ];
  return [
    ...facts.flatMap(([line, text]) => (text ? [line(neutralLine(text))] : [])),
    ...(connected ? [] : ["It is not connected."]),
    ...(paired ? [] : ["It is not paired: it came with the gateway's secret and no device of its own."]),
  ];
}
