/** Where a sandboxed conversation works: a directory of this machine, and the place at which the sandbox has it. */
import { createHash } from "node:crypto";
import { join } from "node:path";
import type { GatewayConfig } from "../../../shared/config/schema.ts";
import { ensureDirectory } from "../../../shared/node/directory.ts";
import type { Turn } from "../../base/store/session-store.ts";
import { type WorkspacePaths, workspaceOf } from "../workspace/place.ts";
import type { SandboxSettings } from "./settings.ts";

export interface RoomPlace {
  config: () => GatewayConfig;
  stateDir: string;
  paths: WorkspacePaths;
}

export interface Room {
  /** On this machine. */
  directory: string;
  /** As the conversation knows it. */
  shownAt: string;
  isReadOnly: boolean;
}

const MOST_NAME_CHARS = 40;

/** The room, which is there afterwards where it is the sandbox's own. */
export function roomOf(
  { config, stateDir, paths }: RoomPlace,
  { scope, workspaceAccess }: Pick<SandboxSettings, "scope" | "workspaceAccess">,
  { sessionKey, agentId }: Pick<Turn, "sessionKey" | "agentId">,
): Room {
  const shownAt = workspaceOf(config(), agentId, paths);
  if (workspaceAccess !== "none")
    return { directory: shownAt, shownAt, isReadOnly: workspaceAccess === "ro" };
  const owner = { session: sessionKey, agent: `agent:${agentId}`, shared: "shared" }[scope];
  const directory = join(stateDir, "sandboxes", roomName(owner));
  ensureDirectory(directory);
  return { directory, shownAt, isReadOnly: false };
}

/** Two names that look the same as a name of a file are two rooms still. */
function roomName(owner: string): string {
  const digest = createHash("sha256").update(owner).digest("hex").slice(0, 12);
  return `${owner.replace(/[^\w-]+/g, "-").slice(0, MOST_NAME_CHARS)}-${digest}`;
}
