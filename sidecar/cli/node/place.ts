/** Where the node of this profile keeps its identity, and what it is called as a service. */
import { join } from "node:path";
import { DEFAULTS } from "../../../shared/config/defaults.ts";
import { readConfigObject, section } from "../../../shared/node/gateway/loose-config.ts";
import type { ProfileContext } from "../invocation.ts";

export function nodeDirectory({ paths }: ProfileContext): string {
  return join(paths.stateDir, "node");
}

/** The context in which the service of the node has a name of its own beside that of the gateway. */
export function nodeServiceContext(context: ProfileContext): ProfileContext {
  const { profile, stateDir } = context.paths;
  const suffix = profile === undefined ? "" : `-${profile}`;
  return {
    ...context,
    env: {
      ...context.env,
      CLAWDBOT_SYSTEMD_UNIT: `${context.env.CLAWDBOT_NODE_SYSTEMD_UNIT?.trim() || `clawdbot-node${suffix}`}`,
      CLAWDBOT_LAUNCHD_LABEL: `com.clawdbot.node${profile === undefined ? "" : `.${profile}`}`,
      CLAWDBOT_WINDOWS_TASK_NAME: `Clawdbot Node${profile === undefined ? "" : ` (${profile})`}`,
      CLAWDBOT_TASK_SCRIPT: join(stateDir, "node.cmd"),
    },
  };
}

/** What `nodeHost.allow` names at this moment; a configuration that cannot be read allows nothing. */
export async function allowedPrograms({ paths, env }: ProfileContext): Promise<readonly string[]> {
  const { allow } = section((await readConfigObject(paths.configFile, env)) ?? {}, "nodeHost");
  const named = Array.isArray(allow) ? allow : DEFAULTS["nodeHost.allow"];
  return named.filter((each): each is string => typeof each === "string");
}
