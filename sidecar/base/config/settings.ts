/** What one run of the gateway was told, after flags, environment and file were merged and all refusals passed. */
import type { BindMode, GatewayConfig, LogLevel, TailscaleMode } from "../../../shared/config/schema.ts";
import type { Paths } from "../../../shared/node/paths.ts";

/**
 * How clients prove themselves. `none` exists only on loopback, in dev mode or with `--allow-unconfigured`; `tailscale` is
 * Tailscale Serve without any secret, where only identities of the tailnet and tokens of paired devices count.
 */
export type AuthSettings =
  | { mode: "none" }
  | { mode: "tailscale" }
  | { mode: "token"; token: string }
  | { mode: "password"; password: string };

/** The token or password that everybody shares; undefined where there is none. */
export function sharedSecret(auth: AuthSettings): string | undefined {
  return auth.mode === "token" ? auth.token : auth.mode === "password" ? auth.password : undefined;
}

/** What was asked for about addresses. `hasSecret` decides how far `auto` goes. */
export interface BindRequest {
  mode: BindMode;
  customHost: string | undefined;
  hasSecret: boolean;
}

export const WS_LOG_STYLES = ["auto", "full", "compact"] as const;
export type WsLogStyle = (typeof WS_LOG_STYLES)[number];

export interface GatewaySettings {
  paths: Paths;
  config: GatewayConfig;
  port: number;
  bind: BindMode;
  customBindHost: string | undefined;
  tailscale: { mode: TailscaleMode; resetOnExit: boolean };
  /** Tailscale identities may take the place of a secret. */
  allowTailscale: boolean;
  auth: AuthSettings;
  /** Isolated dev profile: says so in `/healthz`, skips the boot hook. */
  dev: boolean;
  /** Runs under the tray or a service manager: refusals exit 78 and leave their reason on disk. */
  supervised: boolean;
  /** Debug log on the console. */
  verbose: boolean;
  wsLog: WsLogStyle;
  logLevel: LogLevel;
  logFile: string;
  /** Of the configuration's section `env`, for programs that the gateway starts; none by default. */
  variables?: Readonly<Record<string, string>>;
}
