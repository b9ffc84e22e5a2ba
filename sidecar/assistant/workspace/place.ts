/** Which directory an agent works in. */
import { resolve } from "node:path";
import { agentEntry, agentIds, agentName, defaultAgentId } from "../../../shared/config/agents.ts";
import type { GatewayConfig } from "../../../shared/config/schema.ts";
import type { Paths } from "../../../shared/node/paths.ts";
import { type OurCommand, ours } from "../../../shared/remedy.ts";

/** Where homes and profiles are. */
export type WorkspacePaths = Pick<Paths, "home" | "workspaceDir">;

/**
 * The agent's own, else the common one for the default agent and a directory beside it for any other. Relative paths and `~` begin at the
 * home directory.
 */
export function workspaceOf(config: GatewayConfig, agentId: string, paths: WorkspacePaths): string {
  const own = agentEntry(config, agentId)?.workspace?.trim();
  if (own) return expandedPath(own, paths.home);
  if (agentId !== defaultAgentId(config)) return `${paths.workspaceDir}-${agentId}`;
  const common = config.agents?.defaults?.workspace?.trim();
  return common ? expandedPath(common, paths.home) : paths.workspaceDir;
}

/** The command that chooses another one for the agent. */
export function workspaceCommand(config: GatewayConfig, agentId: string): OurCommand {
  const index = config.agents?.list?.findIndex(({ id }) => agentName(id) === agentId) ?? -1;
  const isOwn = agentId !== defaultAgentId(config) || agentEntry(config, agentId)?.workspace !== undefined;
  return isOwn && index !== -1
    ? ours`config set agents.list.${index}.workspace <path>`
    : ours`config set agents.defaults.workspace <path>`;
}

/** Every agent's directory, without repetition, the default agent's first. */
export function workspacesOf(config: GatewayConfig, paths: WorkspacePaths): string[] {
  return [...new Set(agentIds(config).map((id) => workspaceOf(config, id, paths)))];
}

/** A path of a person, from his home. */
export function expandedPath(path: string, home: string): string {
  return resolve(
    home,
    path.replace(/^~(?=$|[\\/])/, () => home),
  );
}
