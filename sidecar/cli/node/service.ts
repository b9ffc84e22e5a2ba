/** The node as a service of this user: the manager that keeps gateways keeps it as well, under a name of its own. */
import { APP_VERSION } from "../../../shared/version.ts";
import { createServiceManager } from "../../host/service/index.ts";
import type { ServiceDefinition, ServiceManager } from "../../host/service/service-manager.ts";
import type { ProfileContext } from "../invocation.ts";
import { nodeServiceContext } from "./place.ts";

export async function nodeService(context: ProfileContext): Promise<ServiceManager> {
  return await createServiceManager(nodeServiceContext(context));
}

/** As this installation would register it now. `words` follow `node run`. */
export async function nodeDefinition(
  context: ProfileContext,
  words: readonly string[],
): Promise<ServiceDefinition> {
  const { wantedService } = await import("../../setup/service/definition.ts");
  const { definition } = await wantedService(nodeServiceContext(context));
  const [runtime = "", entry = ""] = definition.command;
  const { profile } = context.paths;
  return {
    ...definition,
    description: `Clawdbot Node (${profile === undefined ? "" : `profile: ${profile}, `}v${APP_VERSION})`,
    command: [runtime, entry, "node", "run", ...words],
    environment: { ...definition.environment, CLAWDBOT_SERVICE_KIND: "node" },
  };
}
