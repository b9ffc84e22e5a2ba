/** The agents that a configuration has, and which of them is meant where nobody is named. */
import { DEFAULT_AGENT_ID } from "./defaults.ts";
import type { GatewayConfig } from "./schema.ts";

/** What fits as the id of a new agent. */
export const AGENT_ID = /^[a-z0-9][a-z0-9_-]{0,63}$/;

/** One entry of `agents.list`. */
export type AgentEntry = NonNullable<NonNullable<GatewayConfig["agents"]>["list"]>[number];

/** Their ids, the default one first, without repetition. */
export function agentIds(config: GatewayConfig): string[] {
  return [
    ...new Set([defaultAgentId(config), ...(config.agents?.list ?? []).map(({ id }) => agentName(id))]),
  ];
}

/** Who answers where nobody is named: the agent marked so, else the first one of the list. */
export function defaultAgentId({ agents }: GatewayConfig): string {
  const list = agents?.list ?? [];
  const chosen = list.find((agent) => agent.default === true) ?? list[0];
  return chosen === undefined ? DEFAULT_AGENT_ID : agentName(chosen.id);
}

/** What the configuration says of one agent; undefined where it says nothing. */
export function agentEntry({ agents }: GatewayConfig, agentId: string): AgentEntry | undefined {
  return agents?.list?.find(({ id }) => agentName(id) === agentId);
}

/** The id as keys of sessions spell it. */
export function agentName(id: string): string {
  return id.trim().toLowerCase();
}
