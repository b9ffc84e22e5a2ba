/** Which files somebody may touch, and what that is in words. */
import { sep } from "node:path";
import type { GatewayConfig } from "../../../../shared/config/schema.ts";
import type { Environment } from "../../../../shared/node/paths.ts";
import type { Turn } from "../../../base/store/session-store.ts";
import { roomOf } from "../../sandbox/rooms.ts";
import { sandboxOf } from "../../sandbox/settings.ts";
import { isSharedTurn } from "../../session-key.ts";
import { type WorkspacePaths, workspaceOf } from "../../workspace/place.ts";
import { ProtectedPlaces } from "./protected-places.ts";

/** Names are below the directory, with `/`. */
export interface FileScope {
  directory: string;
  allows(name: string, use: "read" | "write"): boolean;
  /** Directories whose names may be read. */
  listed: readonly string[];
  /** What may be touched, in words. */
  told: string;
  /** Whole paths may be given, of files elsewhere too; `~` is the home directory. */
  elsewhere?: { home: string };
  /** The directory as whoever gives paths knows it, where that is another one. */
  shownAt?: { directory: string; home: string };
  /** Names with a dot before them are names like others. */
  hasHidden?: boolean;
  /** What is not touched whatever else is said. */
  protectedPlaces?: ProtectedPlaces;
  /** Bytes of one file, and of all that is written. */
  limits?: { fileBytes: number; writtenBytes: number };
}

/** Where files are. */
export interface ScopePlace {
  config: () => GatewayConfig;
  env: Environment;
  stateDir: string;
  paths: WorkspacePaths;
}

const MIB = 1024 * 1024;
const LIMITS = { fileBytes: 10 * MIB, writtenBytes: 50 * MIB } as const;

/**
 * The owner alone with the agent touches what is theirs; people who are let in by name the work directory, but neither what it tells
 * of the owner nor what the agent goes by; guests, and whoever writes where others read along, what is shared.
 */
export function scopeOf(
  turn: Pick<Turn, "authority" | "agentId" | "sessionKey" | "route">,
  place: ScopePlace,
): FileScope {
  const sandbox = sandboxOf(place.config(), turn);
  if (sandbox === undefined)
    return scopeIn(workspaceOf(place.config(), turn.agentId, place.paths), turn, place);
  const { directory, shownAt, isReadOnly } = roomOf(place, sandbox, turn);
  const { elsewhere: _nowhere, ...scope } = scopeIn(directory, turn, place);
  return {
    ...scope,
    shownAt: { directory: shownAt, home: place.paths.home },
    allows: (name, use) => scope.allows(name, use) && (use === "read" || !isReadOnly),
    told: `${turn.authority === "owner" ? "the work directory" : scope.told}${isReadOnly ? ", to read alone" : ""}: this conversation runs in a sandbox`,
  };
}

function scopeIn(
  directory: string,
  turn: Pick<Turn, "authority" | "sessionKey" | "route">,
  { env, stateDir, paths }: ScopePlace,
): FileScope {
  const { home } = paths;
  const configFile = env.CLAWDBOT_CONFIG_PATH?.trim() || undefined;
  const common = {
    directory,
    limits: LIMITS,
    protectedPlaces: new ProtectedPlaces({ home, stateDir, configFile, workspace: directory }),
  };
  if (isSharedTurn(turn) || !["owner", "trusted"].includes(turn.authority))
    return { ...common, allows: (name) => /^shared(?:\/|$)/.test(name), listed: ["shared"], told: "shared/" };
  if (turn.authority === "owner")
    return {
      ...common,
      // What git goes by runs programs.
      allows: (name, use) => use === "read" || !GITS.test(name),
      listed: [],
      told: "the work directory and files elsewhere on this machine, but no keys, no browser's and none of the gateway's own",
      elsewhere: { home },
      hasHidden: true,
    };
  return {
    ...common,
    allows: (name, use) => !OWNERS.test(name) && (use === "read" || !(AGENTS.test(name) || GITS.test(name))),
    listed: [],
    told: "the work directory, but not what is the owner's in it, and without changing what the agent goes by",
  };
}

const GITS = /(?:^|\/)\.git(?:\/|$)/i;
/** What the prompt shows nobody but the owner. */
const OWNERS = /^(?:USER|MEMORY|BOOTSTRAP|HEARTBEAT)\.md$|^memory(?:\/|$)/i;
/** What is said in these the agent does in the owner's turns as well. */
const AGENTS = /^(?:AGENTS|SOUL|TOOLS|IDENTITY|BOOT)\.md$|^(?:skills|hooks|canvas)(?:\/|$)/i;

/** The path with `/`, as scopes name it. */
export function slashed(path: string): string {
  return path.split(sep).join("/");
}
