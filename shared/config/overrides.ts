/** Options and variables that count more than a key of the file in the run that they are given to. No imports, for quick commands. */

/** What overrules one key, the strongest first. */
export interface Override {
  /** Options of `clawdbot gateway`. */
  options: readonly string[];
  variable?: string;
}

/** By key. */
export const OVERRIDES = {
  "gateway.port": { options: ["--port"], variable: "CLAWDBOT_GATEWAY_PORT" },
  "gateway.bind": { options: ["--bind"] },
  "gateway.auth.mode": { options: ["--auth"] },
  "gateway.auth.token": { options: ["--token"], variable: "CLAWDBOT_GATEWAY_TOKEN" },
  "gateway.auth.password": {
    options: ["--password", "--password-file"],
    variable: "CLAWDBOT_GATEWAY_PASSWORD",
  },
  "gateway.tailscale.mode": { options: ["--tailscale"] },
  "gateway.tailscale.resetOnExit": { options: ["--tailscale-reset-on-exit"] },
} as const satisfies Record<string, Override>;

export type OverriddenKey = keyof typeof OVERRIDES;

/** What overrules the key; undefined when nothing can. */
export function overrideOf(path: string): Override | undefined {
  return Object.hasOwn(OVERRIDES, path) ? OVERRIDES[path as OverriddenKey] : undefined;
}
