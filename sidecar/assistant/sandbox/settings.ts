/** Which conversations run in a sandbox, and what that sandbox is: a pure function of the configuration. */
import { agentEntry, defaultAgentId } from "../../../shared/config/agents.ts";
import { DEFAULTS } from "../../../shared/config/defaults.ts";
import type { SandboxAccess, SandboxBackend, SandboxScope } from "../../../shared/config/modes.ts";
import type { GatewayConfig } from "../../../shared/config/schema.ts";
import type { Turn } from "../../base/store/session-store.ts";
import { keyRules, mainSessionKey } from "../session-key.ts";

type Given = NonNullable<NonNullable<NonNullable<GatewayConfig["agents"]>["defaults"]>["sandbox"]>;

export interface SandboxSettings {
  backend: SandboxBackend;
  scope: SandboxScope;
  workspaceAccess: SandboxAccess;
  /** Further places, as `source:target:ro`. */
  binds: readonly string[];
  env: Readonly<Record<string, string>>;
  image: string | undefined;
  limits: { memory?: string | undefined; cpus?: number | undefined; pids?: number | undefined };
}

/** The sandbox that the conversation runs in; undefined where it runs in none. */
export function sandboxOf(
  config: GatewayConfig,
  { sessionKey, agentId }: Pick<Turn, "sessionKey" | "agentId">,
): SandboxSettings | undefined {
  const mode = modeOf(config, agentId);
  if (mode === "off") return undefined;
  const isMain = sessionKey === mainSessionKey(keyRules(config), agentId);
  return mode === "non-main" && isMain ? undefined : agentSandbox(config, agentId);
}

/** The sandbox of those of the agent's conversations that have one; undefined where none has. */
export function agentSandbox(
  config: GatewayConfig,
  agentId: string = defaultAgentId(config),
): SandboxSettings | undefined {
  if (modeOf(config, agentId) === "off") return undefined;
  const { common, own } = givenFor(config, agentId);
  const { image, memory, cpus, pidsLimit } = { ...common.docker, ...own.docker };
  return {
    backend: own.backend ?? common.backend ?? DEFAULTS["agents.defaults.sandbox.backend"],
    scope: own.scope ?? common.scope ?? DEFAULTS["agents.defaults.sandbox.scope"],
    workspaceAccess:
      own.workspaceAccess ?? common.workspaceAccess ?? DEFAULTS["agents.defaults.sandbox.workspaceAccess"],
    binds: [...(common.docker?.binds ?? []), ...(own.docker?.binds ?? [])],
    env: { ...common.docker?.env, ...own.docker?.env },
    image,
    limits: { memory: memory === undefined ? undefined : String(memory), cpus, pids: pidsLimit },
  };
}

function modeOf(config: GatewayConfig, agentId: string): NonNullable<Given["mode"]> {
  const { common, own } = givenFor(config, agentId);
  return own.mode ?? common.mode ?? DEFAULTS["agents.defaults.sandbox.mode"];
}

function givenFor(config: GatewayConfig, agentId: string): { common: Given; own: Given } {
  return {
    common: config.agents?.defaults?.sandbox ?? {},
    own: agentEntry(config, agentId)?.sandbox ?? {},
  };
}
