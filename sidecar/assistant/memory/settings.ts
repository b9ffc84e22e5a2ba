/** What the configuration says of the search in notes, of an agent. */
import { agentEntry } from "../../../shared/config/agents.ts";
import { DEFAULTS } from "../../../shared/config/defaults.ts";
import type { GatewayConfig } from "../../../shared/config/schema.ts";

export function memorySettings(config: GatewayConfig, agentId: string) {
  const common = config.agents?.defaults?.memorySearch ?? {};
  const own = agentEntry(config, agentId)?.memorySearch ?? {};
  return {
    isEnabled: own.enabled ?? common.enabled ?? DEFAULTS["agents.defaults.memorySearch.enabled"],
    sources: own.sources ?? common.sources ?? DEFAULTS["agents.defaults.memorySearch.sources"],
    maxResults:
      own.query?.maxResults ??
      common.query?.maxResults ??
      DEFAULTS["agents.defaults.memorySearch.query.maxResults"],
    minScore:
      own.query?.minScore ??
      common.query?.minScore ??
      DEFAULTS["agents.defaults.memorySearch.query.minScore"],
  };
}
