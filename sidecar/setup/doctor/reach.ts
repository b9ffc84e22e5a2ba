/** Who can reach the gateway that is configured, and whether a secret stands in between. */
import { DEFAULTS } from "../../../shared/config/defaults.ts";
import type { AuthMode, BindMode, GatewayConfig } from "../../../shared/config/schema.ts";
import { isExampleSecret } from "../../../shared/config/secrets.ts";
import { isReachable } from "../../host/net/bind.ts";
import type { CheckContext } from "./check.ts";

export interface Reach {
  bind: BindMode;
  hasSecret: boolean;
  /** Which of the two counts. */
  mode: AuthMode;
  /** How many characters the one that counts has; undefined when it is not there. */
  length: number | undefined;
  /** One of the secrets is out of a guide's example. */
  isExample: boolean;
  /** Other machines can connect. False also for an address that does not exist here, which the start would refuse. */
  isWide: boolean;
}

/** The reach of a gateway with this configuration; its profile may bring a secret of their own. */
export function reachOf({ gateway = {} }: GatewayConfig, { profile: { env } }: CheckContext): Reach {
  const { bind = DEFAULTS["gateway.bind"], customBindHost, auth = {} } = gateway;
  const { CLAWDBOT_GATEWAY_TOKEN: token = auth.token, CLAWDBOT_GATEWAY_PASSWORD: password = auth.password } =
    env;
  const mode = auth.mode ?? (password === undefined ? "token" : "password");
  const counting = (mode === "token" ? token : password)?.trim() || undefined;
  const length = counting === undefined ? undefined : [...counting].length;
  const secrets = [token?.trim(), password].filter(Boolean);
  const hasSecret = secrets.length > 0;
  const isExample = secrets.some((secret) => isExampleSecret(secret ?? ""));
  try {
    return {
      bind,
      hasSecret,
      mode,
      length,
      isExample,
      isWide: isReachable({ mode: bind, customHost: customBindHost, hasSecret }),
    };
  } catch {
    return { bind, hasSecret, mode, length, isExample, isWide: false };
  }
}
