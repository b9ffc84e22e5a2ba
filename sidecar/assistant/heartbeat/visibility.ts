/** What of a look around is seen on a channel: `channels.<channel>.heartbeat`, with what holds for all of them in `channels.defaults`. */
import type { GatewayConfig } from "../../../shared/config/schema.ts";
import { isRecord } from "../../../shared/protocol/frame.ts";
import type { Route } from "../../base/store/route.ts";
import { accountsIn } from "../inbox/accounts.ts";

export interface Visibility {
  /** Whether it is said that there is nothing to say. */
  showsOk: boolean;
  showsAlerts: boolean;
  /** Whether clients are told how to mark it. */
  hasIndicator: boolean;
}

/** Without a route, what holds for all channels. */
export function visibilityOf(config: GatewayConfig, route: Pick<Route, "channel" | "account"> | undefined) {
  const { channels } = config;
  const common = isRecord(channels) && isRecord(channels.defaults) ? channels.defaults.heartbeat : undefined;
  const own = route && accountsIn(config, route.channel)[route.account]?.heartbeat;
  const channel =
    route && isRecord(channels) && isRecord(channels[route.channel])
      ? (channels[route.channel] as Record<string, unknown>).heartbeat
      : undefined;
  const merged: Record<string, unknown> = Object.assign({}, ...[common, channel, own].filter(isRecord));
  return {
    showsOk: merged.showOk === true,
    showsAlerts: merged.showAlerts !== false,
    hasIndicator: merged.useIndicator !== false,
  } satisfies Visibility;
}

/** Whether nothing at all would be seen of it. */
export function isInvisible({ showsOk, showsAlerts, hasIndicator }: Visibility): boolean {
  return !showsOk && !showsAlerts && !hasIndicator;
}
