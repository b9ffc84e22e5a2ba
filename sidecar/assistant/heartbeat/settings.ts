/** What the configuration says of an agent's looks around. The gateway names it in its health: nothing heavy is loaded here. */
import { agentEntry, agentIds } from "../../../shared/config/agents.ts";
import { durationMs } from "../../../shared/config/amounts.ts";
import { DEFAULTS } from "../../../shared/config/defaults.ts";
import type { GatewayConfig } from "../../../shared/config/schema.ts";
import type { HeartbeatBlock } from "../../../shared/config/sections/heartbeat.ts";
import { ACK_MAX_CHARS } from "./ack.ts";

export interface HeartbeatSettings {
  isOn: boolean;
  /** As it is written. */
  every: string;
  everyMs: number | undefined;
  /** Somebody said how often. */
  hasOwnEvery: boolean;
  /** Empty for the usual words. */
  prompt: string;
  model: string | undefined;
  session: string | undefined;
  /** `owner`, `last`, `none` or a channel. */
  target: string;
  to: string | undefined;
  accountId: string | undefined;
  activeHours: HeartbeatBlock["activeHours"];
  ackMaxChars: number;
  includesReasoning: boolean;
  isIsolated: boolean;
  isLight: boolean;
}

/** Of one agent. */
export function heartbeatSettings(config: GatewayConfig, agentId: string): HeartbeatSettings {
  const common = config.agents?.defaults?.heartbeat;
  const own = agentEntry(config, agentId)?.heartbeat;
  const all: HeartbeatBlock = { ...common, ...own };
  const every = all.every ?? DEFAULTS["agents.defaults.heartbeat.every"];
  const everyMs = durationMs(every);
  const isMeant = own !== undefined || !hasOwn(config);
  return {
    isOn: isMeant && !isEmpty(own ?? common) && everyMs !== undefined && everyMs > 0,
    every,
    everyMs,
    hasOwnEvery: all.every !== undefined,
    prompt: all.prompt ?? "",
    model: all.model,
    session: all.session,
    target: all.target ?? "owner",
    to: all.to,
    accountId: all.accountId,
    activeHours: all.activeHours,
    ackMaxChars: all.ackMaxChars ?? ACK_MAX_CHARS,
    includesReasoning: all.includeReasoning === true,
    isIsolated: all.isolated !== false,
    isLight: all.light !== false,
  };
}

/** Agents that look around. */
export function beatingAgents(config: GatewayConfig): string[] {
  return agentIds(config).filter((agentId) => heartbeatSettings(config, agentId).isOn);
}

/** Where an agent has a heartbeat of its own, those without one have none. */
function hasOwn({ agents }: GatewayConfig): boolean {
  return agents?.list?.some(({ heartbeat }) => heartbeat !== undefined) === true;
}

/** Nothing in it: it is switched off. */
function isEmpty(block: HeartbeatBlock | undefined): boolean {
  return block !== undefined && Object.keys(block).length === 0;
}
