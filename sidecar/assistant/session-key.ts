/** Keys of sessions: which conversation a name means. */
import { createHash } from "node:crypto";
import { defaultAgentId } from "../../shared/config/agents.ts";
import { DEFAULT_AGENT_ID, DEFAULTS } from "../../shared/config/defaults.ts";
import type { GatewayConfig } from "../../shared/config/schema.ts";
import { RequestError } from "../../shared/errors.ts";
import { advice } from "../../shared/remedy.ts";
import { MAX_SESSION_KEY_CHARS } from "../../shared/session-key.ts";
import type { Turn } from "../base/store/session-store.ts";

/** What the configuration says of names. */
export interface KeyRules {
  mainKey: string;
  scope: "per-sender" | "global";
  /** Who is meant where no agent is named. */
  defaultId: string;
}

export function keyRules(config: GatewayConfig): KeyRules {
  const { session } = config;
  return {
    defaultId: defaultAgentId(config),
    mainKey: session?.mainKey ?? DEFAULTS["session.mainKey"],
    scope: session?.scope ?? DEFAULTS["session.scope"],
  };
}

/** The key of the conversation that is meant where none is named, of the default agent or of another. */
export function mainSessionKey({ mainKey, scope, defaultId }: KeyRules, agentId = defaultId): string {
  return scope === "global" ? "global" : `agent:${agentId}:${mainKey}`;
}

/** The canonical key: `main` and the configured name of it are the main session, any other bare name is one of the default agent. */
export function canonicalKey(key: string, rules: KeyRules): string {
  const name = key.trim();
  if (name === "main" || name === rules.mainKey) return mainSessionKey(rules);
  if (name === "global" || name === "unknown" || name.startsWith("agent:")) return name;
  return `agent:${rules.defaultId}:${name}`;
}

/** The canonical key of what somebody asks for by name. Fails with `SESSION_INVALID` for one that is too long. */
export function requestedKey(name: string, rules: KeyRules): string {
  const key = canonicalKey(name, rules);
  if (key.length <= MAX_SESSION_KEY_CHARS) return key;
  throw new RequestError(
    "SESSION_INVALID",
    advice`The key of a session has at most ${MAX_SESSION_KEY_CHARS} characters, with its agent, and this one has ${key.length}: give a shorter one`,
  );
}

/** The key of a conversation that others named, such as a channel by its ids: of one that is too long, the beginning and a digest of all of it. */
export function fittingKey(key: string): string {
  if (key.length <= MAX_SESSION_KEY_CHARS) return key;
  const digest = createHash("sha256").update(key).digest("hex");
  const beginning = key.slice(0, MAX_SESSION_KEY_CHARS - digest.length - 1);
  return `${beginning.replace(/[\ud800-\udbff]$/, "")}~${digest}`;
}

/** The agent whose conversation it is; `defaultId` for one that belongs to none. */
export function agentOf(key: string, defaultId: string = DEFAULT_AGENT_ID): string {
  return /^agent:([^:]+):/.exec(key)?.[1] ?? defaultId;
}

/** What kind of conversation clients take it for. */
export function kindOf(key: string, chatType: unknown): "direct" | "group" | "global" | "unknown" {
  if (key === "global" || key === "unknown") return key;
  const isGroup = chatType === "group" || chatType === "channel" || /:(group|channel):/.test(key);
  return isGroup ? "group" : "direct";
}

/** Whether others read along where the turn was written. */
export function isSharedTurn({ sessionKey, route }: Pick<Turn, "sessionKey" | "route">): boolean {
  return (
    kindOf(sessionKey, route?.chat.kind) === "group" || (route !== undefined && route.chat.kind !== "dm")
  );
}
