/** Who can reach the gateway that is configured, and whether a secret stands in between. */
import type { BindMode, GatewayConfig } from "../../../shared/config/schema.ts";
import { isReachable } from "../../host/net/bind.ts";
import type { Patient } from "./check.ts";

export interface Reach {
  bind: BindMode;
  hasSecret: boolean;
  /** Other machines can connect. False also for an address that does not exist here, which the start would refuse. */
  isWide: boolean;
}

/** The reach of a gateway with this configuration; its surroundings may bring a secret of their own. */
export function reachOf({ gateway = {} }: GatewayConfig, { surroundings: { env } }: Patient): Reach {
  const { bind = "loopback", customBindHost, auth = {} } = gateway;
  const hasSecret = Boolean(
    env.CLAWDBOT_GATEWAY_TOKEN?.trim() || env.CLAWDBOT_GATEWAY_PASSWORD || auth.token || auth.password,
  );
  try {
    return { bind, hasSecret, isWide: isReachable({ mode: bind, customHost: customBindHost, hasSecret }) };
  } catch {
    return { bind, hasSecret, isWide: false };
  }
}
