/** Which directory an agent works in. */
import { resolve } from "node:path";
import { DEFAULT_AGENT_ID } from "../../../shared/config/defaults.ts";
import type { GatewayConfig } from "../../../shared/config/schema.ts";
import type { Paths } from "../../../shared/node/paths.ts";

/** Where homes and profiles are. */
export type WorkspacePaths = Pick<Paths, "home" | "workspaceDir">;

/**
 * The agent's own, else the common one for the default agent and a directory beside it for any other. Relative paths and `~` begin at the
 * home directory.
 */
export function workspaceOf(config: GatewayConfig, agentId: string, paths: WorkspacePaths): string {
  const own = config.agents?.list?.find(({ id }) => nameOf(id) === agentId)?.workspace?.trim();
  if (own) return expanded(own, paths.home);
  if (agentId !== defaultAgentId(config)) return `${paths.workspaceDir}-${agentId}`;
  const common = config.agents?.defaults?.workspace?.trim();
  return common ? expanded(common, paths.home) : paths.workspaceDir;
}

/** Every agent's directory, without repetition, the default agent's first. */
export function workspacesOf(config: GatewayConfig, paths: WorkspacePaths): string[] {
  const ids = [defaultAgentId(config), ...(config.agents?.list ?? []).map(({ id }) => nameOf(id))];
  return [...new Set(ids.map((id) => workspaceOf(config, id, paths)))];
}

/** Who answers where nobody is named: the agent marked so, else the first one of the list. */
export function defaultAgentId({ agents }: GatewayConfig): string {
  const list = agents?.list ?? [];
  const chosen = list.find((agent) => agent.default === true) ?? list[0];
  return chosen === undefined ? DEFAULT_AGENT_ID : nameOf(chosen.id);
}

/** As keys of sessions spell it. */
function nameOf(id: string): string {
  return id.trim().toLowerCase();
}

function expanded(path: string, home: string): string {
  return resolve(
    home,
    path.replace(/^~(?=$|[\\/])/, () => home),
  );
}
