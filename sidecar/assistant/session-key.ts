/** Keys of sessions: which conversation a name means. */
import { DEFAULT_AGENT_ID, DEFAULTS } from "../../shared/config/defaults.ts";
import type { GatewayConfig } from "../../shared/config/schema.ts";

/** What the configuration says of names. */
export interface KeyRules {
  mainKey: string;
  scope: "per-sender" | "global";
}

export function keyRules({ session }: GatewayConfig): KeyRules {
  return {
    mainKey: session?.mainKey ?? DEFAULTS["session.mainKey"],
    scope: session?.scope ?? DEFAULTS["session.scope"],
  };
}

/** The key of the conversation that is meant where none is named. */
export function mainSessionKey({ mainKey, scope }: KeyRules): string {
  return scope === "global" ? "global" : `agent:${DEFAULT_AGENT_ID}:${mainKey}`;
}

/** The canonical key: `main` and the configured name of it are the main session, any other bare name is one of the default agent. */
export function canonicalKey(key: string, rules: KeyRules): string {
  const name = key.trim();
  if (name === "main" || name === rules.mainKey) return mainSessionKey(rules);
  if (name === "global" || name === "unknown" || name.startsWith("agent:")) return name;
  return `agent:${DEFAULT_AGENT_ID}:${name}`;
}

/** The agent whose conversation it is. */
export function agentOf(key: string): string {
  return /^agent:([^:]+):/.exec(key)?.[1] ?? DEFAULT_AGENT_ID;
}

/** What kind of conversation clients take it for. */
export function kindOf(key: string, chatType: unknown): "direct" | "group" | "global" | "unknown" {
  if (key === "global" || key === "unknown") return key;
  const isGroup = chatType === "group" || chatType === "channel" || /:(group|channel):/.test(key);
  return isGroup ? "group" : "direct";
}
