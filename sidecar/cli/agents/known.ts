/** What the commands about agents start from: the configuration as it stands, and the agent that is meant in it. */
import { type AgentEntry, agentIds, agentName, defaultAgentId } from "../../../shared/config/agents.ts";
import type { GatewayConfig } from "../../../shared/config/schema.ts";
import { quoted, RequestError } from "../../../shared/errors.ts";
import { type ConfigReading, configError, readConfig } from "../../../shared/node/config-source.ts";
import { advice, joined } from "../../../shared/remedy.ts";
import type { TextEdit } from "../../base/config/edit-text.ts";
import type { ProfileContext } from "../invocation.ts";

/** Where the agents stand. */
export const LIST = "agents.list";
const KEYS = LIST.split(".");

/** The configuration of the profile; empty where there is none. Fails with `CONFIG_INVALID`. */
export function configOf({ paths, env }: ProfileContext): GatewayConfig {
  return configIn(readConfig(paths.configFile, env));
}

/** What a reading says. Fails with `CONFIG_INVALID`. */
export function configIn(reading: ConfigReading): GatewayConfig {
  if (reading.state === "missing") return {};
  if (reading.state === "invalid") throw configError(reading);
  return reading.config;
}

/** The agent's id as keys of sessions spell it. Fails with `AGENT_UNKNOWN`. */
export function knownAgent(named: string, config: GatewayConfig): string {
  const id = agentName(named);
  const ids = agentIds(config);
  if (ids.includes(id)) return id;
  throw new RequestError(
    "AGENT_UNKNOWN",
    advice`There is no agent ${quoted(named)}; there is ${joined(ids.map(quoted), ", ")}`,
  );
}

/** The list with one more agent. The one that is there without a list is written down first, and stays the default. */
export function listWith(config: GatewayConfig, entry: AgentEntry): AgentEntry[] {
  const list = config.agents?.list ?? [];
  const id = defaultAgentId(config);
  return list.length > 0 || entry.id === id ? [...list, entry] : [{ id, default: true }, entry];
}

/** The edit that puts an agent behind the others. */
export function appended(config: GatewayConfig, entry: AgentEntry): TextEdit {
  const { length } = config.agents?.list ?? [];
  return length > 0
    ? { kind: "set", keys: [...KEYS, String(length)], value: entry }
    : { kind: "set", keys: KEYS, value: listWith(config, entry) };
}

/** The place of an agent in the list; undefined for the one that is there without. */
export function placeOf(config: GatewayConfig, id: string): string[] | undefined {
  const index = (config.agents?.list ?? []).findIndex((each) => agentName(each.id) === id);
  return index < 0 ? undefined : [...KEYS, String(index)];
}
