/** `clawdbot node status`: what this machine is as a node, and whether its service runs. */

import { errorSentence } from "../../../shared/errors.ts";
import { EXIT } from "../../../shared/exit-codes.ts";
import { advice, ours, type Remedy, whole } from "../../../shared/remedy.ts";
import { NodeIdentity } from "../../nodes/host/identity.ts";
import type { nodeStatus } from "../definitions/node.ts";
import type { Invocation } from "../invocation.ts";
import { allowedPrograms, nodeDirectory } from "./place.ts";
import { nodeService } from "./service.ts";

export async function run({ context, output }: Invocation<typeof nodeStatus>): Promise<number> {
  const nodeId = NodeIdentity.find(nodeDirectory(context))?.deviceId ?? null;
  const allow = await allowedPrograms(context);
  const service = await serviceOf(context);
  output.document({ nodeId, allow, service: { ...service, problem: service.problem ?? null } });
  output.say(
    nodeId === null
      ? advice`This machine was no node yet: ${ours`node run`} makes it one`
      : advice`Node: ${nodeId}`,
  );
  output.say(
    allow.length === 0
      ? advice`It starts no program for a gateway: ${ours`config set nodeHost.allow`} names those that it may`
      : advice`It starts for a gateway: ${allow.join(", ")}`,
  );
  if (service.problem !== undefined) output.say(advice`Service: ${whole(service.problem)}`);
  else if (!service.installed) output.say("Service: not installed");
  else output.say(advice`Service: ${service.runtime}`);
  return EXIT.ok;
}

/** A machine without a service manager can be a node all the same. */
async function serviceOf(
  context: Invocation["context"],
): Promise<{ installed: boolean; runtime: string; problem?: Remedy }> {
  try {
    const { installed, runtime } = await (await nodeService(context)).status();
    return { installed, runtime };
  } catch (error) {
    return { installed: false, runtime: "unknown", problem: errorSentence(error) };
  }
}
