/** Which of the gateway's own hooks the configuration switches on. */
import type { GatewayConfig } from "../../../shared/config/schema.ts";

export const INTERNAL_HOOKS = ["boot-md", "command-logger", "session-memory"] as const;
export type InternalHook = (typeof INTERNAL_HOOKS)[number];

export function areHooksOn({ hooks }: GatewayConfig): boolean {
  return hooks?.internal?.enabled === true;
}

export function isHookOn(config: GatewayConfig, name: InternalHook): boolean {
  return areHooksOn(config) && config.hooks?.internal?.entries?.[name]?.enabled !== false;
}
