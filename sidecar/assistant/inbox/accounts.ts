/** The accounts of channels that the configuration names. */
import type { GatewayConfig } from "../../../shared/config/schema.ts";
import { isRecord } from "../../../shared/protocol/frame.ts";

/** The accounts of a channel by id, each with the channel's own settings below its own; `default` where none is named. */
export function accountsIn(config: GatewayConfig, channel: string): Record<string, Record<string, unknown>> {
  const section = sectionOf(config, channel);
  if (section === undefined) return {};
  const { accounts, ...shared } = section;
  if (!isRecord(accounts) || Object.keys(accounts).length === 0) return { [DEFAULT_ACCOUNT]: shared };
  return Object.fromEntries(
    Object.entries(accounts).map(([id, own]) => [id, { ...shared, ...(isRecord(own) ? own : {}) }]),
  );
}

/** The account that bindings without one mean. */
export const DEFAULT_ACCOUNT = "default";

function sectionOf({ channels }: GatewayConfig, channel: string): Record<string, unknown> | undefined {
  const section = isRecord(channels) ? channels[channel] : undefined;
  return isRecord(section) ? section : undefined;
}
