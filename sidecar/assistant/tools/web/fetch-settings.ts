/** What the configuration says of addresses that a model names. */
import { DEFAULTS } from "../../../../shared/config/defaults.ts";
import type { GatewayConfig } from "../../../../shared/config/schema.ts";

/** `tools.web.fetch`, with what counts where it says nothing. */
export function fetchSettings({ tools }: GatewayConfig) {
  const { enabled, maxChars, timeoutSeconds, maxRedirects, cacheTtlMinutes, userAgent, allowPrivateHosts } =
    tools?.web?.fetch ?? {};
  return {
    enabled: enabled ?? DEFAULTS["tools.web.fetch.enabled"],
    maxChars: maxChars ?? DEFAULTS["tools.web.fetch.maxChars"],
    timeoutMs: 1_000 * (timeoutSeconds ?? DEFAULTS["tools.web.fetch.timeoutSeconds"]),
    maxRedirects: maxRedirects ?? DEFAULTS["tools.web.fetch.maxRedirects"],
    cacheTtlMinutes: cacheTtlMinutes ?? DEFAULTS["tools.web.fetch.cacheTtlMinutes"],
    userAgent: userAgent ?? DEFAULTS["tools.web.fetch.userAgent"],
    allowHosts: allowPrivateHosts ?? [],
  };
}
