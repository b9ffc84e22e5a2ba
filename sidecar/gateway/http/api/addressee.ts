/** Which agent a request is for, and in which conversation it stands. */
import { createHash, randomUUID } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { agentIds, agentName, defaultAgentId } from "../../../../shared/config/agents.ts";
import type { GatewayConfig } from "../../../../shared/config/schema.ts";
import { quoted } from "../../../../shared/errors.ts";
import { agentOf, type KeyRules, keyRules, requestedKey } from "../../../assistant/session-key.ts";
import { ApiError, refusalOf } from "./errors.ts";

/** What a request says of that. */
export interface Addressing {
  request: IncomingMessage;
  /** `clawdbot:<id>`, `clawdbot/<id>` and `agent:<id>` name an agent; anything else names none. */
  model: string;
  /** Whoever has a name has a conversation; without one each request is a conversation of its own. */
  user: string | undefined;
  /** Of the keys that are made here: `openai` or `openresponses`. */
  family: string;
}

export interface Addressee {
  agentId: string;
  sessionKey: string;
}

/** Fails with `ApiError` where an agent is named that is not there, or the key is too long. */
export function addresseeOf(config: GatewayConfig, asked: Addressing): Addressee {
  const { request, model, user, family } = asked;
  const named = header(request, "x-clawdbot-agent-id") ?? header(request, "x-clawdbot-agent");
  const agentId = agentName(named ?? agentIn(model) ?? defaultAgentId(config));
  requireAgent(config, agentId);
  const session = header(request, "x-clawdbot-session-key");
  if (session === undefined) {
    const own = user === undefined ? `${family}:${randomUUID()}` : `${family}-user:${nameOf(user)}`;
    return { agentId, sessionKey: `agent:${agentId}:${own}` };
  }
  const sessionKey = keyIn(session, keyRules(config));
  const ofKey = agentOf(sessionKey, defaultAgentId(config));
  requireAgent(config, ofKey);
  if ((named ?? agentIn(model)) !== undefined && ofKey !== agentId) {
    throw new ApiError(400, `agent ${quoted(agentId)} does not match session key agent ${quoted(ofKey)}`);
  }
  return { agentId: ofKey, sessionKey };
}

/** The canonical key of a name in a request. Fails with `ApiError`. */
export function keyIn(name: string, rules: KeyRules): string {
  try {
    return requestedKey(name, rules);
  } catch (error) {
    throw refusalOf(error);
  }
}

/** Two names are never one conversation, and none of them reads as the kind of another key. */
function nameOf(user: string): string {
  if (/^[\w.@+-]{1,128}$/.test(user)) return user;
  return `~${createHash("sha256").update(user).digest("hex")}`;
}

function agentIn(model: string): string | undefined {
  return /^(?:clawdbot[:/]|agent:)([a-z0-9][a-z0-9_-]{0,63})$/i.exec(model.trim())?.[1];
}

function requireAgent(config: GatewayConfig, agentId: string): void {
  if (!agentIds(config).includes(agentId)) throw new ApiError(400, `unknown agent id ${quoted(agentId)}`);
}

function header({ headers }: IncomingMessage, name: string): string | undefined {
  const value = headers[name];
  const text = typeof value === "string" ? value.trim() : "";
  return text === "" ? undefined : text;
}
