/** Agents as clients are told of them. */
import { agentEntry } from "../../../shared/config/agents.ts";
import type { GatewayConfig } from "../../../shared/config/schema.ts";
import {
  avatarOf,
  avatarUrl,
  identityOf,
  pictureAt,
  shownIdentity,
} from "../../assistant/workspace/agent-identity.ts";
import { type WorkspacePaths, workspaceOf } from "../../assistant/workspace/place.ts";
import { normalizeBasePath } from "../http/base-path.ts";

/** A line of `agents.list`. */
export function agentInfo(config: GatewayConfig, id: string, paths: WorkspacePaths) {
  const name = agentEntry(config, id)?.name?.trim();
  const identity = identityOf(config, id, paths);
  const avatar = avatarOf(identity.avatar, workspaceOf(config, id, paths));
  const url = avatar && avatarUrl(avatar);
  const isKnown = Object.keys(identity).length > 0;
  return {
    id,
    ...(name ? { name } : {}),
    ...(isKnown ? { identity: { ...identity, ...(url === undefined ? {} : { avatarUrl: url }) } } : {}),
  };
}

/** The answer of `agent.identity.get`. A picture of the workspace is fetched over HTTP. */
export function identityInfo(
  config: GatewayConfig,
  agentId: string,
  { paths, basePath }: { paths: WorkspacePaths; basePath: string },
) {
  const { name, avatar } = shownIdentity(config, agentId, paths);
  return { agentId, name, avatar: shownAvatar() };

  function shownAvatar(): string {
    if (avatar.kind === "text") return avatar.text;
    if (avatar.kind === "address") return avatar.url;
    return `${normalizeBasePath(basePath)}/avatar/${agentId}`;
  }
}

/** What `GET /avatar/<id>` is answered from. */
export function avatarFile(config: GatewayConfig, agentId: string, paths: WorkspacePaths) {
  const { avatar } = shownIdentity(config, agentId, paths);
  return {
    url: avatar.kind === "address" ? avatar.url : undefined,
    picture: pictureAt(avatar),
  };
}
