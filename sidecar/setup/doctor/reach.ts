/** Who can reach the gateway that is configured, and whether a secret stands in between. */
import { DEFAULTS } from "../../../shared/config/defaults.ts";
import type { BindMode, GatewayConfig } from "../../../shared/config/schema.ts";
import { isExampleSecret } from "../../../shared/config/secrets.ts";
import { isReachable } from "../../host/net/bind.ts";
import type { Patient } from "./check.ts";

export interface Reach {
  bind: BindMode;
  hasSecret: boolean;
  /** One of the secrets is out of a guide's example. */
  isExample: boolean;
  /** Other machines can connect. False also for an address that does not exist here, which the start would refuse. */
  isWide: boolean;
}

/** The reach of a gateway with this configuration; its surroundings may bring a secret of their own. */
export function reachOf({ gateway = {} }: GatewayConfig, { surroundings: { env } }: Patient): Reach {
  const { bind = DEFAULTS["gateway.bind"], customBindHost, auth = {} } = gateway;
  const { CLAWDBOT_GATEWAY_TOKEN: token = auth.token, CLAWDBOT_GATEWAY_PASSWORD: password = auth.password } =
    env;
  const secrets = [token?.trim(), password].filter(Boolean);
  const hasSecret = secrets.length > 0;
  const isExample = secrets.some((secret) => isExampleSecret(secret ?? ""));
  try {
    return {
      bind,
      hasSecret,
      isExample,
      isWide: isReachable({ mode: bind, customHost: customBindHost, hasSecret }),
    };
  } catch {
    return { bind, hasSecret, isExample, isWide: false };
  }
}
